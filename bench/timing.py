"""How long a call takes: wall and processor seconds once, or median and 95th percentile of many."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.database import server


def percentiles(call: Callable[[], object], times: int = 40) -> tuple[float, float]:
    """Median and 95th percentile of `times` calls, in milliseconds, after two to warm up."""
    call()
    call()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def once(title: str, call: Callable[[], Any]) -> Any:
    """Prints the seconds of one call, wall and processor (its own and the database server's); answers its answer."""
    started, busy = time.perf_counter(), time.process_time() + server_seconds()
    answer = call()
    wall, busy = time.perf_counter() - started, time.process_time() + server_seconds() - busy
    print(f"{title:<40}{wall:8.1f} s{busy:8.1f} s processor", flush=True)
    return answer


def server_seconds() -> float:
    """Processor seconds of the database server so far, with its workers that have ended; it runs on this machine."""
    times: dict[int, tuple[int, list[int]]] = {}
    with server() as owner:
        backend = owner.info.backend_pid
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                words = path.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            times[int(path.parent.name)] = int(words[1]), [int(word) for word in words[11:15]]
    postmaster = times[backend][0] if backend in times else 0
    ticks = sum(sum(spent[:2]) for parent, spent in times.values() if parent == postmaster)
    return (ticks + sum(times[postmaster][1]) if postmaster else 0) / os.sysconf("SC_CLK_TCK")
