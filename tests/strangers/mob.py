"""Crowds at work in a process of their own, while a block runs."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from tests.strangers.clients import Crowd

ROOT = Path(__file__).parents[2]


class Mob:
    """Crowds, each (port, kind, clients, addresses); they have begun when the block does."""

    def __init__(self, *crowds: tuple[int, str, int, tuple[str, ...]]) -> None:
        self._crowds = crowds

    def __enter__(self) -> Mob:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.strangers.mob", json.dumps(self._crowds)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"at work\n"
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()


async def _work(crowds: list[Crowd]) -> None:
    """Says that they are at work once each client has opened a connection."""
    running = asyncio.gather(*(crowd.run() for crowd in crowds))
    until = time.monotonic() + 30
    while any(crowd.opened < crowd.clients for crowd in crowds) and time.monotonic() < until:
        await asyncio.sleep(0.1)
    print("at work", flush=True)
    await running


if __name__ == "__main__":
    asyncio.run(_work([Crowd(*one) for one in json.loads(sys.argv[1])]))
