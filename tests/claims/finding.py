"""How well deaths are found: a province's lists are loaded and matched, some of its people die, and the civil
registry's list of them, damaged as such lists are, is set against the truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from django.db import connection

from payung.access.actor import Actor
from payung.claims.queries import possible
from payung.demo import lists, registers
from payung.registry.actions import load_file
from payung.registry.linking import match
from payung.registry.models import Intake

DEATHS = "deaths.xlsx"


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of the death list about people who are known, by what became of them."""

    rows: int
    by_itself: int
    by_clerk: int
    missed: int
    wrong: int

    @property
    def recall(self) -> float:
        return (self.by_itself + self.by_clerk) / self.rows if self.rows else 1.0

    @property
    def precision(self) -> float:
        """Of the rows given to somebody without a clerk, how many were given to the right one."""
        given = self.by_itself + self.wrong
        return self.by_itself / given if given else 1.0


def load_province(actor: Actor, out: Path, workers: int, seed: int, today: date) -> dict[str, int]:
    """Writes the lists of a province, takes them in and matches them; the number of the intake of each file."""
    manifest = lists.write(out, workers=workers, seed=seed, today=today)
    intakes = {
        path: load_file(
            actor, path=out / path, file_name=Path(path).name, today=today, kind=Intake.Kind.CANDIDATES
        )[0].pk
        for path in manifest.paths("list")
    }
    match(actor)
    return intakes


def die(out: Path, seed: int, today: date, count: int) -> pl.DataFrame:
    """Lets `count` people of the province die within a year and writes the civil registry's list; its truth."""
    people = pl.read_parquet(out / "truth" / "people.parquet")
    dead = people["person_id"].sample(count, seed=seed)
    days = pl.Series([today - timedelta(days=at % 360) for at in range(people.height)])
    people = people.with_columns(
        died_on=pl.when(pl.col("person_id").is_in(dead.implode())).then(days).otherwise(None)
    )
    return registers.write_deaths(out / DEATHS, people, seed, today)


def find(actor: Actor, out: Path, intakes: dict[str, int], told: pl.DataFrame, today: date) -> int:
    """Takes in the death list and matches it; the number of its intake."""
    intake, _ = load_file(actor, path=out / DEATHS, file_name=DEATHS, today=today, kind=Intake.Kind.DEATHS)
    match(actor)
    return intake.pk


def measure(out: Path, intakes: dict[str, int], deaths: int, told: pl.DataFrame) -> tuple[Found, Found]:
    """What was found of the deaths whose NIK is the one known of the person, and of all the others."""
    numbers = pl.DataFrame({"file": list(intakes), "intake": list(intakes.values())})
    truth = (
        pl.read_parquet(out / "truth" / "rows.parquet")
        .join(numbers, on="file")
        .with_columns(sheet=pl.when(pl.col("file").str.ends_with(".csv")).then(pl.lit("")).otherwise("sheet"))
        .select("intake", "sheet", "row", truly="person_id")
    )
    known = (
        _rows("i.kind = 'candidates'").join(truth, on=["intake", "sheet", "row"]).select("person", "truly")
    )
    nik = dict(_query("SELECT id, nik_hash FROM registry_person WHERE nik_hash IS NOT NULL"))
    queue: dict[int, set[int]] = {}
    for record, person in _query("SELECT record_id, person_id FROM registry_pair WHERE state = 'open'"):
        queue.setdefault(record, set()).add(person)
    for one in possible():
        queue.setdefault(one.record_id, set()).update(maybe.person_id for maybe in one.people)
    homes: dict[int, set[int]] = {}
    whose: dict[int, set[int]] = {}
    for person, truly in known.drop_nulls().iter_rows():
        homes.setdefault(truly, set()).add(person)
        whose.setdefault(person, set()).add(truly)
    counted = {True: [0] * 5, False: [0] * 5}
    for record, person, truly, digest in (
        _rows(f"i.id = {deaths}").join(told.rename({"person_id": "truly"}), on=["sheet", "row"])
        .select("record", "person", "truly", "nik").iter_rows()
    ):  # fmt: skip
        right = homes.get(truly, set())
        exact = digest is not None and any(bytes(nik.get(one, b"")) == bytes(digest) for one in right)
        tally = counted[exact]
        tally[4] += person in whose and person not in right
        if right:
            tally[0] += 1
            tally[1 if person in right else 2 if queue.get(record, set()) & right else 3] += 1
    return Found(*counted[True]), Found(*counted[False])


def _rows(condition: str) -> pl.DataFrame:
    """The accepted rows of some lists, with the person each was given to."""
    rows = _query(
        f"""SELECT r.id, r.intake_id, r.sheet, r.row_no, r.person_id, r.nik_hash
            FROM registry_record r JOIN registry_intake i ON i.id = r.intake_id WHERE r.accepted AND {condition}"""
    )
    return pl.DataFrame(
        [(one[0], one[1], one[2], one[3], one[4], None if one[5] is None else bytes(one[5])) for one in rows],
        schema={
            "record": pl.Int64,
            "intake": pl.Int64,
            "sheet": pl.String,
            "row": pl.Int64,
            "person": pl.Int64,
            "nik": pl.Binary,
        },
        orient="row",
    )


def _query(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()
