"""The record of what was refused: every kind and address at once, its repetitions counted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic

_log = logging.getLogger("payung.front")
#: Seconds in which the same refusal of the same address is counted, not told again; and so many are kept in mind.
_QUIET = 10.0
_KEPT = 2_000


class Refusals:
    """Told in the log with the address and the route, without what anybody sent."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._told: dict[tuple[str, str], tuple[float, int]] = {}

    def tell(self, kind: str, address: str, method: str, route: str) -> None:
        """Log a refusal, or count it where one like it was told a moment ago."""
        now, key = self._clock(), (kind, address)
        since, times = self._told.get(key, (-_QUIET, 0))
        if now - since < _QUIET:
            self._told[key] = (since, times + 1)
            return
        if len(self._told) >= _KEPT:
            self.flush()
        more = f" (and {times} more since)" if times else ""
        _log.warning("refused %s: %s %s from %s%s", kind, method, route, address, more)
        self._told[key] = (now, 0)

    def flush(self) -> None:
        """Log what was only counted, and forget it."""
        for (kind, address), (_, times) in self._told.items():
            if times:
                _log.warning("refused %s: %d more from %s", kind, times, address)
        self._told.clear()
