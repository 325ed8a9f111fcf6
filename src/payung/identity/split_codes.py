"""A village's code that a register keeps in parts: province, regency, district and village each in a column.

Kemendagri counts villages in four digits (1001, 2001) and districts in two, BPS villages in three and districts in
three. Numbers have lost their leading noughts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payung.identity.places import Hints
    from payung.identity.regions import CodeSystem

#: Digits of a district's own number and of a village's, by code system.
_WIDTHS: dict[CodeSystem, tuple[int, int]] = {"kemendagri": (2, 4), "bps": (3, 3)}
#: Digits of the whole code of a regency.
_REGENCY = 4


def joined(hints: Hints, province: str) -> list[tuple[CodeSystem, str]]:
    """(system, ten digits) of the village that the parts name; none where a part is missing or fits no system.

    A province that is not given is `province`, two digits.
    """
    village = _digits(hints.village_code)
    regency = _regency(_digits(hints.regency_code), _digits(hints.province_code) or province)
    system: CodeSystem = "kemendagri" if len(village) == 4 and village[0] != "0" else "bps"
    width, own = _WIDTHS[system]
    if not village or len(village.lstrip("0")) > own or not int(village):
        return []
    district = _digits(hints.district_code)
    if len(district) == _REGENCY + width:
        above = district
    elif regency and 0 < len(district) <= 3 and 0 < int(district) < 10**width:
        above = regency + str(int(district)).zfill(width)
    else:
        return []
    return [(system, above + str(int(village)).zfill(own))]


def above(code: str, system: CodeSystem) -> tuple[str, str]:
    """Return the codes of the regency and the district around a village of ten digits."""
    return code[:_REGENCY], code[: _REGENCY + _WIDTHS[system][0]]


def _regency(digits: str, province: str) -> str:
    if len(digits) == _REGENCY:
        return digits
    return province + digits.zfill(2) if 0 < len(digits) <= 2 and len(province) == 2 else ""


def _digits(text: str) -> str:
    return re.sub(r"\D", "", re.sub(r"[.,]0+$", "", text.strip()))
