"""What one machine does only once at a time, whichever of its processes it is asked of."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Seconds between two looks whether it is free.
_LOOK = 0.02


class Busy(Exception):
    """It was not free in time."""


@contextmanager
def only_one(path: Path, patience: float) -> Iterator[None]:
    """Hold the lock file at `path`. Raises Busy where others hold it for `patience` seconds.

    The system gives the lock back when a process ends, however it ends.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise Busy from None
                time.sleep(_LOOK)
        yield
    finally:
        os.close(handle)
