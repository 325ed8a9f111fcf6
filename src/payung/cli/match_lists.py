"""Lists to match as people send them: columns named by the user, else recognised by their names; places by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from payung.cli.match_any import AnyList, Worker, any_list, any_lists, joined, together
from payung.exchange import columns as known_columns
from payung.exchange.guard import UnreadableFile
from payung.exchange.tables import read_file
from payung.identity.places import Hints, gazetteer
from payung.matching.columns import FIELDS, KEYS, InputError, parse_columns, rename
from payung.matching.files import read_list
from payung.matching.general import Field
from payung.matching.readable import cells_lost, filled
from payung.matching.report import Finding

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
    """Return the mapping of each file from what `--map` was given: one for all files, or one for each, in their order.

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


@dataclass(frozen=True)
class Lists:
    """Lists as one table to match.

    table: `id` and the columns of matching, or of `fields` where they are no lists of workers (None: they are);
    labels: the truth column's values, if asked for; read: for each file which of its columns was read as which field;
    unused: which took no part; findings: about what could not be read.
    """

    table: pl.DataFrame
    labels: pl.Series | None
    read: dict[str, dict[str, Any]]
    unused: dict[str, list[str]]
    findings: list[Finding]
    fields: tuple[Field, ...] | None = None


def read_lists(
    files: Sequence[Path], mappings: Sequence[Mapping], truth: str | None, workers: bool = False
) -> Lists:
    """All files as one table. Ids of several files begin with the name of theirs. Raises InputError.

    workers: the lists are taken for workers' whatever columns they have, for a stored model.
    """
    names = _distinct([file.name for file in files])
    read = [_read(file, mapping, truth) for file, mapping in zip(files, mappings, strict=True)]
    labels = None if truth is None else pl.concat([one.table[truth].cast(pl.String) for one in read])
    found = any_lists([_as_any(one, truth) for one in read], [one.worker for one in read])
    if found is not None and not workers:
        return _any(names, read, found, labels)
    tables, columns, unused = [], {}, {}
    findings: list[Finding] = []
    for file, name, one in zip(files, names, read, strict=True):
        if not any(field in one.table.columns for field in KEYS):
            raise InputError(
                f"{file}: none of its columns is read as a name, NIK, birth date or phone; it has "
                f"{', '.join(one.table.columns[:20])}. Name them: --map name=COLUMN"
            )
        table = one.table.select([column for column in ("id", *FIELDS) if column in one.table.columns])
        tables.append(_prefixed(table, name) if len(files) > 1 else table)
        columns[name], findings = one.used, findings + one.unknown
        told = _sources(one.used) | {"id", truth}
        unused[name] = [column for column in one.own if column not in told]
    if len(tables) > 1:
        tables = _alike(tables)
    return Lists(pl.concat(tables, how="diagonal"), labels, columns, unused, findings)


def _sources(used: dict[str, Any]) -> set[str | None]:
    return {part for source in used.values() for part in ([source] if isinstance(source, str) else source)}


def _any(names: list[str], read: list[_File], found: list[AnyList], labels: pl.Series | None) -> Lists:
    """Return the lists as lists of any columns."""
    tables, columns = [], {}
    for name, one, mine in zip(names, read, found, strict=True):
        table = one.table.select(
            pl.col("id") if "id" in one.table.columns else pl.int_range(pl.len()).cast(pl.String).alias("id"),
            *(joined(one.table, each.source).alias(each.name) for each in mine.fields),
        )
        tables.append(_prefixed(table, name) if len(names) > 1 else table)
        columns[name] = {
            each.name: each.source[0] if len(each.source) == 1 else list(each.source) for each in mine.fields
        }
    fields, findings = together([mine.fields for mine in found])
    unused = {name: mine.unused for name, mine in zip(names, found, strict=True)}
    return Lists(pl.concat(_alike(tables), how="diagonal"), labels, columns, unused, findings, fields)


def _distinct(names: list[str]) -> list[str]:
    """Return the names with numbers that tell repeated ones apart."""
    return [name if names.count(name) == 1 else f"{at}-{name}" for at, name in enumerate(names, start=1)]


def _prefixed(table: pl.DataFrame, name: str) -> pl.DataFrame:
    row = pl.int_range(pl.len()).cast(pl.String)
    own = pl.coalesce(pl.col("id").cast(pl.String), row) if "id" in table.columns else row
    return table.with_columns(id=pl.lit(f"{name}:") + own)


def _alike(tables: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """Return the tables with columns that they hold in different types as text."""
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


@dataclass(frozen=True)
class _File:
    """A file's table with the columns of matching beside its own.

    It knows which column was read as which field, what the user named, the intake's fields of its columns, its own
    columns, and findings about places.
    """

    table: pl.DataFrame
    used: dict[str, Any]
    mapping: Mapping
    known: dict[str, str]
    own: list[str]
    unknown: list[Finding]

    @property
    def worker(self) -> Worker:
        return Worker(self.table, set(self.used), set(self.mapping), set(self.known))


def _read(file: Path, mapping: Mapping, truth: str | None) -> _File:
    table = _sheets(file) if file.suffix.lower() in _EXCEL else None
    if table is None or not _named(table, mapping):
        table = _stripped(read_list(file))
        if not any(field in mapping or field in table.columns or _header(table, field) for field in KEYS):
            found = _sheets(file)
            table = table if found is None else found
    if truth is not None and truth not in table.columns:
        raise InputError(f"--truth: {truth!r} is not a column of {file}; it has {', '.join(table.columns)}")
    own = table.columns
    known = {header: field for field, header in known_columns.recognise(own).columns.items()}
    table = rename(table, mapping)
    used: dict[str, Any] = dict(mapping)
    for field in FIELDS:
        if field in mapping:
            continue
        header = field if field in own else _header(table, field)
        if header is not None and header != truth:
            used[field] = header
            table = table.with_columns(pl.col(header).alias(field))
    unknown: list[Finding] = []
    if "village_code" not in used:
        table, places = _villages(table)
        if places:
            used["village_code"] = places
            unknown = _unknown_places(table, places)
    return _File(table, used, mapping, known, own, unknown)


def _stripped(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with its column names trimmed."""
    names = [column.strip() for column in table.columns]
    return (
        table.rename(dict(zip(table.columns, names, strict=True))) if len(set(names)) == len(names) else table
    )


def _as_any(one: _File, truth: str | None) -> AnyList:
    """Return the file as a list of any columns."""
    return any_list(one.table.select(one.own), one.mapping, one.known, truth)


def _unknown_places(table: pl.DataFrame, headers: list[str]) -> list[Finding]:
    """Return the finding about places, written in these columns, of which most are in no register of villages."""
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
    """Return whether the table has every column that the mapping names."""
    wanted = [
        part for source in mapping.values() for part in ([source] if isinstance(source, str) else source)
    ]
    return set(wanted) <= set(table.columns)


def _header(table: pl.DataFrame, field: str) -> str | None:
    """Return the column that an intake would read as a field, by its name."""
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
    """Add `village_code` from the names of village, district and regency, each distinct place looked up once."""
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
