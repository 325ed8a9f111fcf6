"""Billing against the bare INSERT..SELECT of the same rows, answers by the row, coverage over HTTP; in one database.

Usage: python -m bench.bench_coverage [PEOPLE] [MONTHS] [PART ...] (default 1,000,000 people, 24 months, all parts).
Everyone is covered in every month and registered, the older months are billed and paid. Parts: http, billing, answers.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bench.database import copied, filling
from bench.served import Line, served
from bench.timing import server_seconds

START = date(2026, 1, 1)
FUNDS = 40
ANSWERS = 200_000
#: Months billed by us, each followed by one billed by the bare statement.
PAIRS = 3
CLIENTS = 4
REQUESTS = 1_500

_PEOPLE = """
INSERT INTO registry_person (name, name_norm, nik_hash, sex, birth_date, birth_place, address,
    region_code, income, heir_relation, sources, candidate, covered_until)
SELECT 'Orang ' || n, 'ORANG ' || n, decode(md5('nik' || n), 'hex'), 'male',
       DATE '1980-01-01' + (n %% 9000)::integer, '', '', r.code, (n %% 60 + 1) * 100000, '', 1, true,
       %(end)s - 1
  FROM generate_series(1, %(people)s) n
  JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS k, count(*) OVER () AS all_of FROM registry_region
         WHERE level = 'village') r ON r.k = n %% r.all_of
"""
#: Each person with one of the funds, a quarter of them with the first.
_LINES = """
INSERT INTO coverage_annexline (decree_id, act, person_id, fund_id, first_month, end_month, amount, income, sector,
    reason, evidence, name, trade, region_code)
SELECT %(decree)s, 'add', p.id, f.id, %(first)s, %(end)s, 1, p.income, 'other', '', '', p.name, '', p.region_code
  FROM registry_person p
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS k FROM funding_fund) f
    ON f.k = CASE WHEN p.id %% 4 = 0 THEN 0 ELSE p.id %% %(funds)s END
"""
_COVERS = """
INSERT INTO coverage_covermonth (month, person_id, fund_id, line_id, region_code)
SELECT m, person_id, fund_id, id, region_code
  FROM generate_series(%(first)s, %(end)s - 1) m, coverage_annexline
"""
_UPLOADS = """
INSERT INTO coverage_upload (fund_id, decree_id, month, file_name, sha256, rows, made_by_id)
SELECT id, %(decree)s, %(first)s, code || '.xlsx', '', 0, %(operator)s FROM funding_fund
"""
#: Who the first fund covers waits for an answer, as far as `answers` goes; everybody else has been registered.
_REGISTRATIONS = """
INSERT INTO coverage_registration (upload_id, person_id, fund_id, line_ref, state, member_no, refusal, region_code)
SELECT u.id, l.person_id, l.fund_id, 'U' || u.id || '-' || l.number,
       CASE WHEN waits THEN 'sent' ELSE 'accepted' END, CASE WHEN waits THEN '' ELSE 'K' || l.id END, '',
       l.region_code
  FROM (SELECT *, row_number() OVER (PARTITION BY fund_id ORDER BY person_id) AS number FROM coverage_annexline) l
  JOIN coverage_upload u ON u.fund_id = l.fund_id
 CROSS JOIN LATERAL (SELECT l.number <= %(answers)s AND l.fund_id = (SELECT min(id) FROM funding_fund) AS waits) w
"""
_BILLS = """
INSERT INTO coverage_bill (fund_id, month, people, amount, credit, paid, state, payment_code, expires_on,
    proposed_by_id, decided_by_id, law)
SELECT f.id, m, 1, 1, 0, 1, 'paid', 'B' || f.id || '-' || m, %(start)s, %(operator)s, %(approver)s, 'bench'
  FROM funding_fund f, generate_series(%(first)s, %(unbilled)s - 1) m
"""
_BILLED = """
INSERT INTO coverage_billline (month, person_id, bill_id, line_id, jkk, jkm, region_code)
SELECT b.month, l.person_id, b.id, l.id, 10000, 6800, l.region_code
  FROM coverage_annexline l JOIN coverage_bill b ON b.fund_id = l.fund_id
"""
_SAME = """
INSERT INTO coverage_billline (month, person_id, bill_id, line_id, jkk, jkm, region_code)
SELECT %s, person_id, bill_id, line_id, jkk, jkm, region_code FROM same
"""


def main() -> None:
    parts = {"http": _over_http, "billing": _billing, "answers": _answers}
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("people", nargs="?", type=int, default=1_000_000)
    asked.add_argument("months", nargs="?", type=int, default=24)
    asked.add_argument("parts", nargs="*", metavar="PART", help=", ".join(parts))
    options = asked.parse_args()
    if unknown := set(options.parts) - set(parts):
        asked.error(f"{', '.join(unknown)}: no such part; choose from {', '.join(parts)}")
    people, months = options.people, options.months
    with copied(f"covered_{people}_{months}", lambda: _fill(people, months)):
        from payung.access.actor import Actor, acting_as
        from payung.access.models import User

        operator = Actor.of(User.objects.get(username="operator"))
        with acting_as(operator):
            for name in options.parts or parts:
                parts[name](operator, people, months)


def _fill(people: int, months: int) -> None:
    from django.db import transaction

    from payung import database
    from payung.access.actor import Actor, acting_as
    from payung.access.models import User
    from payung.coverage.models import Decree
    from payung.values import Month

    first = Month.containing(START)
    approver = User.objects.get(username="penyetuju")
    operator = Actor.of(User.objects.get(username="operator"))
    with filling(), acting_as(operator), transaction.atomic():
        _funds(operator, approver, first)
        decree = Decree.objects.create(
            number="SK", dated=START, signer="Gubernur", status="approved", check_code="X", proposed_by=operator.user,
            decided_by=approver,
        )  # fmt: skip
        about = {
            "decree": decree.pk,
            "people": people,
            "funds": FUNDS,
            "answers": min(ANSWERS, people // 4),
            "start": START,
            "first": first.number,
            "unbilled": _unbilled(months),
            "end": first.number + months,
            "operator": operator.user.pk,
            "approver": approver.pk,
        }
        for sql in (_PEOPLE, _LINES, _COVERS, _UPLOADS, _REGISTRATIONS, _BILLS, _BILLED):
            database.run(sql, about)


def _funds(operator: Any, approver: Any, first: Any) -> None:
    from payung.funding.ledger import Movement, post
    from payung.funding.models import Fund, Payer

    payer = Payer.objects.create(name="Pembayar", kind="province")
    funds = Fund.objects.bulk_create(
        Fund(
            code=f"F{n}", payer=payer, name=f"Dana {n}", kind=("apbd", "csr")[n % 2], group_code="SG", amount=10**13,
            first_month=first.number, end_month=first.number + 120, status="active", proposed_by=operator.user,
            decided_by=approver,
        )
        for n in range(FUNDS)
    )  # fmt: skip
    for debit, credit in (("world", "pledged"), ("pledged", "available"), ("available", "committed")):
        post(
            operator,
            [Movement(f.pk, debit, credit, 10**12, START, "bench", None, f"{debit}{f.pk}") for f in funds],
        )


def _unbilled(months: int) -> int:
    """The number of the first month without bills."""
    from payung.values import Month

    return Month.containing(START).number + max(months - 2 * PAIRS, 0)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of processors: this process's and the database server's."""
    busy, began = time.process_time() + server_seconds(), time.perf_counter()
    work()
    taken = time.perf_counter() - began
    return taken, time.process_time() + server_seconds() - busy


def _billing(operator: Any, people: int, months: int) -> None:
    """Months in turn, one by `make_bills`, the next by the bare statement over the same rows."""
    from payung import database
    from payung.coverage.actions import make_bills
    from payung.coverage.models import BillLine
    from payung.values import Month

    first = Month(_unbilled(months))
    ours, bare = [], []
    for pair in range(PAIRS):
        month = first + 2 * pair
        ours.append(_timed(lambda m=month: make_bills(operator, month=m, today=START)))  # type: ignore[misc]
        database.run("DROP TABLE IF EXISTS same")
        database.run(
            "CREATE TEMP TABLE same AS SELECT * FROM coverage_billline WHERE month = %s", [month.number]
        )
        database.run("ANALYZE same")
        bare.append(_timed(lambda m=month: database.run(_SAME, [m.number + 1])))  # type: ignore[misc]
    rows = BillLine.objects.filter(month=first.number).count()
    for what, place in (("by the clock", 0), ("of processors", 1)):
        mine, plain = ([one[place] for one in taken] for taken in (ours, bare))
        ratio = statistics.median(o / b for o, b in zip(mine, plain, strict=True))
        print(f"billing a month, {rows:,} lines, {people * months:,} cover months, {what}: "
              f"{statistics.median(mine):.1f} s; bare INSERT..SELECT {statistics.median(plain):.1f} s; "
              f"ratio {ratio:.2f} (at most 2)", flush=True)  # fmt: skip


def _answers(operator: Any, people: int, months: int) -> None:
    """A file of answers by the branch, read and applied; then the same answers as .xlsx, which change nothing."""
    from payung.coverage.actions import apply_answer
    from payung.exchange.branch_answer import read_answer

    rows = _answered(min(ANSWERS, people // 4))
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("jawaban.csv", rows.write_csv), ("jawaban.xlsx", rows.write_excel)):
            path = Path(folder) / name
            write(path)
            reading, _ = _timed(lambda path=path: read_answer(path, today=START))  # type: ignore[misc]
            taken, busy = _timed(lambda path=path: apply_answer(operator, path=path))  # type: ignore[misc]
            print(
                f"answer of {rows.height:,} rows, {name}: {taken:.1f} s, {rows.height / taken:,.0f} rows/s "
                f"(at least 20,000), {busy:.1f} s of processors; of this reading the file {reading:.1f} s",
                flush=True,
            )


def _answered(count: int) -> Any:
    """Every fortieth line is refused."""
    import polars as pl

    from payung import database

    (upload,) = database.rows("SELECT min(id) FROM coverage_upload")[0]
    refused = pl.col("n") % 40 == 0

    def by(refusal: str, acceptance: Any) -> Any:
        return pl.when(refused).then(pl.lit(refusal)).otherwise(acceptance)

    return pl.DataFrame({"n": range(1, count + 1)}).select(
        pl.format("U{}-{}", pl.lit(upload), pl.col("n")).alias("NO REFERENSI"),
        pl.format("657101010{}", pl.col("n").cast(pl.String).str.zfill(7)).alias("NIK"),
        by("DITOLAK", pl.lit("DITERIMA")).alias("STATUS"),
        by("", pl.format("3{}", pl.col("n") + 10**9)).alias("NO PESERTA"),
        by("NIK tidak ditemukan di Dukcapil", pl.lit("")).alias("ALASAN"),
        pl.lit(f"{START:%d-%m-%Y}").alias("TGL MULAI"),
    )


def _over_http(operator: Any, people: int, months: int) -> None:
    """Coverage of random people over HTTP: two worker processes, four clients on connections they keep.

    The figures are counted before, as everywhere after the first minutes.
    """
    from django.conf import settings
    from django.test import Client

    from payung import database
    from payung.jobs.running import run_waiting
    from payung.oversight.jobs import look

    low, high = database.rows("SELECT min(id), max(id) FROM registry_person")[0]
    client = Client()
    client.force_login(operator.user)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    times: list[float] = []

    def ask(count: int, seed: int) -> list[float]:
        rng = random.Random(seed)
        taken = []
        with Line() as line:
            for _ in range(count):
                began = time.perf_counter()
                line.ask(f"/orang/{rng.randint(low, high)}/cakupan.json?pada=2027-03-15", cookie=cookie)
                taken.append((time.perf_counter() - began) * 1000)
        return taken

    look()
    run_waiting()
    with served():
        ask(100, 0)
        began = time.perf_counter()
        clients = [
            threading.Thread(target=lambda n=n: times.extend(ask(REQUESTS, n))) for n in range(1, CLIENTS + 1)
        ]
        for one in clients:
            one.start()
        for one in clients:
            one.join()
        rate = len(times) / (time.perf_counter() - began)
    print(
        f"coverage of one person over HTTP, {people:,} people, {months} months, {CLIENTS} clients, 2 workers: median "
        f"{statistics.median(times):.1f} ms, p99 {statistics.quantiles(times, n=100)[98]:.1f} ms (at most 25), "
        f"{rate:,.0f}/s (at least 300)"
    )


if __name__ == "__main__":
    main()
