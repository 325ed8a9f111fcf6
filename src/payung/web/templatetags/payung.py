"""Template filters and parts: rupiah, months, numbers; status, figure, sortable header."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import get_language

from payung.oversight.suppress import is_small
from payung.values import Month, format_rupiah
from payung.web.pages import address

register = template.Library()


@register.filter
def rupiah(amount: int | None) -> str:
    return "–" if amount is None else format_rupiah(int(amount))


@register.filter
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


@register.filter
def whole(number: int | None) -> str:
    """A whole number with the thousands separator of the language; a dash for None."""
    if number is None:
        return "–"
    return f"{int(number):,}" if get_language() == "en" else f"{int(number):,}".replace(",", ".")


@register.filter
def percent(share: float | None) -> str:
    """A share 0..1 as per cent with one decimal."""
    if share is None:
        return "–"
    text = f"{share * 100:.1f}"
    return f"{text}%" if get_language() == "en" else f"{text.replace('.', ',')}%"


@register.filter
def month_words(month: Month | int | None) -> str:
    """'November 2026' in the language of the page."""
    if month is None:
        return "–"
    value = month if isinstance(month, Month) else Month(month)
    return date_format(value.first_day, "F Y") if get_language() == "en" else value.in_words()


@register.filter
def hidden_nik(last4: str) -> str:
    """A masked NIK from its last four digits."""
    return f"•••• •••• •••• {last4}" if last4 else "–"


@register.inclusion_tag("parts/status.html")
def status(label: str, tone: str = "neutral") -> dict[str, str]:
    """A status in words with a sign; tone good, wait, bad, info or neutral only adds the colour."""
    return {"label": label, "tone": tone}


@register.inclusion_tag("parts/figure.html")
def figure(
    label: str, value: str, definition: str = "", source: str = "", as_of: Any = None
) -> dict[str, Any]:
    """A large number with its meaning, source and as-of date under it."""
    return {"label": label, "value": value, "definition": definition, "source": source, "as_of": as_of}


@register.inclusion_tag("parts/sort_header.html", takes_context=True)
def sort_header(context: dict[str, Any], name: str, label: str, numeric: bool = False) -> dict[str, Any]:
    """A table header that sorts by ?urut=name, and by ?urut=-name when chosen again."""
    now = context.get("sort") or context["request"].GET.get("urut", "")
    direction = {name: "ascending", f"-{name}": "descending"}.get(now, "")
    turned = f"-{name}" if direction == "ascending" else name
    url = address(context["request"], urut=turned, hal=None, setelah=None, sebelum=None)
    return {"label": label, "url": url, "direction": direction, "numeric": numeric}


@register.filter
def thousandths(share: float | None) -> str:
    """A share 0..1 as whole thousandths, for the width of a bar in a box of 1000; a visible trace if not zero."""
    if not share:
        return "0"
    return str(max(6, min(1000, round(share * 1000))))


@register.filter
def shown(count: int | None) -> str:
    """A count of a table of regions; '<5' where it is withheld."""
    return "<5" if count is None else whole(count)


@register.filter
def public(count: int | None) -> str:
    """A count on an open page: 1 to 4 as '<5'."""
    return "<5" if count is not None and is_small(count) else whole(count)
