"""What strangers and users may have computed how often: counted in the database, for all workers and restarts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from payung.access.limits import Limit, take
from payung.web.bounds import bounds_of
from payung.web.middleware import Answer
from payung.web.pages import asked_from

_WINDOW = 600
#: By view: how often from one address, and from all strangers together.
_STRANGERS = {
    "web:giving-promise": (Limit("promise-address", 60, _WINDOW), Limit("promise-all", 3_000, _WINDOW)),
    "web:giving-certificate": (Limit("paper-address", 60, _WINDOW), Limit("paper-all", 2_000, _WINDOW)),
    "web:law-ask": (Limit("law-address", 600, _WINDOW), Limit("law-all", 20_000, _WINDOW)),
    "web:coverage-check": (Limit("check-address", 300, _WINDOW), Limit("check-all", 20_000, _WINDOW)),
}
#: Prices that were not computed before, counted where they are.
PRICES = (Limit("price-address", 300, _WINDOW), Limit("price-all", 10_000, _WINDOW))
#: Files and long work of one account.
_ACCOUNT = Limit("long-account", 600, _WINDOW)


class TooMany(Exception):
    """More was asked than may be."""


def count(request: HttpRequest, limits: tuple[Limit, Limit]) -> None:
    """Count what a stranger has computed, by address and in all. Raises TooMany."""
    of_address, of_all = limits
    if take([(of_address, asked_from(request)), (of_all, "")]) is not None:
        raise TooMany


class Counted:
    """Counts what is computed before it is, and answers 429 with a sentence where it was too often."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        match = request.resolver_match
        actor = getattr(request, "actor", None)
        if match is None:
            return None
        if actor is None and match.view_name in _STRANGERS:
            try:
                count(request, _STRANGERS[match.view_name])
            except TooMany:
                return _too_many(request)
        if actor is None or bounds_of(request.path).pool != "long":
            return None
        if take([(_ACCOUNT, str(actor.user.pk))]) is None:
            return None
        return _too_many(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _too_many(request) if isinstance(exception, TooMany) else None


def _too_many(request: HttpRequest) -> HttpResponse:
    sentence = _("Terlalu banyak permintaan dalam waktu singkat. Tunggu sepuluh menit, lalu coba lagi.")
    response = render(request, "refused.html", {"sentence": sentence, "back": ""}, status=429)
    response.headers["Retry-After"] = str(_WINDOW)
    return response
