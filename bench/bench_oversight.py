"""Oversight at size: rebuild, fresh after a change, sheet and map, looking back, and public pages of two workers.

python -m bench.bench_oversight [PEOPLE]      default 200,000; 24 months of covers and bills
"""

from __future__ import annotations

import sys
import time
from datetime import date
from typing import Any

from bench.database import NAME, populated, server
from bench.served import fetch, load, served
from bench.timing import once, percentiles

PRICE = "/bantu/?wilayah=65.71&pekerjaan=&orang=100&bulan=12&sebagai=company"
PUBLIC = (
    "/",
    "/peta/",
    "/peta/?tingkat=village&ukuran=berakhir",
    "/bantu/",
    PRICE,
    "/buku-publik/",
    "/buku-publik/buku.json",
)
#: What an approval does: a bill of one month is paid, or no longer.
_CHANGE = """UPDATE coverage_bill SET state = CASE state WHEN 'sent' THEN 'paid' ELSE 'sent' END
              WHERE month = (SELECT max(month) FROM coverage_bill)"""


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with populated(people):
        from django.core.management import call_command
        from django.utils import timezone

        call_command("collectstatic", interactive=False, verbosity=0)
        _counting(timezone.localdate())
        _pages()
        with served():
            _fresh()
            _public()


def _counting(today: date) -> None:
    from payung.access.actor import Actor
    from payung.access.models import User
    from payung.oversight import actions, queries

    operator = Actor.of(User.objects.get(username="operator"))
    once("rebuild from the base tables", lambda: actions.rebuild(operator, today=today))
    once("rebuild again", lambda: actions.rebuild(operator, today=today))
    change()
    once("after a bill of one month was paid", lambda: actions.refresh_if_changed(today))
    act()
    once("after an act that changed no month", lambda: actions.refresh_if_changed(today))
    sheet = queries.sheet()
    assert sheet is not None
    print(f"active {sheet.total.active:,}, months kept {len(sheet.months)}")


def act() -> None:
    from payung.access.models import Event

    Event.objects.create(action="bench", subject="bench")


def change() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_CHANGE)
    act()


def _pages() -> None:
    from django.test import Client

    from payung.access.models import User

    clients = {name: Client() for name in ("dprd", "operator")}
    for name, client in clients.items():
        client.force_login(User.objects.get(username=name))
    print(f"{'page':32}{'median ms':>10}{'p95 ms':>10}{'KB':>8}")
    for name, user, address, times in (
        ("sheet", "dprd", "/pengawasan/", 60),
        ("sheet as PDF", "dprd", "/pengawasan/lembar.pdf", 8),
        ("map, regencies", "dprd", "/pengawasan/peta/?tingkat=regency", 60),
        ("map, districts", "dprd", "/pengawasan/peta/", 60),
        ("map, all villages", "dprd", "/pengawasan/peta/?tingkat=village", 60),
        ("list of villages", "operator", "/desa/", 20),
        ("one village's sheet", "operator", "/desa/65.71.01.1001/", 20),
        ("looking back at claims", "operator", "/klaim/tinjau/", 20),
    ):
        client = clients[user]
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        median, high = percentiles(lambda c=client, a=address: c.get(a), times)  # type: ignore[misc]
        print(f"{name:32}{median:10.1f}{high:10.1f}{len(answer.content) / 1000:8.0f}", flush=True)


def _fresh() -> None:
    """How soon a change shows on the front page, by the workers alone."""
    before = fetch("/", packed=False)
    time.sleep(11)
    change()
    started = time.perf_counter()
    while fetch("/", packed=False) == before and time.perf_counter() - started < 300:
        time.sleep(0.5)
    print(f"{'a change shows after':40}{time.perf_counter() - started:10.1f} s", flush=True)


def _public() -> None:
    from django.db import connections

    connections.close_all()
    print(f"{'public page, warm':46}{'req/s':>8}{'p95 ms':>9}{'KB':>7}{'transactions':>14}")
    for address in PUBLIC:
        load(address, seconds=0.5)
        before, began = _transactions(), time.perf_counter()
        requests, high, size = load(address)
        rate = requests / (time.perf_counter() - began)
        # What backends did is told to the statistics within a second.
        time.sleep(1.5)
        print(
            f"{address[:45]:46}{rate:8.0f}{high:9.1f}{size / 1000:7.1f}{_transactions() - before:14,}"
            f" for {requests:,} requests",
            flush=True,
        )


def _transactions() -> int:
    with server() as owner:
        found: Any = owner.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = %s", [NAME])
        return int(found.fetchall()[0][0])


if __name__ == "__main__":
    main()
