"""A decree's annex on any date: as rows, as CSV, and as a PDF with page numbers and a check code. Never a NIK."""

from __future__ import annotations

import hashlib
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from payung.access.actor import Actor
from payung.access.crypto import CannotDecrypt
from payung.access.trail import downloaded
from payung.coverage.check_codes import printed
from payung.coverage.models import Amendment, Decree, MonthlyChange
from payung.database.statements import Statement
from payung.documents.paper import make_paper, source_of
from payung.documents.store import Store
from payung.values import Month
from payung.values.spreadsheet import CsvWriter, close_to_others, csv_file

_ANNEX = Statement("coverage", "annex")
#: Up to how many rows the PDF bears tags; a longer list is also given as CSV.
_TAGGED = 2_000
#: How many annexes and lists of amendments are kept as they were last made.
_KEPT = 40
_MADE = Store("annexes", "coverage.annex")
_HEADERS = (
    "no",
    "nama",
    "desa_kelurahan",
    "kecamatan",
    "pekerjaan",
    "sumber_dana",
    "mulai",
    "sampai",
    "sk_perubahan",
)


def annex_on(decree_id: int, on: date, *, skip: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
    """Return the annex as of a date, or `limit` rows of it, among the people whom the session may see.

    Rows: person_id, name, village, district, trade, fund, first and last (month numbers), amendment.
    """
    about = {"decree": decree_id, "on": on, "skip": skip, "limit": limit}
    return _ANNEX.dicts(about)


def annex_csv(rows: list[dict[str, Any]]) -> str:
    """Return the annex as CSV text with Indonesian headers, without NIK."""
    text = io.StringIO()
    writer = CsvWriter(text, lineterminator="\r\n")
    writer.writerow(_HEADERS)
    for number, row in enumerate(rows, 1):
        writer.writerow([number, *_cells(row)])
    return text.getvalue()


def annex_pdf(decree: Decree, rows: list[dict[str, Any]], on: date) -> bytes:
    """Return the annex as PDF: A4, page x of y, the check code as words and as QR on the first page."""
    funds: dict[str, tuple[int, int]] = {}
    for row in rows:
        people, months = funds.get(row["fund"], (0, 0))
        funds[row["fund"]] = (people + 1, months + row["last"] - row["first"] + 1)
    facts = {
        "owner": settings.PAYUNG_PROGRAMME_OWNER,
        "number": decree.number,
        "dated": _day(decree.dated),
        "signer": decree.signer,
        "on": _day(on),
        **printed(decree.check_code),
        "hash": decree.content_hash[:16],
        "draft": decree.status != Decree.Status.APPROVED,
        "funds": [[name, str(people), str(months)] for name, (people, months) in sorted(funds.items())],
        "people": len({row["person_id"] for row in rows}),
    }
    table = [[str(number), *_short(row)] for number, row in enumerate(rows, 1)]
    return _typeset("annex.typ", facts, table, tagged=len(rows) <= _TAGGED)


def amendment_pdf(amendment: Amendment, rows: list[dict[str, Any]]) -> bytes:
    """Return an amendment's list as PDF: who goes out and comes in, why, and on what evidence. Never a NIK."""
    decree = amendment.decree
    facts = {
        "owner": settings.PAYUNG_PROGRAMME_OWNER,
        "number": amendment.number,
        "decree": decree.number,
        "dated": _day(amendment.dated),
        **printed(decree.check_code),
        "hash": amendment.content_hash[:16],
        "draft": amendment.status != Decree.Status.APPROVED,
    }
    table = {
        act: [
            [str(number), *_short({**row, "trade": row["trade"] or "", "district": ""}), reason_words(row)]
            for number, row in enumerate((row for row in rows if row["act"] == act), 1)
        ]
        for act in ("remove", "add")
    }
    return _typeset("amendment.typ", facts, table, tagged=len(rows) <= _TAGGED)


def reason_words(row: dict[str, Any]) -> str:
    """Why a line of an amendment is there, with its evidence, as printed."""
    label = {**dict(MonthlyChange.Kind.choices), "replacement": "Pengganti"}.get(row["reason"], row["reason"])
    place = f" {row['instead_of']}" if row.get("instead_of") else ""
    return f"{label}{place}: {row['evidence']}" if row["evidence"] else f"{label}{place}"


def _typeset(template: str, facts: dict[str, Any], rows: Any, *, tagged: bool) -> bytes:
    """Typeset a PDF in a process of its own; the same one again is read from those kept."""
    text = source_of("coverage", template)
    count = len(rows) if isinstance(rows, list) else sum(map(len, rows.values()))
    mark = hashlib.sha256(json.dumps([text, facts, rows, tagged]).encode()).hexdigest()
    kept = _kept(mark)
    if kept is None:
        # Tags for screen readers make a file of thousands of rows twenty times as large.
        data = {"facts": facts, "rows": rows}
        kept = make_paper("coverage", template, data, address=facts["address"], rows=count, tagged=tagged)
        _keep(mark, kept)
    return kept


def _kept(mark: str) -> bytes | None:
    """Return a PDF made before; None where there is none, or it was kept under another key."""
    try:
        content = _MADE.read(mark)
        (_MADE.path / mark).touch()
    except (OSError, CannotDecrypt):
        return None
    return content


def _keep(mark: str, content: bytes) -> None:
    """Keep a PDF beside the last ones that were asked for; it names people, so nobody else may read it."""
    _MADE.write(mark, content)
    for old in sorted(_MADE.path.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)[_KEPT:]:
        old.unlink(missing_ok=True)


def write_annex(actor: Actor, decree_id: int, out_dir: Path, *, on: date, pdf: bool = True) -> list[Path]:
    """Write a decree's annex as of a date into a folder, record that it was taken, and return the files."""
    decree = Decree.objects.get(pk=decree_id)
    rows = annex_on(decree_id, on)
    out_dir.mkdir(parents=True, exist_ok=True)
    stem = "lampiran-" + re.sub(r"[^A-Za-z0-9]+", "-", decree.number).strip("-")
    files = [out_dir / f"{stem}.csv"]
    downloaded(actor.user, files[0].name, len(rows), decree=decree_id)
    with csv_file(files[0], encoding="utf-8-sig") as file:
        file.write(annex_csv(rows))
    if pdf:
        files.append(out_dir / f"{stem}.pdf")
        close_to_others(files[1])
        files[1].write_bytes(annex_pdf(decree, rows, on))
    return files


def _cells(row: dict[str, Any]) -> list[Any]:
    return [
        row["name"],
        row["village"],
        row["district"],
        row["trade"] or "",
        row["fund"],
        str(Month(row["first"])),
        str(Month(row["last"])),
        row["amendment"],
    ]


def _short(row: dict[str, Any]) -> list[str]:
    first, last = Month(row["first"]), Month(row["last"])
    words = f"{first.month:02d}/{first.year}" + (f"–{last.month:02d}/{last.year}" if last != first else "")
    place = ", ".join(part for part in (row["village"], row["district"]) if part)
    return [row["name"], place, row["trade"] or "", row["fund"], words]


def _day(day: date) -> str:
    return f"{day.day} {Month.containing(day).in_words()}"
