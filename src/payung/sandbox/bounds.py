"""What a reader may use, and how it is told that it used more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Why = Literal["memory", "time", "output", "crash", "busy"]
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one reading may use: bytes of memory and of result, seconds of processor (all cores) and by the clock."""

    memory: int = 900 * MEGABYTE
    output: int = 600 * MEGABYTE
    processor: int = 8
    clock: float = 90.0

    @classmethod
    def of_size(cls, size: int) -> Bounds:
        """Return the bounds of a file of `size` bytes: a longer one may take longer, in proportion."""
        more = size // MEGABYTE
        return cls(processor=8 + more, clock=90.0 + 3 * more)


class Ended(Exception):
    """A reader that gave no answer.

    `why`: memory, time, output (a limit was reached), crash (the reader died or failed of itself), busy (as many
    readers as may run were running all the time). `detail` names the kind of error and its place, never a value of
    the file.
    """

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"{why} {detail}".strip())
        self.why: Why = why
        self.detail = detail
