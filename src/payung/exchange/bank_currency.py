"""Whether a bank statement says that its money is not rupiah."""

from __future__ import annotations

import re
from collections.abc import Sequence

_CODES = ("USD", "SGD", "EUR", "JPY", "MYR", "AUD", "CNY", "CNH", "HKD", "GBP", "SAR", "CHF", "NZD", "THB", "KRW",
          "INR", "PHP", "BND", "TWD", "CAD", "AED")  # fmt: skip
#: Those that are no Indonesian word or abbreviation, and so tell even without a label.
_PLAIN = ("USD", "SGD", "EUR", "JPY", "MYR", "AUD", "CNY", "HKD", "GBP")
_WORDS = {
    "DOLLAR": "USD", "DOLAR": "USD", "US$": "USD", "S$": "SGD", "EURO": "EUR", "YEN": "JPY", "RINGGIT": "MYR",
    "YUAN": "CNY", "RENMINBI": "CNY", "POUNDSTERLING": "GBP",
}  # fmt: skip
_SIGNS = {
    "US$": "USD",
    "S$": "SGD",
    "A$": "AUD",
    "HK$": "HKD",
    "RM": "MYR",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
}
_LABEL = re.compile(r"(?i)mata\s*uang|currency|\bcurr?\b|\bccy\b|\bvaluta\b")
_RUPIAH = re.compile(r"(?i)\bIDR\b|\bRP\b|RUPIAH")
_ANY = re.compile(rf"(?i)\b({'|'.join(_CODES)})\b")
_TELLING = re.compile(rf"\b({'|'.join(_PLAIN)})\b")


def of_cell(text: str, *, amount: bool) -> str | None:
    """Return the foreign currency that a cell names: '$1,000' or 'USD 5' in an amount, 'USD' in its own column.

    A column of currencies that holds anything else than a currency (a value date) names none.
    """
    bare = text.strip().upper()
    if not bare or _RUPIAH.search(bare):
        return None
    if (code := _ANY.search(bare)) and (amount or len(bare) <= 12):
        return code.group(1).upper()
    if amount:
        return next(
            (code for sign, code in _SIGNS.items() if bare.lstrip("-( ").startswith(sign)), None
        ) or next((code for sign, code in _SIGNS.items() if bare.rstrip(") ").endswith(sign)), None)
    named = next((code for word, code in _WORDS.items() if word in bare), None)
    if named is None and re.fullmatch(r"[A-Z]{3}", bare):
        return bare
    return named


def of_head(lines: Sequence[str], *, plain: bool) -> tuple[int, str] | None:
    """Return the line (from 0) and the foreign currency that the lines about an account name.

    A code must stand beside a label ("Mata uang: USD"); with `plain` the plain ones tell without, unless rupiah is
    named as well, as in a line about the rate of the day.
    """
    rupiah = any(_RUPIAH.search(line) for line in lines)
    for at, line in enumerate(lines):
        if _LABEL.search(line) and not _RUPIAH.search(line):
            code = _ANY.search(line)
            word = next((code for word, code in _WORDS.items() if word in line.upper()), None)
            if code or word:
                return at, code.group(1).upper() if code else str(word)
        if plain and not rupiah and (code := _TELLING.search(line)):
            return at, code.group(1)
    return None
