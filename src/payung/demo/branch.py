"""Answers an upload as the BPJS branch would: a membership number for each row, or a reason why not."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import CalamineWorkbook
from rapidfuzz import fuzz, process

from payung.demo import sheets
from payung.demo.draw import stream
from payung.values import Month

#: reason code -> what the branch writes beside it
REASONS = {
    "NIK_UNKNOWN": "NIK tidak ditemukan / tidak aktif di Dukcapil",
    "ACTIVE_ELSEWHERE": "Sudah terdaftar aktif pada segmen/wadah lain",
    "AGE": "Usia tidak memenuhi syarat kepesertaan",
    "NAME_DIFFERS": "Nama tidak sesuai data Dukcapil",
}
#: the branch registers people from this age up to, not including, that one
AGE_FROM, AGE_TO = 17, 65
#: likeness (0 to 100) under which the branch calls a name different
_NAME_LIKENESS = 78
_TITLE = re.compile(r"(?i)\b(?:hj?|ust|ustzh|drs|dra|pdt|ir|alm|bpk|ibu)\b\.?|\(alm\)|,.*$")
_HEADERS = {
    "nik": {"nik", "no nik", "nomor nik", "no ktp", "nomor ktp", "nomor induk kependudukan"},
    "name": {"nama", "nama lengkap", "name", "nama peserta", "nama tenaga kerja", "full name"},
    "line_ref": {"no referensi", "referensi", "line ref"},
    "act": {"aksi", "act"},
    "first_month": {"bulan mulai", "first month"},
}


def answer(upload: pl.DataFrame, people: pl.DataFrame, seed: int, on: date) -> pl.DataFrame:
    """Answer `upload` on `on` as the branch would, given the truth about the people.

    `upload` needs columns nik and name, and may have line_ref (given back as it is), act ('remove' or 'hapus'
    takes a person off, which is always accepted) and first_month (YYYY-MM; the month after `on` when not
    given). Returns row Int32 (from 1, the upload's order), line_ref, nik, name, status ('accepted',
    'refused'), membership_number (11 digits, null if refused; a former member keeps the old one), reason_code
    (of REASONS), reason, start_date Date. A NIK's second row counts as active already. The same person gets
    the same number in every answer of one seed. Raises ValueError when nik or name is missing.
    """
    for column in ("nik", "name"):
        if column not in upload.columns:
            raise ValueError(f"an upload to answer needs the column {column!r}")
    rows = _with_facts(upload, people, on)
    reason = pl.when(pl.col("removed")).then(None).otherwise(_reason(rows, on))
    offset = int(stream(seed, "membership numbers").integers(10**6))
    fresh = (pl.col("person_id") * 7919 + (30_000_000_000 + offset)).cast(pl.String)
    accepted = pl.col("reason_code").is_null()
    start = pl.date(pl.col("start") // 12, pl.col("start") % 12 + 1, 1)
    return rows.with_columns(fresh=fresh, reason_code=reason).select(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias("row"),
        "line_ref",
        "nik",
        "name",
        status=pl.when(accepted).then(pl.lit("accepted")).otherwise(pl.lit("refused")),
        membership_number=pl.when(accepted).then(pl.coalesce("membership_number", "fresh")),
        reason_code="reason_code",
        reason=pl.col("reason_code").replace_strict(REASONS, default=None, return_dtype=pl.String),
        start_date=pl.when(accepted & ~pl.col("removed")).then(start),
    )


def _with_facts(upload: pl.DataFrame, people: pl.DataFrame, on: date) -> pl.DataFrame:
    """Return the upload's rows with the truth about the NIK's owner (null where nobody has it)."""
    facts = people.select(
        "person_id",
        "nik",
        "birth_date",
        "died_on",
        "active_until",
        "membership_number",
        official=pl.col("name"),
    )
    optional = [
        pl.col(column).cast(pl.String) if column in upload.columns else pl.lit(None, pl.String).alias(column)
        for column in ("line_ref", "act", "first_month")
    ]
    parts = pl.col("first_month").str.extract_groups(r"^(\d{4})-(\d{2})$")
    year, month = (parts.struct.field(str(place)).cast(pl.Int32) for place in (1, 2))
    return (
        upload.select(pl.col("nik").cast(pl.String), pl.col("name").cast(pl.String), *optional)
        .join(facts, on="nik", how="left", maintain_order="left")
        .with_columns(
            start=(year * 12 + month - 1).fill_null(Month.containing(on).number + 1),
            removed=pl.col("act").str.to_lowercase().is_in(["remove", "hapus"]).fill_null(False),
        )
    )


def _reason(rows: pl.DataFrame, on: date) -> pl.Expr:
    likeness = process.cpdist(
        [_plain(text) for text in rows["name"].to_list()],
        [_plain(text) for text in rows["official"].to_list()],
        scorer=fuzz.token_sort_ratio,
    )
    had_birthday = pl.col("birth_date").dt.strftime("%m%d") <= f"{on:%m%d}"
    age = pl.lit(on.year) - pl.col("birth_date").dt.year() - pl.when(had_birthday).then(0).otherwise(1)
    active = (pl.col("active_until") >= pl.col("start")) | ~pl.col("nik").is_first_distinct()
    return (
        pl.when(pl.col("official").is_null() | (pl.col("died_on") <= on))
        .then(pl.lit("NIK_UNKNOWN"))
        .when((age < AGE_FROM) | (age >= AGE_TO))
        .then(pl.lit("AGE"))
        .when(active)
        .then(pl.lit("ACTIVE_ELSEWHERE"))
        .when(pl.Series(likeness) < _NAME_LIKENESS)
        .then(pl.lit("NAME_DIFFERS"))
    )


def write_answer(
    upload_path: Path, out_path: Path, people: pl.DataFrame, seed: int, on: date
) -> pl.DataFrame:
    """Read an upload file (.csv or .xlsx), write the branch's answer file and return the answer.

    The answer (.xlsx, or .csv with semicolons) has the columns NO, NO REFERENSI, NIK, NAMA, STATUS
    (DITERIMA or DITOLAK), NO KPJ, KODE, KETERANGAN, TGL MULAI. Raises ValueError when the upload has no NIK
    or no name column.
    """
    given = answer(read_upload(upload_path), people, seed, on)
    words = {"accepted": "DITERIMA", "refused": "DITOLAK"}
    sheet = sheets.Sheet(
        name="Jawaban",
        titles=[]
        if out_path.suffix == ".csv"
        else ["HASIL PENDAFTARAN PESERTA BPU", f"Tanggal {on:%d-%m-%Y}"],
        headers=["NO", "NO REFERENSI", "NIK", "NAMA", "STATUS", "NO KPJ", "KODE", "KETERANGAN", "TGL MULAI"],
        columns=[
            given["row"].to_list(),
            given["line_ref"].to_list(),
            given["nik"].to_list(),
            given["name"].to_list(),
            given["status"].replace_strict(words).to_list(),
            given["membership_number"].to_list(),
            given["reason_code"].to_list(),
            given["reason"].to_list(),
            given["start_date"].dt.strftime("%d-%m-%Y").to_list(),
        ],
    )
    if out_path.suffix == ".csv":
        sheets.write_csv(out_path, sheet, "cp1252", ";")
    else:
        sheets.write_workbook(out_path, [sheet])
    return given


def read_upload(path: Path) -> pl.DataFrame:
    """NIK, name, line_ref, act and first_month of every row of an upload; the header row is looked for.

    Columns that the upload has not are null. Raises ValueError when none of the first twenty rows names both
    a NIK and a name column.
    """
    if path.suffix.lower() == ".csv":
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
        delimiter = ";" if text.count(";") > text.count(",") else ","
        grid: list[tuple[Any, ...]] = [
            tuple(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)
        ]
    else:
        book = CalamineWorkbook.from_path(str(path))
        grid = [tuple(row) for row in book.get_sheet_by_index(0).to_python()]
    for place, row in enumerate(grid[:20]):
        heads = [re.sub(r"[^a-z]+", " ", str(cell or "").lower()).strip() for cell in row]
        found = {
            field: next((i for i, head in enumerate(heads) if head in known), None)
            for field, known in _HEADERS.items()
        }
        nik, name = found["nik"], found["name"]
        if nik is not None and name is not None:
            body = [cells for cells in grid[place + 1 :] if len(cells) > nik and _cell(cells[nik])]
            columns = {
                field: [None if at is None else _cell(cells[at]) for cells in body]
                for field, at in found.items()
            }
            return pl.DataFrame(columns, schema=dict.fromkeys(_HEADERS, pl.String))
    raise ValueError(f"{path.name}: no row names both a NIK and a name column")


def _cell(value: object) -> str:
    if isinstance(value, float):
        return str(int(value))
    return str(value or "").strip().lstrip("'")


def _plain(name: str | None) -> str:
    return " ".join(_TITLE.sub(" ", name or "").upper().split())
