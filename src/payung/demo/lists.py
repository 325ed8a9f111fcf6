"""Everything a province's offices send for one year, as files, with the truth about every row beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from payung.demo import noise, pots, registers, rendering, sheets
from payung.demo.draw import Flags, Ints, chance, stream
from payung.demo.senders import DTSEN_SHARE, LEFTOVERS, SENDERS, WITHIN_LIST_DOUBLES, Sender
from payung.demo.workers import population
from payung.values import Month

DEMO_DAY = date(2026, 11, 22)
_COPIED = (
    "village_code",
    "district_code",
    "ktp_regency",
    "income",
    "wage_worker",
    "rt",
    "rw",
    "poverty_decile",
    "family_card",
    "heir_name",
    "heir_relation",
    "heir_phone",
)
_OFFICE = ("", "PEMERINTAH PROVINSI KALIMANTAN UTARA", "TAHUN ANGGARAN {}", "")


@dataclass(frozen=True)
class File:
    """One written file; `kind` is list, branch, deaths, funds, truth or people."""

    path: str
    kind: str
    sender: str
    source: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What `write` wrote."""

    workers: int
    seed: int
    today: str
    files: tuple[File, ...]

    def paths(self, kind: str) -> list[str]:
        """Return the relative paths of the files of one kind, in the order they were written."""
        return [file.path for file in self.files if file.kind == kind]

    @property
    def list_rows(self) -> int:
        return sum(file.rows for file in self.files if file.kind == "list")


Progress = Callable[[int, int, str], None]


def write(
    out: Path,
    workers: int = 30_000,
    seed: int = 2026,
    today: date = DEMO_DAY,
    on_progress: Progress | None = None,
    funds_from: Month | None = None,
) -> Manifest:
    """Write a province of `workers` vulnerable workers under `out`; the same arguments give the same bytes.

    lists/ holds the candidates' files, branch/ the branch's membership extract, dukcapil/ the death list,
    funds.json the money (from `funds_from` for twelve months; the year of `today` when not given), truth/
    rows.parquet (file, sheet, row counted from 1 in the sheet, person_id; null where nobody of the province
    is meant) and people.parquet (see `workers.population`), manifest.json this function's answer.
    `on_progress(done, total, what)` is called before each file. Raises ValueError for fewer than 100 workers.
    """
    if workers < 100:
        raise ValueError(f"a province has 100 workers or more, not {workers}")
    tell = on_progress or (lambda done, total, what: None)
    steps = len(SENDERS) + 4
    tell(0, steps, "population")
    people = population(workers, seed, today)
    damaged = _damaged_rows(people, seed)
    made: list[File] = []
    truths: list[pl.DataFrame] = []
    for number, sender in enumerate(SENDERS):
        tell(1 + number, steps, sender.file)
        path = Path("lists") / sender.file
        rows = damaged.filter(pl.col("list") == number)
        truths.append(_write_list(out / path, sender, rows, seed, today).with_columns(file=pl.lit(str(path))))
        made.append(_described(out, path, "list", sender.title or path.stem, sender.source, rows.height))
    for kind, register in (("branch", registers.write_members), ("deaths", registers.write_deaths)):
        tell(len(made) + 1, steps, kind)
        path = registers.PATHS[kind]
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        truth = register(out / path, people, seed, today)
        truths.append(truth.with_columns(file=pl.lit(str(path))))
        made.append(_described(out, path, kind, registers.TITLES[kind], kind, truth.height))
    tell(steps - 1, steps, "funds and truth")
    made += _write_rest(out, people, truths, funds_from or Month.of(today.year, 1), workers)
    manifest = Manifest(workers, seed, today.isoformat(), tuple(made))
    (out / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")
    tell(steps, steps, "")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a province written before. Raises FileNotFoundError where there is none."""
    raw = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return Manifest(raw["workers"], raw["seed"], raw["today"], tuple(File(**file) for file in raw["files"]))


def who_is_listed(people: pl.DataFrame, seed: int) -> tuple[Ints, Ints]:
    """For every row of every list: the number of the list (in SENDERS) and the row of `people`."""
    rng = stream(seed, "who is listed")
    n = people.height
    village, trade = people["village_code"], people["occupation"]
    decile_share = np.array(DTSEN_SHARE)[people["poverty_decile"].to_numpy() - 1]
    listed: list[Ints] = []
    seen = np.zeros(n, dtype=np.bool_)
    for number, sender in enumerate(SENDERS):
        share = decile_share if sender.deciles else np.full(n, sender.share)
        on = chance(rng, share, n) & _starts(village, sender.regions) & _starts(trade, sender.trades)
        if number == LEFTOVERS:
            on |= ~seen
        seen |= on
        rows = np.flatnonzero(on)
        twice = rows[chance(rng, WITHIN_LIST_DOUBLES, len(rows))]
        listed.append(rng.permutation(np.concatenate([rows, twice])))
    return np.repeat(np.arange(len(SENDERS)), [len(rows) for rows in listed]), np.concatenate(listed)


def _starts(values: pl.Series, prefixes: tuple[str, ...]) -> Flags:
    if not prefixes:
        return np.ones(len(values), dtype=np.bool_)
    pattern = "^(?:" + "|".join(prefix.replace(".", r"\.") for prefix in prefixes) + ")"
    return values.str.contains(pattern).to_numpy()


def _damaged_rows(people: pl.DataFrame, seed: int) -> pl.DataFrame:
    """All rows of all lists with their damage; `list` and `person_id` say whose they are."""
    number, person = who_is_listed(people, seed)
    rng = stream(seed, "damage")
    rows = people[person]
    source = np.array([noise.SOURCES.index(sender.source) for sender in SENDERS])[number]
    return (
        noise.dirty(rows, source, rng)
        .hstack(noise.date_parts(rows["birth_date"], noise.CARE[source], rng))
        .hstack(rows.select(pl.col(column).alias(f"true_{column}") for column in _COPIED))
        .with_columns(person_id=rows["person_id"], list=pl.Series(number))
    )


def _write_list(path: Path, sender: Sender, rows: pl.DataFrame, seed: int, today: date) -> pl.DataFrame:
    """Write one sender's file and return the truth about its rows: sheet, row, person_id."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = stream(seed, sender.file)
    headers = rendering.columns(sender)
    pages: list[sheets.Sheet] = []
    truths: list[pl.DataFrame] = []
    taken: set[str] = set()
    for name, part in _parts(sender, rows):
        cells = rendering.cells(sender, part, rng)
        titles = [text.format(today.year) for text in _OFFICE[: sender.titles]]
        if titles:
            titles[0] = sender.title
        page = sheets.Sheet(
            name=sheets.sheet_name(name, taken),
            titles=titles,
            headers=[header for header, _ in headers],
            columns=[cells[field] for _, field in headers],
            column_numbers=sender.total_row,
            total_row=sender.total_row,
            formula_numbers=sender.formula_numbers,
        )
        pages.append(page)
        truths.append(
            pl.DataFrame(
                {
                    "sheet": pl.repeat(page.name, part.height, eager=True, dtype=pl.String),
                    "row": np.arange(part.height) + page.first_row,
                    "person_id": part["person_id"],
                }
            )
        )
    if path.suffix == ".csv":
        sheets.write_csv(path, pages[0], sender.encoding, sender.delimiter)
    else:
        sheets.write_workbook(path, pages)
    return pl.concat(truths)


def _parts(sender: Sender, rows: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """Divide the rows among sheets; a list of villages has one sheet per village, and so on."""
    if sender.sheets == "one" or not rows.height:
        return [("Sheet1" if sender.source == "association" else "Data", rows)]
    key = "true_village_code" if sender.sheets == "village" else "true_district_code"
    names = rendering.place_names(sender.sheets)
    parts = rows.partition_by(key, as_dict=True)
    return [(names[code], parts[(code,)]) for (code,) in sorted(parts)]


def _write_rest(
    out: Path, people: pl.DataFrame, truths: list[pl.DataFrame], first: Month, workers: int
) -> list[File]:
    (out / "truth").mkdir(parents=True, exist_ok=True)
    funds = pots.demo_funds(first, workers)
    (out / "funds.json").write_text(json.dumps(funds, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    truth = pl.concat(truths).select("file", "sheet", "row", "person_id")
    truth.write_parquet(out / "truth" / "rows.parquet")
    people.write_parquet(out / "truth" / "people.parquet")
    return [
        _described(out, Path("funds.json"), "funds", "payers", "funds", len(funds)),
        _described(out, Path("truth/rows.parquet"), "truth", "truth", "truth", truth.height),
        _described(out, Path("truth/people.parquet"), "people", "truth", "truth", people.height),
    ]


def _described(out: Path, path: Path, kind: str, sender: str, source: str, rows: int) -> File:
    digest = hashlib.sha256((out / path).read_bytes()).hexdigest()
    return File(path.as_posix(), kind, sender, source, rows, digest)
