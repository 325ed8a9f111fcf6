"""What the columns of any list hold: recognised by what they are called and by what stands in them, or declared."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from payung.matching.columns import KINDS
from payung.matching.general.text import cells, dates, filled_text, plain

Kind = Literal["given", "surname", "full", "date", "email", "phone", "code", "number", "category", "text"]

#: fields of matching -> the kind as which any list compares them
OF_FIELD: Mapping[str, Kind] = {
    "nik": "code", "name": "full", "given_name": "given", "surname": "surname", "sex": "category",
    "birth_date": "date", "birth_place": "text", "mother_name": "text", "address": "text", "postcode": "code",
    "village_code": "code", "phone": "phone", "email": "email", "occupation": "text",
}  # fmt: skip

#: the field that all of one household have: no evidence that two of them are one person, so never compared
HOUSEHOLD = "family_card"

#: the words of a header in small letters -> the field that it means, where the words say it alone
_HEADERS: Mapping[str, tuple[str, ...]] = {
    "given_name": (
        "given name", "givenname", "given names", "first name", "firstname", "forename", "forenames", "fname",
        "first", "christian name", "nama depan", "nama pertama", "nama kecil",
    ),
    "surname": (
        "surname", "last name", "lastname", "family name", "familyname", "lname", "last", "sname",
        "nama belakang", "nama akhir", "nama keluarga", "marga", "nama marga", "fam",
    ),
    "name": (
        "name", "full name", "fullname", "person name", "first and surname", "complete name", "display name",
        "patient name", "customer name", "nama", "nama lengkap",
    ),
    "birth_date": (
        "dob", "date of birth", "birth date", "birthdate", "born", "birthday", "birth day", "d o b", "lahir",
        "tanggal lahir", "tgl lahir", "year of birth", "birth year", "yob", "tahun lahir",
    ),
    "birth_place": ("birth place", "birthplace", "place of birth", "tempat lahir"),
    "email": ("email", "e mail", "mail", "email address", "surel", "alamat email", "e mail address"),
    "phone": ("phone", "telephone", "tel", "mobile", "phone number", "cell", "cellphone", "telepon", "no hp", "hp"),
    "sex": ("sex", "gender", "jenis kelamin", "jk", "kelamin"),
    "postcode": (
        "postcode", "post code", "postal code", "postalcode", "zip", "zip code", "zipcode", "plz", "kode pos",
        "kodepos", "pos", "postcode fake",
    ),
    "occupation": ("occupation", "job", "profession", "pekerjaan"),
}  # fmt: skip
_MEANT = {header: field for field, headers in _HEADERS.items() for header in headers}

#: headers of columns that number the rows: never evidence, however unique
_ROW_NUMBERS = frozenset((
    "", "id", "no", "nr", "nomor", "num", "number", "idx", "index", "row", "rownum", "row number", "rowid", "row id",
    "record id", "recordid", "rec id", "recid", "record number", "unique id", "uniqueid", "uuid", "guid", "key", "pk",
    "source id", "no urut", "nomor urut", "nourut", "urut", "unnamed 0", "column 1",
))  # fmt: skip
#: headers that say a number that one person has
_NUMBERED = re.compile(
    r"\b(?:id|ssn|nino|nhs|tin|npwp|nip|nis|nisn|passport|paspor|licen[cs]e|sim|account|rekening|member|anggota|"
    r"card|kartu|code|kode|reg|polis|policy|kta|kpj)\b"
)

#: what results have beside the fields of a list
_RESERVED = frozenset(("id", "uid", "l", "r", "rules", "household"))

#: distinct values that are looked at to tell what a column holds
_SAMPLE = 5_000


@dataclass(frozen=True)
class Field:
    """A column that takes part: what it is called in results, what it holds, the columns that it is read from."""

    name: str
    kind: Kind
    source: tuple[str, ...]


def compared(table: pl.DataFrame, fields: Sequence[Field]) -> tuple[list[Field], list[Field]]:
    """Return the fields to compare, and those that only repeat parts of a name that stand in columns of their own.

    A full name beside its given name and surname is no evidence of its own; it fills what is missing in them.
    """
    parts = [field for field in fields if field.kind in ("given", "surname")]
    if {field.kind for field in parts} != {"given", "surname"}:
        return list(fields), []
    halves = [plain(cells(table[field.name])).rename(field.kind) for field in parts]
    again = []
    for field in fields:
        if field.kind == "full":
            again.append(field)
        elif field.kind == "text":
            held = pl.DataFrame([*halves, plain(cells(table[field.name])).rename("all")]).drop_nulls()
            both = pl.all_horizontal(
                pl.col("all").str.contains(pl.col(half.name), literal=True) for half in halves
            )
            if held.height and _share(held.select(both).to_series()) > 0.5:
                again.append(field)
    return [field for field in fields if field not in again], again


def words(header: str) -> str:
    """Return a header's words in small letters, split at signs and changes of case."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    return re.sub(r"[^0-9a-z]+", " ", apart.casefold()).strip()


def _free(name: str) -> str:
    """Return a field's name, told apart from names beside it in results, and without quotes since SQL holds it."""
    name = name.replace('"', "'")
    return f"{name}_" if name in _RESERVED else name


def meant_by(header: str) -> str | None:
    """Return the field that a header means by its words alone."""
    return _MEANT.get(words(header))


def declared(name: str, source: Sequence[str]) -> Field | None:
    """Return the field that a mapping declares (a field of matching, a kind, or `kind:name`); None where it is none."""
    kind, colon, own = name.partition(":")
    if name in OF_FIELD:
        return Field(name, OF_FIELD[name], tuple(source))
    if kind in KINDS and (own.strip() or not colon):
        return Field(_free(own.strip() or kind), kind, tuple(source))  # type: ignore[arg-type]
    return None


def recognise(
    table: pl.DataFrame, known: Mapping[str, str], taken: Collection[str], names: Collection[str]
) -> tuple[list[Field], list[str]]:
    """Return the fields that the columns of a table are, and the columns that take no part.

    known: columns -> field of matching as an intake recognises them; taken: columns that are not asked (declared
    already, ids, the truth); names: fields that are declared already.
    """
    found: list[Field] = []
    unused: list[str] = []
    for column in table.columns:
        if column in taken:
            continue
        meant = meant_by(column) or known.get(column)
        if meant == HOUSEHOLD:
            unused.append(column)
            continue
        values = filled_text(table[column])
        if values.len() < 2 or values.n_unique() < 2 or (not meant and _numbers_rows(words(column), values)):
            unused.append(column)
            continue
        if meant == "name" and words(column) in ("first and surname",):
            meant = None if any(f.name == "name" for f in found) else meant
        kind = _fits(OF_FIELD.get(meant or ""), values) or kind_of(words(column), values)
        name = _free(meant or words(column).replace(" ", "_") or column)
        if name in names or any(field.name == name for field in found):
            name = _free(words(column).replace(" ", "_"))
        if name in names or any(field.name == name for field in found):
            unused.append(column)
            continue
        found.append(Field(name, kind, (column,)))
    return found, unused


def _fits(kind: Kind | None, values: pl.Series) -> Kind | None:
    """Return the kind that the header names, unless what stands in the column is plainly another."""
    if kind == "date" and not _share(dates(values)["year"].is_not_null()) >= 0.3:
        return None
    if kind == "email" and not _share(values.str.contains("@", literal=True)) >= 0.3:
        return None
    return kind


def kind_of(header: str, values: pl.Series) -> Kind:
    """Return the kind of what the filled cells hold, by the cells themselves and the words of their header."""
    sample = values.unique(maintain_order=True).head(_SAMPLE)
    few = values.n_unique() <= max(2, min(30, values.len() // 20))
    if _share(sample.str.contains(r"^[^@\s]+@[^@\s]+$")) > 0.5:
        return "email"
    bare = sample.str.replace_all(r"[\s./()+,-]", "")
    digits = _share(bare.str.contains(r"^\d+$"))
    signs = _share(sample.str.contains(r"\d[-/. ]\d")) > 0.5
    dated = _share(dates(sample)["day"].is_not_null())
    if dated > (0.6 if signs or re.search(r"dat|tgl|tanggal|birth|lahir|born", header) else 0.9):
        return "date"
    if digits > 0.8:
        long = float(bare.str.len_chars().median() or 0) >= 5  # type: ignore[arg-type]
        if few and not long:
            return "category"
        return "code" if long or _NUMBERED.search(header) else "number"
    if _share(sample.str.contains(r"\d")) > 0.6 and _share(~sample.str.contains(r"[A-Za-z]{4}")) > 0.6:
        return "code"
    return "category" if few else "text"


def _numbers_rows(header: str, values: pl.Series) -> bool:
    """Return whether a column only tells rows apart: by its name, or by different numbers or codes in every row."""
    once = values.n_unique() / values.len()
    if header in _ROW_NUMBERS:
        return once > 0.4
    return (
        once == 1
        and values.len() > 2
        and kind_of(header, values) in ("code", "number")
        and not _shared_code(header)
    )


def _shared_code(header: str) -> bool:
    return bool(
        re.search(r"\b(?:ssn|soc sec|nik|ktp|passport|paspor|npwp|kartu|kta|kpj|member|anggota)\b", header)
    )


def _share(flags: pl.Series) -> float:
    mean = flags.fill_null(False).mean()
    return float(mean) if isinstance(mean, int | float) else 0.0
