"""What the branch's extract says beyond a day: a month by its name, and whether a membership still runs at all."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from payung.exchange.extras import header_of
from payung.exchange.headings import header_key
from payung.identity.dates import month_number

if TYPE_CHECKING:
    import polars as pl

    from payung.exchange.judged import Judged

_STATUS = (
    *("status", "status kepesertaan", "status peserta", "status keaktifan", "status aktif", "keaktifan"),
    *("status tk", "status tenaga kerja", "aktif", "membership status"),
)
#: How far behind with contributions a membership may be that the branch still calls active; one paid for longer ago
#: speaks of an extract older than the day on which it came.
_BEHIND = timedelta(days=100)
_BEFORE = re.compile(r"^(?:s\s*[./]?\s*d\.?|sampai(?: dengan)?|hingga|bulan|bln)\s+")
_NAMED = re.compile(r"^([a-z]{3,9})[\s./-]*(\d{4}|\d{2})$")
_NUMBERED = re.compile(r"^(\d{1,2})\s*[./-]\s*(\d{4}|\d{2})$|^(\d{2})(20\d{2})$")


def with_membership(judged: Judged, rows: pl.DataFrame, *, today: date) -> pl.DataFrame:
    """Return the rows of an extract with `event_until` as the branch means it.

    A month lasts to its end, by name as well as by number. A membership called active lasts to the end of this month
    at least, where no end is named or the last payment is not long ago: the branch still counts it. One called not
    active lasts at most to the end of last month, whatever end it was once paid for.
    """
    import polars as pl

    column = header_of(judged.table.headers, "event_until")
    ends = _cells(judged, column, rows.height)
    names = {header_key(header): header for header in reversed(judged.table.headers)}
    states = _cells(judged, next((names[key] for key in _STATUS if key in names), None), rows.height)
    this = today.replace(day=1)
    answers = [
        _until(known or month_end(text), is_active(state), this)
        for known, text, state in zip(rows["event_until"].to_list(), ends, states, strict=True)
    ]
    return rows.with_columns(pl.Series("event_until", answers, dtype=pl.Date))


def is_active(text: str) -> bool | None:
    """Return whether the word of the branch calls a membership active; None where it says nothing of it.

    True for 'AKTIF', False for 'NON AKTIF', 'Nonaktif', 'Tidak Aktif', 'Keluar', 'Berhenti'.
    """
    bare = re.sub(r"[^a-z]+", "", text.lower())
    if re.search(r"(?:non|tidak|tdk|tak|in|belum)a[ck]ti[fv]|keluar|berhenti|^na$|^n$|resign|tutup", bare):
        return False
    return True if re.search(r"a[ck]ti[fv]|^(?:a|ya|y)$", bare) else None


def month_end(text: str) -> date | None:
    """Return the last day of the month that a cell names: 'Des 2026', 's/d Desember 26', '12/2026', '122026'."""
    bare = _BEFORE.sub("", text.lower().strip())
    named, numbered = _NAMED.match(bare), _NUMBERED.match(bare)
    if named:
        month, year = month_number(named[1]), int(named[2])
    elif numbered:
        month, year = int(numbered[1] or numbered[3]), int(numbered[2] or numbered[4])
    else:
        return None
    if month is None or not 1 <= month <= 12:
        return None
    year += 2000 if year < 100 else 0
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _cells(judged: Judged, header: str | None, height: int) -> list[str]:
    if header is None or header not in judged.raw.columns:
        return [""] * height
    return [(cell or "").strip() for cell in judged.raw[header].to_list()]


def _until(until: date | None, active: bool | None, this: date) -> date | None:
    """Read the last day of a membership; `this` is the first day of the month in which the extract came."""
    if active and (until is None or this - _BEHIND <= until < this):
        return (this + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if active is False and until is not None:
        return min(until, this - timedelta(days=1))
    return until
