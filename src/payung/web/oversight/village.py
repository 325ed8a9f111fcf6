"""A village's sheet for the wall, and the list of villages."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from payung.access.roles import Permission
from payung.oversight import villages
from payung.oversight.queries import state
from payung.registry.queries import region_names
from payung.web.pages import actor_of, needs

P = Permission


@needs(P.SEE_PEOPLE, P.OVERSIGHT)
def index(request: HttpRequest) -> HttpResponse:
    """List the villages this user may print a sheet of, by district."""
    return render(request, "oversight/villages.html", {"districts": villages.villages_of(actor_of(request))})


@needs(P.SEE_PEOPLE, P.OVERSIGHT)
def page(request: HttpRequest, code: str) -> HttpResponse:
    """How many are covered, until when, whom to call; with names where asked for and allowed."""
    actor, today = actor_of(request), timezone.localdate()
    if len(code) != 13 or code not in region_names():
        raise Http404
    if not actor.may(P.OVERSIGHT, code):
        actor.require(P.SEE_PEOPLE, code)
    found = villages.village(code, today)
    if found is None:
        return render(request, "oversight/village.html", {"place": region_names()[code]})
    allowed = villages.names_allowed(actor, code)
    named = villages.names_of(actor, code, today) if allowed and request.GET.get("nama") else None
    refreshed = state()
    return render(
        request,
        "oversight/village.html",
        {
            "village": found,
            "place": found.name,
            "named": named,
            "names_allowed": allowed,
            "contact": settings.PAYUNG_CONTACT and gettext(settings.PAYUNG_CONTACT),
            "branch": settings.PAYUNG_BRANCH_ADDRESS and gettext(settings.PAYUNG_BRANCH_ADDRESS),
            "as_of": refreshed.as_of if refreshed else None,
        },
    )
