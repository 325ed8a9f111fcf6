"""Payers, their funds, and changes of funds: proposed by one user, in force when another approves.

Approving a fund posts its money: the whole as pledged, and each release as available from the first day of
its month. What is available in a later month can be committed now (a decree binds a whole year), so
`available` is the money not yet bound; `queries.balances(as_of=...)` shows what stood where on a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from payung.access import approvals
from payung.access.actor import Actor, DoneMeanwhile, Refused, action, either
from payung.access.acts import Act
from payung.access.roles import Permission
from payung.database.locks import Lock, one_at_a_time
from payung.funding.ledger import move, post_within, release_entries
from payung.funding.models import Account, Fund, FundChange, FundPerson, Payer, Release
from payung.funding.terms import TERMS, clean_cash, clean_terms, palm_trades
from payung.registry.models import Person
from payung.values import Month, format_rupiah

Cash = Mapping[str, int] | Iterable[tuple[Any, int]]

#: payer kind -> the tariff kind of its funds and the branch's group code, where a proposer names none
DEFAULTS: dict[str, tuple[str, str]] = {
    Payer.Kind.PROVINCE: (Fund.Kind.APBD, Fund.Group.SG),
    Payer.Kind.REGENCY: (Fund.Kind.APBD, Fund.Group.SG),
    Payer.Kind.VILLAGE: (Fund.Kind.APBDES, Fund.Group.SD),
    Payer.Kind.BAZNAS: (Fund.Kind.DONOR, Fund.Group.SL),
    Payer.Kind.COMPANY: (Fund.Kind.CSR, Fund.Group.SC),
    Payer.Kind.DONORS: (Fund.Kind.DONOR, Fund.Group.SL),
    Payer.Kind.SELF: (Fund.Kind.SELF, Fund.Group.SL),
}


def add_payer(actor: Actor, *, name: str, kind: str, region_code: str = "", public: bool = True) -> Payer:
    """Add a payer, or return the one of that name. Raises NotAllowed; Refused for an unknown kind."""
    if kind not in Payer.Kind.values:
        raise Refused(
            _("Jenis pembayar %(kind)s tidak dikenal; pilih %(listed)s."),
            kind=kind,
            listed=", ".join(Payer.Kind.values),
        )
    known = Payer.objects.filter(name=name).first()
    if known:
        actor.require(Permission.PROPOSE_FUND, known.region_code or settings.PAYUNG_PROVINCE)
        return known
    where = region_code or settings.PAYUNG_PROVINCE
    with action(actor, Act.ADD_PAYER, region_code=where) as deed:
        one_at_a_time(Lock.PAYER, name)
        meanwhile = Payer.objects.filter(name=name).first()
        if meanwhile is not None:
            # Two people added the payer at once: the other one's stands.
            deed.unchanged()
            return meanwhile
        payer = Payer.objects.create(name=name, kind=kind, region_code=region_code, public=public)
        deed.subject_id, deed.data = payer.pk, {"name": name, "kind": kind}
    return payer


def propose_fund(
    actor: Actor,
    *,
    code: str,
    payer: Payer,
    name: str,
    cash: Cash,
    first_month: Month,
    end_month: Month,
    kind: str | None = None,
    group_code: str | None = None,
    people: Iterable[int] = (),
    **terms: Any,
) -> Fund:
    """Propose a fund with its releases (`cash`: month -> rupiah); another user approves it.

    `end_month` is the first month it no longer pays for; `people` are ids of workers the payer named; `terms` are
    those of `terms.TERMS`. Palm-oil revenue share pays for palm-oil workers where no trades are named. Proposing the
    same code with the same content again returns the fund; with other content it is refused. Raises NotAllowed,
    Refused.
    """
    default_kind, default_group = DEFAULTS[payer.kind]
    kind, group_code = kind or default_kind, group_code or default_group
    if kind not in Fund.Kind.values:
        raise Refused(
            _("Jenis dana %(kind)s tidak dikenal; pilih %(listed)s."),
            kind=kind,
            listed=", ".join(Fund.Kind.values),
        )
    if kind == Fund.Kind.DBH and not terms.get("trades"):
        terms["trades"] = palm_trades()
    clean = clean_terms(
        {**terms, "name": name, "group_code": group_code}, first_month=first_month, end_month=end_month
    )
    releases = clean_cash(cash, end_month=end_month)
    if not releases or min(releases.values()) <= 0:
        raise Refused(
            _("Dana %(name)s tanpa uang, atau ada bulan dengan jumlah nol atau kurang."),
            name=name,
        )
    values = {
        **clean,
        "payer_id": payer.pk,
        "kind": kind,
        "amount": sum(releases.values()),
        "first_month": first_month,
        "end_month": end_month,
    }
    where = payer.region_code or settings.PAYUNG_PROVINCE
    actor.require(Permission.PROPOSE_FUND, where)
    known = Fund.objects.filter(code=code).first()
    if known:
        return _same(known, values, releases)
    try:
        with action(actor, Act.PROPOSE_FUND, region_code=where) as deed:
            fund = Fund.objects.create(code=code, proposed_by=actor.user, **values)
            Release.objects.bulk_create(
                Release(fund=fund, month=m.number, amount=a) for m, a in releases.items()
            )
            _name_people(fund, people)
            approvals.seal([fund])
            deed.subject_id, deed.data = fund.pk, {"code": code, "amount": fund.amount}
    except DoneMeanwhile:
        # Two people proposed the code at once: the other one's fund stands.
        return _same(Fund.objects.get(code=code), values, releases)
    return fund


def _same(known: Fund, values: dict[str, Any], releases: dict[Month, int]) -> Fund:
    """Return the fund that has this code already. Raises Refused where it is not the same."""
    same = all(getattr(known, field) == value for field, value in values.items())
    if same and dict(known.releases.values_list("month", "amount")) == releases:
        return known
    raise Refused(
        _("Dana berkode %(code)s sudah ada dengan isi lain; ubahlah lewat usulan perubahan."),
        code=known.code,
    )


def _name_people(fund: Fund, people: Iterable[int]) -> None:
    ids = sorted(set(people))
    if not ids:
        return
    seen = dict(Person.objects.filter(pk__in=ids).values_list("pk", "region_code"))
    if len(seen) < len(ids):
        raise Refused(
            _("%(count)s dari %(given)s orang yang disebut tidak dikenal di wilayah Anda."),
            count=len(ids) - len(seen),
            given=len(ids),
        )
    FundPerson.objects.bulk_create(FundPerson(fund=fund, person_id=i, region_code=seen[i]) for i in ids)


def _locked(fund_id: int) -> Fund:
    fund = Fund.objects.select_for_update(of=("self",), no_key=True).filter(pk=fund_id).first()
    if fund is None:
        raise Refused(
            _("Dana nomor %(fund_id)s tidak ada."),
            fund_id=fund_id,
        )
    return fund


def _where(fund_id: int) -> str:
    code = Fund.objects.filter(pk=fund_id).values_list("payer__region_code", flat=True).first()
    return code or settings.PAYUNG_PROVINCE


def approve_fund(actor: Actor, fund_id: int, *, today: date) -> Fund:
    """Put a proposed fund in force and post its money. Approving an active fund again changes nothing.

    Raises NotAllowed; Refused when the actor proposed it, or it was rejected or closed.
    """
    where = _where(fund_id)
    with action(actor, Act.APPROVE_FUND, region_code=where) as deed:
        fund = _locked(fund_id)
        if fund.status == Fund.Status.ACTIVE:
            deed.unchanged()
            return fund
        approvals.refuse_own(actor, fund.proposers())
        if fund.status in (Fund.Status.CLOSED, Fund.Status.REJECTED):
            raise Refused(
                _("Dana %(name)s sudah %(state)s."),
                name=fund.name,
                state=either(Fund.Status(fund.status).label.lower(), fund.status),
            )
        approvals.decide(actor, deed, [fund], Fund.Status.ACTIVE)
        releases: dict[Any, int] = dict(fund.releases.order_by("month").values_list("month", "amount"))
        post_within(actor, release_entries(fund.pk, releases, today, "fund", fund.pk, f"fund:{fund.pk}"))
        deed.subject_id = fund.pk
        deed.data |= {"code": fund.code, "amount": fund.amount}
    return fund


def reject_fund(actor: Actor, fund_id: int, *, reason: str) -> Fund:
    """Refuse a proposed fund, with the reason on record. Raises NotAllowed; Refused when it is in force."""
    where = _where(fund_id)
    with action(actor, Act.REJECT_FUND, region_code=where) as deed:
        fund = _locked(fund_id)
        approvals.refuse_own(actor, fund.proposers())
        if fund.status == Fund.Status.REJECTED:
            deed.unchanged()
            return fund
        if fund.status != Fund.Status.PROPOSED:
            raise Refused(
                _("Dana %(name)s sudah berlaku; usulkan penutupan."),
                name=fund.name,
            )
        approvals.decide(actor, deed, [fund], Fund.Status.REJECTED, reason=reason)
        deed.subject_id = fund.pk
    return fund


def propose_change(
    actor: Actor,
    fund_id: int,
    *,
    reason: str,
    terms: Mapping[str, Any] | None = None,
    cash: Cash = (),
    close: bool = False,
) -> FundChange:
    """Propose a change of an active fund (its terms, its money, or its closing); another user approves it.

    `cash` adds (or with a minus takes away) rupiah of a month. One change at a time may wait per fund.
    Raises NotAllowed, Refused.
    """
    fund = Fund.objects.filter(pk=fund_id).first()
    if fund is None or fund.status != Fund.Status.ACTIVE:
        raise Refused(
            _("Dana nomor %(fund_id)s tidak sedang berlaku."),
            fund_id=fund_id,
        )
    if not reason.strip():
        raise Refused(_("Tulislah alasan perubahan."))
    new = dict(terms or {})
    first = _as_month(new.get("first_month"), fund.first_month)
    end = _as_month(new.get("end_month"), fund.end_month)
    clean = clean_terms(new, first_month=first, end_month=end)
    clean = {key: str(value) if isinstance(value, Month) else value for key, value in clean.items()}
    money = clean_cash(cash, end_month=end)
    if sum((bool(clean), bool(money), close)) != 1:
        raise Refused(_("Satu usulan mengubah satu hal: ketentuan, uang, atau penutupan."))
    if FundChange.objects.filter(fund=fund, status=FundChange.Status.PROPOSED).exists():
        raise Refused(
            _("Masih ada usulan perubahan dana %(name)s yang menunggu persetujuan."),
            name=fund.name,
        )
    kind = FundChange.Kind.CLOSE if close else FundChange.Kind.TERMS if clean else FundChange.Kind.MONEY
    with action(actor, Act.PROPOSE_CHANGE, region_code=_where(fund_id)) as deed:
        change = FundChange.objects.create(
            fund=fund,
            kind=kind,
            terms=clean,
            cash={str(month): amount for month, amount in money.items()},
            reason=reason,
            proposed_by=actor.user,
        )
        approvals.seal([change])
        deed.subject_id, deed.reason, deed.data = fund.pk, reason, {"change": change.pk, "kind": kind}
    return change


def _as_month(value: Any, otherwise: Month) -> Month:
    if value is None:
        return otherwise
    return value if isinstance(value, Month) else Month.parse(str(value))


def decide_change(
    actor: Actor, change_id: int, *, approve: bool, today: date, reason: str = ""
) -> FundChange:
    """Approve or reject a change of a fund. Deciding the same way again changes nothing.

    Approved terms hold from now on; approved money is posted (taking away money that is committed is refused
    by the database); closing lets what is left expire. Raises NotAllowed, Refused.
    """
    fund_id = FundChange.objects.filter(pk=change_id).values_list("fund_id", flat=True).first()
    if fund_id is None:
        raise Refused(
            _("Usulan nomor %(change_id)s tidak ada."),
            change_id=change_id,
        )
    wanted = FundChange.Status.APPROVED if approve else FundChange.Status.REJECTED
    with action(actor, Act.DECIDE_CHANGE, region_code=_where(fund_id)) as deed:
        fund = _locked(fund_id)
        change = FundChange.objects.select_for_update(no_key=True, of=("self",)).get(pk=change_id)
        if change.status not in (FundChange.Status.PROPOSED, wanted):
            raise Refused(
                _("Usulan nomor %(change_id)s sudah %(state)s."),
                change_id=change_id,
                state=either(FundChange.Status(change.status).label.lower(), change.status),
            )
        approvals.refuse_own(actor, change.proposers())
        if change.status == wanted:
            deed.unchanged()
            return change
        approvals.decide(actor, deed, [change], wanted, reason=reason or change.reason)
        if approve:
            _carry_out(actor, fund, change, today)
        deed.subject_id = fund.pk
        deed.data["change"] = change.pk
    return change


def _carry_out(actor: Actor, fund: Fund, change: FundChange, today: date) -> None:
    key = f"change:{change.pk}"
    if change.kind == FundChange.Kind.TERMS:
        for name in TERMS:
            if name in change.terms:
                value = change.terms[name]
                setattr(fund, name, Month.parse(value) if name.endswith("_month") else value)
        fund.save(update_fields=[name for name in TERMS if name in change.terms])
    elif change.kind == FundChange.Kind.MONEY:
        _change_money(actor, fund, {Month.parse(m): a for m, a in change.cash.items()}, today, change.pk, key)
    else:
        left = Account.objects.get(fund=fund, kind=Account.Kind.AVAILABLE).balance
        move(
            actor, "expire", {fund.pk: left}, cause="change", cause_id=change.pk, key=key, effective_on=today
        )
        fund.status = Fund.Status.CLOSED
        fund.save(update_fields=["status"])


def _change_money(
    actor: Actor, fund: Fund, cash: dict[Month, int], today: date, change_id: int, key: str
) -> None:
    releases: dict[Any, int] = dict(fund.releases.values_list("month", "amount"))
    for month, amount in cash.items():
        left = releases.get(month, 0) + amount
        if left < 0:
            raise Refused(
                _("Dana %(name)s hanya punya %(has)s pada %(month)s; tidak dapat dikurangi %(amount)s."),
                name=fund.name,
                has=format_rupiah(releases.get(month, 0)),
                month=month,
                amount=format_rupiah(-amount),
            )
        if left:
            Release.objects.update_or_create(fund=fund, month=month.number, defaults={"amount": left})
        else:
            Release.objects.filter(fund=fund, month=month.number).delete()
    fund.amount += sum(cash.values())
    fund.save(update_fields=["amount"])
    post_within(actor, release_entries(fund.pk, cash, today, "change", change_id, key))
