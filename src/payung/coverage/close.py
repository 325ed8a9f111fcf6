"""The whole month in order: changes, amendments, files, answers, bills, payments, differences, notices.

Each step is an action that is safe to repeat, so the month can be closed again and again; it stops where a
person must act, and says what and who.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypedDict, TypeVar, Unpack

from payung import database
from payung.access.actor import Actor, Refused
from payung.access.today import today_or
from payung.coverage.affordable import OutOfMoney
from payung.coverage.amendments import approve_amendment, propose_amendment
from payung.coverage.bills import approve_bills, make_bills, send_bills
from payung.coverage.changes import find_changes
from payung.coverage.differences import compare, reconcile_bills
from payung.coverage.models import Amendment, Bill, Decree
from payung.coverage.notices import make_notices
from payung.coverage.payments import match_payments
from payung.coverage.uploads import make_uploads
from payung.values import Month

T = TypeVar("T")


class Done(TypedDict, total=False):
    """What a step of the month did: how many people, lines, bills or rupiah (`amount`), or which files."""

    found: dict[str, int]
    number: str
    removed: int
    replaced: int
    added: int
    empty: int
    new: int | list[str]
    rows: int
    people: int
    amount: int
    bills: int
    matched: int
    open: int | dict[str, int]


class ClosingStep(Done):
    """A step of the month by its name."""

    step: str


class Waiting(TypedDict):
    """What a person must do (Indonesian and English) and who, in Indonesian."""

    what: str
    who: str
    english: str


class ClosingData(TypedDict):
    """How far a month got, as JSON."""

    month: str
    closed: bool
    steps: list[ClosingStep]
    waiting: list[Waiting]


@dataclass
class Closing:
    """How far a month got: each step with what it did, and what waits for whom. `closed` when nothing waits."""

    month: Month
    steps: list[ClosingStep] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    #: What waits for money, and does not keep the month of everybody else from going on.
    short: list[OutOfMoney] = field(default_factory=list)

    @property
    def closed(self) -> bool:
        return not self.waiting

    def did(self, step: str, **what: Unpack[Done]) -> None:
        self.steps.append({"step": step, **what})

    def waits(self, what: str, who: str, english: str) -> None:
        self.waiting.append({"what": what, "who": who, "english": english})

    def try_to(self, work: Callable[[], T]) -> T | None:
        """Do a step of the work; where it is refused, note it for a person and return None."""
        try:
            return work()
        except OutOfMoney as short:
            self.short.append(short)
            return None
        except Refused as refused:
            self.waits(refused.sentence, "operator", refused.english)
            return None

    def as_data(self) -> ClosingData:
        return {"month": str(self.month), "closed": self.closed, "steps": self.steps, "waiting": self.waiting}


def close_month(
    actor: Actor,
    *,
    month: Month,
    out_dir: Path,
    today: date | None = None,
    approver: Actor | None = None,
    without_answers: bool = False,
) -> Closing:
    """Do the month as far as it goes without another person; `approver` approves what is proposed on the way.

    Stops before the bills while an amendment waits (so that nobody is billed who has died) or while the branch
    has not answered (unless `without_answers`). Safe to run again. Raises NotAllowed, Refused.
    """
    closing = Closing(month)
    _do(closing, actor, today_or(today), out_dir, approver, without_answers)
    for short in closing.short:
        closing.waits(short.sentence, "operator", short.english)
    return closing


def _do(
    closing: Closing, actor: Actor, today: date, out_dir: Path, approver: Actor | None, without_answers: bool
) -> None:
    _changes(closing, actor, closing.month, today, approver)
    if closing.waiting:
        return
    _files(closing, actor, closing.month, today, out_dir)
    if closing.waiting and not without_answers:
        return
    _bills(closing, actor, closing.month, today, approver)


def _changes(closing: Closing, actor: Actor, month: Month, today: date, approver: Actor | None) -> None:
    billed = Bill.objects.filter(month=month.number).exists()
    closing.did("changes", found={} if billed else find_changes(actor, month=month))
    for decree in _decrees_with_changes():
        number = _next_number(decree, month)
        made = closing.try_to(
            lambda decree=decree, number=number: propose_amendment(  # type: ignore[misc]
                actor, decree_id=decree.pk, number=number, dated=today
            )
        )
        if made is not None:
            if made.short:
                closing.short.append(OutOfMoney(made.short))
            closing.did(
                "amendment",
                number=number,
                removed=made.removed,
                replaced=made.replaced,
                added=made.added,
                empty=made.empty,
            )
    for amendment in Amendment.objects.filter(status=Decree.Status.PROPOSED).order_by("pk"):
        if approver is not None:
            done = closing.try_to(
                lambda pk=amendment.pk: approve_amendment(approver, amendment_id=pk, today=today)  # type: ignore[misc]
            )
            if done is not None:
                closing.did("amendment_approved", number=amendment.number)
        else:
            closing.waits(
                f"SK perubahan {amendment.number} menunggu persetujuan",
                "penyetuju",
                f"amendment {amendment.number} waits for approval",
            )


def _files(closing: Closing, actor: Actor, month: Month, today: date, out_dir: Path) -> None:
    new = []
    for decree in Decree.objects.filter(status=Decree.Status.APPROVED).order_by("pk"):
        if _has_new_lines(decree):
            new += [one for one in make_uploads(actor, decree_id=decree.pk, out_dir=out_dir) if one.new]
    closing.did("files", new=[str(one.path) for one in new], rows=sum(one.rows for one in new))
    unanswered = database.rows(
        "SELECT u.file_name, count(*) FROM coverage_registration r JOIN coverage_upload u ON u.id = r.upload_id"
        " WHERE r.state = 'sent' AND u.month <= %s GROUP BY u.id ORDER BY u.id",
        [month.number],
    )
    for name, count in unanswered:
        closing.waits(
            f"{name}: {count} orang belum dijawab cabang", "cabang", f"{name}: {count} people not answered"
        )


def _bills(closing: Closing, actor: Actor, month: Month, today: date, approver: Actor | None) -> None:
    billed = closing.try_to(lambda: make_bills(actor, month=month, today=today))
    if billed is None:
        return
    closing.did("bills", new=len(billed.bills), people=billed.people, amount=billed.amount)
    if approver is not None:
        closing.did("bills_approved", bills=approve_bills(approver, month=month))
    closing.did("bills_sent", bills=send_bills(actor, month=month))
    matched = match_payments(actor, today=today)
    closing.did("payments", matched=matched.matched, amount=matched.matched_amount, open=matched.unmatched)
    differences = compare(actor, month=month, today=today)
    closing.did("differences", open=differences)
    closing.did("reconciled", bills=reconcile_bills(actor, month=month))
    closing.did("notices", new=make_notices(actor, month=month))
    states = dict(
        database.rows(
            "SELECT state, count(*) FROM coverage_bill WHERE month = %s GROUP BY state", [month.number]
        )
    )
    if states.get("draft"):
        closing.waits(
            f"{states['draft']} tagihan menunggu persetujuan",
            "penyetuju",
            f"{states['draft']} bills wait for approval",
        )
    unpaid = states.get("approved", 0) + states.get("sent", 0)
    if unpaid:
        closing.waits(
            f"{unpaid} tagihan {month.in_words()} belum dibayar; muat rekening koran",
            "pembayar",
            f"{unpaid} bills are not paid; load the bank statement",
        )
    for kind, count in differences.items():
        closing.waits(f"{count} selisih: {kind}", "operator", f"{count} differences: {kind}")


def _decrees_with_changes() -> list[Decree]:
    found = database.rows(
        "SELECT a.decree_id FROM coverage_monthlychange k"
        " JOIN coverage_covermonth c ON c.person_id = k.person_id AND c.month >= k.from_month"
        " JOIN coverage_annexline a ON a.id = c.line_id WHERE k.state = 'proposed' AND k.amendment_id IS NULL"
        " UNION SELECT decree_id FROM coverage_monthlychange WHERE state = 'proposed' AND amendment_id IS NULL"
        " AND kind = 'joins'"
    )
    return list(Decree.objects.filter(pk__in=[decree for (decree,) in found]).order_by("pk"))


def _next_number(decree: Decree, month: Month) -> str:
    """Return a number for an amendment without one: the decree's, the month, and a running count."""
    count = Amendment.objects.filter(decree=decree).count() + 1
    return f"{decree.number[:45]}-P{count}/{month}"


def _has_new_lines(decree: Decree) -> bool:
    """Return whether a decree or an approved amendment of it has lines of a fund that no file was made for yet."""
    return bool(
        database.rows(
            "SELECT 1 FROM coverage_annexline l LEFT JOIN coverage_amendment a ON a.id = l.amendment_id"
            " WHERE l.decree_id = %s AND (l.amendment_id IS NULL OR a.status = 'approved')"
            " AND NOT EXISTS (SELECT 1 FROM coverage_upload u WHERE u.decree_id = l.decree_id"
            " AND u.fund_id = l.fund_id AND u.amendment_id IS NOT DISTINCT FROM l.amendment_id) LIMIT 1",
            [decree.pk],
        )
    )
