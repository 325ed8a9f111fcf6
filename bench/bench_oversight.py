"""Oversight at size: counting, fresh after a change, sheet and map, and the public pages served by two workers.

Usage: python bench/bench_oversight.py [PEOPLE] [--keep] (default 200,000 people, 24 past months). Works in a database
of its own and drops it, unless kept for the next run.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("PAYUNG_HOME", str(Path.home() / ".cache" / "payung-bench"))
os.environ["PAYUNG_DATABASE"] = "payung_bench_oversight"
os.environ["DJANGO_SETTINGS_MODULE"] = "payung.config.settings"
PORT = 8990
_SERVE = f"import django; django.setup(); from payung.cli.serve import run; run('127.0.0.1', {PORT}, 2)"
PUBLIC = ("/", "/peta/", "/peta/?tingkat=village&ukuran=berakhir")


def timed(call: Callable[[], object], times: int = 60) -> tuple[float, float]:
    """Median and 95th percentile of `times` calls, in milliseconds, after two to warm up."""
    call()
    call()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def main() -> None:
    keep = "--keep" in sys.argv
    numbers = [word for word in sys.argv[1:] if word.isdigit()]
    people = int(numbers[0]) if numbers else 200_000
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.utils import timezone
    from tests.oversight.population import populate

    from payung.access.models import Event, User
    from payung.config.prepare import migrate
    from payung.oversight import actions, queries

    migrate()
    call_command("collectstatic", interactive=False, verbosity=0)
    today = timezone.localdate()
    owner = {**settings.DATABASES["owner"]}
    if not User.objects.exists() or not Event.objects.filter(action="bench").exists():
        started = time.perf_counter()
        populate(people, past_months=23, today=today)
        Event.objects.create(action="bench", subject="bench")
        _analyze(owner)
        print(f"{people:,} people written in {time.perf_counter() - started:.1f} s")
    for name in ("first count", "count again"):
        Event.objects.create(action="bench", subject="bench")
        started = time.perf_counter()
        actions.refresh_if_changed(today)
        print(f"{name:32}{time.perf_counter() - started:10.1f} s")
    sheet = queries.sheet()
    assert sheet is not None
    print(f"active {sheet.total.active:,}, months kept {len(sheet.months)}")

    member = Client()
    member.force_login(User.objects.get(username="dprd"))
    print(f"{'page':32}{'median ms':>10}{'p95 ms':>10}{'KB':>8}")
    for name, address in (
        ("sheet", "/pengawasan/"),
        ("sheet as PDF", "/pengawasan/lembar.pdf"),
        ("sheet as XLSX", "/pengawasan/angka.xlsx"),
        ("map, regencies", "/pengawasan/peta/?tingkat=regency"),
        ("map, districts", "/pengawasan/peta/"),
        ("map, all villages", "/pengawasan/peta/?tingkat=village"),
    ):
        answer = member.get(address)
        assert answer.status_code == 200, address
        median, high = timed(lambda a=address: member.get(a), 10 if "as" in name.split() else 60)  # type: ignore[misc]
        print(f"{name:32}{median:10.1f}{high:10.1f}{len(answer.content) / 1000:8.0f}")
    connection.close()
    _served()
    if not keep:
        _drop(owner)


def _served() -> None:
    """Two workers as `payung serve` starts them: how soon a change shows, requests a second on warm public pages."""
    from django.db import connection

    from payung.access.models import Event

    server = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"from payung.cli.serve import run; import django; django.setup(); run('127.0.0.1', {PORT}, 2)",
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(240):
            try:
                _fetch("/")
                break
            except OSError:
                time.sleep(0.5)
        before = _body()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE coverage_bill SET state = CASE state WHEN 'sent' THEN 'paid' ELSE 'sent' END"
            )
        Event.objects.create(action="bench", subject="bench")
        connection.close()
        started = time.perf_counter()
        while _body() == before and time.perf_counter() - started < 600:
            time.sleep(0.5)
        print(f"{'a change shows after':32}{time.perf_counter() - started:10.1f} s")
        print(f"{'public page, warm':32}{'req/s':>10}{'p95 ms':>10}{'KB':>8}")
        for address in PUBLIC:
            rate, high, size = _load(address, seconds=8.0, clients=8)
            print(f"{address[:32]:32}{rate:10.0f}{high:10.1f}{size / 1000:8.1f}")
    finally:
        server.terminate()
        server.wait()


def _body() -> bytes:
    return _fetch("/", packed=False).partition(b"\r\n\r\n")[2]


def _request(address: str, packed: bool) -> bytes:
    accept = "Accept-Encoding: gzip\r\n" if packed else ""
    return f"GET {address} HTTP/1.1\r\nHost: localhost\r\n{accept}\r\n".encode()


def _read(stream: socket.socket) -> bytes:
    data = stream.recv(65536)
    while b"\r\n\r\n" not in data:
        data += stream.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += stream.recv(65536)
    assert head.startswith(b"HTTP/1.1 200"), head[:80]
    return head + b"\r\n\r\n" + body


def _fetch(address: str, *, packed: bool = True) -> bytes:
    with socket.create_connection(("127.0.0.1", PORT), timeout=60) as stream:
        stream.sendall(_request(address, packed))
        return _read(stream)


def _load(address: str, *, seconds: float, clients: int) -> tuple[float, float, int]:
    """Requests a second, 95th percentile in milliseconds and bytes of one answer, from kept-alive connections."""
    request = _request(address, packed=True)
    for _ in range(8):
        size = len(_fetch(address))
    taken: list[float] = []
    end = time.perf_counter() + seconds

    def work() -> None:
        with socket.create_connection(("127.0.0.1", PORT), timeout=60) as stream:
            while time.perf_counter() < end:
                started = time.perf_counter()
                stream.sendall(request)
                _read(stream)
                taken.append(time.perf_counter() - started)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(taken) / seconds, statistics.quantiles(taken, n=20)[-1] * 1000, size


def _owner(owner: dict[str, object], database: str) -> object:
    import psycopg

    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    where = {key: str(owner[name]) for key, name in names.items() if owner[name]}
    return psycopg.connect(dbname=database, autocommit=True, **where)  # type: ignore[arg-type]


def _analyze(owner: dict[str, object]) -> None:
    with _owner(owner, str(owner["NAME"])) as connection:  # type: ignore[attr-defined]
        connection.execute("VACUUM ANALYZE")


def _drop(owner: dict[str, object]) -> None:
    with _owner(owner, "postgres") as connection:  # type: ignore[attr-defined]
        connection.execute(f'DROP DATABASE "{owner["NAME"]}" WITH (FORCE)')


if __name__ == "__main__":
    main()
