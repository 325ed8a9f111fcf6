"""The branch's answer, row by row: accepted with a number and a start date, refused with a reason, or neither.

Nothing is guessed. A row whose cells have moved, a number that is none or that two people bear, and a word that is not
understood decide nothing and are named; so is a sheet that holds references of ours and cannot be read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import python_calamine

from payung.exchange import answer_words, guard, tables
from payung.exchange.guard import UnreadableFile
from payung.identity import dates

#: What spreadsheets and exports leave around a text.
_AROUND = " '\u00a0\t\r\n"
#: How many rows at the top of a file are looked at for its separator.
_SEARCH = 40
#: How many digits a membership number (KPJ) has.
MEMBER_DIGITS = 11
#: Above this a spreadsheet's number is not the number that was typed.
_EXACT = 2**53
#: What stands around or between the digits of a membership number.
_AROUND_NUMBER = r"(?i)^(no\.?\s*)?(kpj|peserta)\s*[:.]?\s*|[\s.\-\u2010-\u2015\u00a0]"
_FIGURE = re.compile(r"\d")
_OURS = re.compile(r"^[UH]\d+(-\d+)?$")
_LONG = re.compile(r"\d{10}")

#: Why a row decides nothing: the value of `problem`.
PROBLEMS = {
    "pending": "cabang masih memproses",
    "blank": "statusnya kosong",
    "word": "kata statusnya tidak dikenal atau bertentangan",
    "number": "nomor pesertanya bukan nomor peserta",
    "shared_number": "satu nomor peserta untuk dua orang",
    "shifted": "isi barisnya bergeser kolom",
}

#: Headers of answer files, as branches and spreadsheets write them, without spaces and signs.
_HEADERS: dict[str, tuple[str, ...]] = {
    "line_ref": ("noreferensi", "referensi", "nomorreferensi", "refbaris", "idbaris", "lineref", "reference", "ref"),
    "nik": ("nik", "noktp", "nomorktp", "nikktp", "nonik", "nomorindukkependudukan", "ktp", "noidentitas",
            "nomoridentitas", "nomornik"),
    "name": ("nama", "namalengkap", "namapeserta", "name", "namatk", "namatenagakerja", "namacalonpeserta",
             "namapekerja"),
    "status": ("status", "hasil", "statuspendaftaran", "statusverifikasi", "keterangstatus", "hasilverifikasi",
               "statuskepesertaan", "result", "statusvalidasi", "hasilvalidasi", "stat", "sts"),
    "member_no": ("nopeserta", "nomorpeserta", "nokpj", "kpj", "nomorkpj", "nokartu", "nomorkepesertaan",
                  "memberno", "membernumber", "nokepesertaan", "nomorkartu", "nobpjs", "nobpjstk"),
    "code": ("kode", "kodealasan", "kodepenolakan", "kodetolak", "reasoncode", "kodegagal", "errorcode"),
    "reason": ("alasan", "alasanpenolakan", "alasantolak", "reason", "ketpenolakan", "sebabpenolakan",
               "alasanditolak", "sebab", "penyebab"),
    "remark": ("keterangan", "ket", "catatan", "remark", "remarks", "note", "notes", "pesan", "info"),
    "starts_on": ("tanggalmulai", "tglmulai", "mulai", "tmt", "tanggalkepesertaan", "tglkepesertaan", "startdate",
                  "mulaikepesertaan", "tanggalmulaikepesertaan", "tglmulaikepesertaan", "tglefektif",
                  "tanggalefektif", "mulaiperlindungan", "tmtkepesertaan"),
}  # fmt: skip
_FIELD_OF = {key: field for field, keys in _HEADERS.items() for key in keys}
#: Other headers, by a part of them; none of these if they speak of something else.
_BY_PART = (
    ("line_ref", re.compile(r"^(no|nomor|nmr|kode|id|kolom)?(reff?|referensi|reference)(no|nomor|baris|usulan|kirim\w*"
                            r"|payung|kami|pengirim|data|pemda|daerah|dinas|pengusul|upload|unggah|peserta)*$"
                            r"|^(id|kode|no|nomor)(baris)?payung$|^payung(ref|referensi|id|no)$")),
    ("member_no", re.compile(r"kpj|(no|nomor)(kartu)?(peserta|kepesertaan|anggota|bpjs)|kartupeserta")),
    ("nik", re.compile(r"^(no|nomor)?(nik|ktp|ektp)(ktp|nik|peserta|tk|eli?ktronik)?$|indukkependudukan")),
    ("reason", re.compile(r"alasan|penyebab|sebab|penolakan|tolak|gagal|reason")),
    ("status", re.compile(r"^(status|hasil|sts)(valid|verif|daftar|pendaft|registr|proses|kepes|pesert|akhir|cabang"
                          r"|bpjs|data|cek)|(validasi|verifikasi|registrasi|pendaftaran)$|^valid$")),
    ("starts_on", re.compile(r"^(tmt|tglmulai|tanggalmulai|mulai|tglefektif|tanggalefektif|tgldaftar|tanggaldaftar)")),
    ("remark", re.compile(r"^(ket|keterangan|catatan)")),
    ("name", re.compile(r"^nama(lengkap|peserta|tk|tenagakerja|calon|pekerja|sesuai|ktp)")),
)  # fmt: skip
_NOT_OURS = re.compile(
    r"ibu|waris|perusahaan|lahir|kawin|nikah|keluarga|kk$|wadah|dana|kelompok|rekening|hp|telp|kecamatan|desa|kode(pos|wadah)"
)
#: Of these a file may have several; all are read.
_MANY = ("status",)
_TOTAL = r"(?i)^(sub ?|grand ?)?(jumlah|total|rekap\w*)\b"


@dataclass(frozen=True, slots=True)
class Word:
    """A text of the status or reason columns, what it was taken for (accepted ... blank), why, and of how many rows."""

    text: str
    taken: str
    refusal: str
    count: int


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer file as read: its rows (see `read_answer`), every word with what it was taken for, sheets not read.

    `unread` are (sheet, how many of our references stand in it).
    """

    rows: pl.DataFrame
    words: tuple[Word, ...]
    unread: tuple[tuple[str, int], ...]


def read_answer(source: Path | bytes, *, today: date, name: str | None = None) -> Answered:
    """Return the branch's answer: one row per person answered, read in a process of its own under limits.

    Columns: row_no Int32, line_ref, nik (digits, '' where it is no whole number), name, state ('accepted', 'refused'
    or null where the row decides nothing), problem ('' or a key of PROBLEMS), member_no, refusal (code or ''),
    refusal_text, starts_on Date. Raises UnreadableFile (also where no sheet has a reference or NIK column together
    with a status, a reason, a membership number, or a name that says what its people are).
    """
    name = name or (source.name if isinstance(source, Path) else "jawaban")
    answered: Answered = guard.confined("payung.exchange.branch_answer:read_here", source, today, name)
    return answered


def read_here(content: bytes, today: date, name: str) -> Answered:
    """As `read_answer`, in this process: only for one that may be ended at any time."""
    pieces: list[pl.DataFrame] = []
    unread: list[tuple[str, int]] = []
    for sheet, grid in _grids(content, name):
        found = list(_tables(grid, sheet))
        pieces += [_read(table) for table in found]
        lost = _references(grid[: found[0].start - 1] if found else grid)
        if lost:
            unread.append((sheet, lost))
    if not pieces:
        raise UnreadableFile(
            "columns",
            "Berkas jawaban harus memiliki kolom NO REFERENSI atau NIK, dan kolom STATUS, ALASAN, atau NO PESERTA.",
            "An answer file needs a column NO REFERENSI or NIK, and a column STATUS, ALASAN or NO PESERTA.",
        )
    rows = pl.concat(pieces)
    return Answered(_decided(rows, today), _words(rows), tuple(unread))


def _grids(content: bytes, name: str) -> Iterator[tuple[str, list[list[Any]]]]:
    """Yield the name and the cells of every sheet (or of the CSV file), row by row. Raises UnreadableFile."""
    limits = guard.Limits()
    kind = guard.kind_of(content, name, limits)
    if kind == "csv":
        text = tables.decode(content)
        head = text[:20_000].splitlines()[:_SEARCH]
        delimiter = max(",;\t|", key=lambda sign: max((line.count(sign) for line in head), default=0))
        # The name of a file says nothing of its people; "jawaban-ditolak.csv" may hold both.
        yield "", tables.rows_of(text, delimiter, limits.cells, limits)
        return
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        for name_of_sheet in book.sheet_names:
            sheet = book.get_sheet_by_name(name_of_sheet)
            if sheet.height * sheet.width > limits.cells:
                raise guard.too_many_cells(limits.cells)
            yield name_of_sheet, sheet.to_python()
    except python_calamine.PasswordError as error:
        raise guard.encrypted() from error
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise guard.damaged() from error


@dataclass(frozen=True, slots=True)
class _Table:
    """One table of a sheet: where its rows begin and end, its columns, and what its people are by its titles."""

    grid: Sequence[Sequence[Any]]
    start: int
    end: int
    columns: dict[str, int]
    statuses: tuple[int, ...]
    about: str


def _tables(grid: Sequence[Sequence[Any]], sheet: str) -> Iterator[_Table]:
    """Yield the tables of a sheet, one below the other: a row of headers begins the next."""
    heads = []
    for at, row in enumerate(grid):
        # Further down a row that begins with figures is a person's; looking closely at all of them would take long.
        if at >= _SEARCH and _begins_with_figures(row):
            continue
        columns, statuses = _columns(row)
        if "line_ref" not in columns and (columns or statuses):
            place = _own_references(grid, at)
            if place is not None:
                columns = {field: kept for field, kept in columns.items() if kept != place} | {
                    "line_ref": place
                }
                statuses = tuple(kept for kept in statuses if kept != place)
        if not {"line_ref", "nik"} & columns.keys() or len(columns) + len(statuses) < 2:
            continue
        about = _title(grid, at) or answer_words.sheet_is(sheet)
        if statuses or about or {"member_no", "reason", "remark"} & columns.keys():
            heads.append((at, columns, statuses, about))
    ends = [*(at for at, *_ in heads[1:]), len(grid)]
    for (at, columns, statuses, about), end in zip(heads, ends, strict=False):
        yield _Table(grid, at + 1, end, columns, statuses, about)


def _own_references(grid: Sequence[Sequence[Any]], at: int) -> int | None:
    """Return the place of the column that holds references of ours in one of the next rows, whatever it is called.

    Nothing else looks like them. A row that holds a person's numbers itself is no row of headers.
    """
    if any(
        type(cell) is str and (_OURS.match(cell.strip(_AROUND)) or _LONG.search(cell)) for cell in grid[at]
    ):
        return None
    for row in grid[at + 1 : at + 4]:
        for place, cell in enumerate(row):
            if type(cell) is str and _OURS.match(cell.strip(_AROUND)):
                return place
    return None


def _begins_with_figures(row: Sequence[Any]) -> bool:
    """Return whether one of the first two cells holds a figure; asked of every row of a long file."""
    if not row or type(row[0]) is not str or _FIGURE.search(row[0]):
        return bool(row)
    return len(row) > 1 and (type(row[1]) is not str or _FIGURE.search(row[1]) is not None)


def _title(grid: Sequence[Sequence[Any]], at: int) -> str:
    """Return what the lines just above a row of headers say of the people below; '' where a person's row is first."""
    for row in reversed(grid[max(0, at - 4) : at]):
        cells = [text for cell in row if (text := _cell(cell).strip(_AROUND))]
        if len(cells) > 2 or any(_OURS.match(cell) or re.fullmatch(r"\d{16}", cell) for cell in cells):
            return ""
        about = answer_words.sheet_is(" ".join(cells))
        if about:
            return about
    return ""


def _columns(row: Sequence[Any]) -> tuple[dict[str, int], tuple[int, ...]]:
    """Return the place of each known field in a row of headers, and the places of its status columns."""
    found: dict[str, int] = {}
    statuses = []
    for place, cell in enumerate(row):
        if type(cell) is not str or len(cell) > 60:
            continue
        field = _field(re.sub(r"[^a-z0-9]", "", cell.lower()))
        if field in _MANY:
            statuses.append(place)
        elif field:
            found.setdefault(field, place)
    return found, tuple(statuses)


def _field(key: str) -> str | None:
    exact = _FIELD_OF.get(key)
    if exact or not key or _NOT_OURS.search(key):
        return exact
    return next((field for field, pattern in _BY_PART if pattern.search(key)), None)


def _references(grid: Sequence[Sequence[Any]]) -> int:
    """How many cells hold a reference of ours."""
    return sum(
        1 for row in grid for cell in row if type(cell) is str and re.fullmatch(r"\s*U\d+-\d+\s*", cell)
    )


_COLUMNS = ("line_ref", "nik", "name", "member_no", "code", "reason", "remark", "starts_on")


def _read(table: _Table) -> pl.DataFrame:
    """Return the cells of a table as texts, with each row's classification."""
    body = table.grid[table.start : table.end]
    rows = pl.DataFrame([_texts(field, body, table.columns.get(field)) for field in _COLUMNS])
    statuses = [_texts(f"status{at}", body, place) for at, place in enumerate(table.statuses)]
    status = pl.concat_str([pl.lit(one) for one in statuses] or [pl.lit("")], separator=_BESIDE)
    rows = rows.with_columns(
        status.alias("status"),
        (pl.col("code") + " " + pl.col("reason")).str.strip_chars().alias("because"),
        pl.lit(table.about).alias("about"),
        pl.int_range(table.start + 1, table.start + 1 + len(body), dtype=pl.Int32).alias("row_no"),
        pl.col("line_ref").str.to_uppercase().str.replace_all(_DASHES, "-").str.replace_all(r"\s", ""),
        _texts("first", body, 0),
    )
    joined = rows.join(_meanings(rows), on=_TELL, how="left", maintain_order="left")
    total = pl.any_horizontal(pl.col("first", "line_ref").str.contains(_TOTAL))
    person = pl.any_horizontal(pl.col("nik", "line_ref").str.contains(r"\d")) | (
        pl.col("nik").str.contains(r"[A-Za-z]") & (pl.col("status") != "")
    )
    return joined.filter(person & ~total)


#: What stands between several status cells of one row.
_BESIDE = "\x1f"
_DASHES = r"[\u2010-\u2015\u2212_]"
_TELL = ["status", "because", "remark", "about"]


def _meanings(rows: pl.DataFrame) -> pl.DataFrame:
    """Classify each different row of words once."""
    distinct = rows.select(_TELL).unique(maintain_order=True)
    meant = [
        answer_words.together(tuple(status.split(_BESIDE)), *rest) for status, *rest in distinct.iter_rows()
    ]
    return distinct.with_columns(
        pl.Series("taken", [one.state for one in meant], dtype=pl.String),
        pl.Series("refusal", [one.reason for one in meant], dtype=pl.String),
    )


def _decided(rows: pl.DataFrame, today: date) -> pl.DataFrame:
    """Return each row's decision, once its cells are in place and its number belongs to one person."""
    nik = pl.col("nik").str.replace_all(r"[\s.\-'\u00a0]", "")
    moved = (
        pl.col("nik").str.contains(r"[A-Za-z]{3}")
        | pl.col("name").str.contains(r"^\D*\d{10,}")
        | pl.col("starts_on").str.contains(r"(?i)^(diterima|ditolak|terdaftar|berhasil|gagal|sukses)")
    )
    number = pl.col("member_no").str.replace_all(_AROUND_NUMBER, "")
    accepted = pl.col("taken") == answer_words.ACCEPTED
    blank = pl.col("taken") == answer_words.BLANK
    rows = rows.with_columns(
        nik=pl.when(nik.str.contains(r"^\d{16}$")).then(nik).otherwise(pl.lit("")),
        member_no=number,
        moved=moved,
    ).with_columns(whole=pl.col("member_no").str.contains(rf"^[0-9]{{{MEMBER_DIGITS}}}$"))
    # One person is named by the NIK, else by the reference; who only leaves keeps the number.
    person = pl.when(pl.col("nik") != "").then("nik").otherwise("line_ref")
    bears = pl.col("whole") & ~pl.col("line_ref").str.starts_with("H")
    rows = _with_shared(rows, bears, person)
    takes = accepted | (blank & pl.col("whole"))
    problem = (
        pl.when(pl.col("moved"))
        .then(pl.lit("shifted"))
        .when(takes & pl.col("shared"))
        .then(pl.lit("shared_number"))
        .when((accepted | blank) & (pl.col("member_no") != "") & ~pl.col("whole"))
        .then(pl.lit("number"))
        .when(takes | (pl.col("taken") == answer_words.REFUSED))
        .then(pl.lit(""))
        .when(pl.col("taken") == answer_words.PENDING)
        .then(pl.lit("pending"))
        .when(blank)
        .then(pl.lit("blank"))
        .otherwise(pl.lit("word"))
    )
    rows = rows.with_columns(problem=problem)
    decided = pl.col("problem") == ""
    state = (
        pl.when(decided & (pl.col("taken") == answer_words.REFUSED))
        .then(pl.lit("refused"))
        .when(decided)
        .then(pl.lit("accepted"))
    )
    starts = _mapped(rows["starts_on"], lambda text: _day(text, today), pl.Date)
    return rows.with_columns(state=state).select(
        "row_no",
        "line_ref",
        "nik",
        "name",
        "state",
        "problem",
        pl.when(pl.col("state") == "accepted").then("member_no").otherwise(pl.lit("")).alias("member_no"),
        pl.when(pl.col("state") == "refused").then("refusal").otherwise(pl.lit("")).alias("refusal"),
        pl.when(pl.col("because") != "").then("because").when(pl.col("remark") != "").then("remark")
        .otherwise(pl.col("status").str.replace_all(_BESIDE, " / ")).alias("refusal_text"),
        starts.alias("starts_on"),
    )  # fmt: skip


def _with_shared(rows: pl.DataFrame, bears: pl.Expr, person: pl.Expr) -> pl.DataFrame:
    """Add `shared`: whether the row's membership number stands beside two people of the file."""
    owners = (
        rows.filter(bears)
        .select("member_no", person.alias("person"))
        .unique()
        .group_by("member_no")
        .len()
        .filter(pl.col("len") > 1)
    )
    return rows.with_columns(shared=bears & pl.col("member_no").is_in(owners["member_no"].implode()))


def _words(rows: pl.DataFrame) -> tuple[Word, ...]:
    """Every different text of the columns that decide, with what it was taken for and how often it stands there."""
    texts = pl.concat_list([pl.col("status", "because", "remark")]).list.eval(
        pl.element().filter(pl.element().str.replace_all(_BESIDE, "") != "")
    )
    counted = (
        rows.group_by("status", "because", "remark", "taken", "refusal")
        .len()
        .with_columns(text=texts.list.join(" | ").str.replace_all(_BESIDE, " / "))
        .sort(["len", "text"], descending=[True, False])
    )
    return tuple(Word(*about) for about in counted.select("text", "taken", "refusal", "len").iter_rows())


def _texts(field: str, body: Sequence[Sequence[Any]], place: int | None) -> pl.Series:
    """Return the column `place` of the rows (None: the file has no such column) as texts, trimmed all at once."""
    if place is None:
        return pl.Series(field, [""] * len(body), dtype=pl.String)
    try:
        values = [row[place] for row in body]
    except IndexError:  # some rows end before this column
        values = [row[place] if place < len(row) else "" for row in body]
    try:
        texts = pl.Series(field, values, dtype=pl.String)
    except TypeError:
        texts = pl.Series(field, [_cell(value) for value in values], dtype=pl.String)
    return texts.str.replace_all("\x00", " ", literal=True).str.strip_chars(_AROUND)


def _cell(value: Any) -> str:
    if type(value) is str:
        return value
    if value is None:
        return ""
    if type(value) is float and value.is_integer() and abs(value) < _EXACT:
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


def _day(text: str, today: date) -> date | None:
    """Read a start date, which may lie some years after `today` as a birth date may not."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return dates.read(text, today=today.replace(year=today.year + 5, day=1)).date if text else None
