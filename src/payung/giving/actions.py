"""Promises of donors: made by anybody, checked by one user, in force when another approves the fund they became.

No money passes here: a promise is a fund with the donor's earmark, and its bills are paid to BPJS by code.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy

from payung.access import approvals
from payung.access.actor import Actor, Refused, action, either, public_action, record_reading
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.crypto import decrypt, decrypt_json, encrypt, encrypt_json
from payung.access.roles import Permission
from payung.database.locks import Lock, one_at_a_time
from payung.funding.actions import add_payer, approve_fund, propose_change, propose_fund, reject_fund
from payung.funding.models import Fund, FundChange, Payer
from payung.funding.waiting import mix
from payung.giving.models import Donation
from payung.giving.price import LENGTHS, MOST_PEOPLE, Quote, hash_of, quote
from payung.identity.names import is_formula
from payung.registry.models import Occupation
from payung.registry.queries import region_names
from payung.values import Month, format_rupiah

#: Letters and digits that cannot be taken for one another when read from paper.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
#: How many months after the chosen ones the fund may still be used, where its people could not start in time.
_GRACE_MONTHS = 6
_NOBODY = "Donatur tanpa nama"


@dataclass(frozen=True, slots=True)
class Offer:
    """What a donor chose. No region: the whole province. No trade: all of them."""

    donor: str
    people: int
    months: int
    first_month: Month
    region_code: str = ""
    trade: str = ""
    name: str = ""
    contact: str = ""
    listed: bool = False


def price_of(offer: Offer) -> Quote:
    """Price an offer by the law, for the people who wait where it is to go."""
    parts = mix(offer.region_code, offer.trade)
    return quote(offer.donor, parts, offer.people, offer.months, offer.first_month)


def _check(offer: Offer, today: date) -> None:
    now = Month.containing(today)
    rules = (
        (offer.donor in Donation.Donor.values, gettext_lazy("Pilihlah sebagai siapa Anda membayar.")),
        (offer.months in LENGTHS, gettext_lazy("Pilihlah 3, 6 atau 12 bulan.")),
        (
            1 <= offer.people <= MOST_PEOPLE,
            gettext_lazy("Jumlah orang harus 1 sampai 100.000."),
        ),
        (
            not offer.region_code or offer.region_code in region_names(),
            gettext_lazy("Wilayah %(region)s tidak dikenal."),
        ),
        (
            not offer.trade or Occupation.objects.filter(pk=offer.trade).exists(),
            gettext_lazy("Pekerjaan %(trade)s tidak ada dalam daftar."),
        ),
        (
            now < offer.first_month <= now + 12,
            gettext_lazy("Bulan mulai harus salah satu dari dua belas bulan yang akan datang."),
        ),
        (
            offer.donor == Donation.Donor.ANONYMOUS or bool(offer.name),
            gettext_lazy("Tulislah nama, atau pilih tanpa nama."),
        ),
        (
            not is_formula(offer.name),
            gettext_lazy("Nama berisi rumus atau alamat web; tulislah nama saja."),
        ),
        (
            offer.donor == Donation.Donor.ANONYMOUS or bool(offer.contact),
            gettext_lazy("Tulislah nomor telepon atau surel."),
        ),
    )
    for holds, message in rules:
        if not holds:
            raise Refused(message, region=offer.region_code, trade=offer.trade)


def pledge(
    offer: Offer,
    *,
    key: str,
    origin: str,
    today: date,
    shown: int | None = None,
    renews: Donation | None = None,
) -> Donation:
    """Write down a promise without a sign-in. `key` names this one sending: sent again, it is the same.

    `origin` is the sender's address, kept only as a keyed hash that changes daily; `shown` is the amount the
    donor saw. Raises Refused for what cannot be promised, where the price has changed, and where one address
    or all together promise too much too fast.
    """
    known = Donation.objects.filter(key=key).first()
    if known is not None:
        return known
    offer = _tidied(offer)
    _check(offer, today)
    price = price_of(offer).as_data()
    if shown is not None and shown != price["total"]:
        raise Refused(
            gettext_lazy(
                "Jumlahnya berubah sejak halaman dibuka: sekarang %(total)s. Periksa, lalu kirim lagi."
            ),
            total=format_rupiah(price["total"]),
        )
    token = secrets.token_urlsafe(24)
    with public_action(Act.DONATION_PLEDGE) as deed:
        one_at_a_time(Lock.PLEDGE)
        mark = _origin(origin, today)
        if not Donation.objects.filter(key=key).exists():
            _within_limits(mark)
        donation, made = Donation.objects.get_or_create(
            key=key,
            defaults={
                "reference": f"PY-{_code(4)}-{_code(4)}",
                "check_code": f"{_code(5)}-{_code(5)}",
                "token_hash": _hash(token),
                "token_enc": encrypt(token, "donation.token"),
                "origin": mark,
                "donor": offer.donor,
                "name": offer.name,
                "contact_enc": encrypt_json(offer.contact, "donation.contact"),
                "listed": offer.listed,
                "region_code": offer.region_code,
                "trade_id": offer.trade or None,
                "people": offer.people,
                "months": offer.months,
                "first_month": offer.first_month,
                "amount": price["total"],
                "price": price,
                "price_hash": hash_of(price),
                "renews": renews,
                "expires_on": today + timedelta(days=settings.PAYUNG_PLEDGE_DAYS),
            },
        )
        deed.subject_id = donation.pk
        deed.data = {"reference": donation.reference, "amount": donation.amount}
        if not made:
            deed.unchanged()
    return Donation.objects.get(pk=donation.pk)


def _tidied(offer: Offer) -> Offer:
    nameless = offer.donor == Donation.Donor.ANONYMOUS
    name = "" if nameless else " ".join(offer.name.split())[:120]
    region = "" if offer.region_code == settings.PAYUNG_PROVINCE else offer.region_code
    contact = " ".join(offer.contact.split())[:200]
    return replace(
        offer, name=name, region_code=region, contact=contact, listed=offer.listed and not nameless
    )


def _within_limits(mark: bytes) -> None:
    here = Donation.objects.filter(origin=mark).count()
    if here >= settings.PAYUNG_PLEDGES_A_DAY:
        raise Refused(
            gettext_lazy(
                "Dari alamat ini sudah ada %(here)s janji hari ini. Cobalah besok, atau hubungi %(contact)s."
            ),
            here=here,
            contact=settings.PAYUNG_CONTACT and gettext_lazy(settings.PAYUNG_CONTACT),
        )
    lately = timezone.now() - timedelta(hours=1)
    if Donation.objects.filter(pledged_at__gte=lately).count() >= settings.PAYUNG_PLEDGES_AN_HOUR:
        raise Refused(
            gettext_lazy(
                "Terlalu banyak janji masuk dalam satu jam ini. Janji Anda belum dicatat; cobalah lagi nanti."
            )
        )


def _origin(address: str, today: date) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"pledge|{today}|{address}".encode(), hashlib.sha256)[
        :16
    ]


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _code(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def token_of(donation: Donation) -> str:
    """Return the secret part of the address of the donor's page."""
    return decrypt(donation.token_enc, "donation.token")


def by_token(token: str) -> Donation | None:
    """Return the donation whose secret address this is; None for any other text."""
    found = Donation.objects.filter(token_hash=_hash(token))
    return found.select_related("fund__payer", "trade", "renews").first()


def withdraw(donation: Donation) -> Donation:
    """Take an unchecked promise back for its donor. Raises Refused later than that."""
    with public_action(Act.DONATION_WITHDRAW) as deed:
        mine = Donation.objects.select_for_update(no_key=True).get(pk=donation.pk)
        if mine.state not in (Donation.State.PLEDGED, Donation.State.WITHDRAWN):
            raise Refused(
                gettext_lazy("Janji ini sudah %(state)s; hubungi %(contact)s."),
                state=either(mine.get_state_display().lower(), mine.state),
                contact=settings.PAYUNG_CONTACT and gettext_lazy(settings.PAYUNG_CONTACT),
            )
        if mine.state == Donation.State.WITHDRAWN:
            deed.unchanged()
        mine.state = Donation.State.WITHDRAWN
        mine.save(update_fields=["state"])
        deed.subject_id = mine.pk
    return mine


def set_listed(donation: Donation, listed: bool) -> Donation:
    """Record whether the donor agrees to be named on the public ledger."""
    with public_action(Act.DONATION_LIST) as deed:
        mine = Donation.objects.select_for_update(no_key=True).get(pk=donation.pk)
        wanted = listed and mine.donor != Donation.Donor.ANONYMOUS
        if mine.listed == wanted:
            deed.unchanged()
        mine.listed = wanted
        mine.save(update_fields=["listed"])
        deed.subject_id, deed.data = mine.pk, {"listed": mine.listed}
    return mine


def offer_again(donation: Donation, first_month: Month) -> Offer:
    """Return the same offer from another month."""
    return Offer(
        donor=donation.donor,
        people=donation.people,
        months=donation.months,
        first_month=first_month,
        region_code=donation.region_code,
        trade=donation.trade_id or "",
        name=donation.name,
        contact=contact_of(donation),
        listed=donation.listed,
    )


def renew(donation: Donation, *, first_month: Month, origin: str, today: date, shown: int) -> Donation:
    """Promise the same again from `first_month` at that time's price. Asking twice gives the same promise."""
    return pledge(
        offer_again(donation, first_month),
        key=f"renew:{donation.pk}:{first_month}",
        origin=origin,
        today=today,
        shown=shown,
        renews=donation,
    )


def contact_of(donation: Donation) -> str:
    """How the donor can be reached."""
    return "" if donation.contact_enc is None else decrypt_json(donation.contact_enc, "donation.contact")


def open_contact(actor: Actor, donation_id: int) -> tuple[str, str]:
    """(contact, secret token) for a user who checks promises; that it was opened is recorded."""
    donation = _get(donation_id)
    record_reading(actor, Act.DONATION_OPEN_CONTACT, donation.pk, region_code=WHOLE_PROVINCE)
    return contact_of(donation), token_of(donation)


def _get(donation_id: int, *, lock: bool = False) -> Donation:
    found = Donation.objects.filter(pk=donation_id)
    donation = (found.select_for_update(no_key=True) if lock else found).first()
    if donation is None:
        raise Refused(
            gettext_lazy("Janji nomor %(donation_id)s tidak ada."),
            donation_id=donation_id,
        )
    return donation


def check_donation(actor: Actor, donation_id: int, *, today: date) -> Donation:
    """Turn a promise that was found true into a proposed fund with the donor's earmark.

    Another user approves it. Checking again changes nothing. Raises NotAllowed, Refused.
    """
    with action(actor, Act.DONATION_CHECK, region_code=WHOLE_PROVINCE) as deed:
        donation = _get(donation_id, lock=True)
        deed.subject_id = donation.pk
        if donation.state == Donation.State.CHECKED:
            deed.unchanged()
            return donation
        _still_waits(donation, today)
        donation.fund = _propose(actor, donation)
        donation.state = Donation.State.CHECKED
        donation.save(update_fields=["fund", "state"])
        deed.data = {"reference": donation.reference, "fund": donation.fund.pk}
    return donation


def _still_waits(donation: Donation, today: date) -> None:
    if donation.state not in (Donation.State.PLEDGED, Donation.State.CHECKED):
        raise Refused(
            gettext_lazy("Janji %(reference)s sudah %(state)s."),
            reference=donation.reference,
            state=either(donation.get_state_display().lower(), donation.state),
        )
    if donation.expires_on < today:
        raise Refused(
            gettext_lazy(
                "Janji %(reference)s berlaku sampai %(expires_on)s; mintalah donatur memperbaruinya."
            ),
            reference=donation.reference,
            expires_on=either(f"{donation.expires_on:%d-%m-%Y}", donation.expires_on),
        )


def _propose(actor: Actor, donation: Donation) -> Fund:
    payer, terms = _payer(actor, donation), donation.terms
    first: Month = donation.first_month
    return propose_fund(
        actor,
        code=f"janji-{donation.reference.lower()}",
        payer=payer,
        name=f"Donasi {donation.reference}",
        cash={str(first): donation.amount},
        first_month=first,
        end_month=first + donation.months + _GRACE_MONTHS,
        regions=sorted(terms.regions),
        trades=sorted(terms.trades),
        package_months=donation.months,
    )


def _payer(actor: Actor, donation: Donation) -> Payer:
    """Return the donor as a payer, under the promise's number where the donor did not agree to be named."""
    company = donation.donor == Donation.Donor.COMPANY
    kind = Payer.Kind.COMPANY if company else Payer.Kind.DONORS
    if donation.donor == Donation.Donor.ANONYMOUS:
        return add_payer(actor, name=_NOBODY, kind=kind, public=False)
    if not donation.listed:
        return add_payer(actor, name=f"Donatur {donation.reference}", kind=kind, public=False)
    payer = add_payer(actor, name=donation.name, kind=kind, public=True)
    if payer.kind != kind:
        raise Refused(
            gettext_lazy(
                "Nama %(name)s sudah dipakai pembayar berjenis %(kind)s; pastikan "
                "siapa donaturnya, lalu tolak janji ini atau minta nama lain."
            ),
            name=donation.name,
            kind=either(payer.get_kind_display(), payer.kind),
        )
    return payer


def approve_donation(actor: Actor, donation_id: int, *, today: date) -> Donation:
    """Put the fund of a checked promise in force as the second user. Approving again changes nothing.

    Raises NotAllowed; Refused where the actor checked it, it is not checked, or it has expired.
    """
    actor.require(Permission.APPROVE_FUND, WHOLE_PROVINCE)
    donation = _get(donation_id)
    if donation.fund_id is None:
        raise Refused(
            gettext_lazy("Janji %(reference)s belum diperiksa."),
            reference=donation.reference,
        )
    if donation.standing != Donation.Standing.APPROVED:
        _still_waits(donation, today)
        approve_fund(actor, donation.fund_id, today=today)
    return _get(donation_id)


def reject_donation(actor: Actor, donation_id: int, *, reason: str) -> Donation:
    """Reject a promise with a reason: before the check by who checks, afterwards by another who approves."""
    donation = _get(donation_id)
    if not reason.strip():
        raise Refused(gettext_lazy("Tulislah alasan penolakan."))
    if donation.state == Donation.State.CHECKED:
        reject_fund(actor, donation.fund_id or 0, reason=reason)
        Donation.objects.filter(pk=donation.pk).update(reason=reason.strip()[:300])
        return _get(donation_id)
    with action(actor, Act.DONATION_REJECT, region_code=WHOLE_PROVINCE) as deed:
        donation = _get(donation_id, lock=True)
        if donation.state not in (Donation.State.PLEDGED, Donation.State.REJECTED):
            raise Refused(
                gettext_lazy("Janji %(reference)s sudah %(state)s."),
                reference=donation.reference,
                state=either(donation.get_state_display().lower(), donation.state),
            )
        if donation.state == Donation.State.REJECTED:
            deed.unchanged()
            return donation
        donation.state, donation.reason = Donation.State.REJECTED, reason.strip()[:300]
        donation.save(update_fields=["state", "reason"])
        deed.subject_id, deed.reason = donation.pk, donation.reason
    return donation


def expire_donations(actor: Actor, *, today: date) -> int:
    """End the promises that nobody carried on in time, reject their proposed funds; return how many.

    A fund that this user proposed is left for another. Raises NotAllowed.
    """
    with action(actor, Act.DONATION_EXPIRE, region_code=WHOLE_PROVINCE) as deed:
        late = Donation.objects.select_for_update(no_key=True).filter(expires_on__lt=today)
        over = list(late.filter(state=Donation.State.PLEDGED).values_list("pk", flat=True))
        funds = dict(
            late.filter(state=Donation.State.CHECKED, fund__status=Fund.Status.PROPOSED)
            .exclude(fund__proposed_by=actor.user)
            .values_list("pk", "fund_id")
        )
        given_up = Fund.objects.filter(pk__in=funds.values()).order_by("pk").select_for_update(no_key=True)
        approvals.decide(actor, deed, list(given_up), Fund.Status.REJECTED)
        ended = Donation.objects.filter(pk__in=[*over, *funds]).update(state=Donation.State.EXPIRED)
        deed.data["expired"] = ended
        if not ended:
            deed.unchanged()
    return ended


def propose_closing(actor: Actor, donation_id: int) -> FundChange:
    """Propose to close the fund of a donor who does not pay; another user decides. Raises NotAllowed, Refused."""
    donation = _get(donation_id)
    return propose_change(
        actor,
        donation.fund_id or 0,
        reason=f"Janji {donation.reference} tidak dibayar sampai kode iurannya lewat waktu.",
        close=True,
    )
