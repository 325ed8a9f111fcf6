"""Reads what is typed after `payung law`: each function gives a value, or refuses in one sentence."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from payung.cli.face import date_option, periods_option, refuse
from payung.law import Child, Law, LawError, Loss
from payung.law.benefit import check_children
from payung.law.disability import loss_percent
from payung.sandbox.frames import NoTable, read_frame
from payung.values import Month, Period, parse_rupiah

if TYPE_CHECKING:
    import polars as pl

_LONGEST_HEADER = 1_000_000
#: Whole rupiah with more digits than this are a slip of the finger.
_DIGITS = 15
_REGION = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")


def one_of_option(option: str, value: str, allowed: tuple[str, ...]) -> None:
    """End with status 2 unless the value of an option is one of the allowed."""
    if value not in allowed:
        refuse(option, value, f"use one of {', '.join(allowed)}")


def rupiah_option(option: str, text: str) -> int:
    """Parse an amount of rupiah; end with status 2 where it is none."""
    try:
        value = parse_rupiah(text)
    except ValueError:
        value = -1
    if not 0 <= value < 10**_DIGITS:
        refuse(
            option, text, f"write whole rupiah of zero or more, at most {_DIGITS} digits, for example 3000000"
        )
    return value


def whole_option(option: str, text: str, low: int, high: int) -> int:
    """Parse a whole number from `low` to `high`; end with status 2 where it is none."""
    if not text.isdecimal() or not low <= int(text) <= high:
        refuse(option, text, f"use a whole number from {low} to {high}")
    return int(text)


def income_option(text: str | None) -> int | None:
    """Parse a monthly income in rupiah; None where none is given."""
    return None if text is None else rupiah_option("--income", text)


def region_option(option: str, text: str) -> str:
    """Return a dotted region code; end with status 2 where the text is none."""
    if not _REGION.fullmatch(text):
        refuse(option, text, "write a dotted region code: 65, 65.71, 65.71.01 or 65.71.01.1001")
    return text


def fact_option(option: str, text: str, law: Law, day: date) -> tuple[str, Any]:
    """Parse a fact written NAME=VALUE as the criteria that judge it need it."""
    name, _, value = text.partition("=")
    tests = {one.criterion.fact: one.criterion.test for one in law.criteria(day) if one.criterion}
    if not name or not value:
        refuse(option, text, "write NAME=VALUE, for example working=false")
    if name not in tests:
        refuse(option, text, f"the criteria ask for {', '.join(tests)}")
    if tests[name] in ("age_at_least", "age_below"):
        return name, date_option(option, value)
    if tests[name] in ("is_true", "is_false"):
        if value not in ("true", "false"):
            refuse(option, text, f"write {name}=true or {name}=false")
        return name, value == "true"
    return name, region_option(option, value) if tests[name] == "within_region" else value


def paid_option(text: str) -> list[Period]:
    """Parse paid months written FIRST..LAST, separated by commas; else end with status 2."""
    periods = periods_option("--paid", text)
    if not periods:
        refuse("--paid", text, "write months as FIRST..LAST, several with commas, e.g. 2026-01..2026-05")
    return periods


def started_option(text: str | None, periods: list[Period] | None) -> date | None:
    """Parse the day of the first payment, which may not lie after the first paid month."""
    if text is None:
        return None
    day = date_option("--started", text)
    if periods and Month.containing(day) > min(period.first for period in periods):
        refuse("--started", text, "give a day in or before the first paid month")
    return day


def children_option(given: Sequence[str], law: Law, day: date) -> list[Child]:
    """Parse children written LEVEL:YEARS or LEVEL:YEARS:BORN; end with status 2 where the law knows no such."""
    children = []
    for text in given:
        level, _, rest = text.partition(":")
        years, _, born = rest.partition(":")
        if not years.isdecimal():
            refuse(
                "--child", text, "write LEVEL:YEARS_LEFT with level tk, sd, smp, sma or pt, for example sd:4"
            )
        child = Child(level, int(years), date_option("--child", born) if born else None)
        try:
            check_children(law, [child], day)
        except LawError as problem:
            refuse("--child", text, str(problem))
        children.append(child)
    return children


def loss_option(text: str, law: Law, day: date) -> Loss:
    """Parse a loss written CODE or CODE:PERCENT by the disability table of `day`."""
    code, _, percent = text.partition(":")
    try:
        loss = Loss(code, float(percent) if percent else None)
        loss_percent(law, loss, day)
    except LawError as problem:
        refuse("--loss", text, str(problem))
    except (ValueError, OverflowError):
        refuse("--loss", text, "write CODE or CODE:PERCENT, for example arm-right:62.5")
    return loss


def cost_option(option: str, text: str, kinds: dict[str, int]) -> tuple[str, int]:
    """Parse a cost written KIND:RUPIAH of one of `kinds`."""
    kind, _, cost = text.partition(":")
    if kind not in kinds or not cost:
        example = f"{next(iter(kinds))}:3000000"
        refuse(option, text, f"write KIND:COST with one of {', '.join(kinds)}, for example {example}")
    return kind, rupiah_option(option, cost)


def _no_column_twice(file: Path, names: list[str]) -> None:
    seen = [name.strip().casefold() for name in names]
    for name in seen:
        if name and seen.count(name) > 1:
            refuse("FILE", str(file), f"two columns are called {name}; keep one")


def read_table(file: Path) -> pl.DataFrame:
    """Return the rows of a .parquet or a .csv file (comma or semicolon, UTF-8); a csv's columns are text."""
    if not file.is_file():
        refuse("FILE", str(file), "give a file that exists, .parquet or .csv")
    try:
        if file.suffix == ".parquet":
            return read_frame(file, "parquet")
        with file.open("rb") as opened:
            header = opened.readline(_LONGEST_HEADER).decode("utf-8-sig")
        separator = ";" if ";" in header else ","
        _no_column_twice(file, next(csv.reader([header], delimiter=separator), []))
        return read_frame(file, "csv", separator=separator, infer_schema=False)
    except (NoTable, OSError, UnicodeDecodeError, csv.Error):
        refuse("FILE", str(file), "give a table as .parquet, or as .csv in UTF-8")
