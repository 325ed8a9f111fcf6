"""What the month's desks show: every queue with its count, the calendar of bills, files, changes, differences."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Prefetch, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Concat

from payung import database
from payung.coverage.ahead import people_decreed
from payung.coverage.models import (
    Amendment,
    Answer,
    Bill,
    Credit,
    Decree,
    Difference,
    MoneyBack,
    MonthlyChange,
    Payment,
    PaymentMatch,
    Upload,
)
from payung.database.statements import Statement
from payung.values import Month

_QUEUES = Statement("coverage", "desk_queues")

_DUE = """
SELECT count(*), coalesce(sum(amount - credit - paid), 0)::bigint, min(expires_on) FROM coverage_bill
 WHERE state IN ('draft', 'approved', 'sent') AND expires_on <= %s
"""

_CALENDAR = Statement("coverage", "desk_calendar")


@dataclass(frozen=True, slots=True)
class Due:
    """Bills to be paid by a day: how many, rupiah still open, and the earliest of their dates."""

    bills: int
    amount: int
    first: date | None


def queues(month: Month) -> dict[str, int]:
    """Every queue of the programme as of a month with its count, among what the session may see. One statement."""
    return {name: int(count) for name, count in _QUEUES.dicts({"month": month.number})[0].items()}


def due_by(day: date) -> Due:
    """Return what is due by a day and not paid."""
    return Due(*database.rows(_DUE, [day])[0])


def calendar(first: Month, months: int = 12) -> list[dict[str, Any]]:
    """Month by month: people decreed, bills by state, rupiah billed and paid."""
    last = first + (months - 1)
    decreed = people_decreed(first, last)
    found = _CALENDAR.dicts({"first": first.number, "last": last.number})
    return [
        {
            **row,
            "people": decreed[row["month"]],
            "month": Month(row["month"]),
            "open": row["amount"] - row["credit"] - row["paid"],
        }
        for row in found
    ]


def bills_for(month: Month) -> QuerySet[Bill]:
    """Return a month's bills, largest first, with their fund and payer."""
    return (
        Bill.objects.filter(month=month.number)
        .select_related("fund__payer", "proposed_by", "decided_by")
        .order_by("-amount", "pk")
    )


def uploads() -> list[dict[str, Any]]:
    """Return the files for the branch, latest first, each with its rows accepted, refused and not answered."""
    return database.dicts(
        "SELECT u.id, u.file_name, u.rows, u.sha256, u.made_at, u.month, d.number AS decree, f.name AS fund,"
        " f.group_code, count(r.id) FILTER (WHERE r.state = 'accepted') AS accepted,"
        " count(r.id) FILTER (WHERE r.state = 'refused') AS refused,"
        " count(r.id) FILTER (WHERE r.state = 'sent') AS waiting"
        " FROM coverage_upload u JOIN coverage_decree d ON d.id = u.decree_id JOIN funding_fund f ON f.id = u.fund_id"
        " LEFT JOIN coverage_registration r ON r.upload_id = u.id"
        " GROUP BY u.id, d.id, f.id ORDER BY waiting DESC, u.id DESC LIMIT 200"
    )


def answers() -> QuerySet[Answer]:
    """Return the applied answers of the branch, latest first, without the long lists of what they moved."""
    return (
        Answer.objects.select_related("applied_by", "taken_back_by")
        .defer("lines", "from_sent", "from_refused", "opened", "report")
        .order_by("-pk")
    )


def changes(state: str = "") -> QuerySet[MonthlyChange]:
    """Monthly changes, newest first, those waiting unless another state is asked."""
    found = MonthlyChange.objects.filter(state=state or MonthlyChange.State.PROPOSED)
    return found.select_related("person", "fund", "replacement", "amendment", "proposed_by").order_by("-pk")


def differences(kind: str = "", state: str = "open") -> QuerySet[Difference]:
    """Differences, oldest first, with person, fund and owner."""
    found = Difference.objects.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    return found.select_related("person", "fund", "owner", "settled_by").order_by("pk")


def decree_page(decree_id: int) -> Decree | None:
    """Return a decree with its amendments (each with its counts) and its files."""
    amendments = Amendment.objects.select_related("proposed_by", "decided_by").order_by("pk")
    return (
        Decree.objects.select_related("plan", "proposed_by", "decided_by")
        .prefetch_related(
            Prefetch("amendments", amendments),
            Prefetch("uploads", Upload.objects.select_related("fund").order_by("pk")),
        )
        .filter(pk=decree_id)
        .first()
    )


def amendment_page(amendment_id: int) -> Amendment | None:
    """Return an amendment with its decree and who proposed and approved it."""
    return (
        Amendment.objects.select_related("decree", "proposed_by", "decided_by")
        .filter(pk=amendment_id)
        .first()
    )


_AMENDED = Statement("coverage", "desk_amendment_lines")


def amendment_lines(amendment_id: int) -> list[dict[str, Any]]:
    """Return the lines an amendment removes, then those it adds, with reason and evidence, as the session may see.

    Rows: act, person_id, name, village, trade, fund, first and last (month numbers), amount, reason, evidence,
    instead_of (whose place a replacement takes).
    """
    return _AMENDED.dicts({"amendment": amendment_id})


def amendment_counts(decree_id: int) -> dict[int, dict[str, int]]:
    """For each amendment of a decree: people removed and added."""
    answer: dict[int, dict[str, int]] = {}
    for amendment, act, people in database.rows(
        "SELECT amendment_id, act, count(*) FROM coverage_annexline WHERE decree_id = %s AND amendment_id IS NOT NULL"
        " GROUP BY 1, 2",
        [decree_id],
    ):
        answer.setdefault(amendment, {"add": 0, "remove": 0})[act] = people
    return answer


def open_payments(without: Collection[int] = ()) -> QuerySet[Payment]:
    """Payments that an open item says are not (wholly) matched, but for those named; latest first, `left` open."""
    keys = Difference.objects.filter(kind="payment_unmatched", state="open").values_list(
        "detail__payment", flat=True
    )
    credited = Credit.objects.filter(payment=OuterRef("pk")).values("payment").annotate(sum=Sum("amount"))
    returned = MoneyBack.objects.filter(payment=OuterRef("pk")).values("payment").annotate(sum=Sum("amount"))
    matched = (
        PaymentMatch.objects.filter(payment=OuterRef("pk")).values("payment").annotate(sum=Sum("amount"))
    )
    return (
        Payment.objects.filter(pk__in={int(key) for key in keys if key is not None} - set(without))
        .annotate(
            left=F("amount")
            - Coalesce(Subquery(matched.values("sum")), 0)
            - Coalesce(Subquery(credited.values("sum")), 0)
            - Coalesce(Subquery(returned.values("sum")), 0)
        )
        .order_by("-paid_on", "-pk")
    )


def matches_of(bill: Bill) -> QuerySet[PaymentMatch]:
    """Return the matches of payments with a bill, in order; `left` is what was not taken back of each."""
    taken = (
        PaymentMatch.objects.filter(takes_back=OuterRef("pk"))
        .values("takes_back")
        .annotate(sum=Sum("amount"))
    )
    return (
        bill.matches.select_related("payment", "matched_by", "back")
        .annotate(left=F("amount") + Coalesce(Subquery(taken.values("sum")), 0))
        .order_by("pk")
    )


def money_back() -> QuerySet[Payment]:
    """Money that came into the account, latest first, of which nothing is told: `left` rupiah.

    `about_payments`: it says that it is a payment that came back, or names a bill; other money is not ours to tell.
    """
    told = MoneyBack.objects.filter(back=OuterRef("pk")).values("back").annotate(sum=Sum("amount"))
    key = Concat(Value("returned:"), Cast(OuterRef("pk"), CharField()))
    items = Difference.objects.filter(kind="payment_returned", state="open", key=key)
    return (
        Payment.objects.filter(amount__lt=0, same_as=None, credits__isnull=True)
        .annotate(left=-F("amount") - Coalesce(Subquery(told.values("sum")), 0), about_payments=Exists(items))
        .filter(left__gt=0)
        .order_by("-paid_on", "-pk")
    )


def public_check(code: str) -> dict[str, Any] | None:
    """Return what anybody with a check code may know of a decree: number, dates, signer, content hash, amendments.

    None for an unknown code or a decree not approved.
    """
    decree = (
        Decree.objects.filter(check_code=code.strip().upper(), status=Decree.Status.APPROVED)
        .only("pk", "number", "dated", "signer", "decided_at", "content_hash", "check_code")
        .first()
    )
    if decree is None:
        return None
    return {
        "decree": decree,
        "amendments": list(
            Amendment.objects.filter(decree=decree, status=Decree.Status.APPROVED)
            .order_by("pk")
            .values("number", "dated", "content_hash")
        ),
    }
