"""Proofs of payment: bank statements loaded once, matched to bills, excess carried on, refunds as new entries."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db.models import F, Sum

from payung.access.actor import Actor, Refused, action
from payung.access.roles import Permission
from payung.coverage import bulk
from payung.coverage.models import Bill, Credit, Difference, Payment, PaymentMatch, Statement
from payung.exchange.bank import StatementLine, read_statement
from payung.exchange.guard import UnreadableFile
from payung.exchange.settling import Excess, OpenBill, OpenPayment, settle
from payung.funding.ledger import MOVES, Movement, post_within

_UNSETTLED = """
SELECT p.id, p.paid_on, p.amount - coalesce(m.sum, 0) - coalesce(c.sum, 0), p.reference
  FROM coverage_payment p
  LEFT JOIN (SELECT payment_id, sum(amount) AS sum FROM coverage_paymentmatch GROUP BY 1) m ON m.payment_id = p.id
  LEFT JOIN (SELECT payment_id, sum(amount) AS sum FROM coverage_credit GROUP BY 1) c ON c.payment_id = p.id
 WHERE p.amount > 0 AND p.amount > coalesce(m.sum, 0) + coalesce(c.sum, 0)
   AND NOT EXISTS (SELECT 1 FROM coverage_difference d
                    WHERE d.key = 'payment:' || p.id AND d.state = 'settled')
 ORDER BY p.paid_on, p.id
"""

_PAID = """
UPDATE coverage_bill b SET paid = t.paid,
       state = CASE WHEN t.paid >= b.amount - b.credit AND b.state IN ('approved', 'sent') THEN 'paid' ELSE b.state END
  FROM (SELECT bill_id, sum(amount) AS paid FROM coverage_paymentmatch WHERE bill_id = ANY(%s) GROUP BY bill_id) t
 WHERE b.id = t.bill_id
"""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a statement did: its lines, those new, bills it paid whole or partly, rupiah matched, excess, open."""

    file: str
    lines: int
    new: int
    matched: int
    matched_amount: int
    excess: int
    bills_paid: int
    unmatched: int
    repeated: bool = False


def load_statement(actor: Actor, *, path: Path, today: date | None = None) -> Loaded:
    """Takes in a bank statement (CSV, MT940, CAMT.053) and matches it, with everything still open, to the bills.

    A file loaded before changes nothing; a line that an earlier statement held too is counted once. Raises
    NotAllowed; Refused for a file that cannot be read whole.
    """
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    with action(
        actor, Permission.PAY, "statement.load", "statement", region_code=settings.PAYUNG_PROVINCE
    ) as deed:
        bulk.lock("payments")
        known = Statement.objects.filter(sha256=sha256).first()
        if known is not None:
            deed.subject_id, deed.data = known.pk, {"unchanged": True}
            return Loaded(path.name, known.payments.count(), 0, 0, 0, 0, 0, _open_count(), repeated=True)
        try:
            statement = read_statement(content, name=path.name)
        except UnreadableFile as error:
            raise Refused(error.message("id"), error.message("en")) from error
        kept = Statement.objects.create(
            sha256=sha256, file_name=path.name[:255], format=statement.format, loaded_by=actor.user
        )
        new = _keep(kept, statement.lines)
        outcome = _match(actor, bulk.today_or(today))
        deed.subject_id = kept.pk
        deed.data = {"sha256": sha256, "lines": len(statement.lines), "new": new, "matched": outcome[0]}
    return Loaded(path.name, len(statement.lines), new, *outcome)


def match_payments(actor: Actor, *, today: date | None = None) -> Loaded:
    """Matches again what is open, for example after the bills of a month were made. Safe to repeat."""
    with action(
        actor, Permission.PAY, "payment.match", "payment", region_code=settings.PAYUNG_PROVINCE
    ) as deed:
        bulk.lock("payments")
        outcome = _match(actor, bulk.today_or(today))
        deed.data = {"matched": outcome[0]}
    return Loaded("", 0, 0, *outcome)


def match_by_hand(
    actor: Actor, *, payment_id: int, bill_id: int, amount: int, today: date | None = None
) -> PaymentMatch:
    """Gives rupiah of an open payment to a bill. Raises Refused where either has less open than `amount`."""
    with action(
        actor, Permission.PAY, "payment.match", "payment", region_code=settings.PAYUNG_PROVINCE
    ) as deed:
        bulk.lock("payments")
        bill = Bill.objects.select_for_update().filter(pk=bill_id).first()
        open_of = {row[0]: int(row[2]) for row in bulk.rows(_UNSETTLED)}
        if bill is None or bill.state == Bill.State.DRAFT or not 0 < amount <= bill.open_amount:
            raise Refused(
                f"Tagihan {bill_id} tidak menunggu pembayaran sebesar itu.",
                f"Bill {bill_id} does not wait for that much.",
            )
        if PaymentMatch.objects.filter(payment_id=payment_id, bill_id=bill_id).exists():
            raise Refused(
                f"Pembayaran {payment_id} sudah dicocokkan dengan tagihan {bill_id}.",
                f"Payment {payment_id} is matched to bill {bill_id} already.",
            )
        if amount > open_of.get(payment_id, 0):
            raise Refused(
                f"Pembayaran {payment_id} tidak punya sisa sebesar itu.",
                f"Payment {payment_id} has not that much left.",
            )
        _record(actor, [(payment_id, bill.pk, bill.fund_id, amount)], bulk.today_or(today))
        _note_unmatched(actor)
        deed.subject_id, deed.data = payment_id, {"bill": bill_id, "amount": amount}
        return PaymentMatch.objects.get(payment_id=payment_id, bill_id=bill_id)


def record_refund(actor: Actor, *, payment_id: int, fund_id: int, today: date | None = None) -> Credit:
    """Names the fund of money that came back from BPJS (a statement line coming in); the fund's excess falls by it.

    Raises Refused where the line is not money coming in, is recorded already, or is more than the fund's excess.
    """
    with action(
        actor, Permission.PAY, "payment.refund", "payment", region_code=settings.PAYUNG_PROVINCE
    ) as deed:
        bulk.lock("bills")
        payment = Payment.objects.filter(pk=payment_id, amount__lt=0).first()
        if payment is None or Credit.objects.filter(key=f"refund:{payment_id}").exists():
            raise Refused(
                f"Baris {payment_id} bukan uang masuk yang belum dicatat.",
                f"Line {payment_id} is not money coming in, or is recorded already.",
            )
        amount = -payment.amount
        held = Credit.objects.filter(fund_id=fund_id).aggregate(sum=Sum("amount"))["sum"] or 0
        if amount > held:
            raise Refused(
                "Pengembalian lebih besar daripada kelebihan bayar dana ini.",
                "The refund is more than this fund's excess.",
            )
        credit = Credit.objects.create(
            fund_id=fund_id,
            amount=-amount,
            cause=Credit.Cause.REFUNDED,
            payment=payment,
            key=f"refund:{payment_id}",
            by=actor.user,
        )
        _post(actor, "refund", [(fund_id, amount, f"refund:{payment_id}", payment_id)], bulk.today_or(today))
        deed.subject_id, deed.data = payment_id, {"fund": fund_id, "amount": amount}
    return credit


def _keep(statement: Statement, lines: Iterable[StatementLine]) -> int:
    """Keeps the lines that no earlier statement held; how many.

    The fingerprint counts equal lines of one file, so that two truly equal payments of a day are both kept.
    """
    seen: Counter[str] = Counter()
    staged = []
    for line in lines:
        fact = f"{line.day}|{line.amount}|{' '.join(line.reference.upper().split())}"
        seen[fact] += 1
        fingerprint = hashlib.sha256(f"{fact}|{seen[fact]}".encode()).hexdigest()
        staged.append((line.line_no, line.day, line.amount, line.reference, fingerprint))
    bulk.stage(
        "statement_lines",
        "line_no integer, day date, amount bigint, reference text, fingerprint text",
        staged,
    )
    return bulk.run(
        "INSERT INTO coverage_payment (statement_id, line_no, paid_on, amount, reference, fingerprint)"
        " SELECT %s, line_no, day, amount, reference, fingerprint FROM statement_lines ORDER BY line_no"
        " ON CONFLICT (fingerprint) DO NOTHING",
        [statement.pk],
    )


def _match(actor: Actor, today: date) -> tuple[int, int, int, int, int]:
    """Matches all that is open; matches, rupiah matched, rupiah of excess, bills now paid, payments still open."""
    waiting = (
        Bill.objects.exclude(state=Bill.State.DRAFT)
        .select_related("fund__payer")
        .select_for_update(of=("self",))
    )
    bills = [bill for bill in waiting.order_by("pk") if bill.open_amount > 0]
    done = waiting.filter(paid=F("amount") - F("credit")).values_list("payment_code", "fund_id")
    payments = [OpenPayment(row[0], row[1], int(row[2]), row[3]) for row in bulk.rows(_UNSETTLED)]
    outcome = settle(
        payments,
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
    before = Bill.objects.filter(state=Bill.State.PAID).count()
    _record(
        actor, [(payment, bill, fund_of[bill], amount) for (payment, bill), amount in given.items()], today
    )
    excess = _affordable(outcome.excess)
    Credit.objects.bulk_create(
        Credit(
            fund_id=one.fund_id,
            amount=one.amount,
            cause=Credit.Cause.OVERPAID,
            payment_id=one.payment_id,
            key=f"overpaid:{one.payment_id}",
            by=actor.user,
        )
        for one in excess
    )
    for name in ("commit", "bill", "pay"):
        rows = [(one.fund_id, one.amount, f"overpaid:{one.payment_id}", one.payment_id) for one in excess]
        _post(actor, name, rows, today)
    _note_unmatched(actor)
    paid = Bill.objects.filter(state=Bill.State.PAID).count() - before
    return (
        len(given),
        sum(given.values()),
        sum(one.amount for one in excess),
        paid,
        _open_count(),
    )


def _affordable(excess: Iterable[Excess]) -> list[Excess]:
    """The excess that the funds' available money covers; more than that stays an open payment to look at."""
    available = dict(bulk.rows("SELECT fund_id, balance FROM funding_account WHERE kind = 'available'"))
    taken = []
    for one in excess:
        if one.amount <= available.get(one.fund_id, 0):
            available[one.fund_id] -= one.amount
            taken.append(one)
    return taken


def _record(actor: Actor, given: list[tuple[int, int, int, int]], today: date) -> None:
    """Writes matches (payment, bill, fund, rupiah), what the bills now have, and billed money as paid."""
    if not given:
        return
    PaymentMatch.objects.bulk_create(
        PaymentMatch(payment_id=payment, bill_id=bill, amount=amount, matched_by=actor.user)
        for payment, bill, _, amount in given
    )
    bulk.run(_PAID, [[bill for _, bill, _, _ in given]])
    _post(
        actor,
        "pay",
        [(fund, amount, f"match:{payment}:{bill}", bill) for payment, bill, fund, amount in given],
        today,
    )


def _post(actor: Actor, name: str, rows: Iterable[tuple[int, int, str, int]], today: date) -> None:
    debit, credit = MOVES[name]
    post_within(
        actor,
        [
            Movement(fund, debit, credit, amount, today, "payment", cause, f"{key}:{name}")
            for fund, amount, key, cause in rows
        ],
    )


def _note_unmatched(actor: Actor) -> None:
    """Each payment with something open is an item with an owner; one that has found its bill is settled."""
    bulk.stage("open_payments", "id bigint, day date, amount bigint, reference text", bulk.rows(_UNSETTLED))
    bulk.run(
        "INSERT INTO coverage_difference (kind, detail, owner_id, state, settlement, key, region_code)"
        " SELECT 'payment_unmatched', jsonb_build_object('payment', id, 'day', day, 'amount', amount,"
        " 'reference', reference), %s, 'open', '', 'payment:' || id, %s FROM open_payments"
        " ON CONFLICT (key) DO NOTHING",
        [actor.user.pk, settings.PAYUNG_PROVINCE],
    )
    Difference.objects.filter(kind="payment_unmatched", state=Difference.State.OPEN).exclude(
        key__in=[f"payment:{row[0]}" for row in bulk.rows("SELECT id FROM open_payments")]
    ).update(
        state=Difference.State.SETTLED,
        settled_by=actor.user,
        settlement="Sudah dicocokkan dengan tagihan.",
    )


def _open_count() -> int:
    return len(bulk.rows(_UNSETTLED))
