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
#: Words for a currency beside the kind of an account.
_SPOKEN = tuple(
    (re.compile(rf"(?i)(?<!\w){pattern}(?!\w)"), code)
    for pattern, code in (
        (r"(?:dolar|dollar)s?\W+(?:singap\w+|sing|sgp)|singapore dollars?|s\$", "SGD"),
        (r"(?:dolar|dollar)s?\W+(?:aust\w+|aus)|australian dollars?|a\$", "AUD"),
        (r"(?:dolar|dollar)s?\W+hong\W?kong|hong\W?kong dollars?|hk\$", "HKD"),
        (r"(?:dolar|dollar)s?\W+brunei\w*|brunei dollars?", "BND"),
        (r"dol?lars?|us\$|usdollar", "USD"),
        (r"euro", "EUR"), (r"yen(?:\W+jepang)?", "JPY"), (r"ringgit(?:\W+malaysia)?", "MYR"),
        (r"yuan|renminbi", "CNY"), (r"pound\W?sterling|poundsterling|pound", "GBP"), (r"riyal|real saudi", "SAR"),
        (r"franc swiss|frank swiss", "CHF"), (r"baht", "THB"), (r"won korea", "KRW"),
    )
)  # fmt: skip
_ANY_FOREIGN = re.compile(r"(?i)\bvalas\b|\bvaluta asing\b|\bforeign currency\b|\bfcy\b|\bmata uang asing\b")
_KIND = re.compile(
    r"(?i)\b(?:rekening|rek|giro|tabungan|taplus|tahapan|deposito|simpanan|current account|savings?|account type"
    r"|type of account|produk|product|jenis|tipe|saldo|balance|debet|debit|kredit|credit|jumlah|nominal|amount)\b"
)
#: Between two tables of one file only a line that says it is one about the account.
_IS_KIND = re.compile(
    r"(?i)^\W*(?:(?:jenis|tipe)\W+(?:rekening|produk|akun)|produk|product|account type|type of account)\W"
)
#: Who holds the account, up to the next label or the end of the line: PT Dolar Jaya is no currency.
_HOLDER = re.compile(
    r"(?i)\b(?:nama(?: (?:rekening|nasabah|pemilik|pemegang))?|atas nama|a/?n|an\.|pemilik|pemegang|account name|name"
    r"|holder|customer|alamat|address|cabang|branch|pt|cv|ud|toko|tk\.?)\b"
    r".*?(?=\b(?:jenis|tipe|produk|product|account type|type|mata uang|currency|saldo|periode|period|no)\b|$)"
)
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

    A code must stand beside a label ("Mata uang: USD"), a word beside the kind of account ("Rekening Giro Dolar AS");
    with `plain` the plain codes tell without, unless rupiah is named as well, as in a line about the rate of the day.
    """
    rupiah = any(_RUPIAH.search(line) for line in lines)
    for at, line in enumerate(lines):
        if _LABEL.search(line) and not _RUPIAH.search(line):
            code = _ANY.search(line)
            word = next((code for word, code in _WORDS.items() if word in line.upper()), None)
            if code or word:
                return at, code.group(1).upper() if code else str(word)
        kind = _of_kind(line) if plain or _IS_KIND.match(line) else None
        if kind is not None:
            return at, kind
        if plain and not rupiah and (code := _TELLING.search(line)):
            return at, code.group(1)
    return None


def _of_kind(line: str) -> str | None:
    """Return the foreign currency in the name of an account's kind, or of its columns; a holder's name is none."""
    about = _HOLDER.sub(" ", line)
    if _RUPIAH.search(about) or not _KIND.search(about):
        return None
    code = _TELLING.search(about.upper())
    if code:
        return code.group(1)
    word = next((code for pattern, code in _SPOKEN if pattern.search(about)), None)
    return word or ("VALAS" if _ANY_FOREIGN.search(about) else None)
