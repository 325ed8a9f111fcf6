"""The office's desk of promises: check, approve, follow what is not paid."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from payung.access import trail
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.roles import Permission
from payung.giving import actions as donations
from payung.giving import gifts
from payung.giving import queries as donation_queries
from payung.giving.models import Donation
from payung.web.giving.public import steps
from payung.web.pages import actor_of, needs, numbered_page

P = Permission
SEES = (P.PROPOSE_FUND, P.APPROVE_FUND)
TABS = (
    ("periksa", gettext_lazy("Perlu diperiksa")),
    ("setujui", gettext_lazy("Perlu disetujui")),
    ("berjalan", gettext_lazy("Berjalan")),
    ("selesai", gettext_lazy("Selesai")),
)
TONES = {
    Donation.Standing.PLEDGED: "wait",
    Donation.Standing.CHECKED: "wait",
    Donation.Standing.APPROVED: "good",
    Donation.Standing.REJECTED: "bad",
}


def _row(donation: Donation) -> dict[str, Any]:
    standing = Donation.Standing(donation.standing)
    return {
        "donation": donation,
        "place": gifts.place_name(donation.region_code),
        "standing": _(standing.label),
        "tone": TONES.get(standing, "neutral"),
    }


@needs(*SEES)
def promises(request: HttpRequest) -> HttpResponse:
    """Show the promises by what is to be done, and how many have run out of time."""
    counts = donation_queries.tab_counts()
    first = next((tab for tab, _words in TABS if counts[tab]), TABS[0][0])
    tab = request.GET.get("tab", first)
    if tab not in donation_queries.TABS:
        raise Http404
    today = timezone.localdate()
    unpaid = gifts.unpaid(today)
    page = numbered_page(request, donation_queries.promises(tab), counts[tab])
    page.items = [{**_row(one), "unpaid": one.pk in unpaid} for one in page.items]
    context = {
        "tabs": [(name, words, counts[name]) for name, words in TABS],
        "tab": tab,
        "page": page,
        "late": donation_queries.late(today),
        "today": today,
        "may_expire": actor_of(request).can(Act.DONATION_EXPIRE, region_code=WHOLE_PROVINCE),
    }
    return render(request, "giving/desk.html", context)


@needs(*SEES)
def promise(request: HttpRequest, donation_id: int) -> HttpResponse:
    """One promise: what was promised at which price, how far it has come, and what this user may do with it."""
    return _page(request, donation_id)


def _page(request: HttpRequest, donation_id: int, opened: tuple[str, str] | None = None) -> HttpResponse:
    donation = donation_queries.promise(donation_id)
    if donation is None:
        raise Http404
    actor = actor_of(request)
    trail.opened(actor.user, trail.Trail.PROMISE, donation_id)
    made = gifts.gift(donation)
    today = timezone.localdate()
    mine = donation.fund is not None and actor.user.pk in donation.fund.proposers()
    pledged = donation.state == Donation.State.PLEDGED
    checked = donation.standing == Donation.Standing.CHECKED
    context = {
        **_row(donation),
        "gift": made,
        "steps": steps(made),
        "late": donation.expires_on < today and (pledged or checked),
        "may_check": pledged and actor.can(Act.DONATION_CHECK, region_code=WHOLE_PROVINCE),
        "may_approve": checked and donation.fund is not None and donation.fund.may_decide(actor),
        "waits_for_other": checked and mine,
        "may_open": actor.can(Act.DONATION_OPEN_CONTACT, region_code=WHOLE_PROVINCE),
        "may_close": made.overdue(today) and not made.confirmed and actor.may(P.PROPOSE_FUND, WHOLE_PROVINCE),
        "opened": opened,
    }
    return render(request, "giving/promise.html", context)


@needs(*SEES)
@require_POST
def decide(request: HttpRequest, donation_id: int) -> HttpResponse:
    """Check, approve or reject a promise, open the contact, or propose to close an unpaid one."""
    actor, today = actor_of(request), timezone.localdate()
    what = request.POST.get("tindakan", "")
    if what == "periksa":
        donations.check_donation(actor, donation_id, today=today)
        messages.success(request, _("Janji menjadi usulan dana; menunggu persetujuan orang kedua."))
    elif what == "setujui":
        donations.approve_donation(actor, donation_id, today=today)
        messages.success(request, _("Dana donatur berlaku; masukkan ke rencana berikutnya."))
    elif what == "tolak":
        donations.reject_donation(actor, donation_id, reason=request.POST.get("alasan", ""))
        messages.success(request, _("Janji ditolak."))
    elif what == "kontak":
        return _page(request, donation_id, donations.open_contact(actor, donation_id))
    elif what == "tutup":
        change = donations.propose_closing(actor, donation_id)
        messages.success(request, _("Penutupan diusulkan; orang kedua memutuskannya di halaman dana."))
        return redirect("web:funding-fund", change.fund_id)
    else:
        raise Http404
    return redirect("web:giving-promise-desk", donation_id)


@needs(P.APPROVE_FUND)
@require_POST
def expire(request: HttpRequest) -> HttpResponse:
    """End the promises whose time has run out."""
    ended = donations.expire_donations(actor_of(request), today=timezone.localdate())
    messages.success(request, _("%(count)s janji dinyatakan kedaluwarsa.") % {"count": ended})
    return redirect("web:giving-desk")
