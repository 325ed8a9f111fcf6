"""The independent checker: every hard rule, read again from the raw tables.

It shares no code with the solvers, so that a mistake there cannot hide here. Every plan passes it before it
is returned; a plan made by hand can be checked the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from payung.allocation.report import Violation
from payung.values import Month, format_rupiah

#: how many examples of one broken rule are named
_EXAMPLES = 20


def check(
    assignments: Any,
    people: pl.DataFrame,
    funds: Iterable[Mapping[str, Any]],
    start: Month | None = None,
    months: int | None = None,
    keep_months: int | None = None,
    fixed: pl.DataFrame | None = None,
    prices: pl.DataFrame | None = None,
) -> list[Violation]:
    """Return the broken rules, each {code, subject, month, text_id, text_en}; empty when the plan is lawful.

    `assignments` is a Plan or its table (person, fund, first_month, last_month, last included). With a Plan the
    horizon is read from it. At most 20 examples per rule are listed.
    """
    if not isinstance(assignments, pl.DataFrame):
        parameters = assignments.report["parameters"]
        start = start or Month.parse(parameters["from"])
        months = months or int(parameters["months"])
        keep_months = keep_months or int(parameters["keep_months"])
        fixed = assignments.fixed if fixed is None else fixed
        prices = assignments.prices if prices is None else prices
        assignments = assignments.assignments
    if start is None or months is None:
        raise ValueError("check needs the horizon: start and months")
    return _Check(people, list(funds), start.number, months, keep_months or 6, fixed, prices).run(assignments)


class _Check:
    def __init__(
        self,
        people: pl.DataFrame,
        funds: list[Mapping[str, Any]],
        start: int,
        months: int,
        keep: int,
        fixed: pl.DataFrame | None,
        prices: pl.DataFrame | None,
    ) -> None:
        self.start, self.end, self.keep = start, start + months - 1, keep
        self.found: list[Violation] = []
        self.funds = {str(fund["id"]): fund for fund in reversed(funds) if fund.get("id")}
        self.prices = prices
        self.fixed = _rows(fixed) if fixed is not None else None
        self.people = self._people(people)

    def _people(self, people: pl.DataFrame) -> pl.DataFrame:
        table = people.with_columns(
            [
                pl.lit(None, kind).alias(name)
                for name, kind in (
                    ("trade", pl.String),
                    ("eligible_until", pl.Int32),
                    ("covered_until", pl.Int32),
                    ("sector", pl.String),
                    ("sex", pl.String),
                    ("age", pl.Int32),
                )
                if name not in people.columns
            ]
        )
        for name in ("eligible_until", "covered_until"):
            if table[name].dtype == pl.String:
                table = table.with_columns(
                    pl.col(name).map_elements(lambda text: Month.parse(text).number, return_dtype=pl.Int32)
                )
        table = table.select(
            pl.col("id").cast(pl.String).alias("person"),
            pl.col("region", "trade", "sector", "sex").cast(pl.String),
            pl.col("age", "eligible_until").cast(pl.Int32),
            pl.col("covered_until").cast(pl.Int32).alias("until"),
            pl.col("covered_until").is_null().alias("new"),
            pl.col("monthly_due").cast(pl.Int64),
        )
        table = table.sort(table.columns, nulls_last=True).unique("person", keep="first", maintain_order=True)
        if self.fixed is not None and self.fixed.height:
            held = self.fixed.group_by("person").agg(pl.col("last_month").max().alias("held"))
            table = table.join(held, on="person", how="left").with_columns(
                pl.max_horizontal("until", "held").alias("until")
            )
        return table

    def _say(self, code: str, subject: str, month: int | None, text_id: str, text_en: str) -> None:
        if sum(1 for entry in self.found if entry["code"] == code) < _EXAMPLES:
            at = str(Month(month)) if month is not None else None
            self.found.append(
                {"code": code, "subject": subject, "month": at, "text_id": text_id, "text_en": text_en}
            )

    def run(self, assignments: pl.DataFrame) -> list[Violation]:
        rows = _rows(assignments)
        known = rows.filter(
            pl.col("person").is_in(self.people["person"].implode()) & pl.col("fund").is_in(list(self.funds))
        )
        for person, fund in (
            rows.join(known, on=["person", "fund"], how="anti").select("person", "fund").iter_rows()
        ):
            self._say(
                "unknown", person, None, f"{person}/{fund} tidak dikenal", f"{person}/{fund} is unknown"
            )
        wrong = known.filter(
            (pl.col("last_month") < pl.col("first_month"))
            | (pl.col("first_month") < self.start)
            | (pl.col("last_month") > self.end)
        )
        for person, first in wrong.select("person", "first_month").iter_rows():
            self._say(
                "outside_horizon",
                person,
                first,
                f"bulan {person} di luar rencana",
                f"months of {person} lie outside",
            )
        known = known.join(wrong, on=known.columns, how="anti")
        self._payers(known)
        self._spells(known)
        self._restrictions(known)
        monthly = self._monthly(known)
        self._money(monthly)
        self._heads(monthly)
        self._packages(known)
        return self.found

    def _payers(self, rows: pl.DataFrame) -> None:
        ordered = rows.sort("person", "first_month")
        step = ordered.with_columns(pl.col("last_month").shift(1).over("person").alias("before"))
        for person, month in (
            step.filter(pl.col("first_month") <= pl.col("before")).select("person", "first_month").iter_rows()
        ):
            self._say(
                "two_payers",
                person,
                month,
                f"{person} dibayar dua kali pada bulan yang sama",
                f"{person} is paid twice",
            )
        for person, month in (
            step.filter(pl.col("first_month") > pl.col("before") + 1)
            .select("person", "first_month")
            .iter_rows()
        ):
            self._say(
                "gap", person, month, f"perlindungan {person} terputus", f"the cover of {person} has a gap"
            )

    def _spells(self, rows: pl.DataFrame) -> None:
        spells = self._spell_of_each(rows)
        self._spell_bounds(spells)
        self._ends(spells)

    def _spell_of_each(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return one row per person: first and last month paid, the funds, and the last month the person may have."""
        return (
            rows.group_by("person")
            .agg(
                pl.col("first_month").min().alias("first"),
                pl.col("last_month").max().alias("last"),
                pl.col("fund").n_unique().alias("funds"),
                pl.col("fund").first().alias("fund"),
            )
            .join(self.people, on="person")
            .with_columns(
                pl.min_horizontal(pl.col("eligible_until").fill_null(self.end), pl.lit(self.end)).alias(
                    "stop"
                ),
                (pl.col("until") >= self.start - 1).fill_null(False).alias("covered"),
            )
            .sort("person")
        )

    def _spell_bounds(self, spell: pl.DataFrame) -> None:
        """Check that nobody is paid beyond eligibility, while covered already, or for too few months."""
        for person, month in (
            spell.filter(pl.col("last") > pl.col("stop")).select("person", "last").iter_rows()
        ):
            self._say(
                "not_eligible",
                person,
                month,
                f"{person} sudah tidak memenuhi syarat",
                f"{person} is no longer eligible",
            )
        for person, month in (
            spell.filter(pl.col("first") <= pl.col("until")).select("person", "first").iter_rows()
        ):
            self._say(
                "already_covered",
                person,
                month,
                f"{person} masih terlindungi saat itu",
                f"{person} is covered already",
            )
        goes_on = pl.col("covered") & (pl.col("first") == pl.col("until") + 1)
        short = spell.filter((pl.col("last") - pl.col("first") + 1 < self.keep) & ~goes_on)
        for person, month in short.select("person", "first").iter_rows():
            self._say(
                "too_short",
                person,
                month,
                f"{person} mulai tetapi tidak dijaga {self.keep} bulan",
                f"{person} starts but is not kept {self.keep} months",
            )

    def _ends(self, spell: pl.DataFrame) -> None:
        """Check that who is dropped early could be paid by a fund that ends then, or had a package only."""
        package = {name for name, fund in self.funds.items() if int(fund.get("package_months") or 0) > 1}
        early = spell.filter(pl.col("last") < pl.col("stop")).filter(
            ~((pl.col("funds") == 1) & pl.col("fund").is_in(list(package)))
        )
        keys = ["region", "trade", "sex", "age", "new", "person" if self._named() else "region", "last"]
        ends = {name: min(self._valid(fund)[1], self.end) for name, fund in self.funds.items()}
        for facts in (
            early.select(list(dict.fromkeys([*keys, "person"])))
            .unique(list(dict.fromkeys(keys)), maintain_order=True)
            .to_dicts()
        ):
            stops = [
                name
                for name, end in ends.items()
                if end == facts["last"] and self._may(self.funds[name], facts)
            ]
            if not stops:
                self._say(
                    "dropped_early",
                    facts["person"],
                    facts["last"],
                    f"{facts['person']} dihentikan tanpa sebab",
                    f"{facts['person']} is dropped though nothing ends then",
                )

    def _named(self) -> bool:
        return any(fund.get("people") for fund in self.funds.values())

    def _valid(self, fund: Mapping[str, Any]) -> tuple[int, int]:
        first, last = fund.get("valid") or (None, None)
        return (
            self.start if first is None else _number(first),
            self.end if last is None else _number(last),
        )

    def _may(self, fund: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
        region = facts["region"] or ""
        regions = fund.get("regions") or []
        ages = fund.get("ages")
        return (
            (not regions or any(region == code or region.startswith(f"{code}.") for code in regions))
            and (not fund.get("trades") or facts["trade"] in fund["trades"])
            and (not fund.get("new_only") or bool(facts["new"]))
            and (not fund.get("covered_only") or not facts["new"])
            and (not fund.get("sexes") or facts["sex"] in fund["sexes"])
            and (not ages or (facts["age"] is not None and ages[0] <= facts["age"] <= ages[1]))
            and (not fund.get("people") or facts["person"] in fund["people"])
        )

    def _restrictions(self, rows: pl.DataFrame) -> None:
        facts_of = rows.join(self.people, on="person").sort("person", "first_month")
        by_fund = facts_of.partition_by("fund", as_dict=True, maintain_order=True)
        for (name,), mine in sorted(by_fund.items()):
            fund = self.funds[name]
            first, last = self._valid(fund)
            for person, month in (
                mine.filter((pl.col("first_month") < first) | (pl.col("last_month") > last))
                .select("person", "first_month")
                .iter_rows()
            ):
                self._say(
                    "not_valid",
                    person,
                    month,
                    f"{name} tidak berlaku saat itu",
                    f"{name} is not valid in those months",
                )
            keys = ["region", "trade", "sex", "age", "new"] + (["person"] if fund.get("people") else [])
            for row in mine.unique(keys, keep="first", maintain_order=True).to_dicts():
                if not self._may(fund, row):
                    self._say(
                        "not_allowed",
                        row["person"],
                        row["first_month"],
                        f"{name} tidak boleh membayar {row['person']} (syarat sumber dana)",
                        f"{name} may not pay for {row['person']} (its restrictions)",
                    )

    def _monthly(self, rows: pl.DataFrame) -> pl.DataFrame:
        """People and rupiah by fund and month, what is fixed included."""
        parts = [rows] if self.fixed is None else [rows, self.fixed]
        sums = []
        for part in parts:
            for month in range(self.start, self.end + 1):
                live = part.filter((pl.col("first_month") <= month) & (month <= pl.col("last_month")))
                paid = live.join(self.people.select("person", "monthly_due", "sector"), on="person")
                sums.append(
                    paid.group_by("fund", "sector")
                    .agg(pl.len().alias("heads"), pl.col("monthly_due"))
                    .with_columns(pl.lit(month, pl.Int32).alias("month"))
                )
        table = pl.concat(sums)
        rupiah = [
            self._cost(fund, sector, month, due)
            for fund, sector, month, due in table.select("fund", "sector", "month", "monthly_due").iter_rows()
        ]
        return (
            table.with_columns(pl.Series("rupiah", rupiah, dtype=pl.Int64))
            .group_by("fund", "month")
            .agg(pl.col("heads").sum(), pl.col("rupiah").sum())
            .sort("fund", "month")
        )

    def _cost(self, fund: str, sector: str | None, month: int, dues: list[int]) -> int:
        percent = 100
        if self.prices is not None:
            kind = str(self.funds[fund].get("kind") or "") if fund in self.funds else ""
            for k, s, m, value in self.prices.select("kind", "sector", "month", "percent").iter_rows():
                if m == month and k in (None, kind) and s in (None, sector or ""):
                    percent = int(value)
        return sum(dues) if percent == 100 else sum((due * percent + 50) // 100 for due in dues)

    def _money(self, monthly: pl.DataFrame) -> None:
        for name, fund in sorted(self.funds.items()):
            mine = dict(monthly.filter(pl.col("fund") == name).select("month", "rupiah").iter_rows())
            if not mine:
                continue
            releases = [(_number(month), int(amount)) for month, amount in fund.get("cash") or []]
            spent = 0
            for month in range(self.start, self.end + 1):
                spent += mine.get(month, 0)
                cash = sum(amount for released, amount in releases if released <= month)
                if spent > cash:
                    self._say(
                        "overspent",
                        name,
                        month,
                        f"{name} terpakai {format_rupiah(spent)}, tersedia {format_rupiah(cash)}",
                        f"{name} spends {format_rupiah(spent)} of {format_rupiah(cash)} available",
                    )
                    break

    def _heads(self, monthly: pl.DataFrame) -> None:
        """Check that a fund with a minimum head count pays as many people in its fullest month, or nobody."""
        fullest = monthly.group_by("fund").agg(pl.col("heads").max()).sort("fund")
        for name, heads in fullest.iter_rows():
            fund = self.funds.get(name, {})
            least = int(fund.get("exact_people") or fund.get("min_people") or 0)
            if heads < least:
                self._say(
                    "too_few_people",
                    name,
                    None,
                    f"{name} membayar paling banyak {heads} orang sekaligus, sedikitnya {least}",
                    f"{name} pays at most {heads} people together, at least {least} are asked",
                )
            most = int(fund.get("exact_people") or 0)
            if most and heads > most:
                self._say(
                    "too_many_people",
                    name,
                    None,
                    f"{name} membayar {heads} orang sekaligus, tepat {most} diminta",
                    f"{name} pays {heads} people together, exactly {most} are asked",
                )

    def _packages(self, rows: pl.DataFrame) -> None:
        lengths = {name: int(fund.get("package_months") or 0) for name, fund in self.funds.items()}
        bought = rows.filter(pl.col("fund").is_in([name for name, length in lengths.items() if length > 1]))
        for person, fund, first, last in bought.sort("person", "first_month").iter_rows():
            if (last - first + 1) % lengths[fund]:
                self._say(
                    "broken_package",
                    person,
                    first,
                    f"{fund} hanya membayar paket {lengths[fund]} bulan",
                    f"{fund} pays only packages of {lengths[fund]} months",
                )


def _rows(table: pl.DataFrame) -> pl.DataFrame:
    return table.select(
        pl.col("person").cast(pl.String),
        pl.col("fund").cast(pl.String),
        pl.col("first_month").cast(pl.Int32),
        pl.col("last_month").cast(pl.Int32),
    )


def _number(month: Any) -> int:
    if isinstance(month, Month):
        return month.number
    return Month.parse(month).number if isinstance(month, str) else int(month)
