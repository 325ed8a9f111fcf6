"""What a view takes: how large a body, from whom, and in which pool of threads it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

KB, MB = 1024, 1024 * 1024
#: A form of some fields, as strangers fill in; a form of people at work, with many rows to tick.
STRANGERS_FORM, WORK_FORM = 16 * KB, 256 * KB


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of one view: the largest body in bytes, the pool of its pages, of those with a query, of what is sent to it.

    What answers to something sent leaves at a multiple of `even` seconds after it came, so that the time tells nothing
    of the work; it waits outside the pool.
    A body larger than WORK_FORM is read only for a user who may open the page: what it needs is one of `needed`.
    """

    body: int = STRANGERS_FORM
    pool: str = "pages"
    queries: str = ""
    posts: str = ""
    even: float = 0.0
    needed: tuple[Any, ...] = ()

    def pool_for(self, method: str, *, query: bool = False) -> str:
        """Name the pool that answers this method, with or without a query."""
        if method not in ("GET", "HEAD"):
            return self.posts or self.pool
        return self.queries if query and self.queries else self.pool

    def until_even(self, method: str, spent: float) -> float:
        """Count the seconds that an answer still waits that took `spent` so far."""
        return self.even - spent % self.even if self.even and method not in ("GET", "HEAD") else 0.0
