"""Two registers kept by others: who is a member at the branch already, and who has died."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from payung.demo import noise, sheets
from payung.demo.draw import chance, stream
from payung.demo.workers import population
from payung.values import Month

PATHS = {
    "branch": Path("branch/peserta_kacab.csv"),
    "deaths": Path("dukcapil/daftar_kematian.xlsx"),
}
TITLES = {"branch": "Cabang BPJS Ketenagakerjaan", "deaths": "Dinas Dukcapil"}
#: members and dead whom the lists do not know, per known one
_STRANGERS = 0.25
#: deaths that reach the register within the year (judgement)
_REGISTERED = 0.88


def write_members(path: Path, people: pl.DataFrame, seed: int, today: date) -> pl.DataFrame:
    """Write the branch's extract (semicolons, Windows-1252): who is or was a member, by whom, paid until when.

    Returns sheet, row, person_id (null for members who are on no list) of each row.
    """
    rng = stream(seed, "branch extract")
    known = people.filter(pl.col("membership_number").is_not_null())
    others = population(max(people.height // 8, 10), seed + 1_000_003, today)
    others = others.filter(pl.col("membership_number").is_not_null()).head(int(known.height * _STRANGERS))
    numbers = "1" + others["membership_number"].str.slice(1)
    rows = _shuffled([known, others.with_columns(numbers.alias("membership_number"), person_id=None)], rng)
    written = noise.dirty(
        rows.with_columns(pl.col("person_id").fill_null(0)),
        np.full(rows.height, noise.SOURCES.index("branch")),
        rng,
    )
    now = Month.containing(today).number
    until = [str(Month(number)) for number in rows["active_until"].to_list()]
    active = ["AKTIF" if number >= now else "NON AKTIF" for number in rows["active_until"].to_list()]
    sheet = sheets.Sheet(
        name="Data",
        titles=[],
        headers=["NO KPJ", "NIK", "NAMA PESERTA", "TGL LAHIR", "JK", "SEGMEN", "STATUS", "LUNAS S/D"],
        columns=[
            rows["membership_number"].to_list(),
            written["nik"].to_list(),
            written["name"].str.to_uppercase().to_list(),
            rows["birth_date"].dt.strftime("%d-%m-%Y").to_list(),
            rows["sex"].replace_strict({"male": "L", "female": "P"}).to_list(),
            rows["membership_segment"].to_list(),
            active,
            until,
        ],
    )
    sheets.write_csv(path, sheet, "cp1252", ";")
    return _truth(sheet, rows)


def write_deaths(
    path: Path, people: pl.DataFrame, seed: int, today: date, since: date | None = None
) -> pl.DataFrame:
    """Write the civil registry's list (.xlsx) of deaths from `since` (a year before `today`) up to `today`.

    One death in eight is not registered; a quarter more are of people on no list. Returns sheet, row and
    person_id (null for those) of each row.
    """
    rng = stream(seed, f"deaths until {today}")
    begin = since or today - timedelta(days=365)
    inside = pl.col("died_on").is_between(begin, today)
    known = people.filter(
        inside & pl.Series(chance(stream(seed, "registered deaths"), _REGISTERED, people.height))
    )
    others = population(max(people.height // 3, 200), seed + 2_000_003, today)
    others = others.filter(inside).head(int(known.height * _STRANGERS) + 1)
    rows = _shuffled([known, others.with_columns(person_id=None)], rng)
    written = noise.dirty(
        rows.with_columns(pl.col("person_id").fill_null(0)),
        np.full(rows.height, noise.SOURCES.index("civil")),
        rng,
    )
    sheet = sheets.Sheet(
        name="Kematian",
        titles=["LAPORAN KEMATIAN", "DINAS KEPENDUDUKAN DAN PENCATATAN SIPIL", f"s/d {today:%d-%m-%Y}"],
        headers=[
            "No",
            "NIK",
            "Nama Almarhum/ah",
            "JK",
            "Tempat Lahir",
            "Tgl Lahir",
            "Tgl Meninggal",
            "No Akta",
            "Pelapor",
        ],
        columns=[
            list(range(1, rows.height + 1)),
            written["nik"].to_list(),
            written["name"].to_list(),
            rows["sex"].replace_strict({"male": "L", "female": "P"}).to_list(),
            written["birth_place"].to_list(),
            written["birth_date"].to_list(),
            rows["died_on"].to_list(),
            [f"KM-{number:06d}" for number in rng.integers(1, 999_999, rows.height)],
            rows["heir_name"].to_list(),
        ],
    )
    sheets.write_workbook(path, [sheet])
    return _truth(sheet, rows)


def _shuffled(parts: list[pl.DataFrame], rng: np.random.Generator) -> pl.DataFrame:
    rows = pl.concat(parts, how="vertical_relaxed")
    return rows[rng.permutation(rows.height)]


def _truth(sheet: sheets.Sheet, rows: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "sheet": pl.repeat(sheet.name, rows.height, eager=True, dtype=pl.String),
            "row": np.arange(rows.height) + sheet.first_row,
            "person_id": rows["person_id"].cast(pl.Int64),
        }
    )
