"""The pages as `payung serve` serves them, asked over HTTP on connections that are kept."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PORT = int(os.environ.get("BENCH_PORT", "8990"))


@contextmanager
def served(workers: int = 2) -> Iterator[None]:
    """The pages of the database in use, served until the block ends."""
    command = f"import django; django.setup(); from payung.cli.serve import run; run('127.0.0.1', {PORT}, {workers})"
    server = subprocess.Popen(
        [sys.executable, "-c", command],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "payung.config.settings",
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(240):
            try:
                fetch("/")
                break
            except OSError:
                time.sleep(0.5)
        yield
    finally:
        server.terminate()
        server.wait()


class Line:
    """A connection that is kept, for one request after the other."""

    def __init__(self) -> None:
        self._stream = socket.create_connection(("127.0.0.1", PORT), timeout=60)

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def ask(self, address: str, *, packed: bool = True, cookie: str = "") -> bytes:
        """The body of the answer to one request, which must succeed."""
        lines = [f"GET {address} HTTP/1.1", "Host: localhost"]
        lines += ["Accept-Encoding: gzip"] * packed + [f"Cookie: {cookie}"] * bool(cookie)
        self._stream.sendall("\r\n".join([*lines, "", ""]).encode())
        data = self._stream.recv(65536)
        while b"\r\n\r\n" not in data:
            data += self._stream.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        while len(body) < length:
            body += self._stream.recv(65536)
        assert head.startswith(b"HTTP/1.1 200"), head[:80]
        return body


def fetch(address: str, *, packed: bool = True) -> bytes:
    """The body of one answer, on a connection of its own."""
    with Line() as line:
        return line.ask(address, packed=packed)


def load(address: str, *, seconds: float = 5.0, clients: int = 8) -> tuple[int, float, int]:
    """Requests answered in so many seconds, their 95th percentile in milliseconds, and bytes of one answer."""
    for _ in range(8):
        size = len(fetch(address))
    taken: list[float] = []
    end = time.perf_counter() + seconds

    def work() -> None:
        with Line() as line:
            while time.perf_counter() < end:
                started = time.perf_counter()
                line.ask(address)
                taken.append(time.perf_counter() - started)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken), statistics.quantiles(taken, n=20)[-1] * 1000, size
