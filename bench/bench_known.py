"""A list of 5,000 rows against the people of a registry: what a run of the matcher takes there, stage by stage.

Usage: python -m bench.bench_known [PEOPLE] (default 200,000). People are copied straight into the table; half of the
list is about them, with a letter lost from every third name and another serial number in an eighth of the NIKs.
"""

from __future__ import annotations

import csv
import random
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from bench.database import bench_database

TODAY = date(2026, 11, 22)
NEW = 5_000


def main() -> None:
    """Prints seconds and processor seconds of the keys of everybody, and of three lists after each other."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with bench_database():
        from django.db import transaction

        from payung.access.actor import Actor, everyone_visible
        from payung.access.models import User
        from payung.demo.workers import population
        from payung.matching import default
        from payung.registry import known, linking
        from payung.registry.actions import load_file
        from payung.registry.models import MatchModel

        operator = Actor.of(User.objects.get(username="operator"))
        drawn = population(people + 3 * NEW // 2, 7, TODAY).to_dicts()
        _write(drawn[:people])
        model = default()
        MatchModel.objects.create(
            model_id=model.id, body=model.as_dict(), rows=people, learned_by=operator.user
        )

        def keep() -> None:
            with transaction.atomic(), everyone_visible():
                known.everybody(linking._people)

        _timed(f"keys of {people:,} people, once", keep)
        rng = random.Random(5)
        with tempfile.TemporaryDirectory() as folder:
            for number in range(3):
                begin = people + number * NEW // 2
                rows = rng.sample(drawn[:people], NEW // 2) + drawn[begin : begin + NEW // 2]
                path = _list(Path(folder) / f"{number}.csv", rows, rng)
                _timed(
                    "  intake",
                    lambda path=path: load_file(operator, path=path, file_name=path.name, today=TODAY),
                )
                run = _timed(f"match {NEW:,} rows", lambda: linking.match(operator))
                print(
                    f"    same {run.same}, to a clerk {run.doubtful}, new {run.new}; {run.report['seconds']}"
                )
        print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def _timed(what: str, work: Any) -> Any:
    begin, busy = time.perf_counter(), time.process_time()
    answer = work()
    wall, cpu = time.perf_counter() - begin, time.process_time() - busy
    print(f"{what:<34}{wall:8.1f} s{cpu:8.1f} processor s", flush=True)
    return answer


def _write(people: list[dict[str, Any]]) -> None:
    from django.db import connection, transaction

    from payung.access.crypto import encrypt, nik_hash
    from payung.database.planner import analyze
    from payung.identity import names

    columns = (
        "nik_enc, nik_hash, name, name_norm, sex, birth_date, birth_place, mother_name, address,"
        " region_code, phone, occupation_id"
    )

    def sealed(one: dict[str, Any], name: str) -> bytes | None:
        return encrypt(one[name], name) if one[name] else None

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE staged ON COMMIT DROP AS SELECT {columns} FROM registry_person WITH NO DATA"
        )
        with cursor.copy("COPY staged FROM STDIN") as copy:
            for one in people:
                copy.write_row(
                    (
                        encrypt(one["nik"], "nik"), nik_hash(one["nik"]), one["name"],
                        names.normalise(one["name"]), one["sex"], one["birth_date"], one["birth_place"],
                        sealed(one, "mother_name"), one["address"] or "", one["village_code"], sealed(one, "phone"),
                        one["occupation"],
                    )
                )  # fmt: skip
        cursor.execute(
            f"""INSERT INTO registry_person ({columns}, heir_relation, sources, candidate)
                SELECT *, '', 1, true FROM staged"""
        )
    analyze("registry_person")


def _list(path: Path, rows: list[dict[str, Any]], rng: random.Random) -> Path:
    from payung.identity import regions

    known = regions.load()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["No", "NIK", "Nama Lengkap", "JK", "Tgl Lahir", "Alamat", "Desa/Kelurahan", "Kecamatan",
                         "Pekerjaan", "No HP"])  # fmt: skip
        for number, one in enumerate(rows, start=1):
            name = one["name"]
            if number % 3 == 0 and len(name) > 4:
                at = rng.randrange(1, len(name) - 1)
                name = name[:at] + name[at + 1 :]
            nik = one["nik"] if rng.random() < 0.875 else one["nik"][:12] + f"{rng.randrange(1, 9999):04}"
            writer.writerow(
                [number, nik, name, "L" if one["sex"] == "male" else "P", f"{one['birth_date']:%d-%m-%Y}",
                 one["address"], known.name(one["village_code"]), known.name(one["village_code"][:8]),
                 one["occupation"].replace("_", " "), one["phone"] or ""]
            )  # fmt: skip
    return path


if __name__ == "__main__":
    main()
