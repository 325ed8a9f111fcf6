"""Intake without the database: read, clean and judge one long list, as .csv and as .xlsx.

Run: python bench/bench_intake.py [--rows 200000] [--runs 3]. Prints rows a second, the ratio to a raw
baseline in the same run (only parsing the same file), and the peak memory of a process that does it.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import python_calamine
import xlsxwriter

from payung.exchange import intake, tables
from payung.identity import occupations, reference, regions

TODAY = date(2026, 11, 22)
HEADERS = (
    *("No", "NIK", "No KK", "Nama Lengkap", "Tempat Lahir", "Tanggal Lahir", "Jenis Kelamin", "Alamat", "RT"),
    *("RW", "Desa/Kelurahan", "Kecamatan", "Kabupaten/Kota", "No HP", "Pekerjaan", "Penghasilan per Bulan"),
    *("Nama Ibu Kandung", "Nama Ahli Waris", "Hubungan Ahli Waris"),
)


def rows(count: int, seed: int = 7) -> list[list[str]]:
    """`count` rows of a list with the usual mess: about one row in twelve has something wrong."""
    draw = random.Random(seed)
    known = regions.load()
    villages = known.villages()
    parts = reference.rows("name_components.csv")
    given = [p["token"] for p in parts if p["role"] == "given"]
    second = [p["token"] for p in parts if p["role"] in ("second", "family", "patronym")]
    works = [row["synonyms"].split(";")[0] for row in reference.rows("occupations_vulnerable.csv")]
    works += [o.label for o in occupations.table().values()]
    listed = []
    for number in range(1, count + 1):
        village = draw.choice(villages)
        district = village.code[:8]
        born = date(1950, 1, 1) + timedelta(days=draw.randrange(21_000))
        woman = draw.random() < 0.4
        day = born.day + (40 if woman else 0)
        nik = f"{district.replace('.', '')}{day:02d}{born:%m%y}{draw.randrange(1, 9999):04d}"
        mess = draw.random()
        if mess < 0.01:
            nik = nik[:15]
        elif mess < 0.02:
            nik = f"{nik[0]}.{nik[1:6]}E+15"
        elif mess < 0.04:
            nik = f"'{nik}"
        name = f"{draw.choice(given)} {draw.choice(second)}"
        form = draw.choice(("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y"))
        place = village.name.upper() if draw.random() < 0.3 else village.name
        listed.append(
            [
                *(str(number), nik, f"65{draw.randrange(10**13, 10**14)}", name, known.name(district)),
                *(born.strftime(form), "P" if woman else "L", f"Jl. {draw.choice(second)} No. {number % 90}"),
                *(f"{draw.randrange(1, 30):03d}", f"{draw.randrange(1, 9):03d}", place),
                *(known.name(district), known.name(village.code[:5])),
                f"08{draw.choice('1258')}{draw.randrange(10**8, 10**9)}",
                *(draw.choice(works), f"{draw.randrange(5, 40) * 100_000:,}".replace(",", ".")),
                *(
                    f"{draw.choice(given)} {draw.choice(second)}",
                    draw.choice(given),
                    draw.choice(("Istri", "Anak")),
                ),
            ]
        )
    return listed


def write_csv(path: Path, listed: list[list[str]]) -> None:
    """The list as .csv with semicolons."""
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, delimiter=";")
        writer.writerow(HEADERS)
        writer.writerows(listed)


def write_xlsx(path: Path, listed: list[list[str]]) -> None:
    """The list as .xlsx under a title row."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_string(0, 0, "DAFTAR PEKERJA RENTAN")
        for at, line in enumerate([list(HEADERS), *listed], start=2):
            for column, cell in enumerate(line):
                sheet.write_string(at, column, cell)


def whole(path: Path) -> int:
    """Reads, cleans and judges; the number of rows that go on."""
    sent = tables.read_file(path)
    return sum(one.report["accepted"] for one in intake.judge_file(sent, today=TODAY))


def parse_only(path: Path) -> int:
    """The baseline: the same file parsed and nothing more."""
    if path.suffix == ".csv":
        return pl.read_csv(path, separator=";", infer_schema=False).height
    book = python_calamine.load_workbook(io.BytesIO(path.read_bytes()))
    return sum(1 for _ in book.get_sheet_by_index(0).iter_rows())


def seconds(work: Callable[[Path], int], path: Path) -> tuple[float, float]:
    """How long one run takes: by the clock, and on the processor (which a busy machine does not stretch)."""
    start, busy = time.perf_counter(), time.process_time()
    work(path)
    return time.perf_counter() - start, time.process_time() - busy


def peak_megabytes(path: Path) -> int:
    """The peak memory of a fresh process that takes the file through."""
    code = (
        "import resource, sys; from pathlib import Path; sys.path.insert(0, 'bench'); "
        f"import bench_intake as b; b.whole(Path({json.dumps(str(path))})); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout)


def main() -> None:
    """Prints the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=200_000)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--keep", type=Path, help="folder that keeps the two files for the next run")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = options.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        paths = [place / f"list-{options.rows}.csv", place / f"list-{options.rows}.xlsx"]
        if not all(path.exists() for path in paths):
            listed = rows(options.rows)
            write_csv(paths[0], listed)
            write_xlsx(paths[1], listed)
            del listed
        titles = ("rows", "clock s", "cpu s", "rows/cpu s", "parse only cpu s", "ratio", "peak MB")
        print("file", *(f"{title:>{max(8, len(title))}}" for title in titles))
        for path in paths:
            pairs = [(seconds(parse_only, path), seconds(whole, path)) for _ in range(options.runs)]
            clock = statistics.median(done[0] for _, done in pairs)
            raw, busy = (statistics.median(side[1] for side in sides) for sides in zip(*pairs, strict=True))
            figures = (
                *(f"{options.rows:d}", f"{clock:.2f}", f"{busy:.2f}", f"{options.rows / busy:.0f}"),
                *(f"{raw:.2f}", f"{busy / raw:.1f}", f"{peak_megabytes(path):d}"),
            )
            shown = zip(titles, figures, strict=True)
            print(f"{path.suffix[1:]:4}", *(f"{figure:>{max(8, len(title))}}" for title, figure in shown))


if __name__ == "__main__":
    main()
