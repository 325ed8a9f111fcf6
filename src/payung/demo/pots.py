"""The demo province's money: who pays, how much, when, and for whom only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from payung.demo.funding import BASIC, PALM_TRADES
from payung.demo.reference import occupations, places
from payung.values import Month

#: the province's budget for the year: the amount discussed in parliament for 2025 and 2026
PROVINCE_BUDGET = 2_000_000_000
_DEMO_WORKERS = 30_000
#: villages that pay for a hundred workers each, as Nunukan's programme asks of its villages
_VILLAGES = ("65.03.10.2003", "65.03.08.2001", "65.01.04.2001", "65.02.07.2001", "65.04.01.2001")


def demo_funds(first: Month, workers: int = _DEMO_WORKERS) -> list[dict[str, Any]]:
    """Return thirteen funds over the twelve months from `first`, in the form the allocation takes, with names.

    For another number of workers than 30,000 every amount and head count scales with it.
    """
    make = _Maker(first, workers / _DEMO_WORKERS)
    return [*_budgets(make), *_companies(make), *_donors(make)]


@dataclass(frozen=True)
class _Maker:
    """Funds from month `first` on, with amounts and head counts times `scale`."""

    first: Month
    scale: float

    def __call__(
        self,
        key: str,
        kind: str,
        name: str,
        code: str,
        cash: list[tuple[int, int]],
        *,
        regions: list[str],
        begin: int = 0,
        length: int = 12,
        min_people: int | None = None,
        **rules: Any,
    ) -> dict[str, Any]:
        """Return a fund; `cash` is (months after the first, rupiah), it pays `length` months from month `begin`."""
        return {
            "id": key,
            "kind": kind,
            "name": name,
            "cash": [[str(self.first + month), int(rupiah * self.scale)] for month, rupiah in cash],
            "valid": [str(self.first + begin), str(self.first + (begin + length - 1))],
            "regions": regions,
            "trades": rules.get("trades", []),
            "new_only": rules.get("new_only", False),
            "min_people": None if min_people is None else max(int(min_people * self.scale), 1),
            "package_months": rules.get("package_months"),
            "group_code": code,
        }


def _budgets(fund: _Maker) -> list[dict[str, Any]]:
    """Return what the province, a regency, five villages and the palm oil revenue share pay."""
    names = dict(zip(places().code, places().name, strict=True))
    village = 100 * BASIC * 12
    province = [
        (0, PROVINCE_BUDGET * 4 // 10),
        (4, PROVINCE_BUDGET * 3 // 10),
        (8, PROVINCE_BUDGET * 3 // 10),
    ]
    return [
        fund("apbd-65", "apbd", "APBD Provinsi Kalimantan Utara", "SG", province, regions=["65"]),
        fund(
            "apbd-65.01",
            "apbd",
            "APBD Kabupaten Bulungan",
            "SG",
            [(1, 300_000_000), (7, 200_000_000)],
            regions=["65.01"],
        ),
        *(
            fund(
                f"apbdes-{code}", "apbdes", f"APBDes Desa {names[code]}", "SD", [(2, village)], regions=[code]
            )
            for code in _VILLAGES
        ),
        fund(
            "dbh-sawit",
            "dbh",
            "DBH Sawit",
            "SG",
            [(2, 250_000_000), (7, 250_000_000)],
            regions=["65.01", "65.02", "65.03", "65.04"],
            trades=PALM_TRADES,
        ),
    ]


def _companies(fund: _Maker) -> list[dict[str, Any]]:
    """Return what two made-up companies pay: one for fishers of a town, one for newcomers of two regencies."""
    fishers = [
        name
        for name, place in zip(occupations().id, occupations().setting, strict=True)
        if place == "coastal"
    ]
    return [
        fund(
            "csr-contoh-bahari",
            "csr",
            "CSR PT Contoh Bahari (rekaan)",
            "SC",
            [(3, 90_000_000)],
            regions=["65.71"],
            trades=fishers,
            min_people=600,
            package_months=6,
            begin=3,
            length=9,
        ),
        fund(
            "csr-contoh-energi",
            "csr",
            "CSR PT Contoh Energi Utara (rekaan)",
            "SC",
            [(0, 120_000_000)],
            regions=["65.03", "65.04"],
            new_only=True,
            min_people=400,
            package_months=12,
        ),
    ]


def _donors(fund: _Maker) -> list[dict[str, Any]]:
    """Return what Baznas, civil servants and citizens give."""
    return [
        fund("donor-baznas", "donor", "Baznas (rekaan)", "SL", [(0, 60_480_000)], regions=["65.71"]),
        fund(
            "donor-bapak-asuh", "donor", "Bapak Asuh Pekerja (ASN)", "SL", [(1, 25_200_000)], regions=["65"]
        ),
        fund("donor-warga", "donor", "Donasi warga", "SL", [(0, 4_200_000), (3, 3_360_000)], regions=["65"]),
    ]
