"""Funds from a file: a list of objects {id, name, kind, cash, valid, ...} as the allocation takes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused
from payung.funding.actions import add_payer, propose_fund
from payung.funding.models import Fund, Payer
from payung.registry.models import Region
from payung.values import Month, foreign_json

_TERMS = (
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


def load_funds(actor: Actor, path: Path | str) -> list[Fund]:
    """Propose every fund of the file; another user approves them. Loading the file again changes nothing.

    Each object: id, name, kind (see `Fund.Kind`), cash ([["2027-01", rupiah], ...]),
    valid ([from, to], both included), and optionally payer, payer_kind, group_code, regions, trades, sex,
    min_age, max_age, new_only, covered_only, min_people, exact_people, package_months.
    Raises Refused naming the file and the entry that cannot be read; earlier entries stay proposed.
    """
    file = Path(path)
    try:
        rows = foreign_json.read(file)
    except (OSError, ValueError) as error:
        raise Refused(
            _("Berkas dana %(name)s tidak terbaca sebagai JSON: %(error)s."),
            name=file.name,
            error=error,
        ) from error
    if not isinstance(rows, list):
        raise Refused(
            _("Berkas dana %(name)s harus berisi daftar dana."),
            name=file.name,
        )
    return [_load(actor, row, number, file.name) for number, row in enumerate(rows, 1)]


def _load(actor: Actor, row: Any, number: int, file: str) -> Fund:
    try:
        code, kind = str(row["id"]), str(row["kind"])
        first, last = (Month.parse(str(text)) for text in row["valid"])
        cash = [(Month.parse(str(month)), int(amount)) for month, amount in row["cash"]]
        name = str(row.get("name") or code)
        terms = {term: row[term] for term in _TERMS if row.get(term) is not None}
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
        raise Refused(
            _("Dana ke-%(number)s dalam %(file)s tidak lengkap atau salah tulis: %(error)s."),
            number=number,
            file=file,
            error=error,
        ) from error
    payer_name, payer_kind, region = _payer(row, kind, name)
    payer = add_payer(actor, name=payer_name, kind=payer_kind, region_code=region)
    return propose_fund(
        actor,
        code=code,
        payer=payer,
        name=name,
        cash=cash,
        first_month=first,
        end_month=Month(last.number + 1),
        kind=kind,
        group_code=row.get("group_code") or None,
        **terms,
    )


def _payer(row: Mapping[str, Any], kind: str, name: str) -> tuple[str, str, str]:
    """Name, kind and region of a fund's payer, as written or else as the fund's kind and region tell."""
    regions = row.get("regions") or []
    home = str(regions[0]) if len(regions) == 1 else ""
    public = kind in (Fund.Kind.APBD, Fund.Kind.APBDES, Fund.Kind.DBH)
    region = home if public else ""
    if row.get("payer"):
        return str(row["payer"]), str(row.get("payer_kind") or _payer_kind(kind, home, name)), region
    own = _payer_kind(kind, home, name)
    if own in (Payer.Kind.PROVINCE, Payer.Kind.REGENCY, Payer.Kind.VILLAGE) and home:
        known = Region.objects.filter(code=home).values_list("name", flat=True).first() or home
        return f"{Payer.Kind(own).label} {known}", own, region
    bare = name.removeprefix("CSR ").strip()
    return bare, own, region


def _payer_kind(kind: str, home: str, name: str) -> str:
    if kind in (Fund.Kind.APBD, Fund.Kind.APBN, Fund.Kind.DBH):
        return Payer.Kind.REGENCY if len(home) == 5 else Payer.Kind.PROVINCE
    if kind == Fund.Kind.DONOR and "baznas" in name.casefold():
        return Payer.Kind.BAZNAS
    return {
        Fund.Kind.APBDES: Payer.Kind.VILLAGE,
        Fund.Kind.CSR: Payer.Kind.COMPANY,
        Fund.Kind.SELF: Payer.Kind.SELF,
    }.get(Fund.Kind(kind) if kind in Fund.Kind.values else Fund.Kind.DONOR, Payer.Kind.DONORS)
