"""Phone numbers to E.164, Indonesian ones written in every usual way."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneMetadata

_NOTHING = {"", "-", "--", "0", "n/a", "#n/a", "null", "none", "nan", "tidak ada", "tdk ada", "tidak punya"}
_SPLIT = re.compile(r"[/,;]|\bdan\b|\batau\b")


@lru_cache(maxsize=1)
def _mobile() -> re.Pattern[str]:
    """The library's own pattern of Indonesian mobile numbers, national part without the leading 0."""
    metadata = PhoneMetadata.metadata_for_region("ID")
    if metadata is None or metadata.mobile is None:
        return re.compile(r"(?!)")
    return re.compile(rf"(?:{metadata.mobile.national_number_pattern})\Z")


def read(text: str) -> tuple[str | None, str | None]:
    """(E.164 number, finding code): ('+6281234567890', None) for '0812-3456-7890'.

    Empty text gives (None, None); text that is no possible number (None, 'phone_unreadable'). Of
    several numbers in one cell the first that can be read is taken. A leading zero lost to Excel
    ('81234567890') is put back.
    """
    bare = text.strip()
    if bare.lower() in _NOTHING:
        return None, None
    for part in (bare, *_SPLIT.split(bare)):
        number = _one(part)
        if number:
            return number, None
    return None, "phone_unreadable"


def _one(part: str) -> str | None:
    digits = re.sub(r"[^0-9]", "", part.split(".0")[0] if part.endswith(".0") else part)
    national = digits
    for prefix in ("0062", "62", "0"):
        if digits.startswith(prefix):
            national = digits[len(prefix) :].lstrip("0") if prefix != "0" else digits[1:]
            break
    foreign = part.strip().startswith("+") and not digits.startswith("62")
    if not foreign and _mobile().match(national):
        return f"+62{national}"
    return _by_library(part)


@lru_cache(maxsize=4096)
def _by_library(part: str) -> str | None:
    try:
        number = phonenumbers.parse(part, "ID")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
