"""Funds as the optimiser reads them: what each may pay for, in which months, with which money.

A fund is described by a mapping (one object of funds.json). Nothing wrong in it stops the plan: it is
named as a `Problem`, the fund is left out or its usable part kept, and the rest is solved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from payung.allocation.report import ProblemRow
from payung.allocation.terms import FundTerms
from payung.identity.regions import contains, load
from payung.values import Month

_REGION = re.compile(r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something contradictory in the input, named so that a person can mend it.

    `code` is stable, `subject` is the fund or person it is about ('' for the whole), `left_out` tells
    whether the subject took no part in the plan.
    """

    code: str
    subject: str
    text_id: str
    text_en: str
    left_out: bool = True

    def as_dict(self) -> ProblemRow:
        return {
            "code": self.code,
            "subject": self.subject,
            "text_id": self.text_id,
            "text_en": self.text_en,
            "left_out": self.left_out,
        }


@dataclass(frozen=True, slots=True)
class Fund:
    """One source of money. Months are indices from the first month of the horizon.

    `cash` is the cumulative whole rupiah that may have been spent by the end of each month; `open` tells
    in which months it may pay at all. A head count of 0 restricts nothing:
    `min_people` are paid together in the fullest month or nobody is, `max_people` is the most in any month.
    """

    id: str
    kind: str
    cash: NDArray[np.int64]
    open: NDArray[np.bool_]
    terms: FundTerms = field(default_factory=FundTerms)
    min_people: int = 0
    max_people: int = 0
    package: int = 0
    group_code: str = ""
    amount: int = 0
    notes: tuple[str, ...] = field(default=())

    @property
    def first(self) -> int:
        return int(np.argmax(self.open))

    @property
    def last(self) -> int:
        return int(len(self.open) - 1 - np.argmax(self.open[::-1]))


def read_funds(
    funds: Iterable[Mapping[str, Any]], start: Month, months: int
) -> tuple[list[Fund], list[Problem]]:
    """Return the usable funds, sorted by id, and everything contradictory that was found in them."""
    good: dict[str, Fund] = {}
    problems: list[Problem] = []
    for raw in sorted(funds, key=lambda fund: str(fund.get("id", ""))):
        name = str(raw.get("id") or "")
        if not name:
            problems.append(_bad("fund_without_id", name, "sumber dana tanpa id", "a fund has no id"))
        elif name in good:
            problems.append(
                _bad(
                    "fund_twice",
                    name,
                    f"sumber dana {name} tertulis dua kali",
                    f"fund {name} is listed twice",
                )
            )
        else:
            try:
                fund, found = _read(name, raw, start, months)
            except (TypeError, ValueError, KeyError, IndexError) as wrong:
                problems.append(
                    _bad(
                        "fund_unreadable",
                        name,
                        f"sumber dana {name} tidak terbaca: {wrong}",
                        f"fund {name} cannot be read: {wrong}",
                    )
                )
                continue
            problems += found
            if fund is not None:
                good[name] = fund
    return [good[name] for name in sorted(good)], problems


def _bad(code: str, subject: str, text_id: str, text_en: str, left_out: bool = True) -> Problem:
    return Problem(code, subject, text_id, text_en, left_out)


def _month(value: Any) -> int:
    if isinstance(value, Month):
        return value.number
    return Month.parse(value).number if isinstance(value, str) else int(value)


def _is_region(code: str) -> bool:
    """Return whether a code is a region's; a village of a province whose villages are not held here counts as one."""
    if not _REGION.match(code):
        return False
    known = load()
    if code.count(".") < 3:
        return known.get(code) is not None
    return known.get(code) is not None or not contains(known.province, code)


def _releases(name: str, raw: Mapping[str, Any]) -> list[tuple[int, int]]:
    cash = [(_month(month), int(amount)) for month, amount in raw.get("cash") or []]
    if any(amount < 0 for _, amount in cash):
        raise ValueError("a release of cash is negative")
    return sorted(cash)


class _LeftOut(Exception):
    """A fund that cannot take part, with the reason."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def _read(name: str, raw: Mapping[str, Any], start: Month, months: int) -> tuple[Fund | None, list[Problem]]:
    problems: list[Problem] = []
    try:
        return _fund(name, raw, start, months, problems), problems
    except _LeftOut as left:
        return None, [*problems, left.problem]


def _fund(name: str, raw: Mapping[str, Any], start: Month, months: int, problems: list[Problem]) -> Fund:
    """Return the fund as arrays over the horizon and note what is odd. Raises _LeftOut."""
    valid = _validity(name, raw, start, months)
    releases = _releases(name, raw)
    _note_early_and_late(name, releases, valid, problems)
    first, last = max(valid[0], start.number), min(valid[1], start.number + months - 1)
    cash = np.zeros(months, dtype=np.int64)
    for month, rupiah in releases:
        if month <= last:
            cash[max(month, first) - start.number] += rupiah
    cash = np.cumsum(cash)
    opened = np.zeros(months, dtype=np.bool_)
    opened[first - start.number : last - start.number + 1] = True
    opened &= cash > 0
    if not opened.any():
        raise _LeftOut(
            _bad(
                "no_cash",
                name,
                f"{name} tidak punya uang dalam jangka rencana",
                f"{name} has no cash within the horizon",
            )
        )
    exact = int(raw.get("exact_people") or 0)
    terms = _terms(name, raw, problems)
    package = _package(name, raw, int(opened.sum()))
    return Fund(
        id=name,
        kind=str(raw.get("kind") or ""),
        cash=cash,
        open=opened,
        terms=terms,
        min_people=exact or int(raw.get("min_people") or 0),
        max_people=exact,
        package=package if package > 1 else 0,
        group_code=str(raw.get("group_code") or ""),
        amount=sum(rupiah for _, rupiah in releases),
    )


def _validity(name: str, raw: Mapping[str, Any], start: Month, months: int) -> tuple[int, int]:
    """First and last month in which the fund may pay. Raises _LeftOut."""
    end = start.number + months - 1
    valid = raw.get("valid") or [None, None]
    first = start.number if valid[0] is None else _month(valid[0])
    last = end if valid[1] is None else _month(valid[1])
    if last < first:
        raise _LeftOut(
            _bad(
                "validity_reversed",
                name,
                f"masa berlaku {name} berakhir sebelum mulai",
                f"the validity of {name} ends before it begins",
            )
        )
    if min(last, end) < max(first, start.number):
        raise _LeftOut(
            _bad(
                "outside_horizon",
                name,
                f"{name} tidak berlaku dalam jangka rencana",
                f"{name} is not valid within the horizon",
            )
        )
    return first, last


def _note_early_and_late(
    name: str, releases: list[tuple[int, int]], valid: tuple[int, int], problems: list[Problem]
) -> None:
    if any(month < valid[0] for month, _ in releases):
        problems.append(
            _bad(
                "cash_before_validity",
                name,
                f"sebagian uang {name} tersedia sebelum masa berlakunya; dipakai sejak {Month(valid[0])}",
                f"some cash of {name} arrives before its validity; it is used from {Month(valid[0])}",
                left_out=False,
            )
        )
    late = sum(rupiah for month, rupiah in releases if month > valid[1])
    if late:
        problems.append(
            _bad(
                "cash_after_validity",
                name,
                f"Rp{late:,} dari {name} baru tersedia setelah masa berlakunya berakhir".replace(",", "."),
                f"Rp{late:,} of {name} arrives after its validity has ended".replace(",", "."),
                left_out=False,
            )
        )


def _terms(name: str, raw: Mapping[str, Any], problems: list[Problem]) -> FundTerms:
    """Return the fund's terms without regions that do not exist. Raises _LeftOut where none of its regions does."""
    terms = FundTerms.of(raw)
    wrong = sorted(region for region in terms.regions if not _is_region(region))
    if not wrong:
        return terms
    none_left = len(wrong) == len(terms.regions)
    problem = _bad(
        "unknown_region",
        name,
        f"kode wilayah {', '.join(wrong)} pada {name} tidak dikenal (tulis seperti 65.71)",
        f"region code {', '.join(wrong)} of {name} is unknown (write it like 65.71)",
        left_out=none_left,
    )
    if none_left:
        raise _LeftOut(problem)
    problems.append(problem)
    return replace(terms, regions=terms.regions.difference(wrong))


def _package(name: str, raw: Mapping[str, Any], months: int) -> int:
    """Months that the fund pays for at a time, 0 for any. Raises _LeftOut where it is not open so long."""
    package = int(raw.get("package_months") or 0)
    if package > months:
        raise _LeftOut(
            _bad(
                "package_too_long",
                name,
                f"paket {package} bulan pada {name} lebih panjang dari masa berlakunya ({months} bulan)",
                f"the {package}-month package of {name} is longer than its validity ({months} months)",
            )
        )
    return package
