"""Files to and from the BPJS Ketenagakerjaan branch.

To: one workbook per fund and group, its columns set by a template. From: the branch's answer, row by row:
accepted with a membership number and a start date, or refused with a reason.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl
import python_calamine
import yaml

from payung.exchange import guard, tables
from payung.exchange.guard import UnreadableFile
from payung.identity import dates
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
#: What spreadsheets and exports leave around a text.
_AROUND = " '\u00a0\t"
#: How many rows at the top may stand above the header row.
_SEARCH = 40
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
    """The template in a YAML file (`sheet`, `columns: [{header, field}]`), or the project's own.

    Raises TemplateError naming what is wrong: no columns, an unknown field, no line_ref or NIK column.
    """
    if path is None:
        text = resources.files("payung.exchange").joinpath("data/branch_upload.yaml").read_text("utf-8")
    else:
        text = path.read_text("utf-8")
    try:
        data = yaml.safe_load(text)
        columns = tuple((str(column["header"]), str(column["field"])) for column in data["columns"])
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise TemplateError(
            f"{path or 'the template'}: needs `columns`, each with `header` and `field`"
        ) from error
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
    """Writes `rows` (dicts by field) as .xlsx; returns the number of rows and the file's SHA-256.

    NIK, numbers with leading zeros and months are text cells; sex is L or P; dates dd-mm-yyyy; months
    yyyy-mm. The same rows give the same bytes.
    """
    fields = [field for _, field in template.columns]
    written = 0
    book = workbook(str(path), by_row=True)
    book.set_properties({"created": _MADE})
    sheet = book.add_worksheet(template.sheet)
    bold = book.add_format({"bold": True})
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


#: Headers of answer files, as branches and spreadsheets write them, without spaces and signs.
_HEADERS: dict[str, tuple[str, ...]] = {
    "line_ref": ("noreferensi", "referensi", "nomorreferensi", "refbaris", "idbaris", "lineref", "reference"),
    "nik": ("nik", "noktp", "nomorktp", "nikktp", "nonik", "nomorindukkependudukan"),
    "name": ("nama", "namalengkap", "namapeserta", "name", "namatk"),
    "status": ("status", "hasil", "statuspendaftaran", "statusverifikasi", "keterangstatus", "hasilverifikasi",
               "statuskepesertaan", "result"),
    "member_no": ("nopeserta", "nomorpeserta", "nokpj", "kpj", "nomorkpj", "nokartu", "nomorkepesertaan",
                  "memberno", "membernumber", "nokepesertaan", "nomorkartu"),
    "code": ("kode", "kodealasan", "kodepenolakan", "kodetolak", "reasoncode"),
    "refusal": ("alasan", "alasanpenolakan", "keterangan", "alasantolak", "catatan", "reason", "ketpenolakan",
                "sebabpenolakan", "alasanditolak"),
    "starts_on": ("tanggalmulai", "tglmulai", "mulai", "tmt", "tanggalkepesertaan", "tglkepesertaan", "startdate",
                  "mulaikepesertaan", "tanggalmulaikepesertaan", "tglmulaikepesertaan", "tglefektif",
                  "tanggalefektif", "mulaiperlindungan"),
}  # fmt: skip
_FIELD_OF = {key: field for field, keys in _HEADERS.items() for key in keys}
_ACCEPTED = re.compile(
    r"^(diterima|terima|berhasil|sukses|terdaftar|aktif|valid|ok|accepted|registered|y|ya)\b", re.I
)
_REFUSED = re.compile(r"^(ditolak|tolak|gagal|tidak|invalid|refused|rejected|t$|n$)", re.I)
#: Reasons as branches word them -> our code. First hit counts.
_REASONS: tuple[tuple[str, str], ...] = (
    (r"(nik|ktp).*(tidak|tdk|belum).*(ditemukan|terdaftar|dikenal|ada|sesuai dukcapil)|dukcapil.*tidak"
     r"|nik_unknown|unknown", "nik_unknown"),
    (r"nik.*(tidak valid|salah|invalid)", "nik_unknown"),
    (r"aktif.*(lain|segmen|pu\b|perusahaan)|sudah (terdaftar|aktif|menjadi peserta)|active_elsewhere"
     r"|penerima upah|ter?daftar (di|pada|sebagai)", "active_elsewhere"),
    (r"usia|umur|\bage\b|> ?65|di atas 65|lebih dari 65|too_old|under", "age"),
    (r"nama.*(beda|berbeda|tidak (sesuai|sama|cocok))|beda nama|name_differs|name", "name_differs"),
    (r"meninggal|wafat|died|deceased|dead", "died"),
    (r"ganda|duplikat|dobel|double|duplicate", "double"),
    (r"tanggal lahir|tgl lahir|birth", "birth_date_differs"),
)  # fmt: skip
_PATTERNS = [(re.compile(pattern, re.I), code) for pattern, code in _REASONS]
#: What a page says of each code.
REFUSAL_WORDS = {
    "nik_unknown": "NIK tidak dikenal Dukcapil",
    "active_elsewhere": "sudah aktif di tempat lain",
    "age": "usia di luar batas",
    "name_differs": "nama berbeda dari Dukcapil",
    "died": "tercatat meninggal",
    "double": "ganda",
    "birth_date_differs": "tanggal lahir berbeda",
    "other": "alasan lain",
}
REFUSALS = (*dict.fromkeys(code for _, code in _REASONS), "other")


def refusal_code(text: str) -> str:
    """The code of a refusal reason as the branch worded it: one of REFUSALS."""
    for pattern, code in _PATTERNS:
        if pattern.search(text):
            return code
    return "other"


def read_answer(source: Path | bytes, *, today: date, name: str | None = None) -> pl.DataFrame:
    """The branch's answer: one row per person answered.

    Columns: row_no Int32, line_ref, nik (digits), name, state ('accepted', 'refused' or null where the file does
    not say), member_no, refusal (code or ''), refusal_text, starts_on Date. A row with a membership number
    and no word of refusal counts as accepted. Raises UnreadableFile (also where the file has neither a
    reference nor a NIK column, or neither a status nor a membership number).
    """
    content = source.read_bytes() if isinstance(source, Path) else source
    name = name or (source.name if isinstance(source, Path) else "jawaban")
    pieces = [_answer_rows(grid, today) for grid in _grids(content, name)]
    found = [piece for piece in pieces if piece is not None]
    if not found:
        raise UnreadableFile(
            "columns",
            "Berkas jawaban harus memiliki kolom NO REFERENSI atau NIK, dan kolom STATUS atau NO PESERTA.",
            "An answer file needs a column NO REFERENSI or NIK, and a column STATUS or NO PESERTA.",
        )
    return pl.concat(found)


def _grids(content: bytes, name: str) -> Iterator[list[list[Any]]]:
    """The cells of every sheet (or of the CSV file), row by row. Raises UnreadableFile."""
    kind = guard.kind_of(content, name, guard.Limits())
    if kind == "csv":
        text = tables.decode(content)
        head = text[:20_000].splitlines()[:_SEARCH]
        delimiter = max(",;\t|", key=lambda sign: max((line.count(sign) for line in head), default=0))
        yield list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        return
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        for sheet in book.sheet_names:
            yield book.get_sheet_by_name(sheet).to_python()
    except python_calamine.PasswordError as error:
        raise guard.encrypted() from error
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise guard.damaged() from error


def _columns(row: Sequence[Any]) -> dict[str, int]:
    """The place of each known field in a row of headers; empty where the row is no header of an answer."""
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        field = _FIELD_OF.get(re.sub(r"[^a-z0-9]", "", str(cell).lower()))
        if field:
            found.setdefault(field, place)
    person, word = {"line_ref", "nik"} & found.keys(), {"status", "member_no"} & found.keys()
    return found if person and word else {}


def _answer_rows(grid: Sequence[Sequence[Any]], today: date) -> pl.DataFrame | None:
    start, columns = next(
        ((at + 1, found) for at, row in enumerate(grid[:_SEARCH]) if (found := _columns(row))), (0, {})
    )
    if not columns:
        return None
    body = grid[start:]
    rows = pl.DataFrame([_texts(field, body, columns.get(field)) for field in _HEADERS]).with_row_index(
        "row_no", start + 1
    )
    status = _mapped(rows["status"], _state, pl.String)
    words = (rows["code"] + " " + rows["refusal"]).str.strip_chars()
    reason = _mapped(words, lambda text: refusal_code(text) if text else "", pl.String)
    starts = _mapped(rows["starts_on"], lambda text: _day(text, today), pl.Date)
    state = (
        pl.when(status.is_not_null())
        .then(status)
        .when(rows["member_no"] != "")
        .then(pl.lit("accepted"))
        .when(words != "")
        .then(pl.lit("refused"))
    )
    refusal = pl.when(reason == "").then(pl.lit("other")).otherwise(reason)
    return rows.select(
        pl.col("row_no").cast(pl.Int32),
        "line_ref",
        pl.col("nik").str.replace_all(r"\D", ""),
        "name",
        state.alias("state"),
        "member_no",
        pl.when(state == "refused").then(refusal).otherwise(pl.lit("")).alias("refusal"),
        words.alias("refusal_text"),
        starts.alias("starts_on"),
    ).filter((pl.col("line_ref") != "") | (pl.col("nik") != ""))


def _texts(field: str, body: Sequence[Sequence[Any]], place: int | None) -> pl.Series:
    """The column `place` of the rows (None: the file has no such column) as texts, trimmed all at once."""
    if place is None:
        return pl.Series(field, [""] * len(body), dtype=pl.String)
    values = [row[place] if place < len(row) else "" for row in body]
    try:
        texts = pl.Series(field, values, dtype=pl.String)
    except TypeError:
        texts = pl.Series(field, [_cell(value) for value in values], dtype=pl.String)
    return texts.str.strip_chars(_AROUND)


def _cell(value: Any) -> str:
    if type(value) is str:
        return value
    if value is None:
        return ""
    if type(value) is float and value.is_integer():
        return str(int(value))
    return str(value)


def _mapped(column: pl.Series, answer: Any, dtype: Any) -> pl.Series:
    """`answer` of each distinct text, so that a long file costs as much as its few different words."""
    words = column.unique().to_list()
    table = pl.DataFrame(
        {"word": words, "answer": [answer(word) for word in words]},
        schema={"word": pl.String, "answer": dtype},
    )
    return column.to_frame("word").join(table, on="word", how="left", maintain_order="left")["answer"]


def _state(text: str) -> str | None:
    if _REFUSED.search(text):
        return "refused"
    return "accepted" if _ACCEPTED.search(text) else None


def _day(text: str, today: date) -> date | None:
    """A start date may lie ahead of `today`, which a birth date may not: it is read as of some years later."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return dates.read(text, today=today.replace(year=today.year + 5, day=1)).date if text else None
