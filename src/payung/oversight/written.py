"""Numbers as people write them, in the language of the page or paper."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from payung.disclosure.rounding import LEAST, is_small
from payung.values import Month, format_rupiah


def rupiah(amount: int | None) -> str:
    """Write an amount of rupiah; a dash for None."""
    return "–" if amount is None else format_rupiah(int(amount))


def rupiah_short(amount: int | None) -> str:
    """Rupiah for a large figure: Rp2,1 miliar, Rp450 juta; below a million in full."""
    if amount is None:
        return "–"
    english = get_language() == "en"
    scales = (
        ((10**12, "tn"), (10**9, "bn"), (10**6, "m"))
        if english
        else ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"))
    )
    for scale, word in scales:
        if abs(amount) >= scale:
            tenths = round(abs(amount) * 10 / scale)
            number = f"{tenths // 10:,}".replace(",", "." if not english else ",")
            if tenths % 10:
                number += f"{',' if not english else '.'}{tenths % 10}"
            return f"{'-' if amount < 0 else ''}Rp{number} {word}"
    return format_rupiah(int(amount))


def whole(number: float | None) -> str:
    """Write a whole number with the language's thousands separator; a dash for None."""
    if number is None:
        return "–"
    return f"{int(number):,}" if get_language() == "en" else f"{int(number):,}".replace(",", ".")


def signed(number: float | None) -> str:
    """Write a whole number with its sign: +1.200, −35, 0."""
    if number is None:
        return "–"
    sign = "+" if number > 0 else "−" if number < 0 else ""
    return f"{sign}{whole(abs(number))}"


def percent(share: float | None) -> str:
    """Write a share 0..1 as per cent with one decimal."""
    if share is None:
        return "–"
    text = f"{share * 100:.1f}"
    return f"{text}%" if get_language() == "en" else f"{text.replace('.', ',')}%"


def month_words(month: Month | int | None) -> str:
    """'November 2026' in the language of the page."""
    if month is None:
        return "–"
    value = month if isinstance(month, Month) else Month(month)
    return date_format(value.first_day, "F Y") if get_language() == "en" else value.in_words()


def shown(count: int | None) -> str:
    """Write a count rounded to a multiple of five: zero is nobody or a few."""
    return f"0–{LEAST - 1}" if count == 0 else whole(count)


def public(count: int | None) -> str:
    """Write a count that stands alone: 1 to 4, and what would reveal them, as '<5'."""
    return f"<{LEAST}" if count is None or is_small(count) else whole(count)


def closed_short(amount: int | None) -> str:
    """As `closed_rupiah`, for a large figure."""
    return closed_rupiah(None) if amount is None else rupiah_short(amount)


def closed_rupiah(amount: int | None) -> str:
    """Rupiah beside a count; in words where it would tell few people's."""
    return str(_("ditutup")) if amount is None else rupiah(amount)


def worth(value: float | None, share: bool) -> str:
    """Write a published value: people, or per cent as it was published."""
    if value is None or not share:
        return whole(value)
    text = f"{value:g}"
    return f"{text}%" if get_language() == "en" else f"{text.replace('.', ',')}%"
