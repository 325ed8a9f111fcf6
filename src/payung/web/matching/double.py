"""Double funding: whose months two payers are bound to, and what that costs; names only for who may see people."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from payung.access.roles import Permission
from payung.coverage import double
from payung.identity.regions import within
from payung.law import contribution
from payung.registry import queries
from payung.values import Month
from payung.values.spreadsheet import CsvWriter
from payung.web.matching.words import DOUBLES
from payung.web.pages import CSV, Page, actor_of, address, file_of_people, needs, page_number
from payung.web.registry.people import place_words

#: Columns of the file.
COLUMNS = (
    *("nomor_orang", "nama", "nik_4_akhir", "wilayah", "jenis", "pengirim"),
    *("cabang_sampai", "sk_sampai", "bulan_terikat_dua_pembayar", "rupiah"),
)


@dataclass(frozen=True, slots=True)
class Total:
    """People of one kind or regency and the rupiah that two payers are bound to pay for the same months of theirs."""

    label: str
    people: int
    rupiah: int


@lru_cache(maxsize=4096)
def _monthly(income: int | None, payer: str, sector: str, month: int) -> int:
    """Rupiah of one month's contribution."""
    return contribution(income, payer, sector, Month(month)).total


def cost(bound: Iterable[double.Bound]) -> int:
    """Rupiah that decrees bind for months which another pays too, each by its own month's law."""
    return sum(one.people * _monthly(one.income, one.payer, one.sector, one.month.number) for one in bound)


@needs(Permission.SEE_PEOPLE, Permission.SEE_MONEY)
def page(request: HttpRequest) -> HttpResponse:
    """Show counts and rupiah of double funding and, for who may see people, the people themselves."""
    actor = actor_of(request)
    today = timezone.localdate()
    asked = _asked(request)
    names = queries.region_names()
    sees_people = bool(actor.regions)
    groups = double.groups(today, **asked, regions=None if sees_people else actor.where(Permission.SEE_MONEY))
    own = actor.regions if sees_people else actor.where(Permission.SEE_MONEY)
    told: dict[str, Any] = {
        "asked": asked,
        "total": _total("", groups),
        "kinds": {kind: _total("", [group for group in groups if group.kind == kind]) for kind in DOUBLES},
        "regencies": sorted(
            (
                (names.get(code, code), *(_of(groups, code, kind) for kind in double.KINDS))
                for code in {group.region for group in groups}
            ),
            key=lambda row: (-row[1].rupiah, row[0]),
        ),
        "sees_people": sees_people,
        "regions": [
            (code, name) for code, name in sorted(names.items()) if len(code) in (5, 8) and within(code, own)
        ],
        "doubles": DOUBLES,
        "senders": queries.senders(),
    }
    if sees_people:
        told |= _people(request, today, asked, page_number(request))
    return render(request, "matching/double.html", told)


def _asked(request: HttpRequest) -> dict[str, str]:
    kind, region = request.GET.get("jenis", ""), request.GET.get("wilayah", "")
    return {
        "kind": kind if kind in double.KINDS else "",
        "region": region if region in queries.region_names() else "",
        "sender": request.GET.get("pengirim", "")[:200],
    }


def _total(label: str, groups: list[double.Group]) -> Total:
    return Total(label, sum(group.people for group in groups), sum(cost(group.bound) for group in groups))


def _of(groups: list[double.Group], region: str, kind: str) -> Total:
    return _total("", [group for group in groups if (group.region, group.kind) == (region, kind)])


def _people(request: HttpRequest, today: date, asked: dict[str, str], number: int) -> dict[str, Any]:
    names = queries.region_names()
    found = double.page(today, **asked, number=number)
    shown = found[: double.PAGE]
    first = (number - 1) * double.PAGE + 1
    page = Page(
        items=shown,
        summary=f"{first if shown else 0}–{first + len(shown) - 1 if shown else 0}",
        previous_url=address(request, hal=str(number - 1) if number > 2 else None) if number > 1 else "",
        next_url=address(request, hal=str(number + 1)) if len(found) > double.PAGE else "",
    )
    rows = [
        (one, DOUBLES[one.kind], place_words(one.region_code, names), len(one.bound), cost(one.bound))
        for one in shown
    ]
    csv_url = address(request, hal=None).replace("/pasangan/ganda/", "/pasangan/ganda.csv")
    return {"page": page, "rows": rows, "csv_url": csv_url}


@needs(Permission.SEE_PEOPLE)
def as_csv(request: HttpRequest) -> HttpResponse:
    """All of them as a file: without NIK, with the kind, the senders, and the months and rupiah bound twice."""
    today = timezone.localdate()
    names = queries.region_names()
    text = io.StringIO()
    writer = CsvWriter(text)
    writer.writerow(COLUMNS)
    for one in double.everyone(today, **_asked(request)):
        writer.writerow(
            [
                one.id,
                one.name,
                one.nik_last4,
                place_words(one.region_code, names),
                str(DOUBLES[one.kind]),
                "; ".join(one.senders),
                one.branch_until or "",
                one.covered_until or "",
                len(one.bound),
                cost(one.bound),
            ]
        )
    content, rows = f"\ufeff{text.getvalue()}", writer.written - 1
    return file_of_people(request, f"ganda-{today:%Y-%m-%d}.csv", content, CSV, rows=rows)
