"""Whether lists are of workers, or of anybody else: then which of their columns take part, and as what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from payung.matching.columns import FIELDS, KEYS, as_text
from payung.matching.general import Field, declared, recognise
from payung.matching.general.fields import HOUSEHOLD, meant_by, words
from payung.matching.report import Finding

#: kinds of columns that a worker's list does not have: a list with one is compared by what it has
_STRANGE = frozenset(("given", "surname", "email", "code", "date", "text", "number"))
#: words of headers whose text is a note about a row, not about a person
_NOTES = frozenset((
    "keterangan", "ket", "catatan", "note", "notes", "remark", "remarks", "status", "comment", "comments", "komentar",
    "alasan",
))  # fmt: skip
#: least share of filled cells with sixteen digits for a column to hold NIKs
_NIKS = 0.3


@dataclass(frozen=True)
class AnyList:
    """The columns of one list that take part; declared: whether the user named one that only such lists have."""

    fields: tuple[Field, ...]
    unused: list[str]
    declared: bool
    strange: bool


@dataclass(frozen=True)
class Worker:
    """A list as one of workers: its table, the fields that it has, those that the user named, what an intake knows."""

    table: pl.DataFrame
    used: set[str]
    named: set[str]
    known: set[str]

    @property
    def has_niks(self) -> bool:
        """Whether its NIKs look like NIKs."""
        if "nik" not in self.used:
            return False
        digits = self.table.select(
            as_text(self.table, "nik").str.replace_all(r"\D", "").alias("d")
        ).to_series()
        long = digits.str.len_chars() > 0
        return bool(long.any()) and int((digits.str.len_chars() >= 15).sum()) / int(long.sum()) >= _NIKS


def any_list(
    table: pl.DataFrame, mapping: Mapping[str, str | list[str]], known: Mapping[str, str], truth: str | None
) -> AnyList:
    """Return the fields of a list of any columns: those that the user named, then those that are recognised.

    known: columns -> field as an intake knows them.
    """
    named: list[Field] = []
    households: list[str] = []
    for name, source in mapping.items():
        parts = [source] if isinstance(source, str) else list(source)
        if name == HOUSEHOLD:
            households += parts
            continue
        if name == "name" and [meant_by(part) for part in parts] in (
            ["given_name", "surname"],
            ["surname", "given_name"],
        ):
            named += [_part_of_name(part) for part in parts]
            continue
        field = declared(name, parts)
        if field is not None:
            named.append(field)
    taken = {part for field in named for part in field.source} | {truth or ""}
    own_id = mapping.get("id", "id")
    taken |= {*households, *([own_id] if isinstance(own_id, str) else own_id)}
    by_intake = {
        column: "birth_date" if field == "birth" else field
        for column, field in known.items()
        if field != "no"
    }
    found, unused = recognise(table, by_intake, taken, {field.name for field in named})
    strange = any(
        field.kind in _STRANGE
        and field.source[0] not in known
        and not _NOTES & set(words(field.source[0]).split())
        for field in found
    )
    other = any(name not in FIELDS and name not in ("id", HOUSEHOLD) for name in mapping)
    return AnyList((*named, *found), households + unused, other, strange)


def _part_of_name(header: str) -> Field:
    given = meant_by(header) == "given_name"
    return Field("given_name" if given else "surname", "given" if given else "surname", (header,))


def any_lists(found: Sequence[AnyList], workers: Sequence[Worker]) -> list[AnyList] | None:
    """Return the lists as lists of any columns if that is what they are; None for lists of workers.

    A list with NIKs is a worker's, unless the user names a column that only other lists have.
    """
    if any(one.declared for one in found):
        return list(found)
    if any(worker.has_niks for worker in workers):
        return None
    keyless = any(not worker.used & set(KEYS) for worker in workers)
    return list(found) if keyless or any(one.strange for one in found) else None


def joined(table: pl.DataFrame, source: Sequence[str]) -> pl.Expr:
    """Join the columns into one with blanks between."""
    if len(source) == 1:
        return pl.col(source[0])
    return pl.concat_str([as_text(table, part) for part in source], separator=" ", ignore_nulls=True)


def together(lists: Sequence[Sequence[Field]]) -> tuple[tuple[Field, ...], list[Finding]]:
    """Merge the fields of all lists, each once, with a finding where two lists have none in common."""
    fields: dict[str, Field] = {}
    for each in (field for fields_of in lists for field in fields_of):
        fields.setdefault(each.name, each)
    common = set.intersection(*({field.name for field in fields_of} for fields_of in lists))
    if common or len(lists) < 2:
        return tuple(fields.values()), []
    return tuple(fields.values()), [{
        "code": "no_common_column", "column": "", "value": None, "rows": 0,
        "message_id": "Daftar-daftar ini tidak punya kolom yang sama; barisnya tidak dapat dibandingkan. Sebut kolom "
        "yang sama artinya dengan --map, sekali untuk tiap daftar",
        "message_en": "These lists have no column in common; their rows cannot be compared. Name the columns that mean "
        "the same with --map, once for each list",
    }]  # fmt: skip
