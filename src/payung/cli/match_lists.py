"""Lists to match as people send them: columns named by the user, else recognised by their names; places by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from payung.exchange import columns as known_columns
from payung.exchange.guard import UnreadableFile
from payung.exchange.tables import read_file
from payung.identity.places import Hints, gazetteer
from payung.matching.columns import FIELDS, KEYS, InputError, parse_columns, rename
from payung.matching.files import read_list
from payung.matching.readable import cells_lost, filled

Mapping = dict[str, str | list[str]]

#: fields of a list as the intake recognises them -> fields of matching; the first that a list has is read
_RECOGNISED = {
    "nik": ("nik",),
    "name": ("name",),
    "sex": ("sex",),
    "birth_date": ("birth_date", "birth"),
    "birth_place": ("birth_place",),
    "mother_name": ("mother_name",),
    "address": ("address",),
    "village_code": ("village_code",),
    "phone": ("phone",),
    "occupation": ("occupation",),
}
_PLACE = ("village", "district", "regency")
_EXCEL = (".xlsx", ".xls", ".ods")


def parse_map(texts: Sequence[str], files: int) -> list[Mapping]:
    """The mapping of each file from what `--map` was given: one for all files, or one for each, in their order.

    `{"name": "nama_lengkap"}`, or shorter `name=nama_lengkap,birth_date=Tgl Lahir`. Raises InputError.
    """
    if len(texts) not in (0, 1, files):
        raise InputError(
            f"--map is given {len(texts)} times for {files} files; give it once, or once for each file"
        )
    mappings = [
        parse_columns(text if text.lstrip().startswith(("{", "[")) else _as_json(text)) for text in texts
    ]
    return mappings * files if len(mappings) == 1 else mappings or [{}] * files


def _as_json(text: str) -> str:
    import json

    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    for field, equals, column in pairs:
        if not (equals and field.strip() and column.strip()):
            raise InputError(
                f"--map: {text!r} is neither JSON nor FIELD=COLUMN,FIELD=COLUMN such as name=nama_lengkap,nik=NIK"
            )
    return json.dumps({field.strip(): column.strip() for field, _, column in pairs})


def read_lists(
    files: Sequence[Path], mappings: Sequence[Mapping], truth: str | None
) -> tuple[pl.DataFrame, pl.Series | None, dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """All files as one table with the columns of matching; the truth column's values, if asked for; for each
    file which of its columns was read as which field; and findings about places that no register of villages knows.

    Ids of several files begin with the name of theirs. Raises InputError.
    """
    tables, labels, read = [], [], {}
    unread: list[dict[str, Any]] = []
    names = _distinct([file.name for file in files])
    for file, name, mapping in zip(files, names, mappings, strict=True):
        table, used, unknown = _read(file, mapping)
        unread += unknown
        read[name] = used
        if not any(field in table.columns for field in KEYS):
            raise InputError(
                f"{file}: none of its columns is read as a name, NIK, birth date or phone; it has "
                f"{', '.join(table.columns[:20])}. Name them: --map name=COLUMN"
            )
        if truth is not None:
            if truth not in table.columns:
                raise InputError(
                    f"--truth: {truth!r} is not a column of {file}; it has {', '.join(table.columns)}"
                )
            labels.append(table[truth].cast(pl.String))
        table = table.select([column for column in ("id", *FIELDS) if column in table.columns])
        tables.append(_prefixed(table, name) if len(files) > 1 else table)
    if len(tables) > 1:
        tables = _alike(tables)
    return pl.concat(tables, how="diagonal"), pl.concat(labels) if labels else None, read, unread


def _distinct(names: list[str]) -> list[str]:
    """The names, those that repeat told apart by a number."""
    return [name if names.count(name) == 1 else f"{at}-{name}" for at, name in enumerate(names, start=1)]


def _prefixed(table: pl.DataFrame, name: str) -> pl.DataFrame:
    row = pl.int_range(pl.len()).cast(pl.String)
    own = pl.coalesce(pl.col("id").cast(pl.String), row) if "id" in table.columns else row
    return table.with_columns(id=pl.lit(f"{name}:") + own)


def _alike(tables: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """The tables with every column that they hold in different types as text."""
    kinds: dict[str, set[Any]] = {}
    for table in tables:
        for column, kind in table.schema.items():
            kinds.setdefault(column, set()).add(kind)
    mixed = [column for column, found in kinds.items() if len(found) > 1]
    return [
        table.with_columns(
            pl.col(column).cast(pl.String, strict=False) for column in mixed if column in table.columns
        )
        for table in tables
    ]


def _read(file: Path, mapping: Mapping) -> tuple[pl.DataFrame, dict[str, Any], list[dict[str, Any]]]:
    table = _sheets(file) if file.suffix.lower() in _EXCEL else None
    if table is None or not _named(table, mapping):
        table = read_list(file)
        if not any(field in mapping or field in table.columns or _header(table, field) for field in KEYS):
            found = _sheets(file)
            table = table if found is None else found
    own = table.columns
    table = rename(table, mapping)
    used: dict[str, Any] = dict(mapping)
    for field in FIELDS:
        if field in mapping:
            continue
        header = field if field in own else _header(table, field)
        if header is not None:
            used[field] = header
            table = table.with_columns(pl.col(header).alias(field))
    unknown: list[dict[str, Any]] = []
    if "village_code" not in used:
        table, places = _villages(table)
        if places:
            used["village_code"] = places
            unknown = _unknown_places(table, places)
    return table, used, unknown


def _unknown_places(table: pl.DataFrame, headers: list[str]) -> list[dict[str, Any]]:
    """The finding about places, written in these columns, of which most are in no register of villages."""
    written = pl.concat_str(
        [pl.col(header).cast(pl.String) for header in headers], separator=" ", ignore_nulls=True
    )
    says = table.select(filled(written).fill_null(False)).to_series()
    lost = says & table["village_code"].fill_null("").str.len_chars().eq(0)
    if not lost.any():
        return []
    found = cells_lost(", ".join(headers), table.select(written).to_series(), int(says.sum()), lost)
    return [found] if found else []


def _named(table: pl.DataFrame, mapping: Mapping) -> bool:
    """Whether the table has every column that the mapping names."""
    wanted = [
        part for source in mapping.values() for part in ([source] if isinstance(source, str) else source)
    ]
    return set(wanted) <= set(table.columns)


def _header(table: pl.DataFrame, field: str) -> str | None:
    """The column that means a field by its name, as an intake would read it."""
    found = known_columns.recognise(table.columns).columns
    return next((found[name] for name in _RECOGNISED[field] if name in found), None)


def _sheets(file: Path) -> pl.DataFrame | None:
    """All sheets of a file below their header rows, with the sheet's row number as id; None where none is found."""
    try:
        sent = read_file(file)
    except UnreadableFile:
        return None
    tables = []
    for table in sent.tables:
        row = pl.col("row_no").cast(pl.String)
        label = row if len(sent.tables) == 1 else pl.lit(f"{table.sheet}:") + row
        rows = table.rows.with_columns(label.alias("row_no"))
        tables.append(rows if "id" in rows.columns else rows.rename({"row_no": "id"}))
    return pl.concat(tables, how="diagonal") if tables else None


def _villages(table: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """The table with `village_code` from the names of village, district and regency, each distinct place once."""
    found = known_columns.recognise(table.columns).columns
    headers = [found[part] for part in _PLACE if part in found]
    if "village" not in found and "district" not in found:
        return table, []
    distinct = table.select(headers).unique(maintain_order=True)
    book = gazetteer()
    codes = []
    for row in distinct.iter_rows(named=True):
        village, district, regency = (str(row.get(found.get(part, "")) or "") for part in _PLACE)
        place = book.find(Hints(village=village, district=district, regency=regency))
        codes.append(place.village or place.district or place.regency)
    coded = distinct.with_columns(village_code=pl.Series(codes, dtype=pl.String))
    return table.join(coded, on=headers, how="left", maintain_order="left", nulls_equal=True), headers
