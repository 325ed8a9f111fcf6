"""The acts about decrees, the branch, bills and payments, each on a subject in a village."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from payung.access.actor import everyone_visible
from payung.access.acts import Act
from payung.access.models import User
from payung.coverage import actions
from payung.coverage.models import Bill, Decree, Difference, MonthlyChange, PaymentMatch, Statement
from payung.funding.models import Fund
from payung.registry.models import Person
from tests.coverage.scene import accept, folder_channel, read_sheet, write_answer

from .scene import World, does


def proposed(w: World, village: str) -> Decree:
    plan = w.plan(village)
    with w.by("operator") as operator:
        return actions.propose_decree(
            operator, plan_id=plan.pk, number=w.code("SK"), dated=w.today, signer="Gubernur"
        )


def decreed(w: World, village: str) -> Decree:
    decree = proposed(w, village)
    with w.by("approver") as approver:
        return actions.approve_decree(approver, decree_id=decree.pk)


@does(Act.DECREE_PROPOSE)
def _(w: World, village: str):
    plan, number = w.plan(village), w.code("SK")
    return lambda actor: actions.propose_decree(
        actor, plan_id=plan.pk, number=number, dated=w.today, signer="Gubernur"
    )


@does(Act.DECREE_APPROVE)
def _(w: World, village: str):
    decree = proposed(w, village)
    return lambda actor: actions.approve_decree(actor, decree_id=decree.pk)


@does(Act.DECREE_REJECT)
def _(w: World, village: str):
    decree = proposed(w, village)
    return lambda actor: actions.reject_decree(actor, decree_id=decree.pk, reason="Salah nomor")


@does(Act.CHANGE_PROPOSE)
def _(w: World, village: str):
    return lambda actor: actions.propose_change(
        actor, person_id=w.covered[village][0], kind="moved", from_month=w.now + 1, evidence="Surat pindah"
    )


@does(Act.CHANGE_FIND)
def _(w: World, village: str):
    decreed(w, village)
    with transaction.atomic(), everyone_visible():
        Person.objects.filter(pk=w.people[village][0]).update(wage_worker=True)
    return lambda actor: actions.find_changes(actor, month=w.now + 1, kinds=("wage",))


def leaving(w: World, village: str) -> tuple[Decree, MonthlyChange]:
    decree = decreed(w, village)
    with w.by("operator") as operator:
        change = actions.propose_change(
            operator, person_id=w.people[village][0], kind="moved", from_month=w.now + 2, evidence="Surat"
        )
    return decree, change


@does(Act.CHANGE_REJECT)
def _(w: World, village: str):
    _decree, change = leaving(w, village)
    return lambda actor: actions.reject_change(actor, change_id=change.pk, reason="Tetap tinggal")


@does(Act.AMENDMENT_PROPOSE)
def _(w: World, village: str):
    decree, _change = leaving(w, village)
    number = w.code("SKP")
    return lambda actor: actions.propose_amendment(actor, decree_id=decree.pk, number=number, dated=w.today)


def amended(w: World, village: str) -> int:
    decree, _change = leaving(w, village)
    with w.by("operator") as operator:
        made = actions.propose_amendment(operator, decree_id=decree.pk, number=w.code("SKP"), dated=w.today)
    assert made is not None
    return made.amendment.pk


@does(Act.AMENDMENT_APPROVE)
def _(w: World, village: str):
    number = amended(w, village)
    return lambda actor: actions.approve_amendment(actor, amendment_id=number)


@does(Act.AMENDMENT_REJECT)
def _(w: World, village: str):
    number = amended(w, village)
    return lambda actor: actions.reject_amendment(actor, amendment_id=number, reason="Belum perlu")


@does(Act.UPLOAD_MAKE)
def _(w: World, village: str):
    decree = decreed(w, village)
    return lambda actor: actions.make_uploads(actor, decree_id=decree.pk, out_dir=w.folder / w.code("kirim"))


@does(Act.UPLOAD_DOWNLOAD)
def _(w: World, village: str):
    decree, folder = decreed(w, village), w.folder / w.code("kirim")
    with w.by("operator") as operator:
        made = actions.make_uploads(operator, decree_id=decree.pk, out_dir=folder)[0]
    return lambda actor: actions.make_uploads(actor, decree_id=decree.pk, out_dir=folder, only=made.upload_id)


def answered(w: World, village: str) -> Path:
    """The branch's answer to the files of a decree."""
    decree = decreed(w, village)
    with w.by("operator") as operator:
        made = actions.make_uploads(operator, decree_id=decree.pk, out_dir=w.folder / w.code("kirim"))
    lines = [line for one in made for line in read_sheet(one.path)]
    return write_answer(
        w.folder / f"{w.code('jawab')}.csv", [accept(line, at) for at, line in enumerate(lines)]
    )


@does(Act.ANSWER_APPLY)
def _(w: World, village: str):
    path = answered(w, village)
    return lambda actor: actions.apply_answer(actor, path=path)


@does(Act.ANSWER_TAKE_BACK)
def _(w: World, village: str):
    path = answered(w, village)
    with w.by("operator") as operator:
        made = actions.apply_answer(operator, path=path)
    return lambda actor: actions.take_back_answer(actor, answer_id=made.answer_id, reason="Berkas keliru")


@does(Act.DIFFERENCE_COMPARE)
def _(w: World, village: str):
    return lambda actor: actions.compare(actor, month=w.now)


def difference(w: World, village: str) -> Difference:
    with transaction.atomic(), everyone_visible():
        return Difference.objects.create(
            kind="refused",
            person_id=w.covered[village][0],
            fund_id=w.fund,
            owner=User.objects.get(username="satu-operator"),
            key=w.code("refused"),
            region_code=village,
        )


@does(Act.DIFFERENCE_SETTLE)
def _(w: World, village: str):
    item = difference(w, village)
    return lambda actor: actions.settle_difference(actor, difference_id=item.pk, settlement="Sudah benar")


@does(Act.DIFFERENCE_GIVE)
def _(w: World, village: str):
    item = difference(w, village)
    return lambda actor: actions.give_difference(actor, difference_id=item.pk, owner=actor.user)


@does(Act.NOTICE_MAKE)
def _(w: World, village: str):
    return lambda actor: actions.make_notices(actor, month=w.now)


@does(Act.NOTICE_SEND)
def _(w: World, village: str):
    with w.by("operator") as operator:
        actions.make_notices(operator, month=w.now)
    channel = folder_channel(w.folder / w.code("kotak"))
    return lambda actor: actions.send_notices(actor, to="payer", channel=channel, limit=1)


@does(Act.NOTICE_PRINTED)
def _(w: World, village: str):
    with w.by("operator") as operator:
        actions.make_notices(operator, month=w.now)
    return lambda actor: actions.mark_printed(actor, month=w.now, to="village")


@does(Act.CONTACT_SET)
def _(w: World, village: str):
    return lambda actor: actions.set_contact(actor, email="desa@contoh.id", village=village)


@does(Act.BILL_MAKE)
def _(w: World, village: str):
    decreed(w, village)
    return lambda actor: actions.make_bills(actor, month=w.now + 1)


def drafts(w: World, village: str) -> list[Bill]:
    decreed(w, village)
    with w.by("operator") as operator:
        return list(actions.make_bills(operator, month=w.now + 1).bills)


def approved(w: World, village: str) -> list[Bill]:
    made = drafts(w, village)
    with w.by("approver") as approver:
        actions.approve_bills(approver, month=w.now + 1)
    return made


def sent(w: World, village: str) -> Bill:
    made = approved(w, village)
    with w.by("operator") as operator:
        actions.send_bills(operator, month=w.now + 1)
    return Bill.objects.get(pk=made[0].pk)


@does(Act.BILL_APPROVE)
def _(w: World, village: str):
    drafts(w, village)
    return lambda actor: actions.approve_bills(actor, month=w.now + 1)


@does(Act.BILL_SEND)
def _(w: World, village: str):
    approved(w, village)
    return lambda actor: actions.send_bills(actor, month=w.now + 1)


@does(Act.BILL_CODE)
def _(w: World, village: str):
    made, code = drafts(w, village)[0], w.code("KODE00")
    return lambda actor: actions.set_payment_code(actor, bill_id=made.pk, code=code, expires_on=w.today)


@does(Act.BILL_RECONCILE)
def _(w: World, village: str):
    bill = sent(w, village)
    Bill.objects.filter(pk=bill.pk).update(state=Bill.State.PAID)
    return lambda actor: actions.reconcile_bills(actor, month=w.now + 1)


HEAD = "Tanggal;Keterangan;Debet;Kredit\n"


def statement(w: World, lines: str) -> Path:
    return w.file("koran.csv", HEAD + lines.format(day=w.today.strftime("%d/%m/%Y"), x=w.code("X")))


def loaded(w: World, lines: str) -> Statement:
    with w.by("operator") as operator:
        actions.load_statement(operator, path=statement(w, lines))
    return Statement.objects.latest("pk")


@does(Act.STATEMENT_LOAD)
def _(w: World, village: str):
    bill = sent(w, village)
    path = statement(w, f"{{day}};BAYAR {bill.payment_code} {{x}};{bill.payable};0\n")
    return lambda actor: actions.load_statement(actor, path=path)


@does(Act.STATEMENT_FEES)
def _(w: World, village: str):
    made = loaded(w, "{day};BIAYA ADM {x};6.500;0\n")
    return lambda actor: actions.settle_fees(actor, statement_id=made.pk)


@does(Act.RECEIPT_RECORD)
def _(w: World, village: str):
    number = w.code("KW-00")
    return lambda actor: actions.record_receipt(actor, paid_on=w.today, amount=5_432, number=number)


def payment(w: World, village: str) -> tuple[int, Bill]:
    """A payment that matched nothing by itself, and a bill that waits for as much."""
    bill = sent(w, village)
    made = loaded(w, f"{{day}};SETORAN {{x}};{bill.payable - 1};0\n")
    return made.payments.get().pk, bill


@does(Act.PAYMENT_MATCH)
def _(w: World, village: str):
    number, bill = payment(w, village)
    return lambda actor: actions.match_by_hand(
        actor, payment_id=number, bill_id=bill.pk, amount=bill.payable - 1
    )


@does(Act.PAYMENT_TAKE_BACK)
def _(w: World, village: str):
    number, bill = payment(w, village)
    with w.by("operator") as operator:
        actions.match_by_hand(operator, payment_id=number, bill_id=bill.pk, amount=bill.payable - 1)
    match = PaymentMatch.objects.get(payment_id=number)
    return lambda actor: actions.take_back_match(actor, match_id=match.pk, reason="Salah tagihan")


@does(Act.PAYMENT_REFUND)
def _(w: World, village: str):
    bill = sent(w, village)
    loaded(w, f"{{day}};BAYAR {bill.payment_code} {{x}};{bill.payable + 9_000};0\n")
    back = loaded(w, "{day};PENGEMBALIAN {x};0;9.000\n").payments.get()
    fund = Fund.objects.get(pk=bill.fund_id)
    return lambda actor: actions.record_refund(actor, payment_id=back.pk, fund_id=fund.pk)
