"""The day of death in a sender's columns: which column tells it, by any of its words, and what its cells say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date

import polars as pl

from payung.exchange.cells import NOTHING
from payung.exchange.headings import header_key
from payung.identity import dates, orders

_DEATH = frozenset(
    (
        *(
            "meninggal",
            "meningal",
            "meninggl",
            "mninggal",
            "meninggalnya",
            "meninggaldunia",
            "wafat",
            "wafatnya",
        ),
        *("berpulang", "lelayu"),
        *("mati", "kematian", "death", "died", "deceased", "almarhum", "tglmeninggal", "tanggalmeninggal"),
        *("tglkematian", "tanggalkematian", "tglwafat", "tanggalwafat", "tglmati", "dod"),
    )
)
#: Death in two letters, believed only beside a word for a day.
_SHORT = frozenset(("md", "alm", "almh"))
_DAY = frozenset(
    (
        *(
            "tgl",
            "tanggal",
            "tggl",
            "tg",
            "tanggalnya",
            "tmt",
            "date",
            "waktu",
            "when",
            "on",
            "tglmeninggal",
            "tglmati",
        ),
        *("tanggalmeninggal", "tglkematian", "tanggalkematian", "tglwafat", "tanggalwafat", "dod"),
    )
)
_MONTH, _YEAR = frozenset(("bln", "bulan", "bl", "month")), frozenset(("thn", "tahun", "th", "year"))
#: What happened, where a list tells only of deaths.
_EVENT = frozenset(("kejadian", "peristiwa", "musibah", "kejadiannya", "event", "insiden"))
#: Something else about a death, and not its day.
_ELSE = frozenset(
    (
        *(
            "sebab",
            "penyebab",
            "tempat",
            "lokasi",
            "alamat",
            "jam",
            "pukul",
            "umur",
            "usia",
            "nama",
            "pelapor",
            "lapor",
        ),
        *(
            "pelaporan",
            "laporan",
            "dilaporkan",
            "saksi",
            "surat",
            "akta",
            "akte",
            "skk",
            "skm",
            "nomor",
            "no",
            "nik",
        ),
        *(
            "register",
            "registrasi",
            "terbit",
            "penerbitan",
            "dicatat",
            "pencatatan",
            "catat",
            "cetak",
            "input",
            "entri",
        ),
        *(
            "santunan",
            "klaim",
            "manfaat",
            "ahli",
            "waris",
            "heir",
            "keterangan",
            "ket",
            "hubungan",
            "jenis",
            "status",
        ),
        *(
            "penguburan",
            "makam",
            "pemakaman",
            "dimakamkan",
            "dikuburkan",
            "jumlah",
            "kk",
            "yang",
            "yg",
            "place",
            "cause",
        ),
        *(
            "certificate",
            "number",
            "age",
            "name",
            "lahir",
            "suami",
            "istri",
            "ayah",
            "ibu",
            "anak",
            "pasangan",
            "rawat",
        ),
        *("upload", "unggah", "terima", "diterima", "verifikasi", "pengajuan", "bayar", "dibayar"),
    )
)
#: What may stand beside the day in one column.
_BESIDE = frozenset(("jam", "pukul", "tempat", "lokasi", "keterangan", "ket"))
#: 'Tarakan, 12-01-2026'; of 'sekitar Tarakan, ..' and 'lahir di Tarakan, ..' the day of death is not known.
_PLACE_AND_DAY = re.compile(
    r"(?i)(?!.*\b(?:sekitar|kira|kurang|lebih|antara|sebelum|sesudah|setelah|minggu|lahir|lapor\w*|makam\w*)\b)"
    r"[a-z][a-z .'-]+[,/]\s*(\d{1,2}[\s./-]+[a-z\d]+\.?[\s./-]+'?\d{2,4}|\d{4}-\d\d-\d\d)"
)
#: Fewer days than this that are all the first of a month are chance.
_FEW = 3
#: Years from today within which a written day is believed before it is judged.
_AHEAD = 50


def death_header(headers: Sequence[str], *, of_deaths: bool = False) -> str | None:
    """Return the sender's column that tells the day of death; None where there is none.

    Any name with a word for death counts, the surer with a word for a day beside it; not the day of a report or a
    certificate, nor place and cause. In a list `of_deaths` the day of what happened is that day where no other is.
    """
    ranked = [(rank, at) for at, header in enumerate(headers) if (rank := _rank(header)) is not None]
    if not ranked and of_deaths:
        ranked = [(0, at) for at, header in enumerate(headers) if _is_event(header)]
    return headers[min(ranked)[1]] if ranked else None


def _is_event(header: str) -> bool:
    words = _words(header)
    return bool(words & _EVENT) and bool(words & _DAY) and not words & (_ELSE - _BESIDE)


def _words(header: str) -> set[str]:
    words = set(header_key(header).replace("tutup usia", "wafat").split())
    if not words & (_DEATH | _SHORT):
        # 'Tanggal (meninggal)': the note in brackets says what it is.
        words |= set(re.findall(r"[a-z0-9]+", header.lower()))
    return words


def _rank(header: str) -> int | None:
    words = _words(header)
    death, day = bool(words & _DEATH), bool(words & _DAY)
    beside = words & _BESIDE if day else frozenset[str]()
    if words & _ELSE - beside or not (death or (day and words & _SHORT)):
        return None
    if day:
        return 1 if beside else 0
    if words & (_MONTH | _YEAR):
        return 4
    return 3 if "hari" in words else 2


def death_cells(
    rows: pl.DataFrame, headers: Sequence[str], *, of_deaths: bool = False
) -> tuple[str | None, pl.Series]:
    """(column, its cells as text) of the days of death; day, month and year of three columns put together."""
    header = death_header(headers, of_deaths=of_deaths)
    if header is None or header not in rows.columns:
        return None, pl.repeat("", rows.height, dtype=pl.String, eager=True)
    parts = [
        next(
            (
                h
                for h in headers
                if _words(h) & _DEATH and not _words(h) & _ELSE and _is_part(_words(h), part)
            ),
            None,
        )
        for part in (_DAY | {"hari"}, _MONTH, _YEAR)
    ]
    if all(part is not None and part in rows.columns for part in parts):
        joined = pl.concat_str(
            [pl.col(part).fill_null("").str.strip_chars() for part in parts if part], separator=" "
        )
        return parts[0], rows.select(joined.str.strip_chars().alias("died")).to_series()
    return header, rows[header].fill_null("").str.strip_chars()


def _is_part(words: set[str], part: frozenset[str]) -> bool:
    return len(words & (_DAY | _MONTH | _YEAR | {"hari"})) == 1 and bool(words & part)


def read(cells: pl.Series, *, today: date) -> pl.DataFrame:
    """(date, code) of each cell of a column of days of death, in order; code null where there is nothing to say.

    A month is no day: such a cell has no date and the code 'death_day_missing', and so has a whole column of real date
    cells that are all the first of a month, which is how Excel keeps 'Jan-26'.
    """
    counts = Counter(cells.to_list())
    month_first = dates.is_month_first(counts.items())
    late = today.replace(year=today.year + _AHEAD, day=min(today.day, 28))
    known = {text: _read(text, late, month_first) for text in counts}
    firsts = {text for text in counts if re.fullmatch(r"\d{4}-\d\d-01(?: 00:00:00)?", text)}
    full = {text for text, (day, _) in known.items() if day is not None}
    if full == firsts and sum(counts[text] for text in firsts) >= _FEW:
        known |= dict.fromkeys(firsts, (None, "death_day_missing"))
    read_cells = [known[text] for text in cells.to_list()]
    told = pl.DataFrame(
        {"date": [day for day, _ in read_cells], "code": [code for _, code in read_cells]},
        schema={"date": pl.Date, "code": pl.String},
    )
    unsure = pl.lit(orders.of_column(cells).unsure) & pl.col("code").is_null() & pl.col("date").is_not_null()
    return told.with_columns(code=pl.when(unsure).then(pl.lit("death_date_order_unsure")).otherwise("code"))


def _read(text: str, late: date, month_first: bool) -> tuple[date | None, str | None]:
    if text.lower() in NOTHING:
        return None, "death_date_missing"
    # Births are read as past; these may lie ahead, and are named then.
    told = dates.read(text, today=late, month_first=month_first)
    with_place = _PLACE_AND_DAY.fullmatch(text) if told.date is None else None
    if with_place:
        told = dates.read(with_place[1], today=late, month_first=month_first)
    if told.date is not None:
        return told.date, "death_date_month_first" if told.finding else None
    return None, "death_day_missing" if dates.is_month_only(text) else "death_date_missing"
