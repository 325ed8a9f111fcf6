"""Billing against the bare INSERT..SELECT of the same rows, answers by the row, coverage over HTTP.

Usage: python bench/bench_coverage.py [PEOPLE] [MONTHS] (default 1,000,000 people and 24 months for the look-ups).
Works in a database of its own and drops it.
"""

from __future__ import annotations

import http.client
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("PAYUNG_HOME", str(Path.home() / ".cache" / "payung-bench"))
os.environ["DJANGO_SETTINGS_MODULE"] = "payung.config.settings"

FUNDS = 40
ANSWERS = 200_000
PAIRS = 3
PORT = 8097
CLIENTS = 4
REQUESTS = 1_500

#: People of every village with every income row; each has a decree line with one of the funds.
_PEOPLE = """
INSERT INTO registry_person (name, name_norm, nik_last4, sex, birth_date, birth_place, mother_name, address,
    region_code, phone, income, heir_name, heir_relation, heir_phone, sources, candidate)
SELECT 'Orang ' || n, 'ORANG ' || n, '0001', 'male', DATE '1980-01-01' + (n %% 9000)::integer, '', '', '', r.code, '',
       (n %% 60 + 1) * 100000, '', '', '', 1, true
  FROM generate_series(1, %s) n
  JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS k, count(*) OVER () AS all_of FROM registry_region
         WHERE level = 'village') r ON r.k = n %% r.all_of
"""
_LINES = """
INSERT INTO coverage_annexline (decree_id, act, person_id, fund_id, first_month, end_month, amount, income, sector,
    reason, evidence, name, trade, region_code)
SELECT %(decree)s, 'add', p.id, f.id, %(first)s, %(end)s, 1, p.income, 'other', '', '', p.name, '', p.region_code
  FROM registry_person p
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS k FROM funding_fund) f
    ON f.k = CASE WHEN p.id %% 4 = 0 THEN 0 ELSE p.id %% %(funds)s END
"""
_SAME = """
INSERT INTO coverage_billline (month, person_id, bill_id, line_id, jkk, jkm, region_code)
SELECT %s, person_id, bill_id, line_id, jkk, jkm, region_code FROM same
"""


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 1_000_000
    months = int(sys.argv[2]) if len(sys.argv) > 2 else 24
    from bench.database import bench_database

    with bench_database():
        from payung.access.actor import Actor
        from payung.access.models import User

        operator = Actor.of(User.objects.get(username="operator"))
        start = date(2027, 1, 1)
        decree = _populate(operator, people, max(months, 2 * PAIRS), start)
        _billing(operator, start)
        _answers(operator, decree, people)
        _over_http(people, months)


def _populate(operator: Any, people: int, months: int, start: date) -> int:
    from django.db import transaction

    from payung.access.models import User
    from payung.coverage import bulk
    from payung.coverage.decrees import write_covers
    from payung.coverage.models import Decree
    from payung.funding.ledger import Movement, post
    from payung.funding.models import Fund, Payer
    from payung.values import Month

    first = Month.containing(start)
    approver = User.objects.get(username="penyetuju")
    began = time.perf_counter()
    with transaction.atomic():
        payer = Payer.objects.create(name="Pembayar", kind="province")
        funds = Fund.objects.bulk_create(
            Fund(
                code=f"F{n}", payer=payer, name=f"Dana {n}", kind=("apbd", "csr")[n % 2], group_code="SG",
                amount=10**13, first_month=first.number, end_month=first.number + 120, status="active",
                proposed_by=operator.user, approved_by=approver,
            )
            for n in range(FUNDS)
        )  # fmt: skip
        for debit, credit in (("world", "pledged"), ("pledged", "available"), ("available", "committed")):
            post(
                operator,
                [
                    Movement(f.pk, debit, credit, 10**12, start, "bench", None, f"{debit}{f.pk}")
                    for f in funds
                ],
            )
        decree = Decree.objects.create(
            number="SK", dated=start, signer="Gubernur", status="approved", check_code="X", proposed_by=operator.user,
            approved_by=approver,
        )  # fmt: skip
        bulk.run(_PEOPLE, [people])
        bulk.run(
            _LINES,
            {"decree": decree.pk, "first": first.number, "end": first.number + months, "funds": FUNDS},
        )
        write_covers(decree.pk, None)
    _analyze()
    print(f"{people:,} people, {people * months:,} cover months in {time.perf_counter() - began:.0f} s")
    return decree.pk


def _analyze() -> None:
    """What autovacuum does sooner or later: statistics of every table, by their owner."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _billing(operator: Any, start: date) -> None:
    """Months in turn, one by `make_bills`, the next by the bare statement over the same rows."""
    from payung.coverage import bulk
    from payung.coverage.actions import make_bills
    from payung.coverage.models import BillLine
    from payung.values import Month

    first = Month.containing(start)
    ours, bare = [], []
    for pair in range(PAIRS):
        month = first + 2 * pair
        ours.append(_timed(lambda m=month: make_bills(operator, month=m, today=start)))  # type: ignore[misc]
        bulk.run("DROP TABLE IF EXISTS same")
        bulk.run("CREATE TEMP TABLE same AS SELECT * FROM coverage_billline WHERE month = %s", [month.number])
        bulk.run("ANALYZE same")
        bare.append(_timed(lambda m=month: bulk.run(_SAME, [m.number + 1])))  # type: ignore[misc]
    rows = BillLine.objects.filter(month=first.number).count()
    ratio = statistics.median(o / b for o, b in zip(ours, bare, strict=True))
    print(f"billing a month, {rows:,} lines: {statistics.median(ours):.1f} s; bare INSERT..SELECT "
          f"{statistics.median(bare):.1f} s; ratio {ratio:.2f} (at most 2)")  # fmt: skip


def _answers(operator: Any, decree: int, people: int) -> None:
    import polars as pl

    from payung.coverage import bulk
    from payung.coverage.actions import apply_answer

    count = min(ANSWERS, people // 4)
    upload = bulk.rows(
        "INSERT INTO coverage_upload (fund_id, decree_id, month, file_name, sha256, rows, made_by_id)"
        " SELECT min(id), %s, 24324, 'a.xlsx', '', %s, %s FROM funding_fund RETURNING id, fund_id",
        [decree, count, operator.user.pk],
    )[0]
    bulk.run(
        "INSERT INTO coverage_registration (upload_id, person_id, fund_id, line_ref, state, member_no, refusal,"
        " region_code) SELECT %s, person_id, fund_id, 'U' || %s || '-' || row_number() OVER (ORDER BY person_id),"
        " 'sent', '', '', region_code FROM coverage_annexline WHERE fund_id = %s ORDER BY person_id LIMIT %s",
        [upload[0], upload[0], upload[1], count],
    )
    _analyze()
    refused = pl.col("n") % 40 == 0
    rows = pl.DataFrame({"n": range(1, count + 1)}).select(
        pl.format("U{}-{}", pl.lit(upload[0]), pl.col("n")).alias("NO REFERENSI"),
        pl.format("65710101038{}", pl.col("n").cast(pl.String).str.zfill(7)).str.slice(0, 16).alias("NIK"),
        pl.when(refused).then(pl.lit("DITOLAK")).otherwise(pl.lit("DITERIMA")).alias("STATUS"),
        pl.when(refused)
        .then(pl.lit(""))
        .otherwise(pl.format("3{}", pl.col("n") + 10**9))
        .alias("NO PESERTA"),
        pl.when(refused)
        .then(pl.lit("NIK tidak ditemukan di Dukcapil"))
        .otherwise(pl.lit(""))
        .alias("ALASAN"),
        pl.lit("01-01-2027").alias("TGL MULAI"),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "jawaban.csv"
        rows.write_csv(path)
        taken = _timed(lambda: apply_answer(operator, path=path))
        print(f"answer of {count:,} rows (CSV): {taken:.1f} s, {count / taken:,.0f} rows/s (at least 20,000)")
        other = Path(folder) / "jawaban.xlsx"
        rows.write_excel(other)
        taken = _timed(lambda: apply_answer(operator, path=other))
        print(f"the same as .xlsx, nothing to change: {taken:.1f} s, {count / taken:,.0f} rows/s")


def _over_http(people: int, months: int) -> None:
    """Coverage of random people over HTTP: two worker processes, four clients on connections they keep."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from payung.access.models import User
    from payung.coverage import bulk

    bulk.run("UPDATE coverage_bill SET state = 'paid', paid = amount - credit, approved_by_id = %s",
             [User.objects.get(username="penyetuju").pk])  # fmt: skip
    low, high = bulk.rows("SELECT min(id), max(id) FROM registry_person")[0]
    _analyze()
    call_command("collectstatic", interactive=False, verbosity=0)
    client = Client()
    client.force_login(User.objects.get(username="operator"))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(PORT), "--workers", "2"]
    server = subprocess.Popen(
        [*command, "--log-level", "error", "payung.config.wsgi:application"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )
    try:
        _wait()
        times: list[float] = []
        lock = threading.Lock()

        def ask(count: int, keep: bool, seed: int) -> None:
            rng = random.Random(seed)
            line = http.client.HTTPConnection("127.0.0.1", PORT)
            mine = []
            for _ in range(count):
                address = f"/orang/{rng.randint(low, high)}/cakupan.json?pada=2027-03-15"
                began = time.perf_counter()
                line.request("GET", address, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"})
                response = line.getresponse()
                body = response.read()
                mine.append((time.perf_counter() - began) * 1000)
                assert response.status == 200, body[:200]
            if keep:
                with lock:
                    times.extend(mine)

        ask(100, False, 0)
        began = time.perf_counter()
        clients = [threading.Thread(target=ask, args=(REQUESTS, True, n)) for n in range(1, CLIENTS + 1)]
        for one in clients:
            one.start()
        for one in clients:
            one.join()
        rate = len(times) / (time.perf_counter() - began)
        cuts = statistics.quantiles(times, n=100)
        print(
            f"coverage of one person over HTTP, {people:,} people, {months} months, {CLIENTS} clients, 2 workers:"
        )
        print(
            f"  median {statistics.median(times):.1f} ms, p99 {cuts[98]:.1f} ms (at most 25), "
            f"{rate:,.0f}/s (at least 300)"
        )
    finally:
        server.terminate()
        server.wait()


def _wait() -> None:
    for _ in range(200):
        try:
            line = http.client.HTTPConnection("127.0.0.1", PORT)
            line.request("GET", "/masuk/")
            line.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    main()
