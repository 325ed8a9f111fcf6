"""The pages of the main navigation. A user is shown only those that exist and that they may open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from payung.access.actor import Actor
from payung.access.roles import Permission


@dataclass(frozen=True, slots=True)
class Place:
    """One entry: its path, its words, and the permissions of which any one opens it (none: everybody)."""

    path: str
    label: str | Promise
    permissions: tuple[Permission, ...]


P = Permission
PLACES = (
    Place("/bulan-ini/", _("Bulan ini"), (P.EXCHANGE, P.BILL)),
    Place("/daftar/", _("Daftar masuk"), (P.INTAKE,)),
    Place("/pasangan/", _("Pasangan"), (P.MATCH,)),
    Place("/orang/", _("Orang"), (P.SEE_PEOPLE,)),
    Place("/pasangan/ganda/", _("Ganda"), (P.APPROVE_FUND,)),
    Place("/dana/", _("Dana"), (P.SEE_MONEY,)),
    Place("/janji/", _("Donatur"), (P.PROPOSE_FUND, P.APPROVE_FUND)),
    Place("/rencana/", _("Rencana"), (P.PROPOSE_PLAN, P.APPROVE_PLAN)),
    Place("/sk/", _("SK"), (P.PROPOSE_DECREE, P.APPROVE_DECREE)),
    Place("/tagihan/", _("Tagihan"), (P.BILL, P.APPROVE_BILL, P.PAY)),
    Place("/klaim/", _("Klaim"), (P.CLAIM, P.APPROVE_CLAIM)),
    Place("/pengawasan/", _("Pengawasan"), (P.OVERSIGHT,)),
    Place("/pengawasan/peta/", _("Peta"), (P.OVERSIGHT,)),
    Place("/pengawasan/jelajah/", _("Jelajah"), (P.OVERSIGHT,)),
    Place("/pengawasan/rapat/", _("Rapat"), (P.OVERSIGHT,)),
    Place("/pengawasan/tanya/", _("Tanya"), (P.ASK_CASE, P.ANSWER_CASE)),
    Place("/desa/", _("Desa"), (P.SEE_PEOPLE, P.OVERSIGHT)),
    Place("/pekerjaan/", pgettext_lazy("di belakang halaman", "Pekerjaan"), tuple(P)),
)


@dataclass(frozen=True, slots=True)
class Item:
    """A place as shown on one page; `current` is 'page', 'true' (a page below it) or ''."""

    path: str
    label: str | Promise
    current: str


@cache
def _exists(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def places_for(actor: Actor | None) -> list[Place]:
    """Return the places this actor may open, in the order of the work."""
    if actor is None:
        return []
    return [
        place
        for place in PLACES
        if _exists(place.path) and (not place.permissions or any(actor.holds(p) for p in place.permissions))
    ]


def items_for(request: HttpRequest) -> list[Item]:
    """Return the navigation of one page, with the entry the user stands on marked."""
    places = places_for(getattr(request, "actor", None))
    inside = [place.path for place in places if request.path.startswith(place.path)]
    nearest = max(inside, key=len, default=None)
    return [
        Item(
            place.path,
            place.label,
            "" if place.path != nearest else "page" if request.path == place.path else "true",
        )
        for place in places
    ]
