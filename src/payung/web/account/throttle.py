"""Slows down guessing of passwords: by name from one place, by name, by place, and in all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest

from payung.access import trail
from payung.access.limits import Limit, forget, give_back, take
from payung.web.pages import asked_from

_WINDOW = 15 * 60
#: One name from one address; one name from anywhere; one address with any names (an office shares one); all.
NAME_HERE = Limit("login-name-here", 8, _WINDOW)
NAME = Limit("login-name", 40, _WINDOW)
ADDRESS = Limit("login-address", 60, _WINDOW)
ALL = Limit("login-all", 2_000, _WINDOW)
_TOLD = Limit("login-limit-told", 1, _WINDOW, logged=False)

#: Checking a password costs a processor a second, so that guessing is dear; it must not be dear for the pages.
_CHECKS = threading.BoundedSemaphore(1)
_PATIENCE_SECONDS = 2.0


class Busy(Exception):
    """Another password is being checked."""


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
    """Forget the failures of this name; the attempt itself was none."""
    give_back([(limit, key) for limit, key in _limits(request, username) if limit in (ADDRESS, ALL)])
    forget(NAME_HERE, _here(request, username))
    forget(NAME, _name(username))


@contextmanager
def one_check_at_a_time() -> Iterator[None]:
    """Hold the only check of a password in this process. Raises Busy where it is not free for two seconds."""
    if not _CHECKS.acquire(timeout=_PATIENCE_SECONDS):
        raise Busy
    try:
        yield
    finally:
        _CHECKS.release()


def _limits(request: HttpRequest, username: str) -> list[tuple[Limit, str]]:
    return [
        (NAME_HERE, _here(request, username)),
        (NAME, _name(username)),
        (ADDRESS, asked_from(request)),
        (ALL, ""),
    ]


def _name(username: str) -> str:
    return username.strip().casefold()


def _here(request: HttpRequest, username: str) -> str:
    return f"{asked_from(request)}|{_name(username)}"
