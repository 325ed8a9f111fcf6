"""Slows down guessing of passwords, and lets nobody lock another person out by guessing.

Attempts are counted by name from one place, by name, by place, and in all. Who has come in before from the same browser
or the same place is not counted with strangers: however many of those guess, that person still comes in. A browser is
known by a signed cookie that says nothing else (OWASP: slow down online guessing attacks with device cookies).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from payung.access import trail
from payung.access.crypto import anonymous
from payung.access.limits import Limit, forget, give_back, has, remember, take
from payung.access.machine import only_one
from payung.web.pages import asked_from

_WINDOW = 15 * 60
#: One name in one known browser; one name from one address; one name from anywhere; one address with any names (an
#: office shares one); all.
DEVICE = Limit("login-device", 8, _WINDOW)
NAME_HERE = Limit("login-name-here", 8, _WINDOW)
NAME = Limit("login-name", 40, _WINDOW)
ADDRESS = Limit("login-address", 60, _WINDOW)
ALL = Limit("login-all", 2_000, _WINDOW)
_TOLD = Limit("login-limit-told", 1, _WINDOW, logged=False)
#: A place from which somebody came in, for so long; a browser likewise, for so many names.
PLACE = Limit("login-place", 1, 90 * 24 * 3600)
_DEVICE_SECONDS, _DEVICE_NAMES = 180 * 24 * 3600, 8

#: Checking a password costs a processor half a second, so that guessing is dear; it must not be dear for the pages.
_PATIENCE_SECONDS = 2.0


def refused(request: HttpRequest, username: str) -> bool:
    """Count an attempt; tell whether it must not be looked at. Names that do not exist count as those that do.

    That a limit is reached is recorded once in its window.
    """
    limits = _limits(request, username)
    exceeded = take(limits)
    if exceeded is None:
        return False
    if take([(_TOLD, f"{exceeded.name}/{dict(limits)[exceeded]}")]) is None:
        trail.sign_in_failed(username, limit=exceeded.name)
    return True


def succeeded(request: HttpRequest, username: str) -> None:
    """Forget the failures of this name; the attempt itself was none. The place is known from now on."""
    give_back([(limit, key) for limit, key in _limits(request, username) if limit in (ADDRESS, ALL)])
    for limit, key in ((NAME_HERE, _here(request, username)), (NAME, _name(username))):
        forget(limit, key)
    device = _device(request)
    if device is not None:
        forget(DEVICE, f"{device[0]}|{_name(username)}")
    remember(PLACE, _here(request, username))


def know_device(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Give the browser the cookie by which it is known for this name, and for those that came in there before."""
    nonce, names = _device(request) or (secrets.token_urlsafe(16), [])
    mark = _mark(username)
    kept = [mark, *(one for one in names if one != mark)][:_DEVICE_NAMES]
    response.set_cookie(
        settings.PAYUNG_DEVICE_COOKIE,
        signing.dumps([nonce, kept], salt="payung.device"),
        max_age=_DEVICE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@contextmanager
def one_check_at_a_time() -> Iterator[None]:
    """Hold the only check of a password on this machine. Raises `machine.Busy` where it is not free for two seconds."""
    with only_one(settings.HOME / "password.lock", _PATIENCE_SECONDS):
        yield


def _limits(request: HttpRequest, username: str) -> list[tuple[Limit, str]]:
    device = _device(request)
    if device is not None and _mark(username) in device[1]:
        return [(DEVICE, f"{device[0]}|{_name(username)}")]
    here = [(NAME_HERE, _here(request, username)), (ADDRESS, asked_from(request))]
    if has(PLACE, _here(request, username)):
        return here
    return [*here, (NAME, _name(username)), (ALL, "")]


def _device(request: HttpRequest) -> tuple[str, list[str]] | None:
    """Return the browser's own mark and those of the names that signed in with it; None where it has none."""
    try:
        nonce, names = signing.loads(
            request.COOKIES.get(settings.PAYUNG_DEVICE_COOKIE, ""),
            salt="payung.device",
            max_age=_DEVICE_SECONDS,
        )
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(nonce), [str(name) for name in names]


def _mark(username: str) -> str:
    return anonymous(f"device/{_name(username)}").hex()[:24]


def _name(username: str) -> str:
    return username.strip().casefold()


def _here(request: HttpRequest, username: str) -> str:
    return f"{asked_from(request)}|{_name(username)}"
