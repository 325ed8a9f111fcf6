"""A fund's terms: whom its money may be spent on, as one value that every part of Payung asks.

The plan, its explanation, its report, what became of a gift and a change proposed by hand ask the same value; its
sentence in SQL, for statements about many people, stands in `payung.funding.terms`. Only the independent checker of
plans reads the terms by itself, and a test holds every form to that reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from payung.identity.regions import within

_SEXES: dict[frozenset[str], tuple[str, str]] = {
    frozenset({"male"}): ("hanya untuk laki-laki", "it is only for men"),
    frozenset({"female"}): ("hanya untuk perempuan", "it is only for women"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """What terms ask about a worker.

    `region` is a dotted Kemendagri code, `sex` as the fund writes it, `age` in whole years (None: not known),
    `ever_covered` whether anybody ever protected the worker: a former member is no newcomer.
    """

    id: str
    region: str | None = None
    trade: str = ""
    sex: str = ""
    age: int | None = None
    ever_covered: bool = False


@dataclass(frozen=True, slots=True)
class Barrier:
    """One term that keeps a worker out: its name, and in both languages a short name and a sentence."""

    term: str
    name_id: str
    name_en: str
    text_id: str
    text_en: str


@dataclass(frozen=True, slots=True)
class FundTerms:
    """Whom a fund may pay for. What is empty restricts nothing; equal terms serve the same people.

    `ages` are the lowest and the highest age in whole years, both included.
    """

    regions: frozenset[str] = frozenset()
    trades: frozenset[str] = frozenset()
    sexes: frozenset[str] = frozenset()
    ages: tuple[int, int] | None = None
    named: frozenset[str] = frozenset()
    new_only: bool = False
    covered_only: bool = False

    @classmethod
    def of(cls, fund: Mapping[str, Any]) -> FundTerms:
        """Read the terms of a mapping as in funds.json. Raises TypeError or ValueError for unreadable ones."""
        ages = fund.get("ages")
        return cls(
            regions=frozenset(str(code) for code in fund.get("regions") or []),
            trades=frozenset(str(trade) for trade in fund.get("trades") or []),
            sexes=frozenset(str(sex) for sex in fund.get("sexes") or []),
            ages=(int(ages[0]), int(ages[1])) if ages else None,
            named=frozenset(str(person) for person in fund.get("people") or []),
            new_only=bool(fund.get("new_only")),
            covered_only=bool(fund.get("covered_only")),
        )

    def allows_region(self, code: str | None) -> bool:
        """Tell whether a worker of this region is within the terms."""
        if not self.regions:
            return True
        return code is not None and within(code, self.regions)

    def allows_trade(self, trade: str) -> bool:
        """Tell whether a worker of this trade is within the terms."""
        return not self.trades or trade in self.trades

    def allows_sex(self, sex: str) -> bool:
        """Tell whether a worker of this sex is within the terms."""
        return not self.sexes or sex in self.sexes

    def allows_age(self, age: int | None) -> bool:
        """Tell whether a worker of this age in whole years is within the terms; not known is not within a limit."""
        return self.ages is None or (age is not None and self.ages[0] <= age <= self.ages[1])

    def allows_name(self, person: str | None) -> bool:
        """Tell whether the worker is among those the payer named, where it named any."""
        return not self.named or person in self.named

    def allows_history(self, ever_covered: bool) -> bool:
        """Tell whether somebody ever, or never, protected is within the terms."""
        return not (self.covered_only if not ever_covered else self.new_only)

    def barriers(self, person: Candidate) -> list[Barrier]:
        """List the terms that keep `person` out; [] where the fund may pay."""
        return [barrier for asks, barrier in self._limits() if not asks(person)]

    def allows(self, person: Candidate) -> bool:
        """Tell whether the fund may pay for `person`."""
        return not self.barriers(person)

    def _limits(self) -> list[tuple[Callable[[Candidate], bool], Barrier]]:
        where = ", ".join(sorted(self.regions))
        age_id, age_en = _ages_in_words(self.ages)
        sex_id, sex_en = _SEXES.get(self.sexes, ("dibatasi jenis kelamin", "it is restricted by sex"))
        return [
            (
                lambda p: self.allows_region(p.region),
                Barrier(
                    "regions",
                    "wilayah",
                    "region",
                    f"hanya untuk wilayah {where}",
                    f"it is only for region {where}",
                ),
            ),
            (
                lambda p: self.allows_trade(p.trade),
                Barrier(
                    "trades",
                    "pekerjaan",
                    "trade",
                    "pekerjaannya tidak termasuk",
                    "this trade is not among its trades",
                ),
            ),
            (
                lambda p: self.allows_sex(p.sex),
                Barrier("sexes", "jenis kelamin", "sex", sex_id, sex_en),
            ),
            (lambda p: self.allows_age(p.age), Barrier("ages", "umur", "age", age_id, age_en)),
            (
                lambda p: self.allows_name(p.id),
                Barrier(
                    "people",
                    "nama yang disebut pembayar",
                    "names the payer gave",
                    "hanya untuk orang yang disebut namanya",
                    "it is only for named people",
                ),
            ),
            (
                lambda p: p.ever_covered or self.allows_history(False),
                Barrier(
                    "covered_only",
                    "hanya yang sudah terlindungi",
                    "the already covered only",
                    "hanya untuk yang sudah terlindungi",
                    "it is only for people already protected",
                ),
            ),
            (
                lambda p: not p.ever_covered or self.allows_history(True),
                Barrier(
                    "new_only",
                    "hanya peserta baru",
                    "newcomers only",
                    "hanya untuk yang belum pernah terlindungi",
                    "it is only for people never protected",
                ),
            ),
        ]

    def to_polars(self) -> pl.Expr:
        """Build the same question over a table of people: id, region, trade, sex, age, covered_until (null: never)."""
        allowed = pl.lit(True)
        if self.regions:
            inside = [
                (pl.col("region") == code) | pl.col("region").str.starts_with(f"{code}.")
                for code in sorted(self.regions)
            ]
            allowed = allowed & pl.any_horizontal(inside).fill_null(False)
        if self.trades:
            allowed = allowed & pl.col("trade").is_in(sorted(self.trades)).fill_null(False)
        if self.sexes:
            allowed = allowed & pl.col("sex").is_in(sorted(self.sexes)).fill_null(False)
        if self.ages:
            allowed = allowed & pl.col("age").is_between(*self.ages).fill_null(False)
        if self.named:
            allowed = allowed & pl.col("id").is_in(sorted(self.named))
        if self.new_only:
            allowed = allowed & pl.col("covered_until").is_null()
        if self.covered_only:
            allowed = allowed & pl.col("covered_until").is_not_null()
        return allowed


def _ages_in_words(ages: tuple[int, int] | None) -> tuple[str, str]:
    low, high = ages or (0, 0)
    if low <= 0:
        return f"hanya untuk umur sampai {high} tahun", f"it is only for ages up to {high}"
    if high >= 150:
        return f"hanya untuk umur mulai {low} tahun", f"it is only for ages from {low}"
    return f"hanya untuk umur {low} sampai {high} tahun", f"it is only for ages {low} to {high}"
