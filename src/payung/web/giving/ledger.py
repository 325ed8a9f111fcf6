"""The public ledger as a page, as CSV and as JSON: kept in the process, so that a warm one costs no query."""

from __future__ import annotations

import io
import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from payung.giving import public_ledger
from payung.values.spreadsheet import CsvWriter
from payung.web.public.cache import kept_page


def page(request: HttpRequest) -> HttpResponse:
    """Who pays, for everybody to read."""
    if getattr(request, "actor", None) is not None:
        return render(request, "giving/ledger.html", _context())
    return kept_page(
        request,
        "buku-publik",
        lambda: render(
            request, "giving/ledger.html", {**_context(), "here": "/buku-publik/", "messages": ()}
        ),
    )


def _context() -> dict[str, Any]:
    made = public_ledger.ledger()
    return {
        "ledger": made,
        "lines": []
        if made is None
        else [
            (line, public_ledger.name_of(line.who), public_ledger.kind_label(line.who)) for line in made.lines
        ],
        "districts": []
        if made is None
        else [
            (
                made.regencies[code],
                [(public_ledger.district_name(one), counts) for one, counts in found.items()],
            )
            for code, found in made.districts.items()
        ],
        "columns": public_ledger.COLUMNS,
        "licence": settings.PAYUNG_DATA_LICENCE,
        "licence_url": settings.PAYUNG_DATA_LICENCE_URL,
        "as_of": made.as_of if made else None,
    }


def data_csv(request: HttpRequest) -> HttpResponse:
    """Answer with the ledger as CSV, UTF-8, with the column names of the dictionary."""
    return kept_page(request, "buku-publik.csv", lambda: _file(_csv(), "text/csv; charset=utf-8"))


def _csv() -> str:
    made = public_ledger.ledger()
    text = io.StringIO()
    names = [column.name for column in public_ledger.COLUMNS]
    writer = CsvWriter(text, lineterminator="\r\n")
    writer.writerow(names)
    for record in [] if made is None else public_ledger.records(made):
        writer.writerow([record.get(name, "") for name in names])
    return text.getvalue()


def data_json(request: HttpRequest) -> HttpResponse:
    """Answer with the ledger as JSON: licence, source, date, dictionary, records."""
    return kept_page(request, "buku-publik.json", lambda: _file(_json(), "application/json"))


def _json() -> str:
    made = public_ledger.ledger()
    return json.dumps(
        {
            "publisher": settings.PAYUNG_PROGRAMME_OWNER,
            "licence": settings.PAYUNG_DATA_LICENCE,
            "licence_url": settings.PAYUNG_DATA_LICENCE_URL,
            "as_of": None if made is None else made.as_of.isoformat(),
            "month": None if made is None else str(made.month),
            "dictionary": {column.name: str(column.meaning) for column in public_ledger.COLUMNS},
            "records": [] if made is None else public_ledger.records(made),
        },
        ensure_ascii=False,
    )


def _file(text: str, content_type: str) -> HttpResponse:
    return HttpResponse(text, content_type=content_type)
