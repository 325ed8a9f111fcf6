"""What the office's desk of promises reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Count, Q, QuerySet

from payung.funding.models import Fund
from payung.giving.models import Donation

_PROPOSED = Q(state=Donation.State.CHECKED, fund__status=Fund.Status.PROPOSED)

#: tab of the desk -> the promises in it
TABS: Mapping[str, Q] = {
    "periksa": Q(state=Donation.State.PLEDGED),
    "setujui": _PROPOSED,
    "berjalan": Q(fund__status=Fund.Status.ACTIVE),
    "selesai": Q(state__in=(Donation.State.REJECTED, Donation.State.EXPIRED, Donation.State.WITHDRAWN))
    | Q(fund__status__in=(Fund.Status.CLOSED, Fund.Status.REJECTED)),
}


def promises(tab: str) -> QuerySet[Donation]:
    """List the promises of a tab, the one that ends first on top; finished ones newest first."""
    found = Donation.objects.filter(TABS[tab]).select_related("trade", "fund__payer", "fund__proposed_by")
    order = ("-pledged_at",) if tab in ("berjalan", "selesai") else ("expires_on", "pk")
    return found.order_by(*order)


def tab_counts() -> dict[str, int]:
    """How many promises each tab holds. One statement."""
    return Donation.objects.aggregate(**{tab: Count("pk", filter=where) for tab, where in TABS.items()})


def unchecked() -> int:
    """Count the promises that nobody has checked yet. One statement."""
    return Donation.objects.filter(TABS["periksa"]).count()


def late(today: date) -> int:
    """Return the promises whose time ran out before anybody decided."""
    waiting = Donation.objects.filter(Q(state=Donation.State.PLEDGED) | _PROPOSED)
    return waiting.filter(expires_on__lt=today).count()


def promise(donation_id: int) -> Donation | None:
    """One promise with its fund and who proposed it."""
    found = Donation.objects.filter(pk=donation_id)
    return found.select_related("trade", "fund__payer", "fund__proposed_by", "renews").first()
