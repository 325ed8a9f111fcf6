"""Public answers kept for a moment beside the event loop: they need neither a thread nor Django.

Only what an answer itself calls public is kept, only for who sends no cookie but the language's, and only for the
figures of which it was made. While every thread is busy these pages still answer at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

Headers = list[tuple[bytes, bytes]]
Key = tuple[Any, ...]

#: How long an answer is given again; the view behind it keeps its page for much longer.
SECONDS = 2.0
_ENTRIES, _LARGEST = 512, 512 * 1024
#: What an answer to a plain GET depends on, besides its address and the language's cookie.
_DEPENDS = (b"host", b"accept-encoding", b"x-forwarded-proto")
#: What names one request, and no other that is given the same answer.
_OF_ONE_REQUEST = frozenset({b"x-request-id"})
_ASKS_FOR_MORE = (b"range", b"authorization", b"if-modified-since")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out: the status, the headers, and the parts of the body."""

    status: int
    headers: Headers
    body: bytes


class Kept:
    """The answers of one process, by what they depend on. Used from the thread of the event loop only."""

    def __init__(self, version: Callable[[], str], language_cookie: bytes) -> None:
        self._version = version
        self._cookie = language_cookie + b"="
        self._answers: dict[Key, tuple[float, bytes, Answer]] = {}

    def key(self, scope: dict[str, Any], headers: dict[bytes, bytes]) -> Key | None:
        """Return the parts of a request that the answer depends on; None where it may depend on more."""
        cookie = headers.get(b"cookie", b"")
        if scope["method"] != "GET" or (cookie and (not cookie.startswith(self._cookie) or b";" in cookie)):
            return None
        if any(name in headers for name in _ASKS_FOR_MORE):
            return None
        asked = (scope["path"], scope["query_string"], cookie, self._version())
        return asked + tuple([headers.get(name) for name in _DEPENDS])

    def find(self, key: Key, headers: dict[bytes, bytes]) -> Answer | None:
        """Return the kept answer, or 'not modified' for the visitor's copy; None where none is kept."""
        found = self._answers.get(key)
        if found is None:
            return None
        until, tag, answer = found
        if monotonic() > until:
            del self._answers[key]
            return None
        if tag and headers.get(b"if-none-match") == tag:
            bare = [
                (name, value) for name, value in answer.headers if not name.lower().startswith(b"content-")
            ]
            return Answer(304, bare, b"")
        return answer

    def keep(self, key: Key, answer: Answer) -> None:
        """Keep the answer, where it is one that anybody may be given."""
        if answer.status != 200 or len(answer.body) > _LARGEST:
            return
        named = {name.lower(): value for name, value in answer.headers}
        if b"public" not in named.get(b"cache-control", b"") or b"set-cookie" in named:
            return
        if len(self._answers) >= _ENTRIES:
            self._answers.clear()
        general = [(name, value) for name, value in answer.headers if name.lower() not in _OF_ONE_REQUEST]
        kept = Answer(answer.status, general, answer.body)
        self._answers[key] = (monotonic() + SECONDS, named.get(b"etag", b""), kept)
