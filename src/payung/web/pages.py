"""What views share: who may open a page, pages of a long list, sealed words in addresses."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from payung.access.actor import Actor
from payung.access.acts import OF_SUBJECT, OWN_REGIONS, WHOLE_PROVINCE, Act, Scope
from payung.access.addresses import address_of
from payung.access.crypto import CannotDecrypt, decrypt_json, encrypt_json
from payung.access.middleware import BY_ITSELF_PARAMETER
from payung.access.roles import Permission
from payung.access.trail import downloaded

#: Kinds of files that are written.
CSV, PDF = "text/csv; charset=utf-8", "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: More pages than any list has.
_MOST_PAGES = 1_000_000
#: Where an act must be possible for a page that is made for it.
_WIDEST = {Scope.PROVINCE: WHOLE_PROVINCE, Scope.SUBJECT: OF_SUBJECT, Scope.OWN: OWN_REGIONS}
View = Callable[..., HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor of a request behind `needs`."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise TypeError("a view that reads the actor must be wrapped in needs()")
    return actor


def opens(actor: Actor, needed: Iterable[Permission | Act]) -> bool:
    """Return whether an actor may open a page: holds one of the permissions, or may do one of the acts, somewhere."""
    return any(
        actor.can(one, region_code=_WIDEST[one.scope]) if isinstance(one, Act) else actor.holds(one)
        for one in needed
    )


def needs(*needed: Permission | Act) -> Callable[[View], View]:
    """Wrap a view for users who hold any of the permissions, or may do one of the acts that it serves.

    Others are asked to log in, or told who may.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = getattr(request, "actor", None)
            if actor is None:
                return _to_log_in(request)
            if not opens(actor, needed):
                permissions = [
                    p for one in needed for p in (one.permissions if isinstance(one, Act) else (one,))
                ]
                return render(request, "403.html", {"permissions": permissions}, status=403)
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        guarded.needed = needed  # type: ignore[attr-defined]
        return guarded

    return wrap


def _to_log_in(request: HttpRequest) -> HttpResponse:
    """Ask to log in; where a part of a page asked, the whole page goes there, and comes back to itself."""
    htmx = getattr(request, "htmx", None)
    if not htmx:
        return redirect_to_login(request.get_full_path())
    page = htmx.current_url_abs_path or request.get_full_path()
    return HttpResponse(headers={"HX-Redirect": redirect_to_login(page).url})


def file_answer(
    name: str, content: bytes | str, kind: str, *, inline: bool = False, **headers: str
) -> HttpResponse:
    """Answer with a file to keep, or `inline` to look at, that names nobody or whose reading is recorded."""
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    for header, value in headers.items():
        response.headers[header.replace("_", "-")] = value
    return response


def file_of_people(
    request: HttpRequest, name: str, content: bytes | str, kind: str, *, rows: int, **about: int | str
) -> HttpResponse:
    """Answer with a file that names people, after recording who took it, of what (`about`) and how many rows."""
    downloaded(actor_of(request).user, name, rows, **about)
    return file_answer(name, content, kind)


def whole_number(text: str, most: int = 2**63 - 1) -> int | None:
    """Parse a whole number; None for anything else, or above `most`."""
    bare = text.strip()
    if not (bare.isascii() and bare.isdigit() and len(bare) < 20):
        return None
    number = int(bare)
    return number if number <= most else None


def seal(value: Any) -> str:
    """`value` (JSON) as a token for an address: names and NIKs never stand readable in a URL or a log."""
    return urlsafe_b64encode(encrypt_json(value, "web.address")).decode().rstrip("=")


def unseal(token: str) -> Any:
    """Return what `seal` sealed; None for an empty, damaged or foreign token."""
    try:
        return decrypt_json(urlsafe_b64decode(token + "=" * (-len(token) % 4)), "web.address")
    except (ValueError, CannotDecrypt):
        return None


@dataclass(slots=True)
class Page:
    """One page of a list: its items and where the neighbouring pages are ('' where there is none)."""

    items: Sequence[Any]
    summary: str = ""
    first_url: str = ""
    previous_url: str = ""
    next_url: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def asked_from(request: HttpRequest) -> str:
    """Whoever asks: behind reverse proxies, the address that the outermost of them saw."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return address_of(request.META.get("REMOTE_ADDR", ""), forwarded, settings.PAYUNG_PROXIES)


def address(request: HttpRequest, **changes: str | None) -> str:
    """Return this page's address with query parameters changed; None or '' removes one.

    That a page reloaded itself is no part of where a link of it leads.
    """
    parameters = {**request.GET.dict(), BY_ITSELF_PARAMETER: None, **changes}
    kept = {name: value for name, value in parameters.items() if value}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def page_number(request: HttpRequest) -> int:
    """Return the page number in ?hal=, from 1 on."""
    return whole_number(request.GET.get("hal", ""), _MOST_PAGES) or 1


def next_page(request: HttpRequest, items: Any, size: int = 50) -> Page:
    """Return the page ?hal= of a list too long to count at each visit; `items` is sliced."""
    number = page_number(request)
    start = (number - 1) * size
    found = list(items[start : start + size + 1])
    return Page(
        items=found[:size],
        summary=f"{start + 1}–{start + len(found[:size])}" if found else "",
        first_url=address(request, hal=None) if number > 2 else "",
        previous_url=address(request, hal=str(number - 1) if number > 2 else None) if number > 1 else "",
        next_url=address(request, hal=str(number + 1)) if len(found) > size else "",
    )


def numbered_page(request: HttpRequest, items: Any, total: int, size: int = 50, words: str = "") -> Page:
    """Return the page ?hal= of a short list (up to some thousands); `items` is sliced. Long lists page by key."""
    last = max(1, -(-total // size))
    number = min(page_number(request), last)
    start = (number - 1) * size
    return Page(
        items=list(items[start : start + size]),
        summary=f"{start + 1 if total else 0}–{min(start + size, total)} / {total} {words}".strip(),
        previous_url=address(request, hal=str(number - 1) if number > 2 else None) if number > 1 else "",
        next_url=address(request, hal=str(number + 1)) if number < last else "",
    )
