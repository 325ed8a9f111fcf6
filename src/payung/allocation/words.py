"""The comparison of two plans in one sentence, as Indonesians write numbers and money."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from payung.allocation.draft import Draft
from payung.allocation.report import Refusal, Violation
from payung.values import format_rupiah


def whole_year(draft: Draft) -> int:
    """People paid for without a gap from the plan's first month, or from the end of their cover, to the end.

    Who starts later than the plan's first month is not protected the whole year and does not count.
    """
    inst = draft.instance
    months = np.arange(inst.months)
    wanted = (inst.first[:, None] <= months) & (months <= inst.last[:, None])
    full = (~wanted | (draft.payer >= 0)).all(axis=1) & wanted.any(axis=1)
    return int((full & (inst.signature >= 0)).sum())


#: (Indonesian, English) names of the ways a plan is made
_METHODS = {
    "best_rule": ("aturan sederhana", "the simple rule"),
    "todays_way": ("cara sekarang", "today's way"),
    "parts": ("perhitungan per bagian wilayah", "the computation in parts"),
    "programme": ("perhitungan", "the computation"),
    "programme_steady": (
        "perhitungan dengan pergantian pembayar sesedikit mungkin",
        "the computation with fewest changes of payer",
    ),
    "exact": ("perhitungan sampai terbukti terbaik", "the computation proven best"),
    "whole_number": ("perhitungan dalam bilangan bulat", "the computation in whole numbers"),
}


def refusal(method: str, violations: Sequence[Violation]) -> Refusal:
    """Describe a plan that the independent checker refused: how it was made, what was found, and one sentence."""
    (name_id, name_en), first, count = _METHODS[method], violations[0], len(violations)
    return {
        "method": method,
        "violations": list(violations),
        "text_id": f"Hasil {name_id} ditolak pemeriksa mandiri dan tidak dipakai: {first['text_id']} "
        f"({count} temuan). Laporkan ini kepada pengelola Payung.",
        "text_en": f"The result of {name_en} was refused by the independent checker and is not used: "
        f"{first['text_en']} ({count} found). Report this to who maintains Payung.",
    }


def sentence(money_a: int, money_b: int, more: int, more_months: int) -> tuple[str, str]:
    """Say the comparison in one sentence, Indonesian and English."""
    if money_a == money_b:
        with_id, with_en = f"{_short(money_a)} yang sama", f"The same {_short(money_a)}"
    else:
        with_id = f"{_short(money_b)} (sebelumnya {_short(money_a)})"
        with_en = f"{_short(money_b)} (before: {_short(money_a)})"
    if more >= 0:
        return (
            f"{with_id} melindungi {_dots(more)} orang lebih banyak sepanjang masa rencana "
            f"({_dots(more_months, sign=True)} bulan perlindungan).",
            f"{with_en} protects {more:,} more people for the whole plan ({more_months:+,} months of protection).",
        )
    return (
        f"{with_id} melindungi {_dots(-more)} orang lebih sedikit sepanjang masa rencana "
        f"({_dots(more_months, sign=True)} bulan perlindungan).",
        f"{with_en} protects {-more:,} fewer people for the whole plan ({more_months:+,} months of protection).",
    )


def _dots(number: int, sign: bool = False) -> str:
    return (f"{number:+,}" if sign else f"{number:,}").replace(",", ".")


def _short(rupiah: int) -> str:
    for unit, name in ((1_000_000_000_000, "triliun"), (1_000_000_000, "miliar"), (1_000_000, "juta")):
        if rupiah >= unit:
            tenths = round(rupiah * 10 / unit)
            return f"Rp{tenths // 10},{tenths % 10} {name}" if tenths % 10 else f"Rp{tenths // 10} {name}"
    return format_rupiah(rupiah)
