"""Pages for donors, without logging in: the price now, the promise, and what became of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from payung import law
from payung.access.actor import Refused
from payung.funding.waiting import next_places, waiting_below, waiting_in
from payung.giving import actions as donations
from payung.giving import gifts
from payung.giving.certificate import certificate
from payung.giving.models import Donation
from payung.giving.price import COUNTED_MONTHS, Quote
from payung.oversight.rounding import rounding
from payung.registry.queries import occupation_labels
from payung.values import Month, Period
from payung.web.counted import PRICES, count
from payung.web.giving.forms import Choice, Promise
from payung.web.housekeeping import figures_version
from payung.web.middleware import sentence_of
from payung.web.pages import PDF, asked_from, file_answer
from payung.web.public.cache import kept_form, kept_page

#: Rows of a table of places or trades; the rest are summed in a sentence.
_ROWS = 12
#: Bytes of an address that can hold a choice.
_LONGEST = 500


def _first_month(today: date) -> Month:
    return Month.containing(today) + 1


def help_page(request: HttpRequest) -> HttpResponse:
    """Return what a donor can do; with a choice, its price by the law, who waits there, and the form of a promise."""
    if not request.GET:
        if getattr(request, "actor", None) is not None:
            return render(request, "giving/help.html", _choosing())
        return kept_page(
            request,
            "bantu",
            lambda: render(
                request, "giving/help.html", {**_choosing(), "here": request.path, "messages": ()}
            ),
        )
    # A page is kept for each choice there is, never for whatever words an address holds.
    query = request.META["QUERY_STRING"]
    asked = _understood(query, figures_version()) if len(query) <= _LONGEST else None
    if asked is None or getattr(request, "actor", None) is not None:
        choice = Choice(request.GET)
        if not choice.is_valid():
            return render(request, "giving/help.html", {"choice": choice}, status=422)
        return _answered(request, choice)

    def render_for(token: str, key: str) -> HttpResponse:
        again = Choice(asked)
        again.is_valid()
        more = {"csrf_token": token, "here": f"{request.path}?{urlencode(asked)}", "messages": ()}
        return _answered(request, again, key=key, more=more)

    first = _first_month(timezone.localdate())
    return kept_form(request, f"bantu:{first}:{':'.join(asked.values())}", render_for)


@lru_cache(maxsize=1_000)
def _understood(query: str, _of: str) -> dict[str, str] | None:
    """Return the choice that an address holds, normalised; None where it holds none."""
    choice = Choice(QueryDict(query))
    return _asked(choice) if choice.is_valid() else None


def _asked(choice: Choice) -> dict[str, str]:
    """Return a valid choice in the form of its page's address."""
    return {name: str(choice.cleaned_data[name]) for name in choice.fields}


def _choosing() -> dict[str, Any]:
    return {"choice": Choice(), "waiting": waiting_in(settings.PAYUNG_PROVINCE, "", rounding())}


def _answered(
    request: HttpRequest,
    choice: Choice,
    promise: Promise | None = None,
    problem: str = "",
    key: str = "",
    more: Mapping[str, object] = MappingProxyType({}),
) -> HttpResponse:
    if getattr(request, "actor", None) is None:
        count(request, PRICES)
    offer = choice.offer(_first_month(timezone.localdate()))
    price = donations.price_of(offer)
    if promise is None:
        promise = Promise(donor=offer.donor)
        promise.initial = {"kunci": key or secrets.token_urlsafe(16), "jumlah": price.total}
    if problem:
        promise.data = {**{name: promise.data[name] for name in promise.data}, "jumlah": price.total}
        promise.add_error(None, problem)
    context = {
        "choice": choice,
        "offer": offer,
        "price": price,
        "gives": _gives(price),
        "place": gifts.place_name(offer.region_code),
        "trade": occupation_labels().get(offer.trade, ""),
        "waiting": waiting_in(offer.region_code or settings.PAYUNG_PROVINCE, offer.trade, rounding()),
        "promise": promise,
        "days": settings.PAYUNG_PLEDGE_DAYS,
        **_where(choice, offer),
        **more,
    }
    response = render(request, "giving/help.html", context, status=422 if promise.errors else 200)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@dataclass(frozen=True, slots=True)
class Gives:
    """What the chosen months give by law, beside the price."""

    partial: int
    full: int
    full_from: date | None
    full_months: int
    short: bool
    least: int = COUNTED_MONTHS


def _gives(price: Quote) -> Gives:
    paid = [Period(price.first, price.last + 1)]
    wait = law.jkm(price.first.last_day, paid).total
    whole = law.jkm((price.first + 11).last_day, [Period(price.first, price.first + 12)]).total
    return Gives(wait, whole, price.full_from, price.full_months, price.months < COUNTED_MONTHS)


def _where(choice: Choice, offer: donations.Offer) -> dict[str, Any]:
    """Where the gift would go: by the plan's queue, or the places within the chosen one."""
    if not offer.region_code and not offer.trade:
        size, regencies, trades = next_places(offer.people, rounding())
        return {
            "next_size": size,
            "next_regencies": [group for group in regencies if group.people],
            "next_trades": [group for group in trades if group.people][:_ROWS],
        }
    if offer.region_code.count(".") == 3:
        return {}
    region = offer.region_code or settings.PAYUNG_PROVINCE
    groups = [group for group in waiting_below(region, offer.trade, rounding()) if group.people]
    return {
        "below": [(group, _narrowed(choice, group.code)) for group in groups[:_ROWS]],
        "below_more": max(0, len(groups) - _ROWS),
    }


def _narrowed(choice: Choice, code: str) -> str:
    return f"{reverse('web:giving-help')}?{urlencode({**_asked(choice), 'wilayah': code})}"


@require_POST
def promise(request: HttpRequest) -> HttpResponse:
    """Write a promise down and open the donor's page; sent twice, it is the same promise."""
    choice = Choice(request.POST)
    if not choice.is_valid():
        return render(request, "giving/help.html", {"choice": choice}, status=422)
    said = Promise(request.POST, donor=choice.cleaned_data["sebagai"])
    if not said.is_valid():
        return _answered(request, choice, said)
    today = timezone.localdate()
    given = said.cleaned_data
    offer = choice.offer(
        _first_month(today),
        name=given.get("nama", ""),
        contact=given["kontak"],
        listed=given.get("tampil", False),
    )
    try:
        made = donations.pledge(
            offer, key=given["kunci"], origin=asked_from(request), today=today, shown=given["jumlah"]
        )
    except Refused as refused:
        return _answered(request, choice, said, sentence_of(refused))
    return redirect("web:giving-mine", donations.token_of(made))


def _mine(token: str) -> Donation:
    donation = donations.by_token(token)
    if donation is None:
        raise Http404
    return donation


#: A promise begins at most so many months from now.
_FARTHEST = 12
STEPS = (
    (gettext_lazy("Janji dicatat"), "pledged"),
    (gettext_lazy("Diperiksa petugas"), "checked"),
    (gettext_lazy("Disetujui orang kedua"), "approved"),
    (gettext_lazy("Orangnya ditetapkan SK"), "decreed"),
    (gettext_lazy("Kode iuran terbit"), "billed"),
    (gettext_lazy("Bukti bayar cocok"), "paid"),
)


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a promise: done, partly (with how far), or not begun."""

    words: str
    state: str
    note: str = ""


def steps(made: gifts.Gift) -> list[Progress]:
    """Return the steps of a promise with how far each is done, month by month as its bills say."""
    donation = made.donation
    approved = donation.standing in (Donation.Standing.APPROVED, Donation.Standing.CLOSED)
    far = {
        "pledged": (1, 1),
        "checked": (int(donation.fund_id is not None), 1),
        "approved": (int(approved), 1),
        "decreed": (int(made.people > 0), 1),
        "billed": (len(made.bills), made.months or 1),
        "paid": (len(made.paid_months), made.months or 1),
    }
    return [_progress(str(words), *far[name]) for words, name in STEPS]


def _progress(words: str, done: int, all_of_it: int) -> Progress:
    if done >= all_of_it:
        return Progress(words, "done")
    if not done:
        return Progress(words, "todo")
    return Progress(words, "part", _("%(done)d dari %(all)d bulan") % {"done": done, "all": all_of_it})


def mine(request: HttpRequest, token: str) -> HttpResponse:
    """Show the donor's own page, under an address that only the donor and the office know."""
    made = gifts.gift(_mine(token))
    today = timezone.localdate()
    now = Month.containing(today)
    again = _renewal(made, today)
    context = {
        "gift": made,
        "donation": made.donation,
        "token": token,
        "steps": steps(made),
        "ended": made.donation.state not in (Donation.State.PLEDGED, Donation.State.CHECKED)
        or made.donation.standing == Donation.Standing.REJECTED,
        "late": made.donation.expires_on < today
        and made.donation.standing in (Donation.Standing.PLEDGED, Donation.Standing.CHECKED),
        "months_left": made.months_left(now),
        "overdue": made.overdue(today),
        "again": again,
        "own_address": request.build_absolute_uri(request.path),
        "claims_least": gifts.CLAIMS_LEAST,
    }
    return _private(render(request, "giving/mine.html", context))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _renewal(made: gifts.Gift, today: date) -> dict[str, Any] | None:
    """Return the first month and price of renewing a gift; None for a promise that never became a fund.

    It begins after the last month promised or decreed, so that no month is promised twice. Where that is too far ahead
    to be promised today, `from_month` says when it can be.
    """
    if made.donation.fund_id is None:
        return None
    first = made.renews_from(today)
    if first > Month.containing(today) + _FARTHEST:
        return {"first": first, "from_month": first + -_FARTHEST}
    price = donations.price_of(donations.offer_again(made.donation, first))
    return {"first": first, "price": price, "more": price.total - made.donation.amount}


@require_POST
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """Promise the same gift again, in one step."""
    made = gifts.gift(_mine(token))
    today = timezone.localdate()
    again = _renewal(made, today)
    if again is None or "price" not in again:
        raise Http404
    try:
        shown = int(request.POST.get("jumlah", ""))
    except ValueError:
        raise Http404 from None
    renewed = donations.renew(
        made.donation, first_month=again["first"], origin=asked_from(request), today=today, shown=shown
    )
    messages.success(request, _("Janji baru dicatat dengan nomor %(ref)s.") % {"ref": renewed.reference})
    return redirect("web:giving-mine", donations.token_of(renewed))


@require_POST
def change(request: HttpRequest, token: str) -> HttpResponse:
    """Take an unchecked promise back, or change whether the name is published."""
    donation = _mine(token)
    if request.POST.get("tindakan") == "batal":
        donations.withdraw(donation)
        messages.success(request, _("Janji dibatalkan."))
    else:
        made = donations.set_listed(donation, request.POST.get("tampil") == "1")
        messages.success(request, _("Nama akan disebut.") if made.listed else _("Nama tidak akan disebut."))
    return redirect("web:giving-mine", token)


def certificate_file(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with the certificate as it stands today."""
    made = gifts.gift(_mine(token))
    content = certificate(made, timezone.localdate())
    return _private(file_answer(f"sertifikat-{made.donation.reference}.pdf", content, PDF))


def check(request: HttpRequest, code: str) -> HttpResponse | None:
    """Show the public page behind a certificate's code; None for a code that is no certificate's."""
    made = gifts.by_check_code(code)
    if made is None or not made.donation.fund_id:
        return None
    context = {"gift": made, "donation": made.donation, "name": gifts.shown_name(made.donation)}
    return render(request, "giving/check.html", context)
