"""`python -m payung.config.supervisor`: the pages and the workers beside them, as processes that end together.

A worker that dies is started again. When the server of the pages ends, or this process is told to stop, all end. It
imports nothing of Payung, so that it stays small for as long as it waits.
"""

from __future__ import annotations

import ctypes
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

#: Seconds between two looks, and before a worker is started again.
_LOOK, _PAUSE = 0.2, 1.0
#: Seconds that a worker is given to end what it has in hand.
_PATIENCE = 30.0
_PR_SET_PDEATHSIG = 1


def supervise(server: list[str], workers: list[list[str]]) -> int:
    """Run the server's command and each worker's until the server ends; returns the server's exit status."""
    told: list[int] = []

    def tell(number: int, _: FrameType | None) -> None:
        told.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, tell)
    pages = _start(server)
    beside = [_Worker(command) for command in workers]
    while pages.poll() is None and not told:
        for worker in beside:
            worker.keep()
        time.sleep(_LOOK)
    for process in (pages, *(worker.process for worker in beside)):
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
    status = pages.wait()
    until = time.monotonic() + _PATIENCE
    for worker in beside:
        try:
            worker.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            # Its job is taken up again by the next worker.
            worker.process.kill()
            worker.process.wait()
    # A server that was told to stop has done as it was told.
    return 0 if told and status < 0 else status


class _Worker:
    """A process that is started again, a moment after it died."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._again = 0.0
        self.process = _start(command)

    def keep(self) -> None:
        if self.process.poll() is None:
            self._again = time.monotonic() + _PAUSE
        elif time.monotonic() >= self._again:
            self.process = _start(self._command)
            self._again = time.monotonic() + _PAUSE


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, preexec_fn=_end_with_parent())


def _end_with_parent() -> Callable[[], None] | None:
    """Have a child told to stop when this process is ended hard, where the system can (Linux)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


if __name__ == "__main__":
    commands = json.loads(sys.argv[1])
    sys.exit(supervise(commands["server"], commands["workers"]))
