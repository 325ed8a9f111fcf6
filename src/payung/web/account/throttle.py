"""Slows down guessing of passwords: after some failures from one place for one name, wait."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from django.http import HttpRequest

from payung.web.pages import asked_from

ALLOWED = 8
WAIT_SECONDS = 15 * 60


def _key(request: HttpRequest, username: str) -> str:
    where = f"{asked_from(request)}|{username.lower()}"
    return "login:" + hashlib.sha256(where.encode()).hexdigest()


def too_many(request: HttpRequest, username: str) -> bool:
    """Whether this place has failed too often with this name."""
    return cache.get(_key(request, username), 0) >= ALLOWED


def failed(request: HttpRequest, username: str) -> None:
    """Counts one failure."""
    key = _key(request, username)
    cache.add(key, 0, WAIT_SECONDS)
    cache.incr(key)


def succeeded(request: HttpRequest, username: str) -> None:
    """Forgets the failures."""
    cache.delete(_key(request, username))
