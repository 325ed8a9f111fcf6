"""Phone numbers to E.164, Indonesian ones written in every usual way."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneMetadata

from payung.identity.digits import scientific

_NOTHING = {"", "-", "--", "0", "n/a", "#n/a", "null", "none", "nan", "tidak ada", "tdk ada", "tidak punya"}
#: Between two numbers in one cell; white space only before something that begins like a number.
_SPLIT = re.compile(r"[/,;|&\n\r]|\bdan\b|\batau\b|\s+(?=(?:\+?62|0|\(\+?62\))[\s\-]*8)")
#: A letter written for a digit, or a part hidden: 08123456789O, 0812xxxx7890. What is left would be another's number.
_SPOILT = re.compile(r"(?<=\d)[a-z*?#]+[\s.+\-]*(?=\d)|(?<=\d)[oil]\b|(?<=\d)[x*?#]+", re.IGNORECASE)
_DECIMALS = re.compile(r"(?<=\d)[.,]0+$")
_LEADING_O = re.compile(r"^\+?[oO](?=\s*8)")
_NO_DIGIT = re.compile(r"[^0-9]")
#: Operators have given out numbers of 14 digits (0 and 13 more), which the library does not know yet.
_LONG = re.compile(r"8[1-35-9]\d{7,11}")


@lru_cache(maxsize=1)
def _mobile() -> re.Pattern[str]:
    """Return the library's own pattern of Indonesian mobile numbers, national part without the leading 0."""
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
    # Most cells hold digits alone; they must not cost what the others do.
    if text.isascii() and text.isdigit() and (number := _mobile_number(text)):
        return number, None
    bare = text.strip()
    if bare.lower() in _NOTHING:
        return None, None
    number = _one(bare) or next(filter(None, map(_one, _SPLIT.split(bare))), None)
    return number, None if number else "phone_unreadable"


def _one(part: str) -> str | None:
    part = part.strip().strip("'’‘`\"").strip()
    whole, is_scientific = scientific(part)
    if is_scientific:
        if whole is None:
            return None
        part = whole
    part = _DECIMALS.sub("", part)
    # The letter O at the head of a mobile number can only be its 0.
    part = _LEADING_O.sub("0", part)
    if _SPOILT.search(part):
        return None
    digits = _NO_DIGIT.sub("", part)
    foreign = part.startswith("+") and not digits.startswith(("62", "0"))
    return (None if foreign else _mobile_number(digits)) or _by_library(part)


def _mobile_number(digits: str) -> str | None:
    """Return an Indonesian mobile number in E.164, written with 0, 62, 0062, both or neither."""
    national = digits
    for prefix in ("0062", "62", "0"):
        if digits.startswith(prefix):
            national = digits[len(prefix) :].lstrip("0") if prefix != "0" else digits[1:]
            break
    return f"+62{national}" if _mobile().match(national) or _LONG.fullmatch(national) else None


@lru_cache(maxsize=4096)
def _by_library(part: str) -> str | None:
    try:
        number = phonenumbers.parse(part, "ID")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
