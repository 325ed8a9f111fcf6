"""Is this worker already known, at size: look-ups with a wrong letter, a swapped date or a NIK; ratio to bare SQL.

Usage: python -m bench.bench_lookup [PEOPLE] (default 200,000). People are copied straight into the table, with the
names, dates and villages of the demo province.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from datetime import date, timedelta
from typing import Any

from bench.database import bench_database

TODAY = date(2026, 11, 22)
ASKED = 1_000


def main() -> None:
    """Prints median, 95th, 99th percentile in ms of each kind of look-up, and the ratio to one bare query by NIK."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with bench_database():
        started = time.perf_counter()
        drawn = _populate(people)
        print(f"{people:,} people written in {time.perf_counter() - started:.1f} s")
        _measure(drawn)


def _populate(people: int) -> list[tuple[Any, ...]]:
    """Writes the people; answers some of them: nik, name, birth date, village."""
    from django.db import connection, transaction

    from payung.access.crypto import encrypt, nik_hash
    from payung.database.planner import analyze
    from payung.demo.workers import population
    from payung.identity import names

    rng = random.Random(7)
    base = population(min(people, 200_000), 7, TODAY).to_dicts()
    # Beyond 200,000 the same names and villages again, with other birth dates and numbers.
    rows = []
    for number in range(people):
        one = base[number % len(base)]
        shift = number // len(base) * 37
        nik = one["nik"] if shift == 0 else f"{rng.randrange(10**15, 10**16)}"
        born = one["birth_date"] + timedelta(days=shift)
        rows.append((nik, one["name"], born, one["village_code"], one["sex"]))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE staged (nik_hash bytea, nik_enc bytea, name text, norm text, born date, region text,"
            " sex text) ON COMMIT DROP"
        )
        with cursor.copy("COPY staged FROM STDIN") as copy:
            for nik, name, born, region, sex in rows:
                copy.write_row(
                    (nik_hash(nik), encrypt(nik, "nik"), name, names.normalise(name), born, region, sex)
                )
        cursor.execute(
            "INSERT INTO registry_person (name, name_norm, sex, birth_date, birth_place, address,"
            " region_code, nik_hash, nik_enc, heir_relation, sources, candidate)"
            " SELECT name, norm, sex, born, '', '', region, nik_hash, nik_enc, '', 1, true"
            " FROM (SELECT DISTINCT ON (nik_hash) * FROM staged) s"
        )
    analyze("registry_person")
    return rng.sample(rows, ASKED)


def _measure(drawn: list[tuple[Any, ...]]) -> None:
    from django.db import connection

    from payung.access.actor import Actor
    from payung.access.crypto import nik_hash
    from payung.access.models import User
    from payung.registry.lookup import Asked, lookup

    operator = Actor.of(User.objects.get(username="operator"))
    rng = random.Random(3)

    def bare(row: tuple[Any, ...]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, name FROM registry_person WHERE merged_into_id IS NULL AND nik_hash = %s",
                [nik_hash(row[0])],
            )
            cursor.fetchall()

    def misspelt(name: str) -> str:
        at = rng.randrange(1, max(2, len(name) - 1))
        return name[:at] + name[at + 1 :]

    def asked(row: tuple[Any, ...], kind: str) -> Asked:
        nik, name, born, region, _ = row
        match kind:
            case "NIK":
                return Asked(nik=nik)
            case "name, birth date, village":
                return Asked(name=misspelt(name), birth_date=born, region=region)
            case "name, birth date":
                return Asked(name=misspelt(name), birth_date=born)
            case "name, village":
                return Asked(name=name, region=region)
            case _:
                return Asked(name=name[:5])

    times: dict[str, list[float]] = {"bare SQL by NIK": []}
    hits: dict[str, int] = {}
    kinds = ("NIK", "name, birth date, village", "name, birth date", "name, village", "beginning of a name")
    for kind in kinds:
        lookup(operator, asked(drawn[0], kind))
    for row in drawn:
        started = time.perf_counter()
        bare(row)
        times["bare SQL by NIK"].append(time.perf_counter() - started)
        for kind in kinds:
            question = asked(row, kind)
            started = time.perf_counter()
            answer = lookup(operator, question)
            times.setdefault(kind, []).append(time.perf_counter() - started)
            hits[kind] = hits.get(kind, 0) + any(
                known.name == row[1] and known.nik_last4 == row[0][-4:] for known in answer.found[:3]
            )
    least = statistics.median(times["bare SQL by NIK"])
    print(f"{'asked by':<28}{'median ms':>11}{'p95':>8}{'p99':>8}{'x bare':>8}{'in first 3':>12}")
    for kind, taken in times.items():
        cuts = statistics.quantiles(taken, n=100)
        found = f"{hits[kind] / len(drawn):.1%}" if kind in hits else ""
        print(
            f"{kind:<28}{statistics.median(taken) * 1000:>11.1f}{cuts[94] * 1000:>8.1f}{cuts[98] * 1000:>8.1f}"
            f"{statistics.median(taken) / least:>8.0f}{found:>12}"
        )


if __name__ == "__main__":
    main()
