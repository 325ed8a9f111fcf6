"""Posting many commitments at once, against COPY of the same rows into a bare table in the same run.

Run: python bench/bench_ledger.py [entries] [rounds]. Uses a database of its own in PAYUNG_HOME and drops it.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from datetime import date

FUNDS = 40
DAY = date(2027, 1, 1)


def main(entries: int = 200_000, rounds: int = 3) -> None:
    """Prints seconds per posting (least and median), rows per second, the ratio to bare COPY, and a repeat."""
    os.environ.setdefault("PAYUNG_HOME", tempfile.mkdtemp(prefix="payung-bench-"))
    os.environ["PAYUNG_DATABASE"] = f"payung_bench_{os.getpid()}"
    from payung.config.prepare import migrate, setup_django

    setup_django()
    migrate()
    try:
        _measure(entries, rounds)
    finally:
        _drop()


def _measure(entries: int, rounds: int) -> None:
    from django.db import connection

    from payung.funding.ledger import Movement, post
    from payung.funding.models import Account

    funds, actor = _funds(entries * rounds * 20)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE bare (fund_id bigint, debit text, credit text, amount bigint, day date, key text)"
        )
    posted, copied = [], []
    for turn in range(rounds):
        movements = [
            Movement(
                funds[n % FUNDS], "available", "committed", 16, DAY, "decree", turn, f"decree:{turn}:line:{n}"
            )
            for n in range(entries)
        ]
        began = time.perf_counter()
        with connection.cursor() as cursor, cursor.copy("COPY bare FROM STDIN") as copy:
            for m in movements:
                copy.write_row((m.fund_id, m.debit, m.credit, m.amount, m.effective_on, m.key))
        copied.append(time.perf_counter() - began)
        began = time.perf_counter()
        answer = post(actor, movements)
        posted.append(time.perf_counter() - began)
        assert answer.new == entries
    began = time.perf_counter()
    again = post(actor, movements)
    repeat = time.perf_counter() - began
    assert again.new == 0
    committed = sum(Account.objects.filter(kind="committed").values_list("balance", flat=True))
    assert committed == entries * rounds * 16
    seconds, bare = statistics.median(posted), statistics.median(copied)
    heads = ("entries", "least s", "median s", "rows/s", "COPY s", "ratio", "again s")
    values = (
        f"{entries:,}",
        f"{min(posted):.2f}",
        f"{seconds:.2f}",
        f"{entries / seconds:,.0f}",
        f"{bare:.2f}",
        f"{seconds / bare:.1f}",
        f"{repeat:.2f}",
    )
    print("".join(f"{head:>11}" for head in heads))
    print("".join(f"{value:>11}" for value in values))


def _funds(amount: int) -> tuple[list[int], object]:
    from payung.access.actor import Actor
    from payung.access.models import Assignment, User
    from payung.funding.actions import add_payer, approve_fund, propose_fund
    from payung.values import Month

    actors = {}
    for role in ("operator", "approver", "budget"):
        user = User.objects.create(username=f"bench-{role}")
        Assignment.objects.create(user=user, role=role, region_code="65")
        actors[role] = Actor.of(user)
    payer = add_payer(actors["operator"], name="PT Contoh", kind="company")
    ids = []
    for number in range(FUNDS):
        fund = propose_fund(
            actors["operator"],
            code=f"csr-{number}",
            payer=payer,
            name=f"CSR {number}",
            cash={"2027-01": amount},
            first_month=Month.of(2027, 1),
            end_month=Month.of(2028, 1),
        )
        ids.append(approve_fund(actors["approver"], fund.pk, today=DAY).pk)
    return ids, actors["budget"]


def _drop() -> None:
    import psycopg
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    owner = settings.DATABASES["owner"]
    where = {
        "host": owner["HOST"],
        "port": owner["PORT"],
        "user": owner["USER"],
        "password": owner["PASSWORD"],
    }
    with psycopg.connect(
        dbname="postgres", autocommit=True, **{k: v for k, v in where.items() if v}
    ) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{owner["NAME"]}" WITH (FORCE)')


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
