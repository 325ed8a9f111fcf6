"""The terms of a fund: what a proposer may write, checked and brought into one form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from payung.access.actor import Refused
from payung.allocation import Candidate, FundTerms
from payung.funding.models import Fund
from payung.law.enrolment import age
from payung.registry.models import Occupation, Person
from payung.values import Month

_REGION = re.compile(r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$")

#: terms that a change may set, besides money
TERMS = (
    "name",
    "group_code",
    "first_month",
    "end_month",
    "regions",
    "trades",
    "sex",
    "min_age",
    "max_age",
    "new_only",
    "covered_only",
    "min_people",
    "exact_people",
    "package_months",
)


def clean_terms(terms: Mapping[str, Any], *, first_month: Month, end_month: Month) -> dict[str, Any]:
    """`terms` with every value in its stored form. Raises Refused naming the first that is wrong."""
    unknown = set(terms) - set(TERMS)
    if unknown:
        raise Refused(
            _("Ketentuan %(unknown)s tidak dikenal."),
            unknown=sorted(unknown)[0],
        )
    clean = dict(terms)
    for name in ("regions", "trades"):
        if name in clean:
            clean[name] = sorted({str(value).strip() for value in clean[name] or [] if str(value).strip()})
    for code in clean.get("regions", []):
        if not _REGION.match(code):
            raise Refused(
                _("Wilayah %(code)s bukan kode Kemendagri; tulislah misalnya 65.71 atau 65.71.01.1001."),
                code=code,
            )
    _check_trades(clean.get("trades", []))
    if clean.get("sex") not in (None, "", "male", "female"):
        raise Refused(
            _("Jenis kelamin %(sex)s tidak dikenal; pilih male, female atau kosong."),
            sex=clean["sex"],
        )
    if "group_code" in clean and clean["group_code"] not in Fund.Group.values:
        raise Refused(
            _("Kode wadah %(group_code)s tidak dikenal; pilih %(listed)s."),
            group_code=clean["group_code"],
            listed=", ".join(Fund.Group.values),
        )
    if not first_month < end_month:
        raise Refused(
            _("Masa berlaku berakhir (%(end_month)s) sebelum mulai (%(first_month)s)."),
            end_month=end_month - 1,
            first_month=first_month,
        )
    for name in ("min_people", "exact_people", "package_months"):
        if (clean.get(name) or 0) < 0:
            raise Refused(
                _("%(name)s = %(clean)s kurang dari nol."),
                name=name,
                clean=clean[name],
            )
    low, high = clean.get("min_age"), clean.get("max_age")
    if low is not None and high is not None and low > high:
        raise Refused(
            _("Umur minimal %(low)s melebihi umur maksimal %(high)s."),
            low=low,
            high=high,
        )
    if clean.get("new_only") and clean.get("covered_only"):
        raise Refused(
            _("Dana tidak dapat sekaligus hanya untuk peserta baru dan hanya untuk yang sudah terlindungi.")
        )
    return clean


def described(fund: Fund, named: Iterable[int]) -> dict[str, Any]:
    """Write the terms of a fund as `FundTerms.of` reads them; `named` are the people whom the payer named."""
    ages = None
    if fund.min_age is not None or fund.max_age is not None:
        ages = [fund.min_age or 0, fund.max_age if fund.max_age is not None else 200]
    return {
        "regions": fund.regions,
        "trades": fund.trades,
        "sexes": [fund.sex] if fund.sex else [],
        "ages": ages,
        "people": sorted(str(person) for person in named),
        "new_only": fund.new_only,
        "covered_only": fund.covered_only,
    }


def terms_of(fund: Fund) -> FundTerms:
    """Read the terms of a fund. With everybody visible: a name that is not seen would restrict nothing."""
    return FundTerms.of(described(fund, fund.named.values_list("person_id", flat=True)))


def candidate_of(person: Person, *, on: date, ever_covered: bool) -> Candidate:
    """Tell what terms ask of a person on a day; `ever_covered`: whether anybody ever protected them."""
    return Candidate(
        id=str(person.pk),
        region=person.region_code,
        trade=person.occupation_id or "",
        sex=person.sex,
        age=None if person.birth_date is None else age(person.birth_date, on),
        ever_covered=ever_covered,
    )


def palm_trades() -> list[str]:
    """Trades that palm-oil revenue share (DBH Sawit) is meant for."""
    return sorted(Occupation.objects.filter(label__icontains="sawit").values_list("id", flat=True))


def _check_trades(trades: Iterable[str]) -> None:
    wanted = set(trades)
    if wanted:
        missing = wanted - set(Occupation.objects.filter(id__in=wanted).values_list("id", flat=True))
        if missing:
            name = sorted(missing)[0]
            raise Refused(
                _("Pekerjaan %(name)s tidak ada dalam daftar pekerjaan rentan."),
                name=name,
            )


def clean_cash(cash: Mapping[str, int] | Iterable[tuple[Any, int]], *, end_month: Month) -> dict[Month, int]:
    """Releases by month, summed. Raises Refused for what is not whole rupiah or a month after validity."""
    pairs = cash.items() if isinstance(cash, Mapping) else cash
    months: dict[Month, int] = {}
    for when, amount in pairs:
        month = when if isinstance(when, Month) else Month.parse(str(when))
        if isinstance(amount, bool) or not isinstance(amount, int):
            raise Refused(
                _("Jumlah %(amount)s untuk %(month)s bukan rupiah bulat."),
                amount=repr(amount),
                month=month,
            )
        if month >= end_month:
            raise Refused(
                _("Uang bulan %(month)s baru tersedia setelah masa berlaku berakhir (%(end_month)s)."),
                month=month,
                end_month=end_month - 1,
            )
        months[month] = months.get(month, 0) + amount
    return {month: months[month] for month in sorted(months) if months[month]}
