"""Cuts of the figures at size: counting a month and all months, answers cold and warm.

Usage: python bench/bench_cuts.py [PEOPLE] (default 200,000), 24 months. Works in a database of its own and drops it.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("PAYUNG_HOME", str(Path.home() / ".cache" / "payung-bench"))
os.environ["PAYUNG_DATABASE"] = "payung_bench_cuts"
os.environ["DJANGO_SETTINGS_MODULE"] = "payung.config.settings"


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.utils import timezone
    from tests.oversight.population import populate

    from bench.bench_pages import _analyze, _drop, timed
    from payung.access.models import User
    from payung.config.prepare import migrate
    from payung.oversight import cuts
    from payung.oversight.models import CutCount, CutMonth

    migrate()
    call_command("collectstatic", interactive=False, verbosity=0)
    today = timezone.localdate()
    started = time.perf_counter()
    populate(people, past_months=cuts.MONTHS - 1, today=today)
    owner = {**settings.DATABASES["owner"]}
    _analyze(owner)
    print(f"{people:,} people written in {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    counted = cuts.recount(today)
    taken = time.perf_counter() - started
    first = CutMonth.objects.get(current=True).seconds
    print(f"{len(counted)} months counted in {taken:.1f} s (the current one in {first:.1f} s)")
    print(f"{CutCount.objects.count():,} rows of arrays")
    member = Client()
    member.force_login(User.objects.get(username="dprd"))
    print(f"{'cut':44}{'first ms':>10}{'median ms':>11}{'p95 ms':>9}")
    for query in (
        "",
        "?baris=pekerjaan",
        "?wilayah=65.03.01&baris=wilayah&kolom=umur",
        "?wilayah=65.03&baris=wilayah&kolom=umur&jk=male",
        "?baris=pekerjaan&kolom=jk",
        "?baris=pekerjaan&kolom=umur",
        "?baris=bulan",
        "?baris=bulan&kolom=pembayar&jk=female",
    ):
        address = f"/pengawasan/jelajah/{query}"
        started = time.perf_counter()
        assert member.get(address).status_code == 200, address
        cold = (time.perf_counter() - started) * 1000
        median, high = timed(lambda a=address: member.get(a), times=20)  # type: ignore[misc]
        print(f"{query or '(regencies)':44}{cold:10.0f}{median:11.0f}{high:9.0f}")
    connection.close()
    _drop(owner)


if __name__ == "__main__":
    main()
