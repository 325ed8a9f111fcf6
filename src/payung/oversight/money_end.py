"""How long the money lasts for the people covered now, as every page, paper and file of the figures says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from payung.disclosure.rounding import is_small
from payung.outlook import Runway
from payung.oversight.written import month_words, public, rupiah
from payung.values import Month


def until_words(data: Mapping[str, Any]) -> str:
    """Say until which day the money lasts, or why there is none: no money, nobody covered, no month paid."""
    told = Runway.from_data(data)
    if told.lasts_until is not None:
        return date_format(told.lasts_until, "j F Y")
    if told.short_from is not None:
        return _("Tidak cukup satu bulan")
    return _("Belum ada yang terlindungi") if told.money else _("Belum ada dana")


def loss_words(data: Mapping[str, Any]) -> str:
    """Say when somebody covered now first loses cover, how many do, and the rupiah missing; else ''."""
    told = Runway.from_data(data)
    if told.short_from is None:
        return ""
    words = _("%(day)s: %(people)s dari %(all)s orang kehilangan perlindungan.") % {
        "day": date_format(told.short_from.first_day, "j F Y"),
        "people": public(told.losing),
        "all": public(told.people),
    }
    # What so few people's contributions come to would tell how many they are.
    if is_small(told.losing) or not told.missing:
        return words
    goal = data.get("goal")
    if goal is None:
        return words + " " + _("Kurang %(missing)s.") % {"missing": rupiah(told.missing)}
    return (
        words
        + " "
        + _("Sampai %(month)s kurang %(missing)s.")
        % {"missing": rupiah(told.missing), "month": month_words(Month.parse(goal))}
    )
