"""Why somebody is funded or not, what a fund's money did, and what would have to change.

Texts are Indonesian first, English second. They name amounts, funds and months, never other people.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from payung.allocation.instance import (
    ALREADY_COVERED,
    BAD_ROW,
    FUNDS_TOO_SHORT,
    NO_FUND,
    NOT_ELIGIBLE,
    ON_HOLD,
    PRIORITY_SCALE,
    TOO_SHORT,
    Instance,
)
from payung.allocation.lines import LOTTERY, MONEY_SHORT
from payung.allocation.planning import Plan
from payung.allocation.terms import Candidate, FundTerms
from payung.values import format_rupiah

FUNDED = "funded"

_REASONS = {
    ON_HOLD: (
        "Datanya masih diragukan dan sedang diperiksa.",
        "The record is doubtful and under review.",
    ),
    BAD_ROW: (
        "Iuran atau wilayahnya tidak terisi.",
        "The contribution or the region is missing.",
    ),
    ALREADY_COVERED: (
        "Sudah terlindungi sampai akhir rencana.",
        "Already protected to the end of the plan.",
    ),
    NOT_ELIGIBLE: (
        "Tidak memenuhi syarat lagi dalam masa rencana (misalnya usia).",
        "No longer eligible within the plan (for example by age).",
    ),
    TOO_SHORT: (
        "Masa memenuhi syaratnya lebih pendek dari {keep} bulan.",
        "Eligible for fewer than {keep} months.",
    ),
    NO_FUND: (
        "Tidak ada sumber dana yang boleh membayarnya.",
        "No fund may pay for this person.",
    ),
    FUNDS_TOO_SHORT: (
        "Sumber dana yang boleh membayarnya tidak berlaku {keep} bulan berturut-turut.",
        "The funds that may pay are not valid for {keep} months in a row.",
    ),
    MONEY_SHORT: (
        "Uang yang boleh dipakai habis untuk yang didahulukan.",
        "The money that may be used went to those with precedence.",
    ),
    LOTTERY: (
        "Setara dengan yang didanai; undian yang diumumkan menentukan urutan.",
        "Equal to others who are funded; the published lottery decided.",
    ),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would have to change. `facts` holds its amounts, ids and months."""

    code: str
    text_id: str
    text_en: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """`code` is stable ('funded' or a reason code); `changes` is what would have to change, nearest first."""

    subject: str
    code: str
    text_id: str
    text_en: str
    facts: dict[str, Any]
    changes: tuple[Change, ...] = ()


def explain_worker(plan: Plan, person: str | int) -> Explanation:
    """Why a person is funded, by whom and when; or why not and what would have to change.

    Raises KeyError for a person the plan does not know.
    """
    inst = plan.instance
    i = _index(inst, str(person))
    runs = _runs(plan, i)
    if runs:
        return _funded(plan, i, runs)
    row = plan.unfunded_reason(str(inst.ids[i]))
    text_id, text_en = (text.format(keep=inst.keep_months) for text in _REASONS[row])
    facts = {
        "priority": inst.priority[i] / PRIORITY_SCALE,
        "monthly_due": int(inst.due[i]),
        "lottery": _draw(inst, i),
        "signature_funds": _may_pay(inst, i),
    }
    return Explanation(str(person), row, text_id, text_en, facts, tuple(_changes(plan, i, row)))


def _index(inst: Instance, person: str) -> int:
    at = int(np.searchsorted(inst.ids.astype(str), person))
    if at >= inst.people or str(inst.ids[at]) != person:
        raise KeyError(f"the plan knows no person {person}")
    return at


def _draw(inst: Instance, i: int) -> float:
    return round(float(inst.lottery[i]) / 2.0**64, 6)


def _may_pay(inst: Instance, i: int) -> list[str]:
    s = int(inst.signature[i])
    return [] if s < 0 else [inst.funds[f].id for f in inst.signature_funds[s].tolist()]


def _runs(plan: Plan, i: int) -> list[tuple[int, int, int]]:
    """(fund, first, last month index) of a person."""
    row = plan.draft.payer[i].tolist()
    runs: list[tuple[int, int, int]] = []
    for t, fund in enumerate(row):
        if fund < 0:
            continue
        if runs and runs[-1][0] == fund and runs[-1][2] == t - 1:
            runs[-1] = (fund, runs[-1][1], t)
        else:
            runs.append((fund, t, t))
    return runs


def _funded(plan: Plan, i: int, runs: list[tuple[int, int, int]]) -> Explanation:
    inst = plan.instance
    first, last = inst.start + runs[0][1], inst.start + runs[-1][2]
    names = ", ".join(f"{inst.funds[f].id} ({inst.start + a}..{inst.start + b})" for f, a, b in runs)
    keeps = bool(inst.covered[i]) and runs[0][1] == inst.first[i]
    why_id = "karena sudah terlindungi dan tidak boleh terputus" if keeps else "menurut prioritas dan undian"
    why_en = "because the cover must not break off" if keeps else "by priority and the lottery"
    facts = {
        "first_month": str(first),
        "last_month": str(last),
        "kept": keeps,
        "priority": inst.priority[i] / PRIORITY_SCALE,
        "lottery": _draw(inst, i),
        "payers": [
            {"fund": inst.funds[f].id, "first_month": str(inst.start + a), "last_month": str(inst.start + b)}
            for f, a, b in runs
        ],
    }
    return Explanation(
        str(inst.ids[i]),
        FUNDED,
        f"Dilindungi {first.in_words()} sampai {last.in_words()} oleh {names}, {why_id}.",
        f"Protected {first} to {last} by {names}, {why_en}.",
        facts,
    )


def _changes(plan: Plan, i: int, reason: str) -> list[Change]:
    inst = plan.instance
    if reason in (MONEY_SHORT, LOTTERY):
        return [*_higher_rank(plan, i, reason), _new_money(inst, i), *_other_funds(plan, i)]
    if reason in (NO_FUND, FUNDS_TOO_SHORT):
        return _other_funds(plan, i)
    return []


def _higher_rank(plan: Plan, i: int, reason: str) -> list[Change]:
    """Return the priority or lottery number from which similar people were funded."""
    inst = plan.instance
    alike = (
        (inst.signature == inst.signature[i])
        & (inst.due == inst.due[i])
        & (inst.first == inst.first[i])
        & (inst.last == inst.last[i])
        & (inst.covered == inst.covered[i])
        & (~inst.covered | (inst.current == inst.current[i]))
        & (plan.draft.payer >= 0).any(axis=1)
    )
    if not alike.any():
        return []
    if reason == LOTTERY:
        equal = alike & (inst.priority == inst.priority[i])
        cut = round(float(inst.lottery[equal].max()) / 2.0**64, 6)
        return [
            Change(
                "lottery",
                f"Nomor undian {_draw(inst, i)}; yang setara didanai sampai nomor {cut}.",
                f"Lottery number {_draw(inst, i)}; equals were funded up to number {cut}.",
                {"lottery": _draw(inst, i), "cut": cut},
            )
        ]
    cut = int(inst.priority[alike].min()) / PRIORITY_SCALE
    if cut <= inst.priority[i] / PRIORITY_SCALE:
        return []
    return [
        Change(
            "priority",
            f"Prioritas {cut:.2f} ke atas didanai; prioritasnya {inst.priority[i] / PRIORITY_SCALE:.2f}.",
            f"People alike were funded from priority {cut:.2f}; theirs is {inst.priority[i] / PRIORITY_SCALE:.2f}.",
            {"needed": cut, "priority": inst.priority[i] / PRIORITY_SCALE},
        )
    ]


def _new_money(inst: Instance, i: int) -> Change:
    months = min(inst.keep_months, int(inst.last[i] - inst.first[i] + 1))
    rupiah = int(inst.due[i]) * months
    names = _may_pay(inst, i)
    listed = ", ".join(names[:6])
    return Change(
        "new_money",
        f"Perlu {format_rupiah(rupiah)} uang baru ({months} bulan) pada salah satu dari: {listed}.",
        f"It takes {format_rupiah(rupiah)} of new money ({months} months) in one of: {listed}.",
        {"rupiah": rupiah, "months": months, "funds": names},
    )


def _other_funds(plan: Plan, i: int, most: int = 5) -> list[Change]:
    """Funds with money left that may not pay for this person, and the one restriction that keeps them out."""
    inst = plan.instance
    need = int(inst.due[i]) * min(inst.keep_months, inst.months)
    left = np.array(inst.cash[:, -1] - plan.draft.spent.sum(axis=1))
    found: list[tuple[int, int, Change]] = []
    mine = set(_may_pay(inst, i))
    for j in np.flatnonzero(left >= need).tolist():
        fund = inst.funds[j]
        if fund.id in mine:
            continue
        barriers = fund.terms.barriers(_candidate(inst, i))
        if len(barriers) == 1:
            change = Change(
                "open_fund",
                f"{fund.id} masih punya {format_rupiah(int(left[j]))}; {barriers[0].text_id}.",
                f"{fund.id} still has {format_rupiah(int(left[j]))}; {barriers[0].text_en}.",
                {"fund": fund.id, "left": int(left[j])},
            )
            found.append((-int(left[j]), j, change))
    return [change for _, _, change in sorted(found, key=lambda entry: entry[:2])[:most]]


def _candidate(inst: Instance, i: int) -> Candidate:
    return Candidate(
        id=str(inst.ids[i]),
        region=inst.regions[i],
        trade=str(inst.trades[i]),
        sex=str(inst.sexes[i]),
        age=int(inst.ages[i]) if inst.ages[i] >= 0 else None,
        ever_covered=bool(inst.ever[i]),
    )


def explain_fund(plan: Plan, fund_id: str) -> Explanation:
    """Explain what a fund's money did, why some was not used, and which opening of its terms would use it.

    Raises KeyError for a fund that took no part.
    """
    inst = plan.instance
    index = {fund.id: j for j, fund in enumerate(inst.funds)}
    if fund_id not in index:
        raise KeyError(f"the plan knows no fund {fund_id}")
    j = index[fund_id]
    mine = plan.draft.payer == j
    spent = int(plan.draft.spent[j].sum())
    available = int(inst.cash[j, -1])
    people = int(mine.any(axis=1).sum())
    able = np.isin(inst.signature, [s for s, members in enumerate(inst.signature_funds) if j in members])
    waiting = able & (plan.draft.payer < 0).all(axis=1)
    cheapest = int(inst.due[able].min()) if able.any() else 0
    code, text_id, text_en = _unused(
        plan, j, available - spent, int(able.sum()), int(waiting.sum()), cheapest
    )
    facts = {
        "people": people,
        "person_months": int(mine.sum()),
        "available": available,
        "spent": spent,
        "unspent": available - spent,
        "eligible": int(able.sum()),
        "eligible_unfunded": int(waiting.sum()),
        "by_month": {str(inst.start + t): int(plan.draft.spent[j, t]) for t in range(inst.months)},
    }
    changes = (
        tuple(_openings(plan, j)) if code in ("no_more_people", "head_count", "nobody_qualifies") else ()
    )
    opening_id = f"{fund_id} melindungi {people} orang dengan {format_rupiah(spent)}. "
    opening_en = f"{fund_id} protects {people} people with {format_rupiah(spent)}. "
    return Explanation(fund_id, code, opening_id + text_id, opening_en + text_en, facts, changes)


def _unused(plan: Plan, j: int, left: int, able: int, waiting: int, cheapest: int) -> tuple[str, str, str]:
    inst, fund = plan.instance, plan.instance.funds[j]
    rupiah = format_rupiah(left)
    codes = {problem.code for problem in inst.problems if problem.subject == fund.id}
    if not able:
        return (
            "nobody_qualifies",
            f"{rupiah} tersisa: tidak ada yang memenuhi syarat.",
            f"{rupiah} left: nobody qualifies.",
        )
    if codes & {"head_count_impossible", "head_count_unaffordable"} or (
        fund.min_people and not plan.draft.spent[j].any()
    ):
        return (
            "head_count",
            f"{rupiah} tersisa: {fund.min_people} orang diminta, {able} memenuhi syarat dan sebagian dibayar lain.",
            f"{rupiah} left: {fund.min_people} people are asked, {able} qualify and some are paid by others.",
        )
    if left < cheapest * max(1, fund.package):
        return "fully_used", "Uangnya terpakai penuh.", "Its money is fully used."
    if not waiting:
        return (
            "no_more_people",
            f"{rupiah} tersisa: tidak ada lagi pekerja yang memenuhi syaratnya.",
            f"{rupiah} left: no more eligible worker is found.",
        )
    return (
        "cannot_be_kept",
        f"{rupiah} tersisa: {waiting} orang memenuhi syarat, tetapi uang dan masa berlakunya tidak cukup untuk "
        f"menjaga seorang pun {inst.keep_months} bulan bersama sumber lain.",
        f"{rupiah} left: {waiting} people qualify, but its money and validity keep nobody for "
        f"{inst.keep_months} months together with other funds.",
    )


def _openings(plan: Plan, j: int) -> list[Change]:
    """Unfunded people who would qualify if one restriction were opened, nearest place first."""
    inst, fund = plan.instance, plan.instance.funds[j]
    idle = (plan.draft.payer < 0).all(axis=1) & np.isin(inst.reasons, ["", NO_FUND])
    elsewhere, other_trades = _left_out(inst, fund.terms, idle)
    changes = []
    if elsewhere:
        nearest = min(fund.terms.regions)
        wider: dict[str, int] = {}
        for code, n in elsewhere.items():
            wide = code[: max(2, len(nearest))]
            wider[wide] = wider.get(wide, 0) + n
        near = sorted(wider.items(), key=lambda entry: (-_shared(entry[0], nearest), -entry[1], entry[0]))
        for code, n in near[:3]:
            changes.append(
                Change(
                    "open_region",
                    f"Dibuka untuk {code}: {n} orang.",
                    f"Opened to {code}: {n} people.",
                    {"region": code, "people": n},
                )
            )
    if other_trades:
        changes.append(
            Change(
                "open_trades",
                f"Dibuka untuk semua pekerjaan di wilayahnya: {other_trades} orang.",
                f"Opened to every trade of its region: {other_trades} people.",
                {"people": other_trades},
            )
        )
    return changes


def _left_out(inst: Instance, terms: FundTerms, idle: NDArray[np.bool_]) -> tuple[dict[str, int], int]:
    """Of the `idle`, those whom only the region keeps out (by region), and whom only the trade does."""
    table = pl.DataFrame(
        {
            "id": pl.Series(inst.ids[idle].tolist(), dtype=pl.String),
            "region": pl.Series(inst.regions[idle].tolist(), dtype=pl.String),
            "trade": pl.Series(inst.trades[idle].tolist(), dtype=pl.String),
            "sex": pl.Series(inst.sexes[idle].tolist(), dtype=pl.String),
            "age": inst.ages[idle],
            "covered_until": np.where(inst.ever[idle], 0, -1),
        }
    ).with_columns(
        age=pl.when(pl.col("age") >= 0).then("age"),
        covered_until=pl.when(pl.col("covered_until") >= 0).then("covered_until"),
    )
    allowed = table.with_columns(
        inside=FundTerms(regions=terms.regions).to_polars(),
        trade_fits=FundTerms(trades=terms.trades).to_polars(),
    ).filter(replace(terms, regions=frozenset(), trades=frozenset()).to_polars())
    elsewhere = (
        allowed.filter(~pl.col("inside"), pl.col("trade_fits"), pl.col("region").is_not_null())
        .group_by("region")
        .len()
    )
    other = allowed.filter(pl.col("inside"), ~pl.col("trade_fits")).height
    return dict(elsewhere.iter_rows()), other


def _shared(one: str, other: str) -> int:
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
