"""How fast the law answers: a million workers priced for twelve months, against a bare join; start-up of the command.

Run: python bench/bench_law.py [WORKERS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date

import polars as pl

from payung.law import PAYERS, SECTORS, clock_table, contribution_table, eligible_table
from payung.law.clock_tables import clock_readings
from payung.law.schema import read_files
from payung.law.store import NATIONAL
from payung.values import Month

RUNS = 5


def workers(count: int) -> pl.DataFrame:
    """`count` made-up workers: every income different in the rupiah, every payer and sector."""
    number = pl.int_range(count, eager=True)
    income = (number * 7_919) % 25_000_000
    nothing = pl.Series([None], dtype=pl.Int64).new_from_index(0, count)
    columns = {
        "id": number,
        "income": income.zip_with(number % 10 != 0, nothing),
        "payer": pl.Series(PAYERS).gather(number % len(PAYERS)),
        "sector": pl.Series(SECTORS).gather(number % 2),
        "birth_date": (number % 20_000).cast(pl.Int32).cast(pl.Date),
        "wage_worker": number % 50 == 0,
        "resident": pl.Series(["65.71.01.1001", "65.01.02.2003", "64.05.01.2001", None]).gather(number % 4),
    }
    return pl.DataFrame(columns)


def histories(count: int, now: int) -> pl.DataFrame:
    """Paid months of `count` people (a million at most), no two alike: three runs, the last ending around `now`."""
    person = pl.int_range(count, eager=True)
    rest, end = person // 50, now - 39 + person % 50
    runs = []
    for gaps, lengths in ((5, 20), (5, 20), (1, 2)):
        gap, length = rest % gaps + 1, rest // gaps % lengths + 1
        rest = rest // (gaps * lengths)
        runs.append(pl.DataFrame({"id": person, "first": end - length, "end": end}))
        end = end - length - gap
    return pl.concat(runs).with_columns(pl.col("first", "end").cast(pl.Int32))


def best(run: Callable[[], object], runs: int = RUNS) -> tuple[float, float, float]:
    """(least, median) seconds of `runs` runs, and the least processor seconds, which other work disturbs less."""
    times, busy = [], []
    for _ in range(runs):
        start, before = time.perf_counter(), _processor()
        run()
        times.append(time.perf_counter() - start)
        busy.append(_processor() - before)
    return min(times), statistics.median(times), min(busy)


def _processor() -> float:
    """Processor seconds used by this process and by the commands that it ran."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    people = workers(count)
    first = Month.of(2026, 11).number
    months = pl.DataFrame({"month": pl.Series(range(first, first + 12), dtype=pl.Int32)})
    year = people.select("id", "income", "payer", "sector").join(months, how="cross")
    prices = contribution_table(
        year.select("payer", "sector", "month", "income").unique(["payer", "sector", "month"])
    )
    prices = prices.select("payer", "sector", "month", "jkk", "jkm", "total")

    def join() -> pl.DataFrame:
        return year.join(prices, on=["payer", "sector", "month"], how="left", maintain_order="left")

    periods = people.select("id", first=first - 20 + pl.col("id") % 15, end=first - 3 + pl.col("id") % 4)
    periods = periods.with_columns(pl.col("first", "end").cast(pl.Int32))
    distinct = histories(min(count, 1_000_000), first)
    tenth = distinct.filter(pl.col("id") % 10 == 0)
    command = [sys.executable, "-c", "from payung.cli.main import main; main()"]
    line = ["law", "contribution", "--payer", "self", "--month", "2026-11", "--json"]
    on = date(2026, 11, 22)
    joined = best(join)
    rows = [
        (f"bare join, {len(year):,} rows", *joined),
        (f"contribution_table, {len(year):,} rows", *best(lambda: contribution_table(year))),
        (f"eligible_table, {count:,} rows", *best(lambda: eligible_table(people, on, ["kaltara"]))),
        (f"clock_table, {count:,} histories", *best(lambda: clock_table(periods, on))),
        (f"clock_table, {count:,} distinct histories", *best(lambda: clock_table(distinct, on), 1)),
        (f"clock_readings, {count // 10:,} distinct", *best(lambda: clock_readings(tenth, on), 1)),
        ("loading the law", *best(lambda: read_files(NATIONAL))),
        (
            "payung law contribution",
            *best(lambda: subprocess.run(command + line, capture_output=True, check=True)),
        ),
        ("python -c pass", *best(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))),
    ]
    print(f"{'what':44} {'least s':>8} {'median s':>9} {'to join':>8} {'processor s':>12} {'to join':>8}")
    for name, least, median, busy in rows:
        ratios = (least / joined[0], busy / joined[2])
        print(f"{name:44} {least:8.3f} {median:9.3f} {ratios[0]:8.2f} {busy:12.3f} {ratios[1]:8.2f}")


if __name__ == "__main__":
    main()
