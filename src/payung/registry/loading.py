"""Moves cleaned rows into the registry: one COPY into a staging table, one INSERT, however many rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from payung import database
from payung.access.crypto import encrypt_many, nik_hashes

#: The purpose each ciphertext is bound to.
RAW = "record.raw"
NIK = "nik"

_COLUMNS = {
    "sheet": "text",
    "row_no": "integer",
    "accepted": "boolean",
    "findings": "text",
    "raw_enc": "bytea",
    "nik_enc": "bytea",
    "nik_hash": "bytea",
    "name": "text",
    "name_norm": "text",
    "sex": "text",
    "birth_date": "date",
    "birth_place": "text",
    "mother_name": "bytea",
    "address": "text",
    "region_code": "text",
    "phone": "bytea",
    "occupation_id": "text",
    "income": "bigint",
    "wage_worker": "boolean",
    "heir_name": "bytea",
    "heir_relation": "text",
    "heir_phone": "bytea",
    "event_date": "date",
    "event_until": "date",
    "extra": "text",
}

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


#: Staged as the text they are; the database reads them.
_JSON = ("findings", "extra")


def stage_and_insert(intake_id: int, sheet: str, rows: pl.DataFrame, raw: pl.Series, region_code: str) -> int:
    """Write the judged rows of one sheet as records of an intake and return how many.

    `rows` has the candidate-row columns; `raw` each row as sent, as one JSON object, in the same order.
    Rows whose village is unknown get the list's own region, so that its sender can still see them.
    Must run inside a transaction. Three SQL statements, whatever the number of rows.
    """
    if rows.height == 0:
        return 0
    columns = ", ".join(_COLUMNS)
    read = ", ".join(f"{name}::jsonb" if name in _JSON else name for name in _COLUMNS)
    # Before the COPY: which key hashes NIKs is asked of the database, which takes nothing but rows then.
    values = _staged(sheet, rows, raw, region_code)
    staged = database.stage("records", _COLUMNS, values, binary=True)
    inserted = database.run(
        f"INSERT INTO registry_record (intake_id, {columns}) SELECT %s, {read} FROM {staged.identifier}",
        [intake_id],
    )
    staged.drop()
    return inserted


def _text(rows: pl.DataFrame, name: str) -> list[str]:
    if name not in rows.columns:
        return [""] * rows.height
    column = rows[name].cast(pl.String).fill_null("").str.replace_all("\x00", "", literal=True)
    limit = _LIMITS.get(name)
    return (column.str.slice(0, limit) if limit else column).to_list()


def _values(rows: pl.DataFrame, name: str) -> list[Any]:
    return rows[name].to_list() if name in rows.columns else [None] * rows.height


def _json(rows: pl.DataFrame, name: str, empty: str) -> list[str]:
    """Return a list or struct column as JSON text, `empty` where there is nothing."""
    if name not in rows.columns:
        return [empty] * rows.height
    # Written inside an object of one field and taken out of it again: Polars encodes structs only.
    inside = pl.struct(name).struct.json_encode().str.slice(len(name) + 4).str.head(-1)
    text = pl.when(pl.col(name).is_null()).then(pl.lit(empty)).otherwise(inside)
    return rows.select(text.str.replace_all("\\u0000", "", literal=True)).to_series().to_list()


def _untold(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with findings that name the column only; the cell stands encrypted in the row as sent."""
    if "findings" not in rows.columns:
        return rows
    named = pl.struct(pl.element().struct.field("code", "severity", "column"))
    return rows.with_columns(pl.col("findings").list.eval(named))


def _staged(sheet: str, rows: pl.DataFrame, raw: pl.Series, region_code: str) -> Iterator[tuple[Any, ...]]:
    niks = _values(rows, "nik")
    places = [
        village or district or region_code
        for village, district in zip(
            _values(rows, "village_code"), _values(rows, "district_code"), strict=True
        )
    ]
    return zip(
        [sheet[:100]] * rows.height,
        rows["row_no"].to_list(),
        rows["accepted"].to_list(),
        _json(_untold(rows), "findings", "[]"),
        encrypt_many(raw.to_list(), RAW),
        encrypt_many(niks, NIK),
        nik_hashes(niks),
        _text(rows, "name"),
        _text(rows, "name_norm"),
        _text(rows, "sex"),
        _values(rows, "birth_date"),
        _text(rows, "birth_place"),
        encrypt_many(_text(rows, "mother_name"), "mother_name"),
        _text(rows, "address"),
        places,
        encrypt_many(_text(rows, "phone"), "phone"),
        _values(rows, "occupation"),
        _values(rows, "income"),
        _values(rows, "wage_worker"),
        encrypt_many(_text(rows, "heir_name"), "heir_name"),
        _text(rows, "heir_relation"),
        encrypt_many(_text(rows, "heir_phone"), "heir_phone"),
        _values(rows, "event_date"),
        _values(rows, "event_until"),
        _json(rows, "extra", "{}"),
        strict=True,
    )
