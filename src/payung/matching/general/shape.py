"""The table that is compared: for every field its cells in one spelling, and beside them what its ladder asks."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from payung.matching.general.fields import Field
from payung.matching.general.text import cells, codes, dates, emails, plain, telephones


def shape(table: pl.DataFrame, fields: Sequence[Field], again: Sequence[Field] = ()) -> pl.DataFrame:
    """Return the table that general comparisons read: uid, and for field number n its columns.

    c<n> is its value; y<n>, d<n> year and day of a date; s<n> the words sorted, or an e-mail's part before the @.
    who: all words of names, with blanks around each.

    table: one column for each field, called as the field; again: fields that only repeat names, and fill them.
    """
    columns = {"uid": pl.int_range(table.height, dtype=pl.Int32, eager=True)}
    for number, field in enumerate(fields):
        raw = cells(table[field.name])
        c = f"c{number}"
        if field.kind == "date":
            read = dates(raw)
            columns |= {c: read["date"], f"y{number}": read["year"], f"d{number}": read["day"]}
        elif field.kind == "email":
            columns[c] = emails(raw)
            columns[f"s{number}"] = columns[c].str.replace(r"@.*$", "")
        elif field.kind == "phone":
            columns[c] = telephones(raw)
        elif field.kind in ("code", "number"):
            columns[c] = codes(raw)
        else:
            columns[c] = plain(raw)
            if field.kind in ("full", "text"):
                columns[f"s{number}"] = columns[c].str.split(" ").list.sort().list.join(" ")
    repeated = [plain(cells(table[field.name])) for field in again]
    columns |= {f"again{number}": values for number, values in enumerate(repeated)}
    out = pl.DataFrame([values.alias(name) for name, values in columns.items()])
    return _with_names(out, fields, len(repeated)).select(pl.all().exclude("^again.*$"))


def _with_names(table: pl.DataFrame, fields: Sequence[Field], repeated: int) -> pl.DataFrame:
    """Given name and surname taken from what repeats them where they are missing; all words of names in `who`."""
    at = {field.kind: f"c{number}" for number, field in enumerate(fields)}
    if "given" in at and "surname" in at:
        for number in range(repeated):
            whole, given, surname = pl.col(f"again{number}"), pl.col(at["given"]), pl.col(at["surname"])
            table = table.with_columns(
                pl.coalesce(given, whole.str.extract(r"^(\S+)")).alias(at["given"]),
                pl.coalesce(surname, whole.str.extract(r" (\S+)$")).alias(at["surname"]),
            )
    names = [
        *(at[kind] for kind in ("given", "surname") if kind in at),
        *(f"again{n}" for n in range(repeated)),
    ]
    if not names:
        return table
    who = pl.concat_str([pl.lit(" "), *(pl.col(name).fill_null("") + " " for name in names)])
    return table.with_columns(who=who)
