"""What registers say beyond the person: when somebody died, until when a membership is paid, who comes first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from payung.exchange import days
from payung.exchange.headings import header_key
from payung.identity import dates
from payung.identity.digits import scientific

if TYPE_CHECKING:
    import polars as pl

    from payung.exchange.judged import FindingCell, Judged

#: field -> the column names that mean it, in the form of `header_key`
_HEADERS: dict[str, tuple[str, ...]] = {
    "starts_on": ("tgl mulai", "tanggal mulai", "mulai kepesertaan"),
    "event_until": (
        *("lunas s d", "lunas sd", "lunas sampai", "aktif s d", "aktif sampai", "tgl akhir", "tanggal akhir"),
        *("tgl berakhir", "berlaku s d", "berlaku sampai", "paid until", "active until"),
    ),
    "member_no": ("no kpj", "kpj", "nomor kpj", "nomor peserta", "no peserta", "membership number"),
    "segment": ("segmen", "segment", "jenis kepesertaan"),
    "poverty_decile": ("desil nasional", "desil", "desil kesejahteraan", "poverty decile"),
    "disability": ("disabilitas", "penyandang disabilitas", "disability"),
    "sole_earner": ("pencari nafkah tunggal", "tulang punggung keluarga", "sole earner"),
}
#: Years from `today` within which a registered date is believed.
_AHEAD = 50
_YES = {"ya", "y", "1", "true", "iya", "yes", "ada"}
_NO = {"tidak", "t", "0", "false", "no", "n", "tidak ada", "bukan"}
_MONTH_AND_YEAR = re.compile(r"^(\d{1,2})[-/](\d{4})$|^(\d{4})-(\d{1,2})$")


def with_extras(judged: Judged, *, today: date, of_deaths: bool = False) -> pl.DataFrame:
    """Return the judged rows with event_date, event_until (Date), wage_worker from the segment, and extra (Struct).

    event_date is the day of death, else the start of a membership. A column that the sender did not give is null. A
    month without a day ('09-2026') is no day of death; a membership begins on its first and, paid through it, lasts to
    its last. In a list `of_deaths` the day of what happened is the day of death where no other is told.
    """
    import polars as pl

    found = {name: _column(judged.table.headers, names) for name, names in _HEADERS.items()}

    def cells(name: str) -> list[str]:
        header = found[name]
        if header is None or header not in judged.raw.columns:
            return [""] * judged.rows.height
        return [(cell or "").strip() for cell in judged.raw[header].to_list()]

    def day(name: str, *, end: bool) -> pl.Series:
        known = {text: _date(text, today, end=end) for text in set(cells(name))}
        return pl.Series([known[text] for text in cells(name)], dtype=pl.Date)

    header, died = days.death_cells(judged.raw, judged.table.headers, of_deaths=of_deaths)
    event = day("starts_on", end=False) if header is None else days.read(died, today=today)["date"]
    rows = judged.rows.with_columns(event_date=event, event_until=day("event_until", end=True))
    segment = pl.Series("segment", cells("segment"), dtype=pl.String).str.to_uppercase()
    # A membership as a wage worker that has ended says nothing of today's work.
    ended = pl.col("event_until").is_not_null() & (pl.col("event_until") < today)
    wage = pl.lit(segment.is_in(["PU", "PENERIMA UPAH"])) & ~ended
    return rows.with_columns(
        wage_worker=pl.when(wage).then(True).when(ended).then(None).otherwise(pl.col("wage_worker")),
        extra=pl.struct(
            pl.Series("member_no", [member_number(text)[0] for text in cells("member_no")], dtype=pl.String),
            segment.replace("", None),
            pl.Series("poverty_decile", [_decile(text) for text in cells("poverty_decile")], dtype=pl.Int8),
            pl.Series("disability", [_flag(text) for text in cells("disability")], dtype=pl.Boolean),
            pl.Series("sole_earner", [_flag(text) for text in cells("sole_earner")], dtype=pl.Boolean),
        ),
    )


def judge_members(judged: Judged) -> Judged:
    """Judge the rows of a membership extract.

    A membership stays a fact whatever the extract says of its holder's life or residence, and makes nobody a candidate.
    """
    findings: list[list[FindingCell]] = judged.rows["findings"].to_list()
    return judged.with_findings(
        [
            [{**one, "severity": "warns"} if one["code"].startswith("status_") else one for one in told]
            for told in findings
        ]
    )


def header_of(headers: Sequence[str], name: str) -> str | None:
    """Return the sender's own column for a field of this module; None where there is none."""
    return _column(headers, _HEADERS[name])


def member_number(text: str) -> tuple[str | None, str | None]:
    """(membership number as written, finding code) of a cell; (None, None) for words without any number.

    A number in scientific notation that has lost digits belongs to nobody: ('2,7001E+10' is kept by thousands).
    """
    bare = text.strip().strip("'’").strip()
    if not any(sign.isdigit() for sign in bare) or not bare.strip("0"):
        return None, None
    digits, is_scientific = scientific(bare)
    if is_scientific:
        return digits, None if digits else "member_no_unreadable"
    return re.sub(r"(?<=\d)[.,]0$", "", bare), None


def _column(headers: Sequence[str], names: tuple[str, ...]) -> str | None:
    keys = {header_key(header): header for header in reversed(headers)}
    return next((keys[name] for name in names if name in keys), None)


def _date(text: str, today: date, *, end: bool) -> date | None:
    """Read a day; of a month without one its last where `end`, else its first."""
    if not text:
        return None
    month = _MONTH_AND_YEAR.match(text)
    if month:
        year, number = int(month[2] or month[3]), int(month[1] or month[4])
        if not 1 <= number <= 12:
            return None
        if not end:
            return date(year, number, 1)
        following = date(year + number // 12, number % 12 + 1, 1)
        return date.fromordinal(following.toordinal() - 1)
    # Birth dates are read as past; these may lie ahead, so the same reader looks from half a century on.
    return dates.read(text, today=today.replace(year=today.year + _AHEAD, day=min(today.day, 28))).date


def _decile(text: str) -> int | None:
    return int(text) if text.isdigit() and 1 <= int(text) <= 10 else None


def _flag(text: str) -> bool | None:
    low = text.lower()
    return True if low in _YES else False if low in _NO else None
