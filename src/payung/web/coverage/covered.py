"""Who is protected on a date: everyone as a page and as CSV, one person for machines."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext

from payung.access.roles import Permission
from payung.coverage import queries
from payung.registry.models import Person, Region
from payung.values import Month
from payung.web.pages import Page, address, needs, seal, unseal

P = Permission
_SIZE = 50


@needs(P.SEE_PEOPLE)
def everyone(request: HttpRequest) -> HttpResponse:
    """Everyone's coverage on a date, by state and region, within the user's regions."""
    day = asked_day(request)
    state, region = request.GET.get("status", ""), request.GET.get("wilayah", "")
    state = state if state in queries.STATES else ""
    regions = list(
        Region.objects.filter(level__in=("regency", "district"))
        .order_by("code")
        .values_list("code", "name", "level")
    )
    region = region if region in {code for code, _, _ in regions} else ""
    after = unseal(request.GET.get("sesudah", "")) or ["", "", 0]
    rows = queries.some_on(day, state=state, region=region, after=tuple(after), limit=_SIZE + 1)
    shown = rows[:_SIZE]
    for row in shown:
        row["words"] = gettext(queries.STATES[row["state"]])
        row["until"] = Month(row["last"]).last_day if row["last"] else None
    last = shown[-1] if len(rows) > _SIZE else None
    page = Page(
        items=shown,
        first_url=address(request, sesudah=None) if request.GET.get("sesudah") else "",
        next_url=address(request, sesudah=seal([last["region_code"], last["name"], last["id"]]))
        if last
        else "",
    )
    counts = queries.counts_on(day)
    context = {
        "day": day,
        "state": state,
        "region": region,
        "regions": regions,
        "page": page,
        "counts": [(name, gettext(label), counts[name]) for name, label in queries.STATES.items()],
    }
    return render(request, "coverage/everyone.html", context)


@needs(P.SEE_PEOPLE)
def everyone_csv(request: HttpRequest) -> HttpResponse:
    """Everyone's coverage on a date as CSV, without NIK, within the user's regions."""
    day = asked_day(request)
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        queries.write_everyone(day, Path(file.name))
        content = Path(file.name).read_bytes()
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cakupan-{day.isoformat()}.csv"'
    return response


@needs(P.SEE_PEOPLE)
def person_json(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person's coverage on a date (?pada=), for machines; 404 outside the user's regions."""
    told = queries.coverage_on(person_id, asked_day(request))
    if not told.known and not Person.objects.filter(pk=person_id).exists():
        raise Http404
    return JsonResponse(told.as_data(get_language() or "id"))


def asked_day(request: HttpRequest) -> date:
    """The day of ?pada=, else today."""
    try:
        return date.fromisoformat(request.GET.get("pada", ""))
    except ValueError:
        return timezone.localdate()
