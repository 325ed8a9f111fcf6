"""Seconds by stage, and how a time limit is divided."""

from __future__ import annotations

import time

#: for finishing is kept at most this share of the time, and at most so many times the time of reading
_SHARE, _READINGS = 0.5, 8.0


class Clock:
    """Seconds are only reported and never decide, but where a time limit is asked for.

    `solving` is the time.monotonic() moment after which nothing new is optimised, `hurrying` the one after which not
    even the simple rule goes on: the rest is for checking the plan and its bounds. Both are None without a limit.
    """

    def __init__(self, limit: float | None) -> None:
        self.stages: dict[str, float] = {}
        self._last = time.monotonic()
        self._until = None if limit is None else self._last + limit
        self.solving = self.hurrying = self._until

    def stage(self, name: str) -> None:
        """Note the seconds since the last stage."""
        now = time.monotonic()
        self.stages[name] = round(self.stages.get(name, 0.0) + now - self._last, 3)
        self._last = now

    def divide(self, share: float = 1.0) -> None:
        """Let `share` of the time left be used, the end of it for finishing: eight times what reading took.

        That grows with the size of the problem and with the load of the machine.
        """
        if self._until is not None:
            left = share * max(0.0, self._until - self._last)
            kept = min(_SHARE * left, _READINGS * self.stages["read"])
            end = self._last + left
            self.solving, self.hurrying = end - kept, end - kept / 2
