"""What everybody may see without logging in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from payung.oversight import actions, queries
from payung.oversight.suppress import show_tree
from payung.registry.models import Region
from payung.web.oversight import maps
from payung.web.public.cache import kept_page


def front(request: HttpRequest) -> HttpResponse:
    """The ladder and the map, for everybody; the same page for all who are not logged in."""
    if getattr(request, "actor", None) is not None:
        return render(request, "public/front.html", _front())
    return kept_page(
        request,
        "front",
        lambda: render(request, "public/front.html", {**_front(), "here": "/", "messages": ()}),
    )


def _front() -> dict[str, Any]:
    actions.refresh_behind(timezone.localdate())
    made = queries.sheet()
    name = Region.objects.get(code=settings.PAYUNG_PROVINCE).name
    if made is None:
        return {"province": name}
    regencies, districts = show_tree(made.regencies, made.districts)
    rows = [row for regency in regencies for row in districts.get(regency.code, [])]
    return {
        "province": name,
        "total": made.total,
        "ladder": made.ladder,
        "month": made.month,
        "drawn": maps.draw(
            "district",
            settings.PAYUNG_PROVINCE,
            rows,
            maps.BY_ID["cakupan"],
            lambda code: f"#k-{code}",
        ),
        "regencies": [(row, districts.get(row.code, [])) for row in regencies],
        "as_of": made.as_of,
    }


def language(request: HttpRequest, code: str) -> HttpResponse:
    """Keeps the chosen language in a cookie and goes back to where the user was."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    wanted = request.GET.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    response = redirect(wanted if safe else "/")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.SECURE_COOKIES,
        httponly=True,
    )
    return response
