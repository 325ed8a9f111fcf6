"""What one sheet keeps of a moment, as it was counted: places, months, payers and trades with true counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payung.values import Month

PEOPLE = ("candidates", "verified", "eligible", "covered", "ending", "gap")
COVERS = ("decreed", "registered", "active")
#: Named parts of the people; last, since sheets kept earlier do not have them.
PARTS = ("other_payer", "ineligible")
COUNTS = (*PEOPLE, *COVERS, *PARTS)
#: Length of a region code at each level.
WIDTHS = {"province": 2, "regency": 5, "district": 8, "village": 13}

#: Who pays, as parliament asks it.
KINDS: dict[str, str | Promise] = {
    "province": _("Pemerintah provinsi"),
    "regency": _("Pemerintah kabupaten/kota"),
    "village": _("Pemerintah desa"),
    "palm": _("Bagi hasil sawit"),
    "state": _("APBN"),
    "baznas": _("Baznas"),
    "csr": _("CSR/TJSL"),
    "donors": _("Donatur"),
    "self": _("Pekerja sendiri"),
}
_BY_FUND = {
    "dbh": "palm",
    "csr": "csr",
    "donor": "donors",
    "self": "self",
    "apbdes": "village",
    "apbn": "state",
}
_BY_PAYER = {"company": "csr"}


def kind_of(payer_kind: str, fund_kind: str) -> str:
    """Return the word under which a fund is counted: by where its money is from, else by whose it is."""
    return _BY_FUND.get(fund_kind) or _BY_PAYER.get(payer_kind, payer_kind)


@dataclass(slots=True)
class Place:
    """The counts of one region: people as they stand, and this month's cover."""

    code: str
    name: str
    candidates: int = 0
    verified: int = 0
    eligible: int = 0
    covered: int = 0
    ending: int = 0
    gap: int = 0
    decreed: int = 0
    registered: int = 0
    active: int = 0
    other_payer: int = 0
    ineligible: int = 0

    @property
    def waiting(self) -> int:
        """Decreed for this month and not active (yet): not registered, refused, or not paid."""
        return max(0, self.decreed - self.active)

    @property
    def coverage(self) -> float | None:
        """Share of those who are covered or could be today; None where there is nobody."""
        people = self.covered + self.gap
        return self.covered / people if people else None

    def add(self, other: Place) -> None:
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class MonthCount:
    """Covered people of one month and the money of its bills."""

    month: Month
    decreed: int
    registered: int
    active: int
    billed: int
    paid: int


@dataclass(frozen=True, slots=True)
class Payer:
    """What one fund does: people this month, person-months bought, rupiah, last month.

    Counts are None where `Sheet.shown_payers` withholds them.
    """

    fund_id: int
    code: str
    fund: str
    payer: str
    kind: str
    people: int | None
    person_months: int | None
    committed: int | None
    paid: int | None
    last_month: Month | None

    @property
    def kind_label(self) -> str | Promise:
        return KINDS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class Trade:
    """The counts of one trade."""

    code: str
    name: str
    candidates: int
    eligible: int
    covered: int
    gap: int


def together(kind: str, payers: Iterable[Payer]) -> Payer:
    """All funds of a kind as one."""
    found = list(payers)

    def total(name: str) -> int:
        return sum(getattr(one, name) or 0 for one in found)

    last = [one.last_month for one in found if one.last_month is not None]
    label = str(KINDS[kind])
    return Payer(
        0,
        kind,
        label,
        label,
        kind,
        total("people"),
        total("person_months"),
        total("committed"),
        total("paid"),
        max(last, default=None),
    )
