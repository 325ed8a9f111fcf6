"""Results in Excel: the doubtful pairs as a sheet that a clerk fills in and hands back, alone or in a workbook."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from payung.matching.columns import FIELDS, MAX_CELL, InputError
from payung.matching.comparisons import COMPARISONS, Comparison
from payung.matching.explain import explain
from payung.matching.files import read_list
from payung.matching.link import Linked
from payung.values.spreadsheet import workbook

#: what a clerk writes in the review sheet -> what it means
ANSWERS = {"sama": "same", "beda": "different", "tanya desa": "ask"}
#: what the fields are called in the sheets
_LABELS = {
    "nik": "NIK", "name": "Nama", "sex": "Jenis kelamin", "birth_date": "Tanggal lahir",
    "birth_place": "Tempat lahir", "mother_name": "Nama ibu", "address": "Alamat", "village_code": "Kode desa",
    "phone": "Telepon", "occupation": "Pekerjaan",
}  # fmt: skip
#: the sheet that is filled in
SHEET = "Periksa"
#: rows that a sheet of Excel holds, below the names of its columns
MOST_ROWS = 1_048_575
#: pairs in one review sheet
_MOST_PAIRS = 20_000
_DECISIONS = {"same": "sama", "doubtful": "periksa", "new": "orang baru"}


def write_review(path: Path, linked: Linked, rows: pl.DataFrame) -> int:
    """Write the doubtful pairs as a sheet to fill in (answer, both sides of each field, reasons).

    Returns the pairs written.

    rows: the list that was matched, with id. The column "Jawaban" takes sama, beda or tanya desa.
    """
    with _Book(path) as book:
        return _review(book, linked, rows)


def write_workbook(path: Path, linked: Linked, rows: pl.DataFrame, summary: Sequence[tuple[str, Any]]) -> int:
    """All results in one workbook: the review sheet, who is who, every pair with its weight and reasons, a summary.

    rows: the list that was matched, with id. Gives the pairs to review. Raises InputError for more rows or pairs
    than a sheet holds.
    """
    most = max(rows.height, linked.pairs.height)
    if most > MOST_ROWS:
        raise InputError(f"{path}: {most} rows do not fit in a sheet of Excel; give --out a folder")
    shown = _shown(rows, linked)
    with _Book(path) as book:
        doubtful = _review(book, linked, rows)
        people = (
            rows.select("id", *shown)
            .hstack([linked.clusters["cluster_id"]])
            .hstack(linked.decisions.select("decision", "probability"))
            .with_columns(size=pl.len().over("cluster_id"))
            .sort("cluster_id", maintain_order=True)
        )
        book.sheet(
            "Kelompok",
            ["Orang", "Baris", "Keputusan", "Peluang", "id", *(_LABELS.get(field, field) for field in shown)],
            (
                [
                    row["cluster_id"], row["size"], _DECISIONS[row["decision"]], _short(row["probability"]),
                    row["id"], *(row[field] for field in shown),
                ]
                for row in people.iter_rows(named=True)
            ),
        )  # fmt: skip
        book.sheet(
            "Pasangan",
            [
                "id_l",
                "id_r",
                "Peluang",
                "Bobot",
                *(f"{c.indonesian} (bit)" for c in linked.comparisons),
                "Alasan",
            ],
            (_reasoned(pair, linked.comparisons) for pair in linked.pairs.iter_rows(named=True)),
        )
        book.sheet("Ringkasan", ["", ""], ([label, value] for label, value in summary))
    return doubtful


def _shown(rows: pl.DataFrame, linked: Linked) -> list[str]:
    """Return the fields that any row holds something in: those of matching, or all that a list of other columns has."""
    fields = FIELDS if linked.comparisons is COMPARISONS else [name for name in rows.columns if name != "id"]
    return [field for field in fields if field in rows.columns and rows[field].null_count() < rows.height]


def _reasoned(pair: dict[str, Any], comparisons: Sequence[Comparison]) -> list[Any]:
    bits = [round(pair[f"mw_{c.name}"], 2) if pair[f"gamma_{c.name}"] else None for c in comparisons]
    return [
        pair["id_l"], pair["id_r"], _short(pair["probability"]), round(pair["weight"], 2), *bits,
        _reasons(pair, comparisons),
    ]  # fmt: skip


def _reasons(pair: dict[str, Any], comparisons: Sequence[Comparison]) -> str:
    return "; ".join(step.indonesian for step in explain(pair, comparisons)[1:-1])


def _short(probability: float | None) -> float | None:
    return None if probability is None else round(probability, 3)


@dataclass(frozen=True)
class _Differs:
    """A value that is not what the other side has: shown on yellow."""

    text: str


def _beside(left: Any, right: Any) -> tuple[Any, Any]:
    """Two sides of one field as they are written: marked where both are known and differ."""
    if left is None or right is None or str(left).casefold() == str(right).casefold():
        return left, right
    return _Differs(str(left)[:MAX_CELL]), _Differs(str(right)[:MAX_CELL])


class _Book:
    """A workbook written row by row, so that memory does not grow with it; the same rows give the same bytes."""

    def __init__(self, path: Path) -> None:
        self._book = workbook(str(path), by_row=True)
        self._book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 (the same bytes each time)
        self._bold = self._book.add_format({"bold": True, "bg_color": "#DDEBF7"})
        self._text = self._book.add_format({"num_format": "@"})
        self._differs = self._book.add_format({"num_format": "@", "bg_color": "#FFF2CC"})

    def __enter__(self) -> _Book:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def sheet(self, name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Any:
        """Add a sheet with these columns; numbers as numbers, all else as text, so that no NIK is rounded."""
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heads) - 1, 18)
        for number, head in enumerate(heads):
            sheet.write_string(0, number, head, self._bold)
        for line, row in enumerate(rows, start=1):
            for number, value in enumerate(row):
                if isinstance(value, int | float):
                    sheet.write_number(line, number, value)
                elif isinstance(value, _Differs):
                    sheet.write_string(line, number, value.text, self._differs)
                elif value is not None:
                    sheet.write_string(line, number, str(value)[: 10 * MAX_CELL], self._text)
        return sheet


def _review(book: _Book, linked: Linked, rows: pl.DataFrame) -> int:
    low, high = linked.report["doubtful"], linked.report["same"]
    doubtful = (
        linked.pairs.filter(pl.col("probability").is_between(low, high, closed="left"))
        .sort(["probability", "id_l", "id_r"], descending=[True, False, False])
        .head(_MOST_PAIRS)
    )
    shown = _shown(rows, linked)
    wanted = pl.concat([doubtful["id_l"], doubtful["id_r"]]).unique()
    found = rows.with_columns(pl.col("id").cast(pl.String)).filter(pl.col("id").is_in(wanted.implode()))
    by_id = {row["id"]: row for row in found.select("id", *shown).iter_rows(named=True)}

    def line(pair: dict[str, Any]) -> list[Any]:
        left, right = by_id.get(pair["id_l"], {}), by_id.get(pair["id_r"], {})
        both = itertools.chain.from_iterable(_beside(left.get(field), right.get(field)) for field in shown)
        return [
            None,
            _short(pair["probability"]),
            pair["id_l"],
            pair["id_r"],
            *both,
            _reasons(pair, linked.comparisons),
        ]

    sides = [f"{_LABELS.get(field, field)} ({side})" for field in shown for side in (1, 2)]
    heads = ["Jawaban", "Peluang", "id_l", "id_r", *sides, "Alasan"]
    sheet = book.sheet(SHEET, heads, (line(pair) for pair in doubtful.iter_rows(named=True)))
    sheet.data_validation(
        1, 0, max(doubtful.height, 1), 0,
        {"validate": "list", "source": list(ANSWERS), "input_title": "Jawaban",
         "input_message": "sama = satu orang, beda = dua orang, tanya desa = belum tahu"},
    )  # fmt: skip
    sheet.freeze_panes(1, 4)
    sheet.set_column(len(heads) - 1, len(heads) - 1, 90)
    return doubtful.height


def read_review(path: Path) -> pl.DataFrame:
    """Return the answers of a filled review sheet: id_l, id_r, answer same|different|ask; empty answers are left out.

    Raises InputError for a file that is no review sheet or an answer that is not one of the three.
    """
    table = read_list(path, sheet=SHEET)
    for column in ("Jawaban", "id_l", "id_r"):
        if column not in table.columns:
            raise InputError(f"{path}: no column {column!r}; this is not a review sheet")
    answers = table.select("id_l", "id_r", answer=pl.col("Jawaban").str.strip_chars().str.to_lowercase())
    answers = answers.filter(pl.col("answer").fill_null("") != "")
    strange = answers.filter(~pl.col("answer").is_in(list(ANSWERS)))
    if strange.height:
        raise InputError(
            f"{path}: answer {strange['answer'][0]!r} for {strange['id_l'][0]} and {strange['id_r'][0]} is not "
            f"one of {', '.join(ANSWERS)}"
        )
    return answers.with_columns(pl.col("answer").replace_strict(ANSWERS))
