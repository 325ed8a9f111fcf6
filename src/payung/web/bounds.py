"""The bounds of each view: its largest body, and the pool of threads that answers it.

Kept in one table, so that whoever adds a view that takes files, computes or hashes sees where it belongs. What is not
named here takes a form of a few kilobytes and is a page: of strangers, or of work where the view asks for a permission.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, resolve

from payung.access.bounds import KB, MB, WORK_FORM, Bounds
from payung.documents.store import MOST_BYTES as PAPER
from payung.exchange.bank import MAX_BYTES as STATEMENT

#: Room for the form around a file.
_ROUND = MB
_LIST = settings.PAYUNG_MAX_LIST_BYTES
#: What strangers may have computed or hashed: few threads and a short line, so that pages never wait for it.
_ASKED = {
    "web:claims-status": Bounds(8 * KB, posts="questions", even=0.25),
    "web:giving-help": Bounds(queries="questions"),
    "web:giving-promise": Bounds(pool="questions"),
    "web:giving-mine": Bounds(pool="questions"),
    "web:giving-certificate": Bounds(pool="questions"),
    "web:giving-ledger-csv": Bounds(pool="questions"),
    "web:giving-ledger-json": Bounds(pool="questions"),
    "web:law-ask": Bounds(pool="questions"),
    "web:coverage-check": Bounds(pool="questions"),
    "web:account-login": Bounds(8 * KB, posts="passwords"),
}
#: Files that are taken in, in bytes.
_FILES = {
    "web:registry-upload": _LIST,
    "web:coverage-branch": _LIST,
    "web:planning-plan-by-hand": 20 * MB,
    "web:coverage-payments": STATEMENT,
    "web:coverage-bill": STATEMENT,
    "web:claims-case": PAPER,
    "web:parliament-attach": PAPER,
}
#: Work that may take seconds, besides every file that is given out.
_LONG = {
    "web:registry-preview",
    "web:registry-undo",
    "web:registry-returned",
    "web:matching-thresholds",
    "web:planning-compare",
    "web:oversight-publish",
    "web:parliament-meeting-paper",
    "web:claims-codes-village",
}
_GIVES_A_FILE = re.compile(r"\.(pdf|csv|xlsx|<str:kind>)$|/(csv|xlsx)/$")


@lru_cache(4_096)
def bounds_of(path: str) -> Bounds:
    """Return the bounds of the view that answers this path."""
    if path.startswith(settings.STATIC_URL):
        return Bounds()
    try:
        return _bounds(resolve(path))
    except Resolver404:
        return Bounds()


def _bounds(match: ResolverMatch) -> Bounds:
    name = match.view_name
    if name in _ASKED:
        return _ASKED[name]
    needed = tuple(getattr(match.func, "needed", ()))
    if not needed:
        return Bounds(pool="work") if name.startswith("api:") else Bounds()
    long = name in _LONG or _GIVES_A_FILE.search(match.route) is not None
    if name in _FILES:
        return Bounds(_FILES[name] + _ROUND, pool="work", posts="long", needed=needed)
    return Bounds(WORK_FORM, pool="long" if long else "work", needed=needed)


def route_of(path: str) -> str:
    """Return the path as a log may show it, with names in place of numbers and secrets."""
    try:
        return "/" + resolve(path).route
    except Resolver404:
        return path[:80] if path.isprintable() else "?"
