"""What the clerk's desk shows: the next pair side by side, why it is in doubt, and how the work goes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from payung.access.crypto import decrypt
from payung.matching.explain import Step, explain
from payung.matching.letters import Piece, diff_letters, diff_masked
from payung.matching.model import FORMAT
from payung.registry.labels import read_right_side
from payung.registry.loading import NIK
from payung.registry.models import BlindCheck, Pair, Person, Record
from payung.registry.queries import occupation_labels, region_names

#: What stands for the digits of a NIK that nobody may read.
_DOTS = "••••"
_FIELDS = (
    ("name", _("Nama")),
    ("birth_date", _("Tanggal lahir")),
    ("sex", _("Jenis kelamin")),
    ("birth_place", _("Tempat lahir")),
    ("mother_name", _("Nama ibu")),
    ("address", _("Alamat")),
    ("region_code", _("Wilayah")),
    ("phone", _("Telepon")),
    ("occupation_id", _("Pekerjaan")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One field of the two sides, letter by letter, whether they agree, and whether both sides say it (`known`)."""

    label: str | Promise
    pieces: list[Piece]
    same: bool
    known: bool

    @property
    def left(self) -> str:
        """The text of the left side."""
        return "".join(piece.left for piece in self.pieces)

    @property
    def right(self) -> str:
        """The text of the right side."""
        return "".join(piece.right for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of the waterfall as drawn: where its bar starts and how wide it is, in percent of the chart."""

    step: Step
    start: float
    width: float
    good: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """One pair ready to be judged."""

    pair: Pair
    left: Record
    right: Person
    rows: list[Row]
    bars: list[Bar]
    neighbours: list[Record]

    @property
    def held_back(self) -> bool:
        """Whether the two would have been joined without a clerk, had nothing else stood against it."""
        return self.pair.probability >= self.pair.run.threshold_same


@dataclass(frozen=True, slots=True)
class Blind:
    """One blind check as a clerk sees it: both sides, and nothing of what was decided."""

    check: BlindCheck
    rows: list[Row]


def blind(check: BlindCheck) -> Blind:
    """Return a blind check's two sides as they were when they were compared, letter by letter."""
    kept = read_right_side(check)
    # The NIKs stand to each other as they did: the last four digits are shown, the hash only says whether alike.
    right = SimpleNamespace(**kept, nik_hash=check.record.nik_hash if kept["same_nik"] else b"other")
    return Blind(check, _rows(check.record, right))


def waiting() -> QuerySet[Pair]:
    """Pairs that wait for a clerk, the most probable first: not those of which the village was asked."""
    return Pair.objects.filter(state=Pair.State.OPEN).order_by("-probability", "id")


@dataclass(frozen=True, slots=True)
class Question:
    """One pair of which a village was asked: both sides, where it lies, and what to ask."""

    pair: Pair
    left: Record
    right: Person
    village: str
    rows: list[Row]


def asked() -> QuerySet[Pair]:
    """Pairs of which the village was asked and has not answered, by village, the longest asked first."""
    return (
        Pair.objects.filter(state=Pair.State.ASKED)
        .select_related("record__intake", "person", "decided_by")
        .order_by("person__region_code", "decided_at", "id")
    )


def questions(pairs: Iterable[Pair]) -> list[Question]:
    """Return the questions that these pairs put to their villages."""
    return [
        Question(
            pair,
            pair.record,
            pair.person,
            _shown("region_code", pair.person.region_code),
            _rows(pair.record, pair.person),
        )
        for pair in pairs
    ]


def progress() -> dict[str, int]:
    """How many pairs stand in each state, among those the session may see."""
    counts = dict(Pair.objects.values_list("state").annotate(n=Count("id")))
    return {str(state): counts.get(state, 0) for state in Pair.State.values}


def desk(pair_id: int | None, after: int | None = None) -> Desk | None:
    """Return the pair asked for, else the next that waits after pair `after`; None when none waits."""
    pairs = waiting() if pair_id is None else Pair.objects.filter(pk=pair_id)
    if pair_id is None and after is not None:
        ids = list(pairs.values_list("pk", flat=True)[:500])
        later = ids[ids.index(after) + 1 :] if after in ids else ids
        pairs = pairs.filter(pk=later[0]) if later else pairs
    pair = pairs.select_related("record__intake", "person", "run", "decided_by").first()
    if pair is None:
        return None
    left, right = pair.record, pair.person
    others = (
        Record.objects.filter(person_id__in=[left.person_id, right.pk], accepted=True)
        .exclude(pk=left.pk)
        .select_related("intake")
        .order_by("person_id", "id")[:12]
    )
    return Desk(pair, left, right, _rows(left, right), _bars(pair), list(others))


def _rows(left: Record, right: Any) -> list[Row]:
    rows = []
    for name, label in _FIELDS:
        a, b = _shown(name, getattr(left, name)), _shown(name, getattr(right, name))
        rows.append(Row(label, _pieces(name, a, b), a.casefold() == b.casefold(), bool(a and b)))
    rows.insert(1, _nik_row(left, right))
    return rows


def _nik_row(left: Record, right: Any) -> Row:
    """Return the two NIKs, masked but for the differing digits where they are few: as much as a clerk needs.

    What is equal stays hidden. Where many digits differ they are two numbers, and all but the last four stay hidden.
    """
    one, other = left.nik_hash, right.nik_hash
    same = one is not None and other is not None and bytes(one) == bytes(other)
    a, b = left.nik_last4, right.nik_last4
    if same or not (a and b):
        shown = [f"{_DOTS} {end}" if end else "" for end in (a, b)]
        return Row("NIK", diff_letters(*shown), same, bool(a and b))
    numbers = _numbers(left, right)
    if numbers is None:
        ends = diff_letters(a, b) if a != b else [Piece("same", a, b)]
        return Row("NIK", [Piece("changed", _DOTS, _DOTS), Piece("same", " ", " "), *ends], same, known=True)
    return Row("NIK", diff_masked(*numbers), same, known=True)


def _numbers(left: Record, right: Any) -> tuple[str, str] | None:
    """Both NIKs, where both are kept: a blind check keeps the right one's last digits only."""
    kept = getattr(right, "nik_enc", None)
    if left.nik_enc is None or kept is None:
        return None
    return decrypt(bytes(left.nik_enc), NIK), decrypt(bytes(kept), NIK)


def _pieces(name: str, a: str, b: str) -> list[Piece]:
    """Compare choices from a list as a whole, and written text letter by letter."""
    chosen = name in ("sex", "occupation_id", "region_code")
    return [Piece("changed", a, b)] if chosen and a != b else diff_letters(a, b)


def _shown(name: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    if name == "region_code":
        names = region_names()
        return ", ".join(filter(None, (names.get(value), names.get(value[:8]) if len(value) > 8 else None)))
    if name == "occupation_id":
        return occupation_labels().get(value, "")
    if name == "sex":
        return {"male": gettext("laki-laki"), "female": gettext("perempuan")}.get(value, "")
    return f"{value:%d-%m-%Y}" if name == "birth_date" else str(value)


def _bars(pair: Pair) -> list[Bar]:
    # The rungs of evidence are numbered by the comparisons of their time.
    if not pair.evidence or not pair.run.model_id.startswith(f"{FORMAT}-"):
        return []
    steps = explain({**pair.evidence, "weight": pair.weight, "probability": pair.probability})
    marks = [0.0, *(step.total for step in steps)]
    low, high = min(marks), max(marks)
    scale = 100 / (high - low or 1)
    bars, before = [], 0.0
    for step in steps:
        start, end = (0.0, step.total) if step.field == "total" else (before, step.total)
        before = step.total
        left = (min(start, end) - low) * scale
        bars.append(Bar(step, round(left, 1), max(round(abs(end - start) * scale, 1), 0.6), end >= start))
    return bars


def both_covered(pair: Pair) -> bool:
    """Return whether merging these two would need a second clerk: both hold covers. One query."""
    ids = {number for number in (pair.record.person_id, pair.person_id) if number is not None}
    if len(ids) < 2 or pair.person.covered_until is None:
        return False
    return Person.objects.filter(pk__in=ids, covered_until__isnull=False, merged_into=None).count() == 2
