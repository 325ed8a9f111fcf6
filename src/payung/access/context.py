"""Who asks just now, from where, in which request: for audit events and every line of the log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import uuid4

#: What a proxy may call a request; anything else is named anew.
_NAMED = re.compile(r"[A-Za-z0-9._-]{8,40}")


@dataclass(slots=True)
class Caller:
    """One request or one run of a command: its id, the address it came from, and the user's name once known."""

    request: str = ""
    address: str = ""
    user: str = ""


_caller: ContextVar[Caller | None] = ContextVar("payung_caller", default=None)


def caller() -> Caller:
    """Return the caller of the request or command that runs; an empty one outside of both."""
    return _caller.get() or Caller()


@contextmanager
def called_by(address: str, *, user: str = "", request: str = "") -> Iterator[Caller]:
    """Within the block, what is recorded and logged names this caller.

    `request` is the id given by a proxy that is believed; without a usable one a new id is made.
    """
    named = request if _NAMED.fullmatch(request) else uuid4().hex[:16]
    token = _caller.set(Caller(named, _plain(address)[:60], user))
    try:
        yield caller()
    finally:
        _caller.reset(token)


def current_address() -> str:
    """Where the caller asks from: an internet address, or `shell:NAME` for a command."""
    return caller().address


def current_request() -> str:
    """Return the id of the request or command that runs."""
    return caller().request


def _plain(text: str) -> str:
    """Without signs that would break a line of a log or a field of an event."""
    return "".join(sign for sign in text if sign.isprintable())
