"""Moves cleaned rows into the registry: one COPY into a staging table, one INSERT, however many rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
from django.db import connection

from payung.access.crypto import encrypt, encrypt_json, nik_hashes

#: The purpose each ciphertext is bound to.
RAW = "record.raw"
NIK = "nik"

_COLUMNS: tuple[tuple[str, str], ...] = (
    ("sheet", "text"),
    ("row_no", "integer"),
    ("accepted", "boolean"),
    ("findings", "jsonb"),
    ("raw_enc", "bytea"),
    ("nik_enc", "bytea"),
    ("nik_hash", "bytea"),
    ("nik_last4", "text"),
    ("name", "text"),
    ("name_norm", "text"),
    ("sex", "text"),
    ("birth_date", "date"),
    ("birth_place", "text"),
    ("mother_name", "text"),
    ("address", "text"),
    ("region_code", "text"),
    ("phone", "text"),
    ("occupation_id", "text"),
    ("income", "bigint"),
    ("wage_worker", "boolean"),
    ("heir_name", "text"),
    ("heir_relation", "text"),
    ("heir_phone", "text"),
    ("event_date", "date"),
    ("event_until", "date"),
    ("extra", "jsonb"),
)

_LIMITS = {
    "name": 200,
    "name_norm": 200,
    "birth_place": 100,
    "mother_name": 200,
    "address": 300,
    "phone": 20,
    "heir_name": 200,
    "heir_relation": 40,
    "heir_phone": 20,
}


def stage_and_insert(
    intake_id: int, sheet: str, rows: pl.DataFrame, raw: Sequence[Sequence[Any]], region_code: str
) -> int:
    """Writes the judged rows of one sheet as records of an intake; returns how many.

    `rows` has the candidate-row columns; `raw` the cells as sent, one sequence per row, in the same order.
    Rows whose village is unknown get the list's own region, so that its sender can still see them.
    Must run inside a transaction. Three SQL statements, whatever the number of rows.
    """
    if rows.height == 0:
        return 0
    columns = ", ".join(name for name, _ in _COLUMNS)
    types = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE staged_record ({types}) ON COMMIT DROP")
        with cursor.copy(f"COPY staged_record ({columns}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types([kind for _, kind in _COLUMNS])
            for row in _staged(sheet, rows, raw, region_code):
                copy.write_row(row)
        cursor.execute(
            f"INSERT INTO registry_record (intake_id, {columns}) SELECT %s, {columns} FROM staged_record",
            [intake_id],
        )
        inserted = cursor.rowcount
        cursor.execute("DROP TABLE staged_record")
    return inserted


def _text(rows: pl.DataFrame, name: str) -> list[str]:
    if name not in rows.columns:
        return [""] * rows.height
    column = rows[name].cast(pl.String).fill_null("").str.replace_all("\x00", "", literal=True)
    limit = _LIMITS.get(name)
    return (column.str.slice(0, limit) if limit else column).to_list()


def _values(rows: pl.DataFrame, name: str) -> list[Any]:
    return rows[name].to_list() if name in rows.columns else [None] * rows.height


def _staged(
    sheet: str, rows: pl.DataFrame, raw: Sequence[Sequence[Any]], region_code: str
) -> Iterator[tuple[Any, ...]]:
    niks = _values(rows, "nik")
    places = [
        village or district or region_code
        for village, district in zip(
            _values(rows, "village_code"), _values(rows, "district_code"), strict=True
        )
    ]
    findings = [json.dumps(list(found or ()), ensure_ascii=False) for found in _values(rows, "findings")]
    extras = [json.dumps(extra or {}, default=str) for extra in _values(rows, "extra")]
    yield from zip(
        [sheet[:100]] * rows.height,
        rows["row_no"].to_list(),
        rows["accepted"].to_list(),
        findings,
        (encrypt_json(list(cells), RAW) for cells in raw),
        (None if nik is None else encrypt(nik, NIK) for nik in niks),
        nik_hashes(niks),
        ("" if nik is None else nik[-4:] for nik in niks),
        _text(rows, "name"),
        _text(rows, "name_norm"),
        _text(rows, "sex"),
        _values(rows, "birth_date"),
        _text(rows, "birth_place"),
        _text(rows, "mother_name"),
        _text(rows, "address"),
        places,
        _text(rows, "phone"),
        _values(rows, "occupation"),
        _values(rows, "income"),
        _values(rows, "wage_worker"),
        _text(rows, "heir_name"),
        _text(rows, "heir_relation"),
        _text(rows, "heir_phone"),
        _values(rows, "event_date"),
        _values(rows, "event_until"),
        extras,
        strict=True,
    )
