"""Template filters: rupiah, months, numbers as Indonesians write them."""

from __future__ import annotations

from django import template

from payung.values import Month, format_rupiah

register = template.Library()


@register.filter
def rupiah(amount: int | None) -> str:
    return "–" if amount is None else format_rupiah(amount)


@register.filter
def month_words(month: Month | int | None) -> str:
    if month is None:
        return "–"
    return (month if isinstance(month, Month) else Month(month)).in_words()
