"""Small pools of threads, each before it a line that has an end and that no single address fills."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, deque
from collections.abc import Callable
from queue import SimpleQueue
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")


#: Seconds after which a request in the line is given up: whoever asked has likely gone, and others wait behind it.
PATIENCE_SECONDS = 20.0


class Full(Exception):
    """The line before the pool is as long as it may be, or one address stands in all its places."""


class Places:
    """So many at once, so many of them for one address. Used from the thread of the event loop only."""

    def __init__(self, most: int, each: int) -> None:
        self.most, self.each = most, each
        self.taken = 0
        self._by: Counter[str] = Counter()

    def take(self, address: str) -> None:
        """Take a place. Raises Full."""
        if self.taken >= self.most or self._by[address] >= self.each:
            raise Full
        self.taken += 1
        self._by[address] += 1

    def leave(self, address: str) -> None:
        """Give the place back."""
        self.taken -= 1
        self._by[address] -= 1
        if not self._by[address]:
            del self._by[address]


class Line:
    """What waits for a thread: addresses take turns, so that one that asks much waits behind itself only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by: dict[str, deque[Any]] = {}
        self._turns: deque[str] = deque()
        self._waiting: SimpleQueue[None] = SimpleQueue()

    def put(self, address: str, item: Any) -> None:
        """Let `item` wait."""
        with self._lock:
            if address in self._by:
                self._by[address].append(item)
            else:
                self._by[address] = deque([item])
                self._turns.append(address)
        self._waiting.put(None)

    def get(self) -> Any:
        """Wait for the next item and return it."""
        self._waiting.get()
        with self._lock:
            address = self._turns.popleft()
            of_address = self._by[address]
            item = of_address.popleft()
            if of_address:
                self._turns.append(address)
            else:
                del self._by[address]
        return item


class Pool:
    """A few threads, each of which keeps its database connection, and the line before them.

    Leaner than an executor of the standard library, whose two futures and their locks cost a tenth of a kept page.
    """

    def __init__(self, name: str, *, threads: int, waiting: int, each: int) -> None:
        self.name = name
        self.places = Places(threads + waiting, each)
        self._line = Line()
        for number in range(threads):
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True).start()

    async def run(self, address: str, work: Callable[..., T], *given: Any) -> T:
        """Run `work(*given)` in a thread of the pool and return its result. Raises Full, and whatever `work` raises."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self.places.take(address)
        try:
            self._line.put(address, (loop, done, monotonic(), work, given))
            return await done
        finally:
            self.places.leave(address)

    def _work(self) -> None:
        while True:
            loop, done, since, work, given = self._line.get()
            if done.cancelled():
                continue
            try:
                if monotonic() - since > PATIENCE_SECONDS:
                    raise Full
                result = work(*given)
            except BaseException as error:
                told: tuple[Any, ...] = (_fail, done, error)
            else:
                told = (_succeed, done, result)
            if loop.is_closed():
                return
            loop.call_soon_threadsafe(*told)


def _succeed(done: asyncio.Future[Any], result: Any) -> None:
    if not done.done():
        done.set_result(result)


def _fail(done: asyncio.Future[Any], error: BaseException) -> None:
    if not done.done():
        done.set_exception(error)
