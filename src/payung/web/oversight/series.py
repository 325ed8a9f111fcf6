"""An indicator month by month: chart, table, file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from payung.access.roles import Permission
from payung.oversight import queries
from payung.oversight.series import Series, series
from payung.oversight.written import percent, rupiah, whole
from payung.web.pages import needs

_WRITTEN: dict[str, Callable[[Any], str]] = {"people": whole, "rupiah": rupiah, "share": percent}


@needs(Permission.OVERSIGHT)
def page(request: HttpRequest) -> HttpResponse:
    """Show the indicator chosen, else the first; the file's table holds every one."""
    made = queries.sheet()
    if made is None:
        return render(request, "oversight/series.html", {})
    found = series(made)
    chosen = next((one for one in found if one.id == request.GET.get("pilih")), found[0])
    return render(
        request,
        "oversight/series.html",
        {
            "series": found,
            "chosen": chosen,
            "over": whole(int(chosen.over)) if chosen.over else "",
            "rows": _rows(chosen),
            "as_of": made.as_of,
            "month": made.month,
        },
    )


def _rows(one: Series) -> list[dict[str, Any]]:
    """Return the months from the first with a figure, each with its words and the width of its bar."""
    values = list(one.values)
    while values and not values[0][1]:
        values.pop(0)
    most = max((abs(value) for _month, value in values if value is not None), default=0)
    return [
        {
            "month": month,
            "value": _WRITTEN[one.unit](value),
            "width": round(600 * abs(value) / most) if value and most else 0,
            "below": value is not None and value < 0,
        }
        for month, value in values
    ]
