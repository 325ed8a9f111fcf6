"""What the faces read about plans: lists, comparisons, one worker's answer, a fund's queue, lines for export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from payung.access.actor import Refused
from payung.allocation import Candidate, FundTerms
from payung.funding.models import Fund, FundPerson, Plan, PlanLine
from payung.funding.terms import described
from payung.law import contribution
from payung.planning.covers import covered
from payung.planning.inputs import WEIGHTS, eligible_people
from payung.planning.report import REASONS, WAITING, sentence
from payung.registry.models import Eligibility, Person
from payung.values import Month

#: figure of a comparison -> whether more is better (None: neither)
FIGURES: dict[str, bool | None] = {
    "people": True,
    "person_months": True,
    "whole_year": True,
    "kept": True,
    "dropped": False,
    "money": None,
    "spent": True,
    "unspent": False,
}


def plans() -> QuerySet[Plan]:
    """All plans, newest first, with who proposed and decided."""
    return Plan.objects.select_related("proposed_by", "decided_by").order_by("-id")


def compare(ids: Sequence[int]) -> dict[str, Any]:
    """Set plans side by side: plans, names, sentences, figures ({name, values, best}) and tables.

    The tables by_regency, by_district, by_trade and funds have one row per key; its `values` are {people, months,
    dropped, eligible}, of a fund {people, unspent}, in the plans' order. With one plan, today's way stands beside it.
    `sentences`: each plan after the first against the first, in Indonesian and English. Raises Refused for an
    unknown plan.
    """
    found = {plan.pk: plan for plan in Plan.objects.filter(pk__in=ids)}
    missing = [pk for pk in ids if pk not in found]
    if missing or not ids:
        raise Refused(
            gettext_lazy("Rencana nomor %(missing)s tidak ada."),
            missing=missing or ids,
        )
    chosen = [found[pk] for pk in ids]
    names = [plan.name for plan in chosen]
    reports = [plan.report for plan in chosen]
    values = [report["figures"] for report in reports]
    if len(chosen) == 1:
        sentences = [reports[0]["sentence"]]
        names, values = [*names, "Cara sekarang"], [*values, reports[0]["baseline"]]
    else:
        sentences = [
            {
                lang: f"{plan.name}: {sentence(value, values[0], plan.options.get('keep_months', 1), lang, names[0])}"
                for lang in ("id", "en")
            }
            for plan, value in zip(chosen[1:], values[1:], strict=True)
        ]
    figures = []
    for name, more in FIGURES.items():
        row = [value.get(name, 0) for value in values]
        best = None if more is None or len(set(row)) == 1 else (max if more else min)(row)
        figures.append({"name": name, "values": row, "best": [value == best for value in row]})
    places = ("people", "months", "dropped", "eligible")
    return {
        "plans": [{"id": plan.pk, "name": plan.name, "status": plan.status} for plan in chosen],
        "names": names,
        "sentences": sentences,
        "figures": figures,
        "by_regency": _beside(reports, "by_regency", "key", places),
        "by_district": _beside(reports, "by_district", "key", places),
        "by_trade": _beside(reports, "by_trade", "key", places),
        "funds": _beside(reports, "funds", "fund", ("people", "unspent")),
    }


def _beside(
    reports: list[dict[str, Any]], table: str, key: str, names: tuple[str, ...]
) -> list[dict[str, Any]]:
    single = len(reports) == 1
    rows: dict[str, dict[str, Any]] = {}
    for index, report in enumerate(reports):
        for row in report.get(table, []):
            entry = rows.setdefault(
                row[key],
                {
                    "key": row[key],
                    "name": row["name"],
                    "values": [dict.fromkeys(names, 0) for _ in range(2 if single else len(reports))],
                },
            )
            entry["values"][index] = {name: row.get(name, 0) for name in names}
            if single:
                entry["values"][1] = {name: row.get(f"{name}_today", row.get(name, 0)) for name in names}
    return [rows[key] for key in sorted(rows)]


@dataclass(slots=True)
class WorkerAnswer:
    """Why one worker is paid for, by whom and when; or why not and what would have to change."""

    person_id: int
    name: str
    reason: str
    text: str
    text_en: str
    months: list[dict[str, Any]] = field(default_factory=list)
    rank: int | None = None
    queue: int = 0
    priority: float | None = None
    scores: list[dict[str, Any]] = field(default_factory=list)
    funds: list[dict[str, Any]] = field(default_factory=list)
    changes: list[tuple[str, str]] = field(default_factory=list)


def explain_worker(plan: Plan, person_id: int, *, today: date) -> WorkerAnswer:
    """Return the plan's answer for one worker the session may see. Raises Refused for anybody else. Five queries."""
    found = PlanLine.objects.filter(plan=plan, person_id=person_id).order_by("first_month")
    lines = list(found.select_related("fund", "person"))
    if not lines:
        return _not_in_plan(plan, person_id)
    row = eligible_people(today, plan.options.get("weights"), person_id)
    held = covered(person_id)
    until = held["last_month"][0] if held.height else None
    row = row.with_columns(covered_until=pl.max_horizontal(pl.lit(until, pl.Int32), "elsewhere_until"))
    reason = lines[0].reason or "funded"
    text, text_en = REASONS.get(reason, ("", ""))
    answer = WorkerAnswer(person_id, lines[0].person.name, reason, text, text_en)
    if reason == "funded":
        for line in lines:
            answer.months.append({"fund": line.fund, "first": line.first_month, "end": line.end_month})
        answer.text = "Didanai: ketentuan dananya cocok dan uangnya cukup."
        answer.text_en = "Funded: the fund's terms fit and its money suffices."
    answer.rank = lines[0].rank
    if answer.rank:
        answer.queue = PlanLine.objects.filter(plan=plan, rank__isnull=False).count()
    if row.height:
        _with_scores(answer, plan, row)
        answer.funds = _funds_for(plan, row)
        income, sector = row.select("income", "sector").row(0)
        answer.changes = _changes(answer, plan, contribution(income, "apbd", sector, plan.first_month).total)
    return answer


def _not_in_plan(plan: Plan, person_id: int) -> WorkerAnswer:
    name = Person.objects.filter(pk=person_id).values_list("name", flat=True).first()
    if name is None:
        raise Refused(
            gettext_lazy("Orang nomor %(person_id)s tidak dikenal di wilayah Anda."),
            person_id=person_id,
        )
    if not Eligibility.objects.filter(person_id=person_id, eligible=True).exists():
        return WorkerAnswer(
            person_id,
            name,
            "not_eligible",
            "Belum dinilai layak menurut hukum; lihat halaman orang ini.",
            "Not judged eligible by law; see this person's page.",
        )
    return WorkerAnswer(person_id, name, "not_listed", *REASONS["not_listed"])


def _with_scores(answer: WorkerAnswer, plan: Plan, row: pl.DataFrame) -> None:
    facts = row.row(0, named=True)
    weights = plan.options.get("weights") or WEIGHTS
    answer.priority = facts["priority"]
    answer.scores = [{"name": name, "score": facts[name], "weight": weights[name]} for name in weights]


def _funds_for(plan: Plan, row: pl.DataFrame) -> list[dict[str, Any]]:
    """Each fund of the plan: whether its terms allow this worker, and which one term forbids it otherwise."""
    reported = {entry["fund"]: entry for entry in plan.report["funds"]}
    named: dict[int, list[int]] = {}
    for fund_id, person in FundPerson.objects.filter(fund__code__in=reported).values_list(
        "fund_id", "person_id"
    ):
        named.setdefault(fund_id, []).append(person)
    facts = row.row(0, named=True)
    candidate = Candidate(
        id=facts["id"],
        region=facts["region"],
        trade=facts["trade"],
        sex=facts["sex"],
        age=facts["age"],
        ever_covered=facts["covered_until"] is not None,
    )
    found = []
    for fund in Fund.objects.filter(code__in=reported).order_by("code"):
        terms = FundTerms.of(described(fund, named.get(fund.pk, [])))
        barriers = [(barrier.name_id, barrier.name_en) for barrier in terms.barriers(candidate)]
        found.append(
            {"fund": fund, "allowed": not barriers, "barriers": barriers, "report": reported[fund.code]}
        )
    return found


#: how many funds that would have to open are named
_FUNDS_NAMED = 3


def _changes(answer: WorkerAnswer, plan: Plan, due: int) -> list[tuple[str, str]]:
    """Return the changes that would fund an unfunded worker (`due` rupiah a month), nearest first."""
    if answer.reason not in WAITING:
        return []
    changes = []
    if answer.rank and any(entry["allowed"] for entry in answer.funds):
        changes.append(
            (
                f"Uang baru atau tempat kosong sampai urutan {answer.rank} dari {answer.queue} dalam antrean.",
                f"New money or released places down to place {answer.rank} of {answer.queue} in the queue.",
            )
        )
    enough = due * plan.options.get("keep_months", 1)
    closed = [entry for entry in answer.funds if not entry["allowed"] and len(entry["barriers"]) == 1]
    closed = [entry for entry in closed if entry["report"]["unspent"] >= enough]
    for entry in sorted(closed, key=lambda entry: -entry["report"]["unspent"])[:_FUNDS_NAMED]:
        limit_id, limit_en = entry["barriers"][0]
        changes.append(
            (
                f"{entry['fund'].name} masih punya uang, tetapi dibatasi: {limit_id}.",
                f"{entry['fund'].name} still has money, but is limited: {limit_en}.",
            )
        )
    return changes


def find_lines(plan: Plan, words: str, limit: int = 50) -> list[PlanLine]:
    """Lines of workers whose name contains `words` (two letters or more), among those the session may see."""
    wanted = " ".join(words.upper().split())
    if len(wanted) < 2:
        return []
    return list(
        PlanLine.objects.filter(plan=plan, person__name_norm__contains=wanted)
        .select_related("person", "fund")
        .order_by("person__name_norm", "person_id", "first_month")[:limit]
    )


EXPORT = ("person_id", "name", "region", "trade", "fund", "first_month", "last_month", "reason", "rank")


def export_rows(plan: Plan) -> Iterator[tuple[Any, ...]]:
    """Every line of the plan that the session may see, without NIK, in the columns of EXPORT."""
    lines = PlanLine.objects.filter(plan=plan).order_by("person_id", "first_month")
    values = lines.values_list(
        "person_id",
        "person__name",
        "region_code",
        "person__occupation_id",
        "fund__code",
        "first_month",
        "end_month",
        "reason",
        "rank",
    )
    rows: Any = values.iterator(chunk_size=10_000)
    for row in rows:
        person, name, region, trade, fund, first, end, reason, rank = row
        months = ("", "") if first is None else (str(first), str(Month(end.number - 1)))
        yield person, name, region, trade or "", fund or "", *months, reason, rank or ""
