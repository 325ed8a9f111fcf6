"""Cuts of the figures at size: counting all months, after a change, answers cold and warm.

python -m bench.bench_cuts [PEOPLE]      default 200,000; 24 months
"""

from __future__ import annotations

import sys
import time

from bench.database import populated
from bench.timing import once, percentiles

QUERIES = (
    "",
    "?baris=pekerjaan",
    "?wilayah=65.03.01&baris=wilayah&kolom=umur",
    "?wilayah=65.03&baris=wilayah&kolom=umur&jk=male",
    "?baris=pekerjaan&kolom=jk",
    "?baris=pekerjaan&kolom=umur",
    "?baris=bulan",
    "?baris=bulan&kolom=pembayar&jk=female",
)


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with populated(people):
        from django.core.management import call_command
        from django.test import Client
        from django.utils import timezone

        from bench.bench_oversight import act, change
        from payung.access.models import User
        from payung.oversight import cuts
        from payung.oversight.models import CutCount, CutMonth

        call_command("collectstatic", interactive=False, verbosity=0)
        today = timezone.localdate()
        counted = once("every month counted", lambda: cuts.recount(today))
        current = CutMonth.objects.get(current=True).seconds
        print(
            f"{len(counted)} months, the current one in {current:.1f} s; {CutCount.objects.count():,} rows of arrays"
        )
        act()
        counted = once("after an act that changed no month", lambda: cuts.recount(today))
        print(f"{len(counted)} month counted again")
        change()
        counted = once("after a bill of one month was paid", lambda: cuts.recount(today))
        print(f"{len(counted)} month counted again")
        member = Client()
        member.force_login(User.objects.get(username="dprd"))
        print(f"{'cut':48}{'first ms':>10}{'median ms':>11}{'p95 ms':>9}")
        for query in QUERIES:
            address = f"/pengawasan/jelajah/{query}"
            started = time.perf_counter()
            assert member.get(address).status_code == 200, address
            cold = (time.perf_counter() - started) * 1000
            median, high = percentiles(lambda a=address: member.get(a), times=20)  # type: ignore[misc]
            print(f"{query or '(regencies)':48}{cold:10.0f}{median:11.0f}{high:9.0f}", flush=True)


if __name__ == "__main__":
    main()
