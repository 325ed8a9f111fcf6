"""Bills: one per fund and month, their lines frozen by one statement, made by one user and approved by another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from payung import database
from payung.access import approvals
from payung.access.actor import Actor, Refused, action, everyone_visible
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.today import today_or
from payung.coverage.models import Bill, Credit
from payung.coverage.tariff import TariffCase, law_in_force, stage_tariff
from payung.database.locks import Lock, one_at_a_time
from payung.database.planner import without
from payung.database.statements import Statement
from payung.funding.ledger import move
from payung.law.pricing import due_date
from payung.values import Month, Period

#: A code is good until the month's due date, or this long where the bill is made after it.
_GRACE = timedelta(days=14)

_FUNDS = """
SELECT f.id, f.group_code FROM funding_fund f
 WHERE EXISTS (SELECT 1 FROM coverage_covermonth c WHERE c.fund_id = f.id AND c.month = %(month)s)
   AND NOT EXISTS (SELECT 1 FROM coverage_bill b WHERE b.fund_id = f.id AND b.month = %(month)s)
 ORDER BY f.id
"""

_CASES = Statement("coverage", "bill_cases")

_LINES = Statement("coverage", "bill_lines")

_TOTALS = """
UPDATE coverage_bill b SET people = t.people, amount = t.amount
  FROM (SELECT bill_id, count(*) AS people, sum(jkk + jkm) AS amount FROM coverage_billline
         WHERE bill_id = ANY(%(bills)s) AND month = %(month)s GROUP BY bill_id) t
 WHERE b.id = t.bill_id
"""


@dataclass(frozen=True, slots=True)
class Billed:
    """What a billing run made: its new bills, and how many there were already for the month."""

    month: Month
    bills: tuple[Bill, ...]
    already: int

    @property
    def people(self) -> int:
        return sum(bill.people for bill in self.bills)

    @property
    def amount(self) -> int:
        return sum(bill.amount for bill in self.bills)


def payment_code(group_code: str, month: Month, fund_id: int) -> str:
    """Return the code of a bill until the branch gives its own: group, yymm, fund, check digit."""
    digits = f"{month.year % 100:02d}{month.month:02d}{fund_id:05d}"
    return f"{group_code}{digits}{_luhn(digits)}"


def _luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def make_bills(actor: Actor, *, month: Month, today: date | None = None) -> Billed:
    """Make the month's bill of every fund that covers somebody in it and has none yet.

    Each line is a covered person priced by the law of that month from the facts frozen in the decree; people
    whom the branch refused are left out. Excess of earlier months lowers what is to be paid. Money moves from
    committed to billed. Repeating it makes nothing twice. Raises NotAllowed, Refused (money does not reach).
    """
    today = today_or(today)
    with action(actor, Act.BILL_MAKE, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.COVERS)
        one_at_a_time(Lock.BILLS)
        already = Bill.objects.filter(month=month.number).count()
        with everyone_visible():
            funds = database.rows(_FUNDS, {"month": month.number})
            if not funds:
                deed.unchanged()
                return Billed(month, (), already)
            made = _create(actor, funds, month, today)
            cases = _CASES.typed(TariffCase, {"month": month.number})
            tariff = stage_tariff(cases, Period(month, month + 1))
            lines = {"bills": list(made), "month": month.number}
            # Statistics cannot tell how many rows row security lets pass: the planner expects one in twenty and
            # would look up each cover's line and tariff in turn.
            with without("enable_nestloop"):
                _LINES.run(lines, tariff=tariff)
            database.run(_TOTALS, lines)
        Bill.objects.filter(pk__in=made, people=0).delete()
        credit = _use_credit(actor, made, month)
        bills = tuple(Bill.objects.filter(pk__in=made).select_related("fund").order_by("fund_id"))
        approvals.seal(bills)
        _move_money(actor, bills, credit, month, today)
        deed.data = {"month": str(month), "bills": len(bills), "amount": sum(bill.amount for bill in bills)}
    return Billed(month, bills, already)


def _create(actor: Actor, funds: list[tuple[int, str]], month: Month, today: date) -> list[int]:
    due = due_date(month)
    expires = due if due >= today else today + _GRACE
    bills = Bill.objects.bulk_create(
        Bill(
            fund_id=fund,
            month=month.number,
            people=0,
            amount=0,
            law=law_in_force(),
            payment_code=payment_code(group, month, fund),
            expires_on=expires,
            proposed_by=actor.user,
        )
        for fund, group in funds
    )
    return [bill.pk for bill in bills]


def _use_credit(actor: Actor, bills: Iterable[int], month: Month) -> dict[int, int]:
    """Set the funds' excess against the new bills; return the rupiah used by fund."""
    held = dict(database.rows("SELECT fund_id, sum(amount)::bigint FROM coverage_credit GROUP BY fund_id"))
    used: dict[int, int] = {}
    rows = []
    for bill in Bill.objects.filter(pk__in=list(bills)):
        part = min(held.get(bill.fund_id, 0), bill.amount)
        if part > 0:
            used[bill.fund_id] = part
            rows.append(
                Credit(
                    fund_id=bill.fund_id,
                    amount=-part,
                    cause=Credit.Cause.USED,
                    month=month.number,
                    bill=bill,
                    key=f"used:{bill.pk}",
                    by=actor.user,
                )
            )
    Credit.objects.bulk_create(rows)
    if used:
        database.run(
            "UPDATE coverage_bill b SET credit = -c.amount FROM coverage_credit c"
            " WHERE c.bill_id = b.id AND c.cause = 'used' AND b.id = ANY(%s)",
            [[row.bill_id for row in rows]],
        )
    return used


def _move_money(
    actor: Actor, bills: Sequence[Bill], credit: dict[int, int], month: Month, today: date
) -> None:
    """Turn committed money into billed; what the excess pays becomes available again.

    Where the law has become dearer since the decree, the fund's available money makes up the rest.
    """
    if not bills:
        return
    committed = dict(database.rows("SELECT fund_id, balance FROM funding_account WHERE kind = 'committed'"))
    amounts = {bill.fund_id: bill.amount for bill in bills}
    short = {fund: amount - committed.get(fund, 0) for fund, amount in amounts.items()}
    payable = {fund: amount - credit.get(fund, 0) for fund, amount in amounts.items()}
    for name, moved in (
        ("commit", {fund: missing for fund, missing in short.items() if missing > 0}),
        ("bill", payable),
        ("uncommit", credit),
    ):
        move(
            actor,
            name,
            moved,
            cause="bill",
            cause_id={bill.fund_id: bill.pk for bill in bills},
            key=f"bills:{bills[0].pk}",
            effective_on=today,
            note=str(month),
        )


def approve_bills(actor: Actor, *, month: Month | None = None, bill_ids: Iterable[int] | None = None) -> int:
    """Approve draft bills of a month, or those named; how many. Repeating it changes nothing.

    Raises NotAllowed; OwnProposal where the actor made one of them; ContentChanged.
    """
    with action(actor, Act.BILL_APPROVE, region_code=WHOLE_PROVINCE) as deed:
        waiting = _chosen(month, bill_ids).filter(state=Bill.State.DRAFT)
        drafts = list(waiting.order_by("pk").select_for_update())
        approvals.decide(actor, deed, drafts, Bill.State.APPROVED)
        ids = [bill.pk for bill in drafts]
        deed.data["bills"] = ids
        if not ids:
            deed.unchanged()
    return len(ids)


def approve_bill(actor: Actor, *, bill_id: int) -> Bill:
    """Approve one draft bill. Raises NotAllowed, OwnProposal, ContentChanged."""
    approve_bills(actor, bill_ids=[bill_id])
    return Bill.objects.get(pk=bill_id)


def send_bills(actor: Actor, *, month: Month | None = None, bill_ids: Iterable[int] | None = None) -> int:
    """Mark approved bills as sent and return how many. One that its fund's excess pays whole is paid."""
    with action(actor, Act.BILL_SEND, region_code=WHOLE_PROVINCE) as deed:
        approved = _chosen(month, bill_ids).filter(state=Bill.State.APPROVED)
        ids = list(approved.select_for_update().values_list("pk", flat=True))
        sent = Bill.objects.filter(pk__in=ids)
        sent.update(state=Bill.State.SENT)
        sent.filter(credit=F("amount")).update(state=Bill.State.PAID)
        deed.data = {"bills": ids}
        if not ids:
            deed.unchanged()
    return len(ids)


def send_bill(actor: Actor, *, bill_id: int) -> Bill:
    """Mark one approved bill as sent. Raises NotAllowed."""
    send_bills(actor, bill_ids=[bill_id])
    return Bill.objects.get(pk=bill_id)


def set_payment_code(actor: Actor, *, bill_id: int, code: str, expires_on: date) -> Bill:
    """Put the code that the branch gave, with its expiry, on a bill that is not paid yet. Raises Refused."""
    code = code.strip().upper()
    with action(actor, Act.BILL_CODE, region_code=WHOLE_PROVINCE) as deed:
        bill = Bill.objects.select_for_update().filter(pk=bill_id).first()
        if bill is None or bill.state in (Bill.State.PAID, Bill.State.RECONCILED):
            raise Refused(
                _("Tagihan %(bill_id)s tidak ada atau sudah dibayar."),
                bill_id=bill_id,
            )
        if not 6 <= len(code) <= 30 or Bill.objects.filter(payment_code=code).exclude(pk=bill_id).exists():
            raise Refused(
                _("Kode iuran %(code)s tidak sah atau sudah dipakai tagihan lain."),
                code=code,
            )
        if (bill.payment_code, bill.expires_on) == (code, expires_on):
            deed.unchanged()
        deed.subject_id, deed.data = bill_id, {"before": bill.payment_code, "after": code}
        bill.payment_code, bill.expires_on = code, expires_on
        bill.save(update_fields=["payment_code", "expires_on"])
    return bill


def _chosen(month: Month | None, bill_ids: Iterable[int] | None) -> QuerySet[Bill]:
    if bill_ids is not None:
        return Bill.objects.filter(pk__in=list(bill_ids))
    if month is None:
        raise ValueError("either a month or bill ids")
    return Bill.objects.filter(month=month.number)
