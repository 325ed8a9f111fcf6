"""The files of `payung allocate`, read: people, funds, what is fixed. What is wrong ends the command in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from payung.cli.face import refuse
from payung.identity.regions import dotted
from payung.sandbox.frames import NoTable, read_frame
from payung.values import Month, Period, foreign_json

if TYPE_CHECKING:
    from polars import DataFrame

_TEXT = ("id", "region", "current_fund", "trade", "sector", "sex")
_NUMBERS = ("monthly_due", "income", "priority", "age")
_MONTHS = ("eligible_until", "covered_until")


def read_people(path: Path, kinds: Iterable[str], period: Period) -> tuple[DataFrame, DataFrame | None]:
    """Return the people of a parquet or csv file, and the price of a month where it is worked out by law.

    A month is a text such as 2027-01, a date, or a month number. Without monthly_due it is computed from income
    (null: the lowest band) and sector, with the relief that each payer kind has in each month; where only some
    rows lack it, those are filled.
    """
    table = _table("--people", path)
    missing = [name for name in ("id", "region") if name not in table.columns]
    if missing or not {"monthly_due", "income"} & set(table.columns):
        wanted = ", ".join(missing or ["monthly_due or income"])
        refuse("--people", str(path), f"add the column(s) {wanted}")
    table = table.with_columns(region=_dotted(table["region"].cast(pl.String)))
    for name in _MONTHS:
        if name in table.columns:
            table = table.with_columns(_month_numbers("--people", table[name]))
    for name in _NUMBERS:
        if name in table.columns and not _is_number(table[name].dtype):
            refuse("--people", f"column {name} of type {table[name].dtype}", "write numbers in that column")
    return _priced(table, kinds, period)


def _dotted(codes: pl.Series) -> pl.Series:
    """Kemendagri codes with their dots, where they were written without."""
    plain = [code for code in codes.drop_nulls().unique() if code.isdigit()]
    return codes.replace({code: dotted(code) or code for code in plain}) if plain else codes


def _priced(table: DataFrame, kinds: Iterable[str], period: Period) -> tuple[DataFrame, DataFrame | None]:
    due = table["monthly_due"] if "monthly_due" in table.columns else None
    if due is not None and (not due.null_count() or "income" not in table.columns):
        return table, None
    from payung.law import PAYERS, SECTORS, LawError, month_prices

    if "sector" not in table.columns:
        table = table.with_columns(sector=pl.lit("other"))
    table = table.with_columns(pl.col("sector").fill_null("other"), pl.col("income").cast(pl.Int64))
    strange = sorted(set(table["sector"].unique()) - set(SECTORS))
    if strange:
        refuse("--people", f"sector {strange[0]}", f"write {' or '.join(SECTORS)}, or leave it empty")
    try:
        priced, prices = month_prices(
            table.drop("monthly_due", strict=False), sorted(set(kinds) & set(PAYERS)), period
        )
    except LawError as error:
        refuse("--people", "income", str(error))
    if due is None or due.null_count() == len(due):
        return priced, prices
    return priced.with_columns(monthly_due=due.fill_null(priced["monthly_due"])), None


def read_funds(path: Path) -> list[dict[str, Any]]:
    """Return the list of funds in a JSON file. Ends with status 2 and one sentence where it is unusable."""
    if not path.is_file():
        refuse("--funds", str(path), "name a file that exists")
    try:
        funds = foreign_json.read(path)
    except (ValueError, OSError):
        refuse("--funds", str(path), "write a JSON list of funds")
    if not isinstance(funds, list) or not all(isinstance(fund, dict) for fund in funds):
        refuse("--funds", str(path), "write a JSON list of objects, one per fund")
    for fund in funds:
        if isinstance(fund.get("regions"), list):
            fund["regions"] = [
                dotted(str(code)) or code if str(code).isdigit() else code for code in fund["regions"]
            ]
    return funds


def read_fixed(path: Path) -> DataFrame:
    """Read the decreed assignments: person, fund, first_month, last_month, as plan.parquet has them."""
    table = _table("--fixed", path)
    names = ("person", "fund", "first_month", "last_month")
    missing = [name for name in names if name not in table.columns]
    if missing:
        refuse("--fixed", str(path), f"add the column(s) {', '.join(missing)}")
    months = [_month_numbers("--fixed", table[name]) for name in names[2:]]
    return table.select(pl.col("person", "fund").cast(pl.String), *months)


def _table(option: str, path: Path) -> DataFrame:
    if not path.is_file():
        refuse(option, str(path), "name a file that exists")
    try:
        if path.suffix == ".csv":
            texts = dict.fromkeys((*_TEXT, "person", "fund"), pl.String)
            return read_frame(path, "csv", schema_overrides=texts)
        return read_frame(path, "parquet")
    except (NoTable, OSError) as error:
        refuse(option, str(path), f"write a parquet or csv file ({error})")


def _is_number(kind: Any) -> bool:
    return bool(kind.is_numeric() or kind == pl.Null)


def _month_numbers(option: str, column: pl.Series) -> pl.Series:
    """Return a column of months as month numbers."""
    if column.dtype in (pl.Date, pl.Datetime):
        return (column.dt.year().cast(pl.Int32) * 12 + column.dt.month().cast(pl.Int32) - 1).alias(
            column.name
        )
    if column.dtype == pl.String:
        numbers = {text: _number(option, column.name, text) for text in column.drop_nulls().unique()}
        return column.replace_strict(numbers, default=None, return_dtype=pl.Int32)
    if not _is_number(column.dtype):
        refuse(
            option,
            f"column {column.name} of type {column.dtype}",
            "write months as YYYY-MM, dates or numbers",
        )
    return column.cast(pl.Int32)


def _number(option: str, name: str, text: str) -> int:
    try:
        return Month.parse(text).number
    except ValueError:
        refuse(option, f"{name} {text}", "write a month as YYYY-MM or as its number")
