"""Proofs of payment: bank statements loaded once, matched to bills, excess carried on, refunds as new entries."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy

from payung import database
from payung.access.actor import Actor, Refused, action, either, spoken
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.today import today_or
from payung.coverage.models import Bill, Credit, Difference, Payment, PaymentMatch, Statement
from payung.coverage.receipts import Receipt, names_of, open_receipts
from payung.coverage.returned import (
    again_out,
    note_returned,
    post_named,
    refresh_paid,
    take_back_returned,
    untold,
)
from payung.database.locks import Lock, one_at_a_time
from payung.exchange.bank import StatementLine, read_statement
from payung.exchange.fees import is_fee
from payung.exchange.guard import UnreadableFile
from payung.exchange.settling import Excess, OpenBill, OpenPayment, settle

_UNSETTLED = database.Statement("coverage", "payments_unsettled")


class _Unsettled(NamedTuple):
    """A payment with rupiah (`left`) that nothing has; `corrected`: somebody took a match of it back."""

    payment_id: int
    paid_on: date
    left: int
    reference: str
    corrected: bool
    returned: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a statement did: its lines, those new, bills it paid whole or partly, rupiah matched, excess, open.

    `returned` counts the lines of money that came back, `returned_amount` the rupiah that they took back of payments;
    `ahead` the lines of the file dated after today, the last of them on `ahead_until`.
    """

    file: str
    lines: int
    new: int
    matched: int
    matched_amount: int
    excess: int
    bills_paid: int
    unmatched: int
    returned: int = 0
    returned_amount: int = 0
    repeated: bool = False
    ahead: int = 0
    ahead_until: date | None = None


def load_statement(actor: Actor, *, path: Path, today: date | None = None) -> Loaded:
    """Take in a bank statement (CSV, MT940, CAMT.053) and match it, with everything still open, to the bills.

    A file loaded before changes nothing; a line that an earlier statement held too is counted once. Raises
    NotAllowed; Refused for a file that cannot be read whole.
    """
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    with action(actor, Act.STATEMENT_LOAD, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.PAYMENTS)
        known = Statement.objects.filter(sha256=sha256).first()
        if known is not None:
            deed.unchanged()
            waiting = _open_count()
            return Loaded(path.name, known.payments.count(), 0, 0, 0, 0, 0, waiting, repeated=True)
        try:
            statement = read_statement(content, name=path.name)
        except UnreadableFile as error:
            raise Refused(spoken(error.message)) from error
        kept = Statement.objects.create(
            sha256=sha256, file_name=path.name[:255], format=statement.format, loaded_by=actor.user
        )
        new = _keep(kept, statement.lines)
        outcome = _match(actor, today_or(today))
        ahead = sorted(line.day for line in statement.lines if line.day > today_or(today))
        deed.subject_id = kept.pk
        deed.data = {"sha256": sha256, "lines": len(statement.lines), "new": new, "matched": outcome[0]}
        if ahead:
            deed.data["ahead"] = len(ahead)
    return Loaded(
        path.name,
        len(statement.lines),
        new,
        *outcome,
        ahead=len(ahead),
        ahead_until=ahead[-1] if ahead else None,
    )


def record_receipt(
    actor: Actor, *, paid_on: date, amount: int, number: str, words: str = "", today: date | None = None
) -> Payment:
    """Record a payment from its receipt (number and words, best the payment code), and match it.

    The same receipt again changes nothing; the bank's line of it, when it comes, confirms it and is not counted
    again. Raises NotAllowed; Refused without a number, for no rupiah, a day ahead, or where the bank's line of
    it is there already.
    """
    number, words = number.strip(), " ".join(words.split())
    today = today_or(today)
    if len(number) < 4 or amount <= 0 or paid_on > today:
        raise Refused(
            gettext_lazy(
                "Kuitansi perlu nomor (paling sedikit 4 tanda), jumlah lebih dari nol, dan "
                "tanggal yang tidak di depan."
            )
        )
    reference = f"{number} {words}".strip()[:300]
    with action(actor, Act.RECEIPT_RECORD, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.PAYMENTS)
        fact = f"receipt|{paid_on}|{amount}|{number.upper()}"
        sha256 = hashlib.sha256(fact.encode()).hexdigest()
        known = Payment.objects.filter(statement__sha256=sha256).first()
        if known is not None:
            deed.unchanged()
            return known
        told = Receipt(0, paid_on, amount, names_of(reference))
        near = Payment.objects.filter(amount=amount, same_as=None).exclude(statement__format="receipt")
        for line in near.values_list("paid_on", "reference"):
            if told.confirmed(line[0], amount, line[1]):
                raise Refused(
                    gettext_lazy("Pembayaran ini sudah ada di rekening koran (%(line)s: %(number)s)."),
                    line=either(f"{line[0]:%d-%m-%Y}", line[0]),
                    number=line[1],
                )
        kept = Statement.objects.create(
            sha256=sha256, file_name=number[:255], format="receipt", loaded_by=actor.user
        )
        payment = Payment.objects.create(
            statement=kept, line_no=1, paid_on=paid_on, amount=amount, reference=reference, fingerprint=sha256
        )
        outcome = _match(actor, today)
        deed.subject_id = kept.pk
        deed.data = {"payment": payment.pk, "amount": amount, "matched": outcome[0]}
    return payment


def match_payments(actor: Actor, *, today: date | None = None) -> Loaded:
    """Match again what is open, for example after the bills of a month were made. Safe to repeat."""
    with action(actor, Act.PAYMENT_MATCH, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.PAYMENTS)
        outcome = _match(actor, today_or(today))
        deed.data = {"matched": outcome[0]}
        if not (outcome[0] or outcome[2] or outcome[5]):
            deed.unchanged()
    return Loaded("", 0, 0, *outcome)


def match_by_hand(
    actor: Actor, *, payment_id: int, bill_id: int, amount: int, today: date | None = None
) -> PaymentMatch:
    """Give rupiah of an open payment to a bill. Raises Refused where either has less open than `amount`."""
    with action(actor, Act.PAYMENT_MATCH, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.PAYMENTS)
        bill = Bill.objects.select_for_update().filter(pk=bill_id).first()
        open_of = {payment.payment_id: payment.left for payment in _UNSETTLED.typed(_Unsettled)}
        if bill is None or bill.state == Bill.State.DRAFT or not 0 < amount <= bill.open_amount:
            raise Refused(
                gettext_lazy("Tagihan %(bill_id)s tidak menunggu pembayaran sebesar itu."),
                bill_id=bill_id,
            )
        if amount > open_of.get(payment_id, 0):
            raise Refused(
                gettext_lazy("Pembayaran %(payment_id)s tidak punya sisa sebesar itu."),
                payment_id=payment_id,
            )
        _record(actor, [(payment_id, bill.pk, bill.fund_id, amount)], today_or(today))
        _note_unmatched(actor)
        deed.subject_id, deed.data = payment_id, {"bill": bill_id, "amount": amount}
        return PaymentMatch.objects.filter(payment_id=payment_id, bill_id=bill_id).latest("pk")


def take_back_match(actor: Actor, *, match_id: int, reason: str, today: date | None = None) -> PaymentMatch:
    """Take a wrong match back by a new entry: bill and payment are open again by as much.

    The payment is not matched by itself again; a person gives it to the right bill. Repeating it changes nothing.
    Raises NotAllowed; Refused without a reason.
    """
    with action(actor, Act.PAYMENT_TAKE_BACK, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.PAYMENTS)
        match = PaymentMatch.objects.select_related("bill").filter(pk=match_id, takes_back=None).first()
        if match is None or not reason.strip():
            raise Refused(gettext_lazy("Pencocokan ini tidak ada, atau alasannya kosong."))
        deed.subject_id, deed.reason = match.payment_id, reason.strip()
        taken = list(PaymentMatch.objects.filter(takes_back=match).order_by("pk"))
        left = match.amount + sum(one.amount for one in taken)
        if not left:
            deed.unchanged()
            return taken[-1]
        back = PaymentMatch.objects.create(
            payment_id=match.payment_id,
            bill=match.bill,
            amount=-left,
            takes_back=match,
            reason=reason.strip()[:300],
            matched_by=actor.user,
        )
        refresh_paid([match.bill_id])
        rows = [(match.bill.fund_id, left, f"match:{match.pk}:back:{back.pk}", match.bill_id)]
        post_named(actor, "unpay", rows, today_or(today))
        Difference.objects.filter(key=f"payment:{match.payment_id}").update(
            state=Difference.State.OPEN, settlement="", settled_by=None
        )
        _note_unmatched(actor)
        deed.data = {"bill": match.bill_id, "amount": left}
    return back


def record_refund(actor: Actor, *, payment_id: int, fund_id: int, today: date | None = None) -> Credit:
    """Names the fund of money that came back from BPJS (a statement line coming in); the fund's excess falls by it.

    Raises Refused where the line is not money coming in, is recorded already, or is more than the fund's excess.
    """
    with action(actor, Act.PAYMENT_REFUND, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.BILLS)
        payment = Payment.objects.filter(pk=payment_id, amount__lt=0).first()
        if payment is None or Credit.objects.filter(key=f"refund:{payment_id}").exists():
            raise Refused(
                gettext_lazy("Baris %(payment_id)s bukan uang masuk yang belum dicatat."),
                payment_id=payment_id,
            )
        amount = -payment.amount
        held = Credit.objects.filter(fund_id=fund_id).aggregate(sum=Sum("amount"))["sum"] or 0
        if amount > held:
            raise Refused(gettext_lazy("Pengembalian lebih besar daripada kelebihan bayar dana ini."))
        credit = Credit.objects.create(
            fund_id=fund_id,
            amount=-amount,
            cause=Credit.Cause.REFUNDED,
            payment=payment,
            key=f"refund:{payment_id}",
            by=actor.user,
        )
        post_named(actor, "refund", [(fund_id, amount, f"refund:{payment_id}", payment_id)], today_or(today))
        deed.subject_id, deed.data = payment_id, {"fund": fund_id, "amount": amount}
    return credit


def _keep(statement: Statement, lines: Iterable[StatementLine]) -> int:
    """Keep the lines that no earlier statement held and return how many.

    The fingerprint counts equal lines of one file, so that two truly equal payments of a day are both kept. A line
    that confirms a receipt points at it and is not counted again.
    """
    seen: Counter[str] = Counter()
    receipts = open_receipts()
    staged = []
    for line in lines:
        fact = f"{line.day}|{line.amount}|{' '.join(line.reference.upper().split())}"
        seen[fact] += 1
        fingerprint = hashlib.sha256(f"{fact}|{seen[fact]}".encode()).hexdigest()
        same = next((one for one in receipts if one.confirmed(line.day, line.amount, line.reference)), None)
        if same is not None:
            receipts.remove(same)
        staged.append(
            (
                line.line_no,
                line.day,
                line.amount,
                line.reference,
                line.returned,
                fingerprint,
                same and same.payment_id,
            )
        )
    lines_table = database.stage(
        "statement_lines",
        {
            "line_no": "integer",
            "day": "date",
            "amount": "bigint",
            "reference": "text",
            "returned": "boolean",
            "fingerprint": "text",
            "same_as": "bigint",
        },
        staged,
    )
    return database.run(
        "INSERT INTO coverage_payment (statement_id, line_no, paid_on, amount, reference, returned, fingerprint,"
        " same_as_id) SELECT %s, line_no, day, amount, reference, returned, fingerprint, same_as"
        f" FROM {lines_table.identifier} ORDER BY line_no"
        " ON CONFLICT (fingerprint) DO NOTHING",
        [statement.pk],
    )


def _match(actor: Actor, today: date) -> tuple[int, int, int, int, int, int, int]:
    """Match all that is open and return the values of `Loaded` from `matched` to `returned_amount`.

    Money that came back is told first, so that whatever the order of the lines a bill has what stayed.
    """
    before = Bill.objects.filter(state=Bill.State.PAID).count()
    back = take_back_returned(actor, today)
    given, excess = _settle(actor, today)
    _note_unmatched(actor)
    note_returned(actor)
    waiting = _open_count()
    paid = Bill.objects.filter(state=Bill.State.PAID).count() - before
    return (len(given), sum(given.values()), excess, max(paid, 0), waiting, len(back.lines), back.amount)


def _settle(actor: Actor, today: date) -> tuple[dict[tuple[int, int], int], int]:
    """Settle open payments with bills, the rest to the funds' excess: rupiah by (payment, bill), and of excess."""
    waiting = (
        Bill.objects.exclude(state=Bill.State.DRAFT)
        .select_related("fund__payer")
        .select_for_update(of=("self",))
    )
    bills = [bill for bill in waiting.order_by("pk") if bill.open_amount > 0]
    done = waiting.filter(paid=F("amount") - F("credit")).values_list("payment_code", "fund_id")
    outcome = settle(
        _payments({bill.open_amount for bill in bills}),
        [
            OpenBill(b.pk, b.payment_code, b.open_amount, b.expires_on, b.fund_id, b.fund.payer.name)
            for b in bills
        ],
        list(done),
        list(Bill.objects.filter(state=Bill.State.DRAFT).values_list("payment_code", flat=True)),
    )
    fund_of = {bill.pk: bill.fund_id for bill in bills}
    given: dict[tuple[int, int], int] = defaultdict(int)
    for one in outcome.allocations:
        given[one.payment_id, one.bill_id] += one.amount
    _record(
        actor, [(payment, bill, fund_of[bill], amount) for (payment, bill), amount in given.items()], today
    )
    return given, _keep_excess(actor, outcome.excess, today)


def _payments(open_amounts: Collection[int]) -> list[OpenPayment]:
    """Return the open payments that may be matched without a person.

    What somebody took back waits for somebody: its code would lead it to the same bill again. The reversal of money
    that came in pays nothing, but where it undoes a return. What the bank took for itself pays no contribution,
    though it names the bill, unless it is the very amount of one.
    """
    unsettled = _UNSETTLED.typed(_Unsettled)
    undone = again_out(
        (payment.payment_id, payment.paid_on, payment.left, payment.reference)
        for payment in unsettled
        if payment.returned
    )
    return [
        OpenPayment(payment.payment_id, payment.paid_on, payment.left, payment.reference)
        for payment in unsettled
        if not payment.corrected
        and (not payment.returned or payment.payment_id in undone)
        and not (
            payment.left <= settings.PAYUNG_BANK_FEE_MOST
            and is_fee(payment.reference)
            and payment.left not in open_amounts
        )
    ]


def _keep_excess(actor: Actor, found: Iterable[Excess], today: date) -> int:
    """Keep what payments gave beyond their bills as the funds' excess and return the rupiah in all."""
    excess = _affordable(found)
    known = Counter(
        Credit.objects.filter(payment_id__in=[one.payment_id for one in excess]).values_list(
            "payment_id", flat=True
        )
    )
    keys = {
        one.payment_id: f"overpaid:{one.payment_id}"
        + (f":{known[one.payment_id]}" if known[one.payment_id] else "")
        for one in excess
    }
    Credit.objects.bulk_create(
        Credit(
            fund_id=one.fund_id,
            amount=one.amount,
            cause=Credit.Cause.OVERPAID,
            payment_id=one.payment_id,
            key=keys[one.payment_id],
            by=actor.user,
        )
        for one in excess
    )
    for name in ("commit", "bill", "pay"):
        post_named(
            actor,
            name,
            [(one.fund_id, one.amount, keys[one.payment_id], one.payment_id) for one in excess],
            today,
        )
    return sum(one.amount for one in excess)


def _affordable(excess: Iterable[Excess]) -> list[Excess]:
    """Return the excess that the funds' available money covers; more than that stays an open payment."""
    available = dict(database.rows("SELECT fund_id, balance FROM funding_account WHERE kind = 'available'"))
    taken = []
    for one in excess:
        if one.amount <= available.get(one.fund_id, 0):
            available[one.fund_id] -= one.amount
            taken.append(one)
    return taken


def _record(actor: Actor, given: list[tuple[int, int, int, int]], today: date) -> None:
    """Write matches (payment, bill, fund, rupiah), the bills' paid amounts, and billed money as paid."""
    if not given:
        return
    matches = PaymentMatch.objects.bulk_create(
        PaymentMatch(payment_id=payment, bill_id=bill, amount=amount, matched_by=actor.user)
        for payment, bill, _, amount in given
    )
    refresh_paid([bill for _, bill, _, _ in given])
    rows = [
        (fund, amount, f"match:{match.pk}", bill)
        for match, (_, bill, fund, amount) in zip(matches, given, strict=True)
    ]
    post_named(actor, "pay", rows, today)


def _note_unmatched(actor: Actor) -> None:
    """Each payment with something open is an item with an owner; one that has found its bill is settled."""
    waiting = [
        (payment.payment_id, payment.paid_on, payment.left, payment.reference)
        for payment in _UNSETTLED.typed(_Unsettled)
    ]
    columns = {"id": "bigint", "day": "date", "amount": "bigint", "reference": "text"}
    staged = database.stage("open_payments", columns, waiting)
    database.run(
        "INSERT INTO coverage_difference (kind, detail, owner_id, state, settlement, key, region_code)"
        " SELECT 'payment_unmatched', jsonb_build_object('payment', id, 'day', day, 'amount', amount,"
        f" 'reference', reference), %s, 'open', '', 'payment:' || id, %s FROM {staged.identifier}"
        " ON CONFLICT (key) DO NOTHING",
        [actor.user.pk, settings.PAYUNG_PROVINCE],
    )
    Difference.objects.filter(kind="payment_unmatched", state=Difference.State.OPEN).exclude(
        key__in=[f"payment:{number}" for number, *_ in waiting]
    ).update(
        state=Difference.State.SETTLED,
        settled_by=actor.user,
        settlement="Sudah dicocokkan dengan tagihan.",
    )


def _open_count() -> int:
    return len(_UNSETTLED.typed(_Unsettled)) + untold()
