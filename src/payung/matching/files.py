"""Lists in files: parquet, csv, xlsx in; and the review sheet that a clerk fills in and hands back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import polars as pl
import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from payung.matching.columns import FIELDS, MAX_CELL, InputError, rename
from payung.matching.explain import explain
from payung.matching.link import Linked

#: what a clerk writes in the review sheet -> what it means
ANSWERS = {"sama": "same", "beda": "different", "tanya desa": "ask"}
#: pairs in one review sheet
_MOST_PAIRS = 20_000
_SEPARATORS = (";", "\t", "|", ",")


def read_list(path: Path, columns: Mapping[str, str | Sequence[str]] | None = None) -> pl.DataFrame:
    """A list from a parquet, csv or xlsx file (its first sheet with rows), columns named as matching names them.

    Raises InputError with one sentence where the file cannot be read or lacks a named column.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    kind = path.suffix.lower()
    readers = {
        ".parquet": _parquet,
        ".csv": _csv,
        ".txt": _csv,
        ".tsv": _csv,
        ".xlsx": _sheet,
        ".xls": _sheet,
    }
    if kind not in readers:
        raise InputError(f"{path}: {kind or 'no suffix'} is not a list; give .parquet, .csv or .xlsx")
    try:
        table = readers[kind](path)
    except InputError:
        raise
    except (pl.exceptions.PolarsError, CalamineError, OSError, ValueError) as error:
        raise InputError(
            f"{path}: cannot be read as {kind[1:]} ({str(error).splitlines()[0][:120]})"
        ) from None
    if not table.width:
        raise InputError(f"{path}: holds no table")
    if columns:
        table = rename(table, columns)
    return table


def _parquet(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path)


def _csv(path: Path) -> pl.DataFrame:
    with path.open("rb") as stream:
        head = stream.read(65_536).split(b"\n", 1)[0].decode("utf-8", "replace")
    if not head.strip():
        raise InputError(f"{path}: the first line must hold the names of the columns")
    separator = max(_SEPARATORS, key=head.count)
    return pl.read_csv(
        path, separator=separator, infer_schema=False, encoding="utf8-lossy", truncate_ragged_lines=True
    )


def _sheet(path: Path) -> pl.DataFrame:
    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        if len(rows) > 1:
            return _table(rows)
    raise InputError(f"{path}: no sheet has a row below its column names")


def _table(rows: Sequence[Sequence[object]]) -> pl.DataFrame:
    names: list[str] = []
    for number, cell in enumerate(rows[0]):
        name = str(cell).strip() or f"column_{number + 1}"
        names.append(name if name not in names else f"{name}_{number + 1}")
    columns = {
        name: [_text(row[number]) if number < len(row) else None for row in rows[1:]]
        for number, name in enumerate(names)
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))


def _text(cell: object) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e17:
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())[:10]
    return str(cell)[:MAX_CELL]


def write_review(path: Path, linked: Linked, rows: pl.DataFrame) -> int:
    """The doubtful pairs as a sheet to fill in: answer, both sides of each field, reasons. Gives the pairs written.

    rows: the list that was matched, with id. The column "Jawaban" takes sama, beda or tanya desa.
    """
    low, high = linked.report["doubtful"], linked.report["same"]
    doubtful = (
        linked.pairs.filter(pl.col("probability").is_between(low, high, closed="left"))
        .sort(["probability", "id_l", "id_r"], descending=[True, False, False])
        .head(_MOST_PAIRS)
    )
    shown = [field for field in FIELDS if field in rows.columns]
    wanted = pl.concat([doubtful["id_l"], doubtful["id_r"]]).unique()
    found = rows.with_columns(pl.col("id").cast(pl.String)).filter(pl.col("id").is_in(wanted.implode()))
    by_id = {row["id"]: row for row in found.select("id", *shown).iter_rows(named=True)}
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 (the same list gives the same file)
    bold, text = book.add_format({"bold": True, "bg_color": "#DDEBF7"}), book.add_format({"num_format": "@"})
    sheet = book.add_worksheet("Periksa")
    heads = ["Jawaban", "Peluang", "id_l", "id_r"]
    for field in shown:
        heads += [f"{field} (1)", f"{field} (2)"]
    heads.append("Alasan")
    for number, head in enumerate(heads):
        sheet.write_string(0, number, head, bold)
    for line, pair in enumerate(doubtful.iter_rows(named=True), start=1):
        left, right = by_id.get(pair["id_l"], {}), by_id.get(pair["id_r"], {})
        sheet.write_number(line, 1, round(pair["probability"], 3))
        sheet.write_string(line, 2, pair["id_l"], text)
        sheet.write_string(line, 3, pair["id_r"], text)
        for number, field in enumerate(shown):
            for side, row in enumerate((left, right)):
                if row.get(field) is not None:
                    sheet.write_string(line, 4 + 2 * number + side, str(row[field])[:MAX_CELL], text)
        sheet.write_string(line, len(heads) - 1, "; ".join(step.indonesian for step in explain(pair)[1:-1]))
    sheet.data_validation(
        1, 0, max(doubtful.height, 1), 0,
        {"validate": "list", "source": list(ANSWERS), "input_title": "Jawaban",
         "input_message": "sama = satu orang, beda = dua orang, tanya desa = belum tahu"},
    )  # fmt: skip
    sheet.freeze_panes(1, 4)
    sheet.set_column(0, len(heads) - 2, 18)
    sheet.set_column(len(heads) - 1, len(heads) - 1, 90)
    book.close()
    return doubtful.height


def read_review(path: Path) -> pl.DataFrame:
    """The answers of a filled review sheet: id_l, id_r, answer same|different|ask; empty answers are left out.

    Raises InputError for a file that is no review sheet or an answer that is not one of the three.
    """
    table = read_list(path)
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
