"""What a value may be in each unit of the parameter files. Each check answers None, or says what is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from payung.law.steps import CONFIDENCE

Check = Callable[[Any], str | None]


def is_day(value: Any) -> bool:
    """Return whether `value` is a date without a time."""
    return isinstance(value, date) and not isinstance(value, datetime)


def is_text(value: Any) -> bool:
    """Return whether `value` is a text that is not blank."""
    return isinstance(value, str) and bool(value.strip())


def is_texts(value: Any) -> bool:
    """Return whether `value` is a text in both languages."""
    return isinstance(value, dict) and set(value) == {"id", "en"} and all(map(is_text, value.values()))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    )


def _whole(value: Any) -> str | None:
    return None if _is_whole(value) else f"must be a whole number of zero or more, not {value!r}"


def _between(low: int, high: int) -> Check:
    def check(value: Any) -> str | None:
        good = _is_whole(value) and low <= value <= high
        return None if good else f"must be a whole number from {low} to {high}, not {value!r}"

    return check


def _percent(value: Any) -> str | None:
    return None if _is_number(value) else f"must be a number of zero or more, not {value!r}"


def _codes(value: Any) -> str | None:
    return None if isinstance(value, list) and all(map(is_text, value)) else "must be a list of codes"


def _items(value: Any) -> str | None:
    good = isinstance(value, list) and all(map(is_texts, value))
    return None if good else "must be a list of texts, each with 'id' and 'en'"


def _rows(value: Any, fields: set[str]) -> bool:
    """Return whether `value` is a list of rows, at least one, each with exactly these fields."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(row, dict) and set(row) == fields for row in value)
    )


def _bands(value: Any) -> str | None:
    if not _rows(value, {"from", "base"}):
        return "must be a list of bands, each with 'from' and 'base' in rupiah"
    if not all(_is_whole(band["from"]) and _is_whole(band["base"]) for band in value):
        return "every band holds 'from' and 'base' in rupiah"
    starts = [band["from"] for band in value]
    if starts[0] != 0 or starts != sorted(set(starts)):
        return "bands must start at 0 and rise, so that no income falls through or into two"
    return None


def _table(value: Any) -> str | None:
    good = isinstance(value, dict) and value and all(map(is_text, value))
    if not good or not all(item is None or _is_whole(item) for item in value.values()):
        return "must map names to whole numbers, or to null where the amount is not known"
    return None


def _ladder(value: Any) -> str | None:
    if not _rows(value, {"level", "yearly", "years"}):
        return "must be a list of levels, lowest first, each with 'level', 'yearly' (rupiah) and 'years'"
    names = [level["level"] for level in value]
    if not all(map(is_text, names)) or len(set(names)) < len(names):
        return "every level has a name of its own"
    for level in value:
        if not _is_whole(level["yearly"]) or not _is_whole(level["years"]) or level["years"] > 30:
            return f"level {level['level']!r}: 'yearly' and 'years' must be whole numbers"
    return None


def _tiers(value: Any) -> str | None:
    if not _rows(value, {"from_month", "percent"}):
        return "must be a list of tiers, each with 'from_month' and 'percent'"
    if not all(_is_whole(tier["from_month"]) and _is_number(tier["percent"]) for tier in value):
        return "every tier holds a whole 'from_month' and a 'percent'"
    starts = [tier["from_month"] for tier in value]
    good = starts[0] == 1 and starts == sorted(set(starts))
    return None if good else "tiers must start at month 1 and rise"


_ROW = {"code", "id", "en", "percent", "confidence"}


def _losses(value: Any) -> str | None:
    if not isinstance(value, list) or not value:
        return "must be a list of rows"
    codes = set()
    for row in value:
        if (
            not isinstance(row, dict)
            or not set(row) >= _ROW
            or not all(is_text(row[k]) for k in _ROW - {"percent"})
        ):
            return f"row {row!r} must hold code, id, en, percent and confidence"
        if row["confidence"] not in CONFIDENCE:
            return f"row {row['code']}: confidence {row['confidence']!r} is not allowed"
        if row["code"] in codes:
            return f"row {row['code']} stands twice"
        if problem := _percent(row["percent"]):
            return f"row {row['code']}: percent {problem}"
        codes.add(row["code"])
    for row in value:
        if problem := _loss_extras(row, codes):
            return f"row {row['code']}: {problem}"
    return None


def _loss_extras(row: dict[str, Any], codes: set[str]) -> str | None:
    """Rows counted by steps, rows that the doctor sets within a range, and of which part of the body a row is."""
    if problem := _loss_place(row, codes):
        return problem
    extras = set(row) - _ROW - _PLACE
    if extras == {"step", "most", "whole"}:
        steps = _is_number(row["step"]) and _is_number(row["most"]) and 0 < row["step"] <= row["most"]
        good = steps and is_text(row["whole"]) and row["whole"] in codes
        return None if good else "'step' lies above 0 and not above 'most', and 'whole' is the code of a row"
    if extras == {"from", "to"}:
        good = _is_number(row["from"]) and _is_number(row["to"]) and 0 < row["from"] <= row["to"]
        return None if good else "'from' lies above 0 and not above 'to'"
    return "may hold 'step', 'most' and 'whole' together, or 'from' and 'to'" if extras else None


#: Where a row stands in the body: the rows it is a part of, the row of both sides, and how many a body has.
_PLACE = {"part_of", "both", "in_body"}


def _loss_place(row: dict[str, Any], codes: set[str]) -> str | None:
    wholes = row.get("part_of", [])
    if not isinstance(wholes, list) or not all(
        is_text(code) and code in codes - {row["code"]} for code in wholes
    ):
        return "'part_of' is a list of codes of other rows"
    if "both" in row and (not is_text(row["both"]) or row["both"] not in codes - {row["code"]}):
        return "'both' is the code of the row of both sides"
    count = row.get("in_body", 1)
    return None if _is_whole(count) and 1 <= count <= 20 else "'in_body' is a whole number from 1 to 20"


def _age(value: Any) -> str | None:
    return _between(0, 150)(value)


#: What the limit of a criterion may be, by its test.
LIMITS: dict[str, Check] = {
    "age_at_least": _age,
    "age_below": _age,
    "is_true": lambda value: None if value is True else "must be true",
    "is_false": lambda value: None if value is True else "must be true",
    "within_region": _codes,
    "one_of": _codes,
}

CHECKS: dict[str, Check] = {
    **dict.fromkeys(("rupiah", "working_days", "hours", "count"), _whole),
    **dict.fromkeys(("months", "days", "years"), _between(0, 1200)),
    "divisor": _between(1, 1200),
    "day_of_month": _between(1, 31),
    "age": _age,
    "percent": _percent,
    "codes": _codes,
    "items": _items,
    "bands": _bands,
    "table": _table,
    "ladder": _ladder,
    "tiers": _tiers,
    "losses": _losses,
}

#: Units whose value is not checked by the unit alone: a reading's options, a criterion's test.
CHOSEN = ("reading", "criterion")
