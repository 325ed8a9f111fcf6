"""NIK, the national identity number: 16 digits PPKKCC DDMMYY SSSS, women with 40 added to the day.

PP 37/2007 article 37, UU 24/2013 article 13. The prefix is the place of first registration and
never changes when its holder moves; nor does the number change when a birth date is corrected.
So a prefix or a date that differs from the record is a warning, never an error.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, Protocol

from payung.identity import findings, reference
from payung.identity.digits import EXACT_DOUBLE, scientific

Sex = Literal["male", "female"]

_SEPARATORS = re.compile(r"[\s.\-/_'’‘`´\"\u00ad\u200b-\u200f\u2060\ufeff]+")
_FLOAT = re.compile(r"^([0-9]{16})[.,]0+$")
#: A number shown in thousands: 6.571.041.001.884.705 or 6,571,041,001,884,705.00.
_THOUSANDS = re.compile(r"^[0-9](?:([.,'’ \u00a0])[0-9]{3})(?:\1[0-9]{3}){4}(?:[.,]0+)?$")
_LABEL = re.compile(r"(?i)^\s*(?:no(?:mor)?\.?\s*)?(?:nik|ktp)\s*[:.]?\s*")
#: Registers write 0 for a NIK that is not there.
_ZEROS = re.compile(r"^[\s'’]*0{1,15}(?:[.,]0+)?\s*$")
#: Without `today`, a two-digit year up to this one is read as 20yy.
_PIVOT = 30


class KnownRegions(Protocol):
    """What reading a NIK asks of the region table."""

    province: str

    def has(self, code: str) -> bool:
        """Return whether `code` (Kemendagri, dotted) is a province, regency or district today."""
        ...


@dataclass(frozen=True, slots=True)
class NikReading:
    """What one NIK says.

    `digits` is None when the text cannot be used as a NIK. `region` is the Kemendagri code that the
    prefix names, as deep as it is known today: district, else regency, else province; a legacy
    prefix gives the regency of today. `findings` are codes of `payung.identity.findings`.
    """

    digits: str | None
    sex: Sex | None
    birth_date: date | None
    region: str | None
    findings: tuple[str, ...]

    @property
    def valid(self) -> bool:
        """Whether the NIK can be used: no finding blocks."""
        return self.digits is not None


@lru_cache(maxsize=1)
def legacy_prefixes() -> dict[str, str]:
    """Regency prefixes of before the province split (four digits) and the regency code of today."""
    return {row["legacy_prefix4"]: row["now_code"] for row in reference.rows("legacy_prefixes.csv")}


def _unusable(code: str) -> NikReading:
    return NikReading(None, None, None, None, (code,))


def digits_of(text: str) -> tuple[str | None, str | None]:
    """Return the 16 digits written in `text`, and the finding code about how they were written.

    ('6503021212909030', None) for '65.03.02.121290.9030'; (None, 'nik_excel') for '6.50302E+15';
    (None, 'nik_missing') for nothing. Digits that survived as a decimal number come with
    'nik_float_text'.
    """
    if len(text) == 16 and text.isascii() and text.isdigit():
        return text, None
    bare = unicodedata.normalize("NFKC", text).strip().strip("'’‘`´\"").strip()
    bare = _LABEL.sub("", bare) or bare
    if _THOUSANDS.match(bare):
        bare = f"{re.sub(r'[^0-9]', '', bare)[:16]}.0"
    whole = _FLOAT.match(bare)
    if whole:
        exact = int(whole[1]) < EXACT_DOUBLE
        return (whole[1], "nik_float_text") if exact else (None, "nik_number")
    survived, is_scientific = scientific(bare)
    if is_scientific:
        if survived and len(survived) == 16 and int(survived) < EXACT_DOUBLE:
            return survived, "nik_float_text"
        return None, "nik_excel"
    bare = _SEPARATORS.sub("", bare)
    if not bare:
        return None, "nik_missing"
    if not (bare.isascii() and bare.isdigit()):
        return None, "nik_letters" if any(c.isdigit() for c in bare) else "nik_missing"
    if len(bare) != 16:
        return None, "nik_length"
    return bare, None


def birth_year(two_digits: int, month: int, day: int, born: date | None, today: date | None) -> int | None:
    """Return the full year of a two-digit one, or None where no century makes the date possible.

    The NIK has no century: the record's own birth date `born` decides where its two digits agree;
    else the latest year whose date is not after `today` (without `today`, 00 to 30 mean 20yy).
    """
    if born is not None and born.year % 100 == two_digits:
        years = [born.year, 2000 + two_digits, 1900 + two_digits]
    elif today is not None:
        latest = 2000 + two_digits
        past = (latest, month, day) <= (today.year, today.month, today.day)
        years = [latest, latest - 100] if past else [latest - 100]
    else:
        years = [2000 + two_digits, 1900 + two_digits] if two_digits <= _PIVOT else [1900 + two_digits]
    for year in years:
        if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
            return year
    return None


def read(
    text: str, *, regions: KnownRegions, born: date | None = None, today: date | None = None
) -> NikReading:
    """Read the NIK written in `text`; never raises on any text.

    `regions` is the region table (`payung.identity.regions.load()`); `born` the birth date of the
    record, used only to tell the century; `today` the reference date, used only for the same.
    Findings are about the NIK alone: `compare` judges it against a record.
    """
    if _ZEROS.match(text):
        return _unusable("nik_missing")
    digits, note = digits_of(text)
    if digits is None:
        return _unusable(note or "nik_missing")
    if digits[0] == "0" != digits[1]:
        # OpenSID gives who has no NIK yet 0, the village's code and a number; no province begins with 0.
        return _unusable("nik_temporary")
    notes = [note] if note else []
    region, region_note = _region(digits, regions)
    if region is None:
        return _unusable("nik_region")
    if region_note:
        notes.append(region_note)
    day, month, two = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    sex: Sex = "female" if day > 40 else "male"
    day = day - 40 if day > 40 else day
    year = birth_year(two, month, day, born, today)
    if year is None:
        return _unusable("nik_date")
    if digits[12:] == "0000":
        return _unusable("nik_serial")
    return NikReading(digits, sex, date(year, month, day), region, tuple(notes))


def _region(digits: str, regions: KnownRegions) -> tuple[str | None, str | None]:
    """Return the region that the prefix names, and a finding code about it; (None, None) if it cannot be one."""
    province, regency, district = digits[:2], f"{digits[:2]}.{digits[2:4]}", digits[4:6]
    if district == "00" or digits[2:4] == "00":
        return None, None
    now = legacy_prefixes().get(digits[:4])
    if now is not None:
        return now, "nik_legacy_prefix"
    code = f"{regency}.{district}"
    if regions.has(code):
        return code, None
    if regions.has(regency):
        return regency, "nik_district_unknown"
    # Every regency code this province has ever had is known; of other provinces only today's are.
    if regions.has(province) and province != regions.province:
        return province, "nik_regency_unknown"
    return None, None


def compare(reading: NikReading, *, birth_date: date | None, sex: str | None) -> tuple[str, ...]:
    """Compare the NIK's birth date and sex with the record's and return the codes of what differs (warnings only)."""
    found = []
    if reading.birth_date and birth_date and reading.birth_date != birth_date:
        found.append("nik_birth_date_differs")
    if reading.sex and sex and reading.sex != sex:
        found.append("nik_sex_differs")
    return tuple(found)


def messages(reading: NikReading, language: findings.Language = "id") -> list[dict[str, str]]:
    """Return the reading's findings as {code, severity, message}, for faces."""
    kinds = [findings.kind(code) for code in reading.findings]
    return [{"code": k.code, "severity": k.severity, "message": k.message(language)} for k in kinds]
