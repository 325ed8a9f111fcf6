"""A plan made by hand: a table of who is paid by which fund from when to when, checked and counted as any other."""

from __future__ import annotations

import hashlib
from datetime import date

import polars as pl
from django.utils.translation import gettext_lazy

from payung.access.actor import Actor, Refused, either
from payung.access.acts import OF_SUBJECT, Act
from payung.allocation.rules import todays_way
from payung.funding.models import Plan
from payung.funding.named import known_by_nik
from payung.planning.actions import check_options, store
from payung.planning.inputs import PlanInput, read_input
from payung.planning.solving import Solved, report_of, simple
from payung.sandbox.frames import NoTable, read_frame
from payung.values import Month, Period

COLUMNS = ("person", "fund", "first_month", "last_month")
#: how many wrong lines a refusal names
_NAMED = 5


def propose_plan_by_hand(
    actor: Actor,
    *,
    name: str,
    content: bytes,
    first_month: Month,
    months: int,
    today: date,
    keep_months: int = 6,
) -> Plan:
    """Store a plan from a CSV with the columns person (number) or nik, fund (code), first_month, last_month.

    Months are written YYYY-MM, the last one included. Lines that break a rule are kept and named in the report:
    such a plan can be compared, not approved. Raises NotAllowed; Refused naming the lines that cannot be read.
    """
    actor.require_act(Act.PROPOSE_PLAN, region_code=OF_SUBJECT)
    options = check_options({"keep_months": keep_months}, months) | {
        "method": "by_hand",
        "content": hashlib.sha256(content).hexdigest(),
    }
    period = Period(first_month, first_month + months)
    given = read_input(period=period, today=today, weights=options["weights"])
    assignments = _read(content, given, period)
    rest = given.people.filter(~pl.col("id").is_in(assignments["person"].unique().to_list()))
    unfunded = rest.select(pl.col("id").alias("person"), pl.lit("not_listed").alias("reason"))
    today_lines, _ = simple(given, period, keep_months, options["seed"], todays_way)
    report = report_of(given, period, keep_months, assignments, unfunded, today_lines)
    return store(actor, name, period, Solved(given, assignments, unfunded, report, options))


def _read(content: bytes, given: PlanInput, period: Period) -> pl.DataFrame:
    try:
        table = read_frame(content, "csv", infer_schema=False)
    except NoTable as error:
        raise Refused(gettext_lazy("Berkas rencana tidak terbaca; simpan sebagai CSV UTF-8.")) from error
    table = table.rename({column: column.strip().lower() for column in table.columns})
    if "nik" in table.columns and "person" not in table.columns:
        table = table.with_columns(person=_persons(table["nik"]))
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        raise Refused(
            gettext_lazy("Kolom %(listed)s tidak ada; perlu person atau nik, fund, first_month, last_month."),
            listed=", ".join(missing),
        )
    table = table.select(
        *(pl.col(column).str.strip_chars() for column in COLUMNS),
        pl.int_range(pl.len()).alias("line") + 2,
    )
    first, last = (_month(table[column]) for column in ("first_month", "last_month"))
    table = table.with_columns(first_month=first, last_month=last)
    codes = [fund["id"] for fund in given.funds]
    _name_wrong(
        table,
        pl.col("person").is_null() | ~pl.col("person").is_in(given.people["id"].to_list()),
        "pekerjanya tidak dikenal atau tidak layak",
        "the worker is not known or not eligible",
    )
    _name_wrong(
        table,
        ~pl.col("fund").is_in(codes).fill_null(False),
        "dananya tidak dikenal",
        "the fund is not known",
    )
    wrong = (
        pl.col("first_month").is_null()
        | pl.col("last_month").is_null()
        | (pl.col("first_month") > pl.col("last_month"))
        | (pl.col("first_month") < period.first.number)
        | (pl.col("last_month") >= period.end.number)
    )
    _name_wrong(
        table,
        wrong,
        "bulannya salah tulis atau di luar rencana",
        "the months are miswritten or outside the plan",
    )
    return table.select(COLUMNS).sort("person", "first_month")


def _persons(niks: pl.Series) -> pl.Series:
    found = known_by_nik(niks.to_list())
    return pl.Series([None if person is None else str(person) for person in found], dtype=pl.String)


def _month(texts: pl.Series) -> pl.Series:
    parts = texts.str.extract_groups(r"^(\d{4})-(\d{1,2})$").struct.unnest()
    year, month = (parts[column].cast(pl.Int32) for column in parts.columns)
    return pl.select(
        pl.when((month >= 1) & (month <= 12)).then(year * 12 + month - 1).cast(pl.Int32)
    ).to_series()


def _name_wrong(table: pl.DataFrame, wrong: pl.Expr, text_id: str, text_en: str) -> None:
    lines = table.filter(wrong)["line"].to_list()
    if lines:
        some = ", ".join(str(line) for line in lines[:_NAMED])
        more = f" (+{len(lines) - _NAMED})" if len(lines) > _NAMED else ""
        raise Refused(
            gettext_lazy("Baris %(some)s%(more)s: %(problem)s."),
            some=some,
            more=more,
            problem=either(text_id, text_en),
        )
