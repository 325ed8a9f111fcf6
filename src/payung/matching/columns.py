"""What a list may look like when it comes in, and one table of text columns when it goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from payung.matching.report import Finding
from payung.values import foreign_json

#: columns that matching understands; all may be missing, at least one of KEYS must be there
FIELDS = (
    "nik",
    "name",
    "sex",
    "birth_date",
    "birth_place",
    "mother_name",
    "address",
    "village_code",
    "phone",
    "occupation",
)
#: more of them, for lists that are not of workers
OTHER_FIELDS = ("given_name", "surname", "email", "postcode", "family_card")
#: what a column of any list may hold
KINDS = ("given", "surname", "full", "date", "email", "phone", "code", "number", "category", "text")
KEYS = ("nik", "name", "birth_date", "phone")

#: a cell longer than this is cut: nobody's name has 10 million letters
MAX_CELL = 200


class InputError(ValueError):
    """A list that cannot be matched; the message says what is wrong and what to do."""


def parse_columns(text: str) -> dict[str, str | list[str]]:
    """Read `{"name": "nama_lengkap"}` or `{"name": ["given", "family"]}` (parts are joined by a space).

    A field is one of matching, or of any list: given_name, surname, email, postcode, family_card, or a kind (code,
    text, number, date, category, phone, full, given) alone or with a name of its own (`code:member`).

    Raises InputError for text that is not such an object or that names an unknown field.
    """
    try:
        mapping = foreign_json.loads(text)
    except ValueError as error:
        raise InputError(f"columns are not valid JSON ({error})") from None
    if not isinstance(mapping, dict):
        raise InputError('columns must be a JSON object such as {"name": "nama_lengkap"}')
    for field, source in mapping.items():
        kind, colon, own = field.partition(":")
        if field not in ("id", *FIELDS, *OTHER_FIELDS) and not (kind in KINDS and (own.strip() or not colon)):
            raise InputError(
                f"{field!r} is not a field of matching; use id, {', '.join((*FIELDS, *OTHER_FIELDS))}, or a kind of "
                f"column with a name of your own, such as code:member ({', '.join(KINDS)})"
            )
        if not isinstance(source, str) and not (
            isinstance(source, list) and source and all(isinstance(part, str) for part in source)
        ):
            raise InputError(f"the column of {field!r} must be a name or a list of names, not {source!r}")
    return mapping


def rename(table: pl.DataFrame, mapping: Mapping[str, str | Sequence[str]]) -> pl.DataFrame:
    """Return the table with its columns named as matching names them.

    Raises InputError when a named column is not in the table.
    """
    for field, source in mapping.items():
        parts = [source] if isinstance(source, str) else list(source)
        missing = [part for part in parts if part not in table.columns]
        if missing:
            raise InputError(
                f"column {missing[0]!r} (for {field!r}) is not in the list; it has {', '.join(table.columns)}"
            )
        value = (
            pl.col(parts[0])
            if len(parts) == 1
            else pl.concat_str([as_text(table, part) for part in parts], separator=" ", ignore_nulls=True)
        )
        table = table.with_columns(value.alias(field))
    return table


def as_text(table: pl.DataFrame, column: str) -> pl.Expr:
    """Return a column of any type as text, whole numbers without a point; null for types that hold no text."""
    kind = table.schema[column]
    value = pl.col(column)
    if kind == pl.String:
        return value
    if kind.is_float():
        return (
            pl.when((value == value.floor()) & (value.abs() < 1e17))
            .then(value.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(value.cast(pl.String))
        )
    if kind == pl.Null or kind.is_nested() or kind == pl.Object:
        return pl.lit(None, pl.String)
    if kind == pl.Binary:
        return value.cast(pl.String, strict=False)
    return value.cast(pl.String, strict=False)


def standard(table: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """One table with `id` and every field as text (birth_date stays a date where it is one), and findings.

    Repeated ids are told apart by `#2`, `#3`; a missing id becomes its row number. A column of a type that
    holds no text (lists, structs) is read as empty, with a finding.

    Raises InputError when the list has no column to match on.
    """
    findings: list[Finding] = []
    if not any(column in table.columns for column in KEYS):
        raise InputError(
            f"the list has none of the columns {', '.join(KEYS)} to match on; "
            f"it has {', '.join(table.columns[:20]) or 'no columns'}. Name them with --columns"
        )
    expressions = []
    for field in FIELDS:
        if field not in table.columns:
            expressions.append(pl.lit(None, pl.String).alias(field))
            continue
        kind = table.schema[field]
        if kind.is_nested() or kind == pl.Object:
            findings.append(_finding("column_type", field, str(kind), table.height))
        if kind in (pl.Date, pl.Datetime) and field == "birth_date":
            expressions.append(pl.col(field).cast(pl.Date).dt.strftime("%Y-%m-%d").alias(field))
        else:
            expressions.append(as_text(table, field).str.slice(0, MAX_CELL).alias(field))
    out = table.with_columns(ids_of(table, findings)).select("id", *expressions)
    for field in FIELDS:
        if field in table.columns and out.height and out[field].null_count() == out.height:
            findings.append(_finding("column_empty", field, None, out.height))
    return out, findings


def ids_of(table: pl.DataFrame, findings: list[Finding]) -> pl.Series:
    """Return the ids of a list's rows as text.

    A missing one is the row's number, repeated ones are told apart by `#2`, `#3`, and a finding is appended to
    `findings`. Raises InputError where that does not tell them apart.
    """
    row = pl.int_range(pl.len()).cast(pl.String)
    key = as_text(table, "id") if "id" in table.columns else pl.lit(None, pl.String)
    out = table.select(pl.coalesce(key.str.slice(0, MAX_CELL), row).alias("id"))
    if "id" in table.columns and out["id"].is_duplicated().any():
        nth = pl.int_range(pl.len()).over("id")
        repeated = int(out["id"].is_duplicated().sum())
        out = out.with_columns(
            pl.when(nth > 0)
            .then(pl.col("id") + "#" + (nth + 1).cast(pl.String))
            .otherwise(pl.col("id"))
            .alias("id")
        )
        if out["id"].is_duplicated().any():
            raise InputError("ids repeat and cannot be told apart; give every row its own id")
        findings.append(_finding("id_repeated", "id", None, repeated))
    return out["id"]


def _finding(code: str, column: str, value: str | None, rows: int) -> Finding:
    indonesian, english = _words(code, column, value, rows)
    return {
        "code": code, "column": column, "value": value, "rows": rows,
        "message_id": indonesian, "message_en": english,
    }  # fmt: skip


def _words(code: str, column: str, value: str | None, rows: int) -> tuple[str, str]:
    texts = {
        "column_type": (
            f"Kolom {column} bertipe {value}; tidak dibaca",
            f"Column {column} has type {value}; it is not read",
        ),
        "id_repeated": (
            f"{rows} baris memakai id yang sama; dibedakan dengan #2, #3",
            f"{rows} rows repeat an id; told apart with #2, #3",
        ),
        "column_empty": (f"Kolom {column} kosong di semua baris", f"Column {column} is empty in every row"),
    }
    return texts[code]
