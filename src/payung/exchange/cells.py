"""Reads single cells that are no identity: income, wage status, RT and RW."""

from __future__ import annotations

import re

from payung.identity import occupations
from payung.values import parse_rupiah

#: Cell texts that say there is nothing.
NOTHING = frozenset(
    (
        *("", "-", "--", "---", ".", "0", "n/a", "#n/a", "#ref!", "#value!", "null", "none", "nan", "nihil"),
        *("tidak ada", "tdk ada", "kosong", "belum ada", "tidak tahu", "?"),
    )
)
_WAGE = re.compile(
    r"^(?:pu|ya|y|true|1|penerima upah|pekerja penerima upah|karyawan.*|.*buruh karyawan pegawai.*"
    r"|pns.*|asn.*|tni.*|polri.*|pegawai.*|ppu)$"
)
_NOT_WAGE = re.compile(
    r"^(?:bpu|s[cbgdal]|tidak|t|n|false|0|bukan penerima upah|pbpu|informal|mandiri|pekerja rentan|rentan|berusaha.*"
    r"|pekerja bebas.*|pekerja keluarga.*|wiraswasta|wirausaha|freelance|lepas|harian.*|buruh harian.*"
    r"|serabutan)$"
)
_WORD_AMOUNT = re.compile(r"^(?:rp\.?\s*)?([0-9]+(?:[.,][0-9]+)?)\s*(juta|jt|ribu|rb|k)$")
_RT = re.compile(r"(?i)\brt\.?\s*[:.]?\s*0*(\d{1,3})")
_RW = re.compile(r"(?i)\brw\.?\s*[:.]?\s*0*(\d{1,3})")
_RT_RW = re.compile(r"^\s*0*(\d{1,3})\s*[/\\-]\s*0*(\d{1,3})\s*$")
#: No worker on these lists earns more a month; above it the number is a slip (a NIK, a year's income).
_MOST = 1_000_000_000


def income(text: str) -> tuple[int | None, str | None]:
    """(rupiah a month, finding code) of '1.500.000', 'Rp 1,5 juta', '800 ribu'; (None, None) if empty.

    A range, a sum above a thousand million or one that two readings fit ('16.8') is not guessed at.
    """
    low = text.replace("\u00a0", " ").strip().lower()
    if low in NOTHING and low != "0":
        return None, None
    worded = _WORD_AMOUNT.match(low)
    if worded:
        scale = 1_000_000 if worded[2] in ("juta", "jt") else 1_000
        whole, _, part = worded[1].replace(",", ".").partition(".")
        amount = int(whole) * scale + (int(part.ljust(6, "0")[:6]) * scale // 1_000_000 if part else 0)
    else:
        try:
            amount = parse_rupiah(re.sub(r"\s*(?:/|per)\s*(?:bln|bulan)$", "", low))
        except ValueError:
            return None, "income_unreadable"
    return (amount, None) if 0 <= amount <= _MOST else (None, "income_unreadable")


def wage_worker(text: str) -> tuple[bool | None, str | None]:
    """(whether an employer pays a wage, finding code) of a status cell; (None, None) if empty."""
    low = occupations.words(text)
    if _WAGE.match(low):
        return True, None
    if _NOT_WAGE.match(low):
        return False, None
    return (None, None) if text.strip().lower() in NOTHING - {"0"} else (None, "wage_worker_unreadable")


def rt_rw(text: str) -> tuple[str | None, str | None]:
    """RT and RW, three digits each, of 'RT 03/RW 001', '03/01' or an address that holds them."""
    both = _RT_RW.match(text)
    if both:
        return both[1].zfill(3), both[2].zfill(3)
    rt, rw = _RT.search(text), _RW.search(text)
    if rt and not rw:
        # 'RT 03/01' names only the first of the two.
        slash = re.match(r"\s*[/\\]\s*0*(\d{1,3})\b", text[rt.end() :])
        return rt[1].zfill(3), slash[1].zfill(3) if slash else None
    return (rt[1].zfill(3) if rt else None), (rw[1].zfill(3) if rw else None)


def block_number(text: str) -> str | None:
    """Return an RT or RW cell as three digits: '3' -> '003', 'RT.03' -> '003'; None for anything else."""
    found = re.fullmatch(r"\s*(?:r[tw])?[\s.:]*0*(\d{1,3})(?:\.0)?\s*", text.lower())
    return found[1].zfill(3) if found else None
