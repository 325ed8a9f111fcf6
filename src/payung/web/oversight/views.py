"""The DPRD sheet and the map of the gap: counts only, small cells withheld."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from payung.access.roles import Permission
from payung.oversight import actions, queries
from payung.oversight.agenda import last_meeting
from payung.oversight.definitions import MONEY, denominators
from payung.oversight.suppress import Shown, show, show_tree
from payung.web.oversight import maps, shapes
from payung.web.pages import actor_of, needs

LEVEL_BELOW = {2: "district", 5: "district", 8: "village", 13: "village"}


@dataclass(frozen=True, slots=True)
class TradeRow:
    """A trade with the fields that `show` reads."""

    code: str
    name: str
    candidates: int
    eligible: int
    covered: int
    gap: int


def pictured_sheet(made: queries.Sheet) -> dict[str, Any]:
    """What the sheet's template needs, with small cells withheld."""
    regencies, districts = show_tree(made.regencies, made.districts)
    trades = [TradeRow(t.id, t.label, t.candidates, t.eligible, t.covered, t.gap) for t in made.trades]
    shown_trades = show(trades)
    coming = made.coming
    most = max((count.decreed for count in coming), default=0)
    english = get_language() == "en"
    return {
        "sheet": made,
        "total": made.total,
        "now": made.count_of(made.month),
        "regencies": [(row, districts.get(row.code, [])) for row in regencies],
        "trades": shown_trades[:12],
        "more_trades": max(0, len(shown_trades) - 12),
        "money": [(definition, made.money[definition.id]) for definition in MONEY],
        "coming": [(count, 100 * count.decreed / most if most else 0) for count in coming],
        "denominators": [
            {
                "label": d.english if english else d.label,
                "note": d.note_english if english else d.note,
                "value": d.value,
                "source": d.source,
                "period": d.period,
                "share": made.total.active / d.value,
            }
            for d in denominators()
        ],
        "as_of": made.as_of,
    }


@needs(Permission.OVERSIGHT)
def sheet(request: HttpRequest) -> HttpResponse:
    actions.refresh_behind(timezone.localdate())
    made = queries.sheet()
    context = {} if made is None else pictured_sheet(made)
    if made is not None:
        context["meeting"] = last_meeting(timezone.localdate())
        context["published"] = queries.published(made.month)
        context["may_publish"] = actor_of(request).may(Permission.RESOLUTION)
    return render(request, "oversight/sheet.html", context)


@needs(Permission.OVERSIGHT)
@require_POST
def rebuild(request: HttpRequest) -> HttpResponse:
    """Counts now, for whoever does not want to wait for the next time."""
    refreshed = actions.rebuild(actor_of(request), today=timezone.localdate())
    messages.success(request, _("Angka dihitung ulang dalam %(s).1f detik.") % {"s": refreshed.seconds})
    return redirect("web:oversight-sheet")


@needs(Permission.RESOLUTION)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Keeps this month's figures as published, so that they can be shown again later as they were."""
    made = queries.sheet()
    if made is None:
        raise Http404
    actions.publish(actor_of(request), month=made.month, figures=queries.figures(made))
    messages.success(request, _("Angka bulan ini diterbitkan dan disimpan sebagaimana adanya."))
    return redirect(reverse("web:oversight-sheet") + "#terbit")


@needs(Permission.OVERSIGHT)
def figures_csv(request: HttpRequest) -> HttpResponse:
    """The table of regions as CSV, as the sheet shows it."""
    made = queries.sheet()
    if made is None:
        raise Http404
    regencies, districts = show_tree(made.regencies, made.districts)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="payung-{made.month}.csv"'
    writer = csv.writer(response)
    names = ("candidates", "verified", "eligible", "decreed", "registered", "active", "gap", "ending")
    writer.writerow(["month", "code", "name", *names])
    for regency in regencies:
        for row in (regency, *districts.get(regency.code, [])):
            counts = ["<5" if getattr(row, name) is None else getattr(row, name) for name in names]
            writer.writerow([made.month, row.code, row.name, *counts])
    return response


@needs(Permission.OVERSIGHT)
def gap_map(request: HttpRequest) -> HttpResponse:
    """The choropleth at any level within any region, with its table."""
    actions.refresh_behind(timezone.localdate())
    names = queries.region_names()
    inside = request.GET.get("wilayah", "65")
    if inside not in names or len(inside) > queries.WIDTHS["district"]:
        raise Http404
    level = request.GET.get("tingkat", "")
    if level not in shapes.LEVELS or queries.WIDTHS[level] <= len(inside):
        level = LEVEL_BELOW[len(inside)]
    measure = maps.BY_ID.get(request.GET.get("ukuran", ""), maps.MEASURES[0])
    refreshed = queries.state()
    context: dict[str, Any] = {
        "measures": maps.MEASURES,
        "measure": measure,
        "level": level,
        "levels": [name for name in shapes.LEVELS if queries.WIDTHS[name] > len(inside)],
        "inside": inside,
        "name": names[inside],
        "parents": [
            (code, names[code]) for code in (inside[:2], inside[:5]) if code in names and code != inside
        ],
    }
    if refreshed is not None:
        rows = shown_places(level, inside, refreshed.month, names)  # type: ignore[arg-type]
        here = reverse("web:oversight-map")

        def deeper(code: str) -> str:
            # A village is the last level: its place in the table says the rest.
            if len(code) > queries.WIDTHS["district"]:
                return f"#k-{code}"
            return f"{here}?{urlencode({'wilayah': code, 'ukuran': measure.id})}"

        context |= {
            "drawn": maps.draw(level, inside, rows, measure, deeper),
            "rows": [(row, deeper(row.code)) for row in ranked(rows, measure)],
            "as_of": refreshed.as_of,
            "month": refreshed.month,
        }
    return render(request, "oversight/map.html", context)


def shown_places(level: str, inside: str, month: Any, names: dict[str, str]) -> list[Shown]:
    """The regions of a level within `inside`, small cells withheld against the total of each region above."""
    found = queries.places(level, inside, month=month, names=names)
    width = {"regency": 2, "district": 5, "village": 8}[level]
    groups: dict[str, list[Any]] = {}
    for place in found:
        groups.setdefault(place.code[:width], []).append(place)
    return [row for rows in groups.values() for row in show(rows)]


def ranked(rows: list[Shown], measure: maps.Measure) -> list[Shown]:
    """The largest first (the smallest for a share): where the work is. Withheld rows last."""
    sign = 1 if measure.share else -1

    def place(row: Shown) -> tuple[bool, float, str]:
        value = measure.value(row)
        return value is None, sign * (value or 0), row.name

    return sorted(rows, key=place)
