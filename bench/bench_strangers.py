"""Public pages while strangers mean no good: the 95th percentile beside that of an idle run, for each kind.

python -m bench.bench_strangers [CLIENTS] [KIND ...]     200 clients of each kind (64 where they log in or ask)

Serves the database in use, such as a demo's. Each kind is given a run of its own; the last run has all at once.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import socket
import statistics
import sys
import time
from pathlib import Path

from tests.strangers.clients import KINDS, Crowd

from bench.served import PORT, served

PAGES = ("/", "/peta/", "/bantu/", "/buku-publik/", "/cek-perlindungan/", "/masuk/", "/hukum/")
ASKING = 64
LIMIT_MS = 200
SECONDS = 12.0


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("clients", nargs="?", type=int, default=200)
    asked.add_argument("kinds", nargs="*")
    options = asked.parse_args()
    kinds = options.kinds or list(KINDS)
    late = 0
    with served():
        print(
            f"{'kind':40}{'clients':>8}{'asked':>7}{'failed':>8}{'p50 ms':>9}{'p95 ms':>9}{'worst':>9}{'RSS MB':>8}"
        )
        _measure("(idle)", [])
        for kind in kinds:
            late += _measure(kind, [(kind, _count(kind, options.clients))])
        if not options.kinds:
            late += _measure(
                "all at once", [(kind, max(_count(kind, options.clients) // 4, 8)) for kind in KINDS]
            )
    print(f"{late} kinds over {LIMIT_MS} ms")
    return 1 if late else 0


def _count(kind: str, clients: int) -> int:
    return min(clients, ASKING) if kind.startswith(("guesses", "asks")) else clients


def _measure(name: str, crowds: list[tuple[str, int]]) -> bool:
    """One line of the table; whether pages were late or failed."""
    workers = [multiprocessing.Process(target=_crowd, args=(kind, clients)) for kind, clients in crowds]
    for worker in workers:
        worker.start()
    if workers:
        time.sleep(3)
    took, failed = _visit()
    for worker in workers:
        worker.kill()
        worker.join()
    high = statistics.quantiles(took, n=20)[-1]
    print(
        f"{name:40}{sum(clients for _, clients in crowds):8}{len(took):7}{failed:8}{statistics.median(took):9.1f}"
        f"{high:9.1f}{max(took):9.1f}{_memory():8.0f}{'  <' if high > LIMIT_MS or failed else ''}",
        flush=True,
    )
    if workers:
        time.sleep(2)
    return high > LIMIT_MS or failed > 0


def _crowd(kind: str, clients: int) -> None:
    asyncio.run(Crowd(PORT, kind, clients).run())


def _visit() -> tuple[list[float], int]:
    """Milliseconds of each page asked on a connection of its own, one after the other; how many failed."""
    took, failed, number = [], 0, 0
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        path = PAGES[number % len(PAGES)]
        number += 1
        started = time.perf_counter()
        failed += not _answers(path)
        took.append((time.perf_counter() - started) * 1000)
        time.sleep(0.02)
    return took, failed


def _answers(path: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", PORT), timeout=10) as stream:
            stream.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            data = b""
            while piece := stream.recv(65_536):
                data += piece
    except OSError:
        return False
    return data.startswith(b"HTTP/1.1 200")


def _memory() -> float:
    """Resident megabytes of the serving processes."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"payung.config.asgi" in (folder / "cmdline").read_bytes():
                total += int((folder / "statm").read_text().split()[1])
        except OSError:
            continue
    return total * 4096 / 1_048_576


if __name__ == "__main__":
    sys.exit(main())
