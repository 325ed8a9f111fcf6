"""Intake of 200,000 rows into the database, matching them, and the pages at that size.

Each figure stands beside a bare one of the same run: COPY of the same records, the page's own SQL alone.
"""

from __future__ import annotations

import csv
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import xlsxwriter

from bench.database import bench_database

TODAY = date(2026, 11, 22)
ROUNDS = 40


def write_lists(folder: Path, rows: int) -> tuple[Path, Path]:
    """The same workers as .xlsx and as .csv."""
    from payung.demo.workers import population
    from payung.identity import regions

    people = population(rows, 7, TODAY)
    known = regions.load()
    headers = [
        "No",
        "NIK",
        "Nama Lengkap",
        "JK",
        "Tempat Lahir",
        "Tgl Lahir",
        "Alamat",
        "Desa/Kelurahan",
        "Kecamatan",
    ]
    headers += ["Pekerjaan", "No HP", "Penghasilan", "Nama Ibu"]
    lines = [
        [
            number,
            person["nik"],
            person["name"],
            "L" if person["sex"] == "male" else "P",
            person["birth_place"],
            f"{person['birth_date']:%d-%m-%Y}",
            person["address"],
            known.name(person["village_code"]),
            known.name(person["village_code"][:8]),
            person["occupation"].replace("_", " "),
            person["phone"] or "",
            person["income"] or "",
            person["mother_name"] or "",
        ]
        for number, person in enumerate(people.iter_rows(named=True), start=1)
    ]
    book, text = folder / "list.xlsx", folder / "list.csv"
    with xlsxwriter.Workbook(book, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for at, line in enumerate([headers, *lines]):
            sheet.write_row(at, 0, line)
    with text.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows([headers, *lines])
    return book, text


def timed(work: Callable[[], object]) -> tuple[float, object]:
    began = time.perf_counter()
    answer = work()
    return time.perf_counter() - began, answer


def bare_copy() -> float:
    """Seconds to copy the records that stand in the registry out of it and into a plain table again."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registry_record LIMIT 0")
        cursor.execute("CREATE TEMP TABLE bare AS SELECT * FROM registry_record WITH NO DATA")
        with cursor.copy("COPY (SELECT * FROM registry_record) TO STDOUT (FORMAT BINARY)") as copy:
            blocks = [bytes(block) for block in copy]

        def load() -> None:
            with cursor.copy("COPY bare FROM STDIN (FORMAT BINARY)") as copy:
                for block in blocks:
                    copy.write(block)

        seconds, _ = timed(load)
        cursor.execute("DROP TABLE bare")
    return seconds


def intake(rows: int) -> None:
    from payung.access.actor import Actor
    from payung.access.models import User
    from payung.registry.actions import load_file
    from payung.registry.eligibility import judge_everyone
    from payung.registry.linking import match

    operator = Actor.of(User.objects.get(username="operator"))
    with tempfile.TemporaryDirectory() as folder:
        book, text = write_lists(Path(folder), rows)
        print(f"{'step':<34}{'rows':>9}{'seconds':>10}{'rows/s':>11}{'x bare COPY':>13}{'peak MB':>9}")
        bare = 0.0
        for path in (book, text):
            seconds, (loaded, _) = timed(
                lambda path=path: load_file(operator, path=path, file_name=path.name, today=TODAY)
            )
            bare = bare or bare_copy()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"{'intake ' + path.suffix:<34}{loaded.rows:>9}{seconds:>10.1f}{loaded.rows / seconds:>11.0f}"
                f"{seconds / bare:>13.1f}{peak:>9}"
            )
            if path is book:
                seconds, run = timed(lambda: match(operator))
                print(
                    f"{'match':<34}{run.rows:>9}{seconds:>10.1f}{run.rows / seconds:>11.0f}{seconds / bare:>13.1f}"
                )
        seconds, _ = timed(lambda: match(operator))
        print(
            f"{'match the same again':<34}{rows:>9}{seconds:>10.1f}{rows / seconds:>11.0f}{seconds / bare:>13.1f}"
        )
        seconds, _ = timed(lambda: judge_everyone(operator, on=TODAY))
        print(
            f"{'eligibility of everybody':<34}{rows:>9}{seconds:>10.1f}{rows / seconds:>11.0f}{seconds / bare:>13.1f}"
        )


def pages() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from payung.access.models import User
    from payung.oversight.actions import refresh_if_changed
    from payung.registry.models import Person

    call_command("collectstatic", interactive=False, verbosity=0)
    refresh_if_changed(TODAY)
    person = Person.objects.filter(candidate=True).order_by("id")[1000]
    paths = [
        "/orang/",
        f"/orang/?q={person.name.split()[0]}",
        f"/orang/{person.pk}/",
        "/daftar/",
        "/bulan-ini/",
        "/pengawasan/",
        "/",
    ]
    client = Client()
    client.force_login(User.objects.get(username="operator"))
    print(f"\n{'page':<34}{'p50 ms':>9}{'p95 ms':>9}{'queries':>9}{'SQL alone ms':>14}{'x SQL':>8}")
    for path in paths:
        with CaptureQueriesContext(connection) as captured:
            status = client.get(path).status_code
        queries = list(captured.captured_queries)
        times = []
        for _ in range(ROUNDS):
            seconds, _ = timed(lambda path=path: client.get(path))
            times.append(seconds * 1000)
        bare = []
        for _ in range(5):
            seconds, _ = timed(lambda queries=queries: _replay(queries))
            bare.append(seconds * 1000)
        sql = statistics.median(bare)
        p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[18]
        shown = path.replace(str(person.pk), "ID").partition("q=")[0]
        note = "" if status == 200 else f"  status {status}"
        print(
            f"{shown:<34}{p50:>9.1f}{p95:>9.1f}{len(queries):>9}{sql:>14.1f}"
            f"{p50 / sql if sql else 0:>8.1f}{note}"
        )


def _replay(queries: list[dict[str, str]]) -> None:
    """The page's reads alone, as they were sent."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('payung.regions', '65', false)")
        for query in queries:
            if query["sql"].startswith("SELECT"):
                cursor.execute(query["sql"].replace("%", "%%"), ())
                cursor.fetchall()


def main(rows: int = 200_000) -> None:
    with bench_database():
        intake(rows)
        pages()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
