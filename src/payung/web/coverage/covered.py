"""Who is protected on a date: everyone as a page and as CSV, one person for machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _

from payung.access.roles import Permission
from payung.access.trail import Trail, opened
from payung.coverage import jobs, queries
from payung.coverage.other_payers import membership_by_others
from payung.coverage.standing import some_on, standing_on
from payung.law import first_day
from payung.registry.models import Person
from payung.registry.queries import region_names
from payung.values import Month
from payung.web.jobs.views import waiting_for
from payung.web.pages import actor_of, file_of_people, needs, numbered_page

P = Permission
_SIZE = 50
#: The last year that has months here.
_LAST_YEAR = 2199


@dataclass(frozen=True, slots=True)
class _Listed:
    """The people of a state and a region on a day, of whom a page takes a slice."""

    day: date
    state: str
    region: str

    def __getitem__(self, asked: slice) -> list[dict[str, Any]]:
        return some_on(
            self.day, state=self.state, region=self.region, skip=asked.start, limit=asked.stop - asked.start
        )


@needs(P.SEE_PEOPLE)
def everyone(request: HttpRequest) -> HttpResponse:
    """Everyone's coverage on a date, by state and region, within the user's regions."""
    day = asked_day(request)
    state, region = request.GET.get("status", ""), request.GET.get("wilayah", "")
    state = state if state in queries.STATES else ""
    names = region_names()
    regions = sorted((code, name) for code, name in names.items() if len(code) in (5, 8))
    region = region if region in names else ""
    standing = standing_on(day)
    counts = standing.counts(region)
    page = numbered_page(
        request,
        _Listed(day, state, region),
        counts[state] if state else sum(counts.values()),
        _SIZE,
        _("orang"),
    )
    for row in page.items:
        row["words"] = gettext(queries.STATES[row["state"]])
        row["until"] = Month(row["last"]).last_day if row["last"] else None
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
    if sum(standing_on(day).counts("").values()) > jobs.MOST_ROWS:
        actor = actor_of(request)
        return waiting_for(
            jobs.everyone_file.queue(actor, key=f"{actor.user.pk}:{day}", on=day.isoformat()).pk
        )
    made = jobs.everyone_made(day)
    return file_of_people(request, made.name, made.content, made.mime, rows=made.rows)


@needs(P.SEE_PEOPLE)
def person_json(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person's coverage on a date (?pada=), for machines; 404 outside the user's regions."""
    day = asked_day(request)
    told, others = queries.coverage_on(person_id, day), membership_by_others(person_id)
    if not told.known and not Person.objects.filter(pk=person_id).exists():
        raise Http404
    opened(actor_of(request).user, Trail.PERSON, person_id)
    said = others.as_data(day) if others else None
    return JsonResponse({**told.as_data(get_language() or "id"), "paid_by_others": said})


def asked_day(request: HttpRequest) -> date:
    """Return the day of ?pada=; today where none is given or the law known here does not reach."""
    try:
        day = date.fromisoformat(request.GET.get("pada", ""))
    except ValueError:
        return timezone.localdate()
    return day if first_day() <= day and day.year <= _LAST_YEAR else timezone.localdate()
