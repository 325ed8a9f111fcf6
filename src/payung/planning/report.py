"""What a plan is worth, counted from its lines alone: in all, by regency, by trade, by fund; and in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import polars as pl

from payung.allocation import FundTerms
from payung.planning.inputs import PlanInput
from payung.planning.rows import Figures, FundFigures, FundRow, PlaceRow, Spared, Tables
from payung.values import Month, Period, format_rupiah

#: reasons of those who wait for money (the others cannot be helped by it)
WAITING = ("money_short", "lottery", "funds_too_short", "no_fund", "not_listed")

#: reason code of a worker without a payer -> (Indonesian, English)
REASONS: dict[str, tuple[str, str]] = {
    "money_short": (
        "Uang dana yang boleh membayarnya habis untuk pekerja yang lebih mendesak.",
        "The money of the funds that may pay went to workers with a more pressing need.",
    ),
    "lottery": (
        "Sama mendesaknya dengan pekerja terakhir yang didanai; undian terbuka yang memutuskan.",
        "As pressing as the last worker funded; the published lottery decided.",
    ),
    "no_fund": (
        "Tidak ada dana yang ketentuannya cocok (wilayah, pekerjaan, umur, peserta baru).",
        "No fund's terms fit (region, trade, age, newcomers only).",
    ),
    "funds_too_short": (
        "Dana yang cocok tidak berlaku atau belum cair cukup lama.",
        "The funds that fit are not valid, or not released, for long enough.",
    ),
    "too_few_months_left": (
        "Sisa masa layaknya (sampai umur 65) lebih pendek dari masa perlindungan terpendek.",
        "What is left until age 65 is shorter than the shortest spell of protection.",
    ),
    "already_covered": ("Sudah terlindungi sepanjang rencana.", "Already covered for the whole plan."),
    "not_eligible": (
        "Tidak lagi layak dalam bulan-bulan rencana.",
        "No longer eligible in the plan's months.",
    ),
    "on_hold": (
        "Datanya masih diragukan (NIK atau pasangan belum diputuskan).",
        "The data is still in doubt (NIK, or a pair not judged yet).",
    ),
    "bad_row": ("Wilayah atau iurannya belum diketahui.", "Region or contribution is not known yet."),
    "not_listed": ("Tidak disebut dalam rencana ini.", "Not mentioned in this plan."),
}


def spells(assignments: pl.DataFrame) -> pl.DataFrame:
    """Unbroken runs of months per person, whoever pays: person, first_month, last_month, months."""
    ordered = assignments.sort("person", "first_month").with_columns(
        fresh=(pl.col("first_month") != pl.col("last_month").shift(1).over("person") + 1).fill_null(True)
    )
    return (
        ordered.with_columns(run=pl.col("fresh").cast(pl.Int32).cum_sum().over("person"))
        .group_by("person", "run")
        .agg(pl.col("first_month").min(), pl.col("last_month").max())
        .with_columns(months=pl.col("last_month") - pl.col("first_month") + 1)
        .drop("run")
    )


def costed(given: PlanInput, assignments: pl.DataFrame) -> pl.DataFrame:
    """Return the assignments with months, rupiah (at the plan's prices), region and trade of the worker."""
    if assignments.is_empty():
        return assignments.with_columns(
            months=pl.lit(0, pl.Int32),
            rupiah=pl.lit(0, pl.Int64),
            region=pl.lit("", pl.String),
            trade=pl.lit("", pl.String),
        )
    kinds = {fund["id"]: fund["kind"] for fund in given.funds}
    before = given.prices.sort("month").with_columns(
        before=(pl.col("percent").cum_sum() - pl.col("percent")).over("kind", "sector")
    )
    person = given.people.select(pl.col("id").alias("person"), "region", "trade", "sector", "monthly_due")
    table = assignments.join(person, on="person", how="left").with_columns(
        kind=pl.col("fund").replace_strict(kinds, default="", return_dtype=pl.String),
        months=pl.col("last_month") - pl.col("first_month") + 1,
    )
    months = table.with_columns(
        month=pl.int_ranges(pl.col("first_month").cast(pl.Int64), pl.col("last_month").cast(pl.Int64) + 1)
    ).explode("month")
    monthly = months.with_columns(pl.col("month").cast(pl.Int32)).join(
        before.select("kind", "sector", "month", "percent"), on=["kind", "sector", "month"], how="left"
    )
    rupiah = monthly.group_by("person", "fund", "first_month").agg(
        ((pl.col("monthly_due") * pl.col("percent").fill_null(100) + 50) // 100).sum().alias("rupiah")
    )
    return table.join(rupiah, on=["person", "fund", "first_month"], how="left").drop(
        "kind", "sector", "monthly_due"
    )


def _standing(given: PlanInput, lines: pl.DataFrame, period: Period) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each run of months with what the person needed (begin, last, covered), and everybody who needs any month."""
    people = given.people.select(
        pl.col("id").alias("person"),
        "region",
        "trade",
        begin=pl.max_horizontal(pl.col("covered_until") + 1, pl.lit(period.first.number)),
        last=pl.min_horizontal(pl.col("eligible_until").fill_null(10**6), pl.lit(period.end.number - 1)),
        covered=(pl.col("covered_until") >= period.first.number - 1).fill_null(False),
        hold=pl.col("hold"),
    ).filter(~pl.col("hold") & (pl.col("begin") <= pl.col("last")))
    runs = spells(lines.select("person", "first_month", "last_month")).join(people, on="person", how="left")
    from_begin = (pl.col("first_month") == pl.col("begin")).fill_null(False)
    return runs.with_columns(
        goes_on=pl.col("covered").fill_null(False) & from_begin,
        whole=from_begin & (pl.col("last_month") >= pl.col("last")),
    ), people


def dropped(given: PlanInput, lines: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Covered people who could go on and are not paid to the end: person, region, trade."""
    runs, people = _standing(given, lines, period)
    kept = runs.filter(pl.col("whole") & pl.col("covered"))
    return people.filter("covered").join(kept, on="person", how="anti").select("person", "region", "trade")


def spared(given: PlanInput, period: Period) -> Spared:
    """Whom the plan leaves to others who pay already, as the branch says: people, and person-months.

    No rupiah: nobody would have been bound to pay these months, and no plan could have paid all of them.
    """
    people = given.people.filter(~pl.col("hold") & (pl.col("elsewhere_until") >= period.first.number))
    last = pl.min_horizontal(
        "elsewhere_until", pl.col("eligible_until").fill_null(10**6), pl.lit(period.end.number - 1)
    )
    months = (last - period.first.number + 1).clip(lower_bound=0)
    return {"people": people.height, "months": int(people.select(months.sum()).item() or 0)}


def figures(given: PlanInput, lines: pl.DataFrame, period: Period, keep_months: int) -> Figures:
    """People protected without a gap for `keep_months` or more (or kept), months, kept, dropped, money.

    `whole_year`: people paid for without a gap from the first month they need to the last of the plan.
    """
    runs, people = _standing(given, lines, period)
    counted = runs.filter((pl.col("months") >= keep_months) | pl.col("goes_on"))
    could = people.filter("covered").height
    kept = runs.filter(pl.col("whole") & pl.col("covered")).height
    cash = sum(
        int(amount) for fund in given.funds for month, amount in fund["cash"] if _usable(fund, month, period)
    )
    spent = int(lines["rupiah"].sum())
    return {
        "people": counted["person"].n_unique(),
        "person_months": int(counted["months"].sum()),
        "whole_year": runs.filter("whole").height,
        "kept": kept,
        "dropped": could - kept,
        "money": cash,
        "spent": spent,
        "unspent": cash - spent,
    }


def _usable(fund: Mapping[str, Any], month: str, period: Period) -> bool:
    first, last = (Month.parse(text) for text in fund["valid"])
    return first < period.end and last >= period.first and Month.parse(month) <= min(last, period.end + (-1))


def by_place_and_trade(
    given: PlanInput,
    lines: pl.DataFrame,
    today: pl.DataFrame,
    names: Mapping[str, str],
    labels: Mapping[str, str],
    period: Period,
) -> Tables:
    """Eligible people, people and months funded, rupiah, and covers that break off, by regency, district and trade.

    Today's way stands beside each.
    """
    breaks = [dropped(given, part, period) for part in (lines, today)]

    def table(key: pl.Expr, words: Mapping[str, str]) -> list[PlaceRow]:
        eligible = (
            given.people.filter(~pl.col("hold")).group_by(key.alias("key")).agg(pl.len().alias("eligible"))
        )
        mine, other = (
            part.group_by(key.alias("key")).agg(
                pl.col("person").n_unique().alias("people"),
                pl.col("months").sum().cast(pl.Int64).alias("months"),
                pl.col("rupiah").sum().alias("rupiah"),
            )
            for part in (lines, today)
        )
        found = (
            eligible.join(mine, on="key", how="full", coalesce=True)
            .join(other, on="key", how="left", suffix="_today")
            .join(_counted(breaks[0], key, "dropped"), on="key", how="left")
            .join(_counted(breaks[1], key, "dropped_today"), on="key", how="left")
            .with_columns(pl.col(pl.Int64, pl.UInt32).fill_null(0))
            .sort("key")
        )
        rows = [{"name": words.get(row["key"], row["key"] or "–"), **row} for row in found.to_dicts()]
        return cast(list[PlaceRow], rows)

    return {
        "by_regency": table(pl.col("region").str.slice(0, 5), names),
        "by_district": table(pl.col("region").str.slice(0, 8), names),
        "by_trade": table(pl.col("trade"), labels),
    }


def _counted(people: pl.DataFrame, key: pl.Expr, name: str) -> pl.DataFrame:
    return people.group_by(key.alias("key")).agg(pl.len().cast(pl.Int64).alias(name))


def by_fund(
    given: PlanInput,
    lines: pl.DataFrame,
    today: pl.DataFrame,
    unfunded: pl.DataFrame,
    period: Period,
    keep_months: int,
) -> list[FundRow]:
    """Report each fund's money: people, months, spent, unspent, whom it could serve, and why some is left.

    Today's people and unspent money stand beside.
    """
    done, done_today = _by_payer(lines), _by_payer(today)
    funded = pl.col("id").is_in(lines["person"].unique().to_list())
    waits = unfunded.filter(pl.col("reason").is_in(WAITING))["person"].to_list()
    able = given.people.with_columns(funded=funded).filter(pl.col("funded") | pl.col("id").is_in(waits))
    counts = (
        able.select(
            [FundTerms.of(fund).to_polars().sum().alias(f"n{i}") for i, fund in enumerate(given.funds)]
            + [
                (FundTerms.of(fund).to_polars() & ~pl.col("funded")).sum().alias(f"u{i}")
                for i, fund in enumerate(given.funds)
            ]
        ).row(0, named=True)
        if given.funds
        else {}
    )
    cheapest = int(able["monthly_due"].min() or 0)  # type: ignore[arg-type]
    rows: list[FundRow] = []
    for i, fund in enumerate(given.funds):
        nothing = {"people": 0, "months": 0, "rupiah": 0}
        own, other = done.get(fund["id"], nothing), done_today.get(fund["id"], nothing)
        money = sum(int(amount) for month, amount in fund["cash"] if _usable(fund, month, period))
        row: FundFigures = {
            "fund": fund["id"],
            "name": fund["name"],
            "kind": fund["kind"],
            "money": money,
            "people": own["people"],
            "months": own["months"],
            "spent": own["rupiah"],
            "unspent": money - own["rupiah"],
            "people_today": other["people"],
            "unspent_today": money - other["rupiah"],
            "could_serve": counts[f"n{i}"],
            "unserved": counts[f"u{i}"],
        }
        why, why_en = _why_left(fund, row, max(cheapest * keep_months, 1), keep_months)
        rows.append({**row, "why": why, "why_en": why_en})
    return rows


def _by_payer(lines: pl.DataFrame) -> dict[str, dict[str, Any]]:
    table = lines.group_by("fund").agg(
        pl.col("person").n_unique().alias("people"),
        pl.col("months").sum().cast(pl.Int64),
        pl.col("rupiah").sum(),
    )
    return {row["fund"]: row for row in table.iter_rows(named=True)}


def _why_left(fund: Mapping[str, Any], row: FundFigures, spell: int, keep: int) -> tuple[str, str]:
    left = format_rupiah(row["unspent"])
    if not row["money"]:
        return "Tidak ada uang dalam bulan-bulan rencana.", "No money within the plan's months."
    if row["unspent"] <= 0:
        return "Terpakai seluruhnya.", "All of it is used."
    if not row["could_serve"]:
        return (
            f"{left} tidak menemukan satu pun pekerja layak; bukalah ke wilayah atau pekerjaan lain.",
            f"{left} finds no eligible worker at all; open it to another region or trade.",
        )
    if not row["unserved"]:
        return (
            f"{left} tersisa: semua {row['could_serve']} pekerja layak yang cocok sudah didanai; "
            "bukalah ke wilayah atau pekerjaan lain.",
            f"{left} is left: all {row['could_serve']} eligible workers that fit are funded; "
            "open it to another region or trade.",
        )
    minimum = fund.get("exact_people") or fund.get("min_people") or 0
    if minimum and not row["people"]:
        return (
            f"{left} tidak terpakai: jumlah minimal {minimum} orang tidak tercapai bersama dana lain.",
            f"{left} is unused: the minimum of {minimum} people cannot be met beside the other funds.",
        )
    if row["unspent"] < spell:
        return (
            f"{left} tersisa: kurang dari iuran satu orang selama {keep} bulan.",
            f"{left} is left: less than one person's contribution for {keep} months.",
        )
    return (
        f"{left} tersisa: cair atau berlaku terlalu lambat untuk {keep} bulan tanpa putus bagi "
        f"{row['unserved']} pekerja yang menunggu.",
        f"{left} is left: released or valid too late for {keep} unbroken months for the "
        f"{row['unserved']} workers who wait.",
    )


def _short(rupiah: int, lang: str) -> str:
    """Rp4,2 miliar, Rp450 juta; below a million in full."""
    for scale, word, english in (
        (10**12, "triliun", "trillion"),
        (10**9, "miliar", "billion"),
        (10**6, "juta", "million"),
    ):
        if rupiah >= scale:
            text = f"{rupiah / scale:.1f}".removesuffix(".0")
            return f"Rp{text} {english}" if lang == "en" else f"Rp{text.replace('.', ',')} {word}"
    return format_rupiah(rupiah)


#: what a plan is compared with when nothing else is named
TODAYS_WAY = {
    "id": "cara sekarang (siapa cepat dia dapat, provinsi dulu)",
    "en": "today's way (first come first served, province first)",
}


def sentence(
    mine: Figures,
    other: Figures,
    keep: int,
    lang: str = "id",
    against: str | None = None,
) -> str:
    """Compare a plan with another (today's way when none is named) in one sentence: what is better and what not."""
    if not mine["money"]:
        return {
            "id": "Tidak ada uang yang dapat dipakai dalam bulan-bulan rencana ini.",
            "en": "There is no money that can be used in this plan's months.",
        }[lang]
    against = against or TODAYS_WAY[lang]
    money, same = _short(mine["money"], lang), mine["money"] == other["money"]
    said = [text for value, text in sorted(_gains(mine, other, keep, lang), key=lambda g: g[0] <= 0) if value]
    if lang == "en":
        head = f"The same {money}" if same else f"{money} instead of {_short(other['money'], lang)}"
        if not said:
            return f"{head} protects as many people and months as {against}."
        return f"{head} gives {', '.join(said)}, than {against}."
    head = f"{money} yang sama" if same else f"{money} (pembandingnya {_short(other['money'], lang)})"
    if not said:
        return f"{head} melindungi orang dan bulan yang sama dengan {against}."
    return f"Dengan {head}: {', '.join(said)}, dibanding {against}."


def _gains(mine: Figures, other: Figures, keep: int, lang: str) -> list[tuple[int, str]]:
    """(gain, its words) of each figure that the sentence names; a gain is positive."""

    def n(value: int) -> str:
        text = f"{abs(value):,}"
        return text if lang == "en" else text.replace(",", ".")

    year = mine.get("whole_year", 0) - other.get("whole_year", 0)
    people, months = mine["people"] - other["people"], mine["person_months"] - other["person_months"]
    kept = other["dropped"] - mine["dropped"]
    if lang == "en":
        return [
            (year, f"{n(year)} {'more' if year > 0 else 'fewer'} people protected for the whole plan"),
            (people, f"{n(people)} {'more' if people > 0 else 'fewer'} people for {keep} months or more"),
            (months, f"{n(months)} {'more' if months > 0 else 'fewer'} months of protection"),
            (kept, f"{n(kept)} {'fewer' if kept > 0 else 'more'} people losing their cover"),
        ]
    return [
        (
            year,
            f"{n(year)} orang lebih {'banyak' if year > 0 else 'sedikit'} terlindungi sepanjang masa rencana",
        ),
        (
            people,
            f"{n(people)} orang lebih {'banyak' if people > 0 else 'sedikit'} terlindungi {keep} bulan atau lebih",
        ),
        (months, f"{n(months)} bulan perlindungan lebih {'banyak' if months > 0 else 'sedikit'}"),
        (kept, f"{n(kept)} orang lebih {'sedikit' if kept > 0 else 'banyak'} yang perlindungannya putus"),
    ]
