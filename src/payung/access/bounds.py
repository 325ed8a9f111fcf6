"""What a view takes: how large a body, from whom, and in which pool of threads it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

KB, MB = 1024, 1024 * 1024
#: A form of some fields, as strangers fill in; a form of people at work, with many rows to tick.
STRANGERS_FORM, WORK_FORM = 16 * KB, 256 * KB


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of one view: the largest body in bytes, the pool of its pages and of what is sent to it.

    A body larger than WORK_FORM is read only for a user who may open the page: what it needs is one of `needed`.
    """

    body: int = STRANGERS_FORM
    pool: str = "pages"
    posts: str = ""
    needed: tuple[Any, ...] = ()

    def pool_for(self, method: str) -> str:
        return self.posts if self.posts and method not in ("GET", "HEAD") else self.pool
