"""Double funding: who would be paid for twice, and what that would cost; names only for who may see people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from payung.access.roles import Permission
from payung.identity.regions import within
from payung.law import contribution
from payung.registry import double, queries
from payung.values import Month
from payung.values.spreadsheet import CsvWriter
from payung.web.matching.words import DOUBLES
from payung.web.pages import Page, actor_of, address, needs, page_number
from payung.web.registry.people import place_words

#: Payer by whose tariff the double payment is priced: the public budget.
PAYER = "apbd"
#: Columns of the file.
COLUMNS = (
    *("nomor_orang", "nama", "nik_4_akhir", "wilayah", "pengirim"),
    *("cabang_sampai", "sk_sampai", "bulan_ganda", "rupiah"),
)


@dataclass(frozen=True, slots=True)
class Total:
    """People of one kind or regency and the rupiah that would be paid twice for them."""

    label: str
    people: int
    rupiah: int


@lru_cache(maxsize=4096)
def _monthly(income: int | None, sector: str, month: int) -> int:
    """Rupiah of one month's contribution."""
    return contribution(income, PAYER, sector, Month(month)).total


def cost(income: int | None, sector: str, months: int, payers: int, now: Month) -> int:
    """Rupiah that all but one of `payers` would pay in vain over `months` from `now`, by each month's own law."""
    return (payers - 1) * sum(_monthly(income, sector, now.number + n) for n in range(months))


@needs(Permission.SEE_PEOPLE, Permission.SEE_MONEY)
def page(request: HttpRequest) -> HttpResponse:
    """Counts, rupiah, and, for who may see people, the people themselves."""
    actor = actor_of(request)
    today = timezone.localdate()
    now = Month.containing(today)
    asked = _asked(request)
    names = queries.region_names()
    sees_people = bool(actor.regions)
    groups = double.groups(
        today, **asked, regions=None if sees_people else actor.permissions.get(Permission.SEE_MONEY, ())
    )
    own = actor.regions if sees_people else actor.permissions.get(Permission.SEE_MONEY, ())
    told: dict[str, Any] = {
        "asked": asked,
        "now": now,
        "package": double.PACKAGE,
        "total": _total("", groups, now),
        "kinds": [
            _total(str(label), [group for group in groups if group.kind == kind], now)
            for kind, label in DOUBLES.items()
        ],
        "regencies": sorted(
            (
                _total(names.get(code, code), [group for group in groups if group.region == code], now)
                for code in {group.region for group in groups}
            ),
            key=lambda total: (-total.rupiah, total.label),
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


def _total(label: str, groups: list[double.Group], now: Month) -> Total:
    return Total(
        label,
        sum(group.people for group in groups),
        sum(
            group.people * cost(group.income, group.sector, group.months, group.payers, now)
            for group in groups
        ),
    )


def _people(request: HttpRequest, today: date, asked: dict[str, str], number: int) -> dict[str, Any]:
    names = queries.region_names()
    now = Month.containing(today)
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
        (
            one,
            place_words(one.region_code, names),
            cost(one.income, one.sector, one.months, one.payers, now),
        )
        for one in shown
    ]
    csv_url = address(request, hal=None).replace("/pasangan/ganda/", "/pasangan/ganda.csv")
    return {"page": page, "rows": rows, "csv_url": csv_url}


@needs(Permission.SEE_PEOPLE)
def as_csv(request: HttpRequest) -> HttpResponse:
    """All of them as a file: without NIK, with the senders, the overlap and the rupiah."""
    today = timezone.localdate()
    now = Month.containing(today)
    names = queries.region_names()
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="ganda-{today:%Y-%m-%d}.csv"'
    writer = CsvWriter(response)
    writer.writerow(COLUMNS)
    for one in double.everyone(today, **_asked(request)):
        writer.writerow(
            [
                one.id,
                one.name,
                one.nik_last4,
                place_words(one.region_code, names),
                "; ".join(one.senders),
                one.branch_until or "",
                one.covered_until or "",
                one.months,
                cost(one.income, one.sector, one.months, one.payers, now),
            ]
        )
    return response
