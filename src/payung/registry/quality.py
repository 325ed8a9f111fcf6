"""What the quality page shows: labels with the decisions they stand for, agreement, the pace of the desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from payung.access.actor import Actor
from payung.access.roles import Permission
from payung.database.statements import Statement
from payung.matching.calibrate import reliability
from payung.registry import estimates, thresholds
from payung.registry.estimates import Agreement, Label, Share, Suggestion, agreement
from payung.registry.models import BlindCheck, Judgement, MatchRun, MergeProposal, Pair

#: Breaks longer than this many seconds are not work at the desk.
BREAK = 600
#: Runs whose decisions are counted: the newest.
RUNS = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """Quality within one source or one district."""

    name: str
    precision: Share
    recall: Share
    labels: int


@dataclass(frozen=True, slots=True)
class Bin:
    """One step of the reliability table: what was said and what was true."""

    low: float
    high: float
    pairs: int
    said: float
    true: float


@dataclass(frozen=True, slots=True)
class Quality:
    """The quality page: thresholds in use, estimates with intervals, calibration, agreement, a suggestion."""

    limits: thresholds.Thresholds
    precision: Share
    recall: Share
    labels: int
    error: float | None
    bins: list[Bin]
    sources: list[Cell]
    districts: list[Cell]
    agreement: Agreement
    suggestion: Suggestion | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How the desk moves: pairs left, blind checks left, judged today, per hour of work, hours left at that pace."""

    left: int
    checks: int
    proposals: int
    today: int
    per_hour: float | None
    hours_left: float | None


_PACE = Statement("registry", "quality_pace")
_LABELS = Statement("registry", "quality_labels")

_MADE = Statement("registry", "quality_decisions")


def labels() -> list[Label]:
    """Every label that stands, of the pairs the session may see, each weighted by the decisions it stands for.

    A sampled decision stands for those of its run and kind; a judged doubtful pair for the doubtful pairs of its
    tenth of probability, judged or not. Two queries.
    """
    rows = _LABELS.rows()
    made = {(kind, part): count for kind, part, count in _MADE.rows({"runs": RUNS})}
    judged = Counter(_stratum(kind, probability, run) for kind, probability, _, run, _, _ in rows)

    def weight(stratum: tuple[str, int]) -> float:
        return max(float(made.get(stratum, 0)) / judged[stratum], 1.0)

    return [
        Label(probability, same, weight(_stratum(kind, probability, run)), source, district)
        for kind, probability, same, run, source, district in rows
    ]


def _stratum(kind: str, probability: float, run: int) -> tuple[str, int]:
    return (kind, min(int(probability * 10), 9) if kind == "doubtful" else run)


def quality(limits: thresholds.Thresholds) -> Quality:
    """Everything the quality page shows about the pairs the session may see, at these thresholds. Three queries."""
    every = labels()
    error, rows = _calibration(every)
    return Quality(
        limits,
        estimates.precision(every, limits.same),
        estimates.recall(every, limits.same),
        len(every),
        error,
        rows,
        _cells(every, limits.same, lambda label: label.source),
        _cells(every, limits.same, lambda label: label.district),
        agreement(_twice()),
        _suggestion(every, limits),
    )


def _suggestion(every: Sequence[Label], limits: thresholds.Thresholds) -> Suggestion | None:
    found = estimates.suggest(every)
    if found is None or (found.same, found.doubtful) == (limits.same, limits.doubtful):
        return None
    return found


def _calibration(every: Sequence[Label]) -> tuple[float | None, list[Bin]]:
    if not every:
        return None, []
    said = np.array([label.probability for label in every])
    true = np.array([label.same for label in every])
    error, rows = reliability(said, true)
    bins = [Bin(row["from"], row["from"] + 0.1, int(row["pairs"]), row["said"], row["true"]) for row in rows]
    return (error if len(every) >= estimates.ENOUGH else None), bins


def _cells(every: Sequence[Label], threshold: float, key: Callable[[Label], str]) -> list[Cell]:
    groups: dict[str, list[Label]] = {}
    for label in every:
        groups.setdefault(key(label), []).append(label)
    cells = [
        Cell(name, estimates.precision(group, threshold), estimates.recall(group, threshold), len(group))
        for name, group in groups.items()
    ]
    return sorted(cells, key=lambda cell: (-cell.labels, cell.name))[:40]


def _twice() -> list[tuple[bool, bool]]:
    """Return both clerks' first answers about the pairs that two judged."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT f.answer = 'same', s.answer = 'same'
            FROM registry_blindcheck b
            JOIN registry_judgement s ON s.blind_id = b.id AND s.answer IN ('same', 'different')
            JOIN LATERAL (SELECT answer FROM registry_judgement j WHERE j.pair_id = b.pair_id
                          AND j.answer IN ('same', 'different') ORDER BY j.id LIMIT 1) f ON true
            WHERE b.kind = 'second'
            """
        )
        return list(cursor.fetchall())


def pace(actor: Actor) -> Pace:
    """How the desk moves, for the pairs the session may see; speed from the last thirty days. One query."""
    ((left, proposals, today, checks, seconds),) = _PACE.rows({"user": actor.user.pk, "break": BREAK})
    per_hour = None if not seconds else 3600 / float(seconds)
    return Pace(
        left,
        checks,
        proposals,
        today,
        per_hour,
        None if per_hour is None else left / per_hour,
    )


def checks_for(actor: Actor) -> QuerySet[BlindCheck]:
    """Blind checks that wait for this clerk: unanswered, and not about a decision of their own. Mixed by chance."""
    own = Judgement.objects.filter(pair_id=OuterRef("pair_id"), actor=actor.user)
    answered = Judgement.objects.filter(blind_id=OuterRef("pk"))
    return (
        BlindCheck.objects.filter(~Exists(answered), ~Exists(own))
        .select_related("record__intake")
        .defer("record__raw_enc")
        .extra(order_by=["mixed"], select={"mixed": "md5(registry_blindcheck.id::text)"})
    )


def proposals(state: str = MergeProposal.State.PROPOSED) -> QuerySet[MergeProposal]:
    """Proposals to merge two covered people, oldest first."""
    return (
        MergeProposal.objects.filter(state=state)
        .select_related("pair__record", "kept", "merged", "proposed_by", "decided_by")
        .order_by("pk")
    )


def contradicted() -> list[tuple[BlindCheck, Judgement]]:
    """Automatic joins that a clerk judged to be two people and that still stand, newest first, at most fifty."""
    found = (
        Judgement.objects.filter(answer=Judgement.Answer.DIFFERENT, blind__kind=BlindCheck.Kind.SAME)
        .filter(blind__record__person_id=F("blind__person_id"))
        .select_related("blind__record__person", "blind__run", "actor")
        .order_by("-pk")[:50]
    )
    return [(judgement.blind, judgement) for judgement in found if judgement.blind is not None]


def disagreed() -> list[Judgement]:
    """Second opinions that differ from the decision that stands, newest first, at most fifty."""
    return list(
        Judgement.objects.filter(blind__kind=BlindCheck.Kind.SECOND)
        .filter(
            Q(answer="same", blind__pair__state=Pair.State.DIFFERENT)
            | Q(answer="different", blind__pair__state=Pair.State.SAME)
        )
        .select_related("blind__pair__record", "blind__pair__decided_by", "actor")
        .order_by("-pk")[:50]
    )


def runs() -> QuerySet[MatchRun]:
    """Return the runs of the matcher, newest first."""
    return (
        MatchRun.objects.select_related("run_by")
        .annotate(pairs_open=Count("pairs", filter=Q(pairs__state__in=Pair.UNDECIDED)))
        .order_by("-pk")
    )


def may_set(actor: Actor) -> bool:
    """Return whether this person may accept thresholds for the whole deployment."""
    return actor.may(Permission.MATCH, settings.PAYUNG_PROVINCE)
