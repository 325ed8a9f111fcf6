"""What everybody may see without logging in."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from payung.oversight import queries
from payung.registry.queries import region_names
from payung.web.oversight import maps
from payung.web.oversight.mapping import map_page
from payung.web.public.cache import kept_page


def front(request: HttpRequest) -> HttpResponse:
    """Show the ladder and the map to everybody; one page for all who are not signed in."""
    if getattr(request, "actor", None) is not None:
        return render(request, "public/front.html", _front())
    return kept_page(
        request,
        "front",
        lambda: render(request, "public/front.html", {**_front(), "here": "/", "messages": ()}),
    )


def _front() -> dict[str, Any]:
    made = queries.sheet()
    name = region_names()[settings.PAYUNG_PROVINCE]
    if made is None:
        return {"province": name}
    regencies, districts, _villages = made.shown
    here = reverse("web:public-map")
    return {
        "province": name,
        "total": made.total,
        "ladder": made.ladder,
        "month": made.month,
        "drawn": maps.draw(
            "district",
            settings.PAYUNG_PROVINCE,
            made.shown_at("district", ""),
            maps.BY_ID["cakupan"],
            lambda code: f"{here}?{urlencode({'wilayah': code, 'ukuran': 'cakupan'})}",
        ),
        "regencies": [(row, districts.get(row.code, [])) for row in regencies],
        "as_of": made.as_of,
    }


def gap_map(request: HttpRequest) -> HttpResponse:
    """Show the map of the gap to everybody, at any level within any region."""
    here = reverse("web:public-map")
    asked = [request.GET.get(name, "") for name in ("wilayah", "tingkat", "ukuran")]
    # A page is kept for each region, level and measure there is, never for whatever words an address holds.
    known = map_page(None, here, *asked)
    words = (known["inside"], known["level"], known["measure"].id)
    address = f"{here}?{urlencode({'wilayah': words[0], 'tingkat': words[1], 'ukuran': words[2]})}"

    def drawn() -> HttpResponse:
        context = map_page(queries.sheet(), here, *words)
        return render(request, "public/map.html", {**context, "here": address, "messages": ()})

    if getattr(request, "actor", None) is not None:
        return render(request, "public/map.html", map_page(queries.sheet(), here, *words))
    return kept_page(request, f"map:{':'.join(words)}", drawn)


def language(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the chosen language in a cookie and go back to where the user was."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    wanted = request.GET.get("next", "/")
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}
    )
    # An address, not a view's name, of which `redirect` would look for any word without a slash.
    response = HttpResponseRedirect(wanted if safe else "/")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.PAYUNG_HTTPS,
        httponly=True,
    )
    return response
