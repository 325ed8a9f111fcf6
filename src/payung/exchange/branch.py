"""Files to the BPJS Ketenagakerjaan branch: one workbook per fund and group, its columns set by a template."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from payung.values import Month
from payung.values.spreadsheet import workbook

#: What a template's column can hold.
FIELDS = (
    "number",
    "line_ref",
    "act",
    "group_code",
    "nik",
    "member_no",
    "name",
    "birth_place",
    "birth_date",
    "sex",
    "address",
    "village",
    "district",
    "regency",
    "province",
    "phone",
    "mother_name",
    "occupation",
    "income",
    "programmes",
    "first_month",
    "last_month",
    "months",
    "heir_name",
    "heir_relation",
    "heir_phone",
    "fund",
    "reason",
)
#: Excel reads a long number as a float and loses digits, so everything but these is written as text.
_NUMBERS = frozenset({"number", "income", "months"})
#: How wide a column is, in signs: a NIK, number or name must be seen whole.
_WIDTH = 14
_WIDTHS = {
    "number": 6, "nik": 19, "name": 32, "address": 36, "phone": 17, "mother_name": 28, "heir_name": 28,
    "heir_phone": 17, "village": 22, "district": 20, "regency": 20, "province": 18, "birth_place": 18,
    "occupation": 26, "fund": 28, "reason": 28, "line_ref": 16, "member_no": 15,
}  # fmt: skip
_SEX = {"male": "L", "female": "P"}
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed mark, so that the same rows give the same bytes


class TemplateError(ValueError):
    """A column template that cannot be used; the message says which line and what is allowed."""


@dataclass(frozen=True, slots=True)
class Template:
    """The columns of an upload file: header and field of each, in order."""

    columns: tuple[tuple[str, str], ...]
    sheet: str = "PESERTA"


def load_template(path: Path | None = None) -> Template:
    """Return the template in a YAML file (`sheet`, `columns: [{header, field}]`), or the project's own.

    Raises TemplateError naming what is wrong: no columns, an unknown field, no line_ref or NIK column.
    """
    if path is None:
        text = resources.files("payung.exchange").joinpath("data/branch_upload.yaml").read_text("utf-8")
    else:
        text = path.read_text("utf-8")
    try:
        data = yaml.safe_load(text)
        columns = tuple((column["header"], column["field"]) for column in data["columns"])
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise TemplateError(
            f"{path or 'the template'}: needs `columns`, each with `header` and `field`"
        ) from error
    for written in (word for column in columns for word in column):
        if not isinstance(written, str):
            # YAML reads NO, YES, ON and OFF without quotation marks as true or false.
            raise TemplateError(
                f"{path or 'the template'}: {written!r} is no text; write headers and fields in quotation marks"
            )
    for _, field in columns:
        if field not in FIELDS:
            raise TemplateError(
                f"{path or 'the template'}: field {field!r} is unknown; use {', '.join(FIELDS)}"
            )
    if not {"line_ref", "nik"} <= {field for _, field in columns}:
        raise TemplateError(
            f"{path or 'the template'}: needs a column for line_ref (finds the answer again) and one for nik"
        )
    return Template(columns, str(data.get("sheet") or "PESERTA"))


def write_upload(rows: Iterable[dict[str, Any]], path: Path, template: Template) -> tuple[int, str]:
    """Write `rows` (dicts by field) as .xlsx and return the number of rows and the file's SHA-256.

    NIK, numbers with leading zeros and months are text cells; sex is L or P; dates dd-mm-yyyy; months
    yyyy-mm. The same rows give the same bytes.
    """
    fields = [field for _, field in template.columns]
    written = 0
    book = workbook(str(path), by_row=True)
    book.set_properties({"created": _MADE})
    sheet = book.add_worksheet(template.sheet)
    bold = book.add_format({"bold": True})
    for column, (header, field) in enumerate(template.columns):
        sheet.set_column(column, column, max(len(header) + 2, _WIDTHS.get(field, _WIDTH)))
    for column, (header, _) in enumerate(template.columns):
        sheet.write_string(0, column, header, bold)
    for written, row in enumerate(rows, 1):
        for column, field in enumerate(fields):
            value = written if field == "number" else row.get(field)
            if value is None or value == "":
                continue
            if field in _NUMBERS:
                sheet.write_number(written, column, int(value))
            else:
                sheet.write_string(written, column, _text(field, value))
    sheet.freeze_panes(1, 0)
    book.close()
    return written, hashlib.sha256(path.read_bytes()).hexdigest()


def _text(field: str, value: Any) -> str:
    if field == "sex":
        return _SEX.get(value, "")
    if isinstance(value, date):
        return value.strftime("%d-%m-%Y")
    if isinstance(value, Month):
        return str(value)
    return str(value)
