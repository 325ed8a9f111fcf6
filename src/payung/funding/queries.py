"""What the faces read about funds: balances on any day, statements, what waits for approval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from payung.funding.models import Account, Entry, Fund, FundChange, Release
from payung.values import Month

#: accounts in the order money passes through them
ACCOUNTS = tuple(kind.value for kind in Account.Kind if kind != Account.Kind.WORLD)


def balances(
    fund_ids: Iterable[int] | None = None, *, as_of: date | None = None
) -> dict[int, dict[str, int]]:
    """Rupiah in each account of each fund: {fund id: {account: rupiah}}.

    Without `as_of` everything posted counts, so `available` is what may still be committed. With a day, only
    movements in force by then; `available` below zero then tells that commitments run ahead of the releases.
    """
    ids = None if fund_ids is None else list(fund_ids)
    found: dict[int, dict[str, int]] = {}
    if as_of is None:
        accounts = Account.objects.exclude(kind=Account.Kind.WORLD)
        if ids is not None:
            accounts = accounts.filter(fund_id__in=ids)
        rows = accounts.values_list("fund_id", "kind", "balance")
        for fund, kind, balance in rows:
            found.setdefault(fund, dict.fromkeys(ACCOUNTS, 0))[kind] = balance
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT fund_id, kind, sum(change)::bigint FROM (
                 SELECT fund_id, debit AS kind, -amount AS change FROM funding_entry
                   WHERE effective_on <= %(day)s AND (%(ids)s::bigint[] IS NULL OR fund_id = ANY(%(ids)s))
                 UNION ALL
                 SELECT fund_id, credit, amount FROM funding_entry
                   WHERE effective_on <= %(day)s AND (%(ids)s::bigint[] IS NULL OR fund_id = ANY(%(ids)s))
               ) moves WHERE kind <> 'world' GROUP BY 1, 2""",
            {"day": as_of, "ids": ids},
        )
        rows = cursor.fetchall()
    for fund, kind, balance in rows:
        found.setdefault(fund, dict.fromkeys(ACCOUNTS, 0))[kind] = balance
    for fund in ids or Fund.objects.values_list("pk", flat=True):
        found.setdefault(fund, dict.fromkeys(ACCOUNTS, 0))
    return found


@dataclass(frozen=True, slots=True)
class FundRow:
    """A fund with its balances and what was released by a day."""

    fund: Fund
    balance: dict[str, int]
    released: int
    waiting: FundChange | None = None

    @property
    def used(self) -> int:
        """Rupiah committed, billed or paid."""
        return self.balance["committed"] + self.balance["billed"] + self.balance["paid"]

    @property
    def parts(self) -> list[tuple[str, int, int]]:
        """(account, rupiah, percent of the fund) of what the fund's money is doing, in order."""
        whole = max(self.fund.amount, 1)
        names = ("paid", "billed", "committed", "available", "pledged", "refunded", "expired")
        return [(name, self.balance[name], self.balance[name] * 100 // whole) for name in names]


def fund_rows(funds: QuerySet[Fund] | None = None, *, today: date) -> list[FundRow]:
    """Funds with payer, balances, money released by `today` and a change that waits; four queries."""
    chosen = list((Fund.objects.all() if funds is None else funds).select_related("payer").order_by("code"))
    ids = [fund.pk for fund in chosen]
    balance = balances(ids)
    released = dict(
        Release.objects.filter(fund_id__in=ids, month__lte=Month.containing(today).number)
        .values_list("fund_id")
        .annotate(total=Sum("amount"))
    )
    waiting = {
        change.fund_id: change
        for change in FundChange.objects.filter(fund_id__in=ids, status=FundChange.Status.PROPOSED)
    }
    nothing = dict.fromkeys(ACCOUNTS, 0)
    return [
        FundRow(fund, balance.get(fund.pk, nothing), released.get(fund.pk, 0), waiting.get(fund.pk))
        for fund in chosen
    ]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One entry of a statement with the balance available after it."""

    entry: Entry
    available: int
    spent: int


@dataclass(slots=True)
class FundStatement:
    """A fund's entries of a span of days, oldest first, with balances at both ends."""

    fund: Fund
    first: date | None
    last: date | None
    opening: dict[str, int]
    closing: dict[str, int]
    lines: list[StatementLine] = field(default_factory=list)
    more: int = 0


def statement(
    fund: Fund, *, first: date | None = None, last: date | None = None, limit: int | None = None
) -> FundStatement:
    """Entries in force from `first` to `last` (both included; no bound when None). `limit` cuts the lines."""
    nothing = dict.fromkeys(ACCOUNTS, 0)
    before = date.fromordinal(first.toordinal() - 1) if first else None
    opening = balances([fund.pk], as_of=before)[fund.pk] if before else dict(nothing)
    entries = Entry.objects.filter(fund=fund).select_related("actor").order_by("effective_on", "id")
    if first:
        entries = entries.filter(effective_on__gte=first)
    if last:
        entries = entries.filter(effective_on__lte=last)
    running = dict(opening)
    lines: list[StatementLine] = []
    total = 0
    for entry in entries.iterator(chunk_size=5_000):
        total += 1
        if entry.debit in running:
            running[entry.debit] -= entry.amount
        if entry.credit in running:
            running[entry.credit] += entry.amount
        if limit is None or len(lines) < limit:
            spent = running["committed"] + running["billed"] + running["paid"]
            lines.append(StatementLine(entry, running["available"], spent))
    return FundStatement(fund, first, last, opening, running, lines, total - len(lines))


def waiting_for_approval(user_id: int | None = None) -> dict[str, list[Any]]:
    """Proposed funds and changes; with `user_id`, only those that this user did not propose."""
    others = Q() if user_id is None else ~Q(proposed_by_id=user_id)
    return {
        "funds": list(
            Fund.objects.filter(others, status=Fund.Status.PROPOSED).select_related("payer", "proposed_by")
        ),
        "changes": list(
            FundChange.objects.filter(others, status=FundChange.Status.PROPOSED).select_related(
                "fund", "proposed_by"
            )
        ),
    }


def releases_of(fund_ids: Iterable[int]) -> dict[int, list[tuple[Month, int]]]:
    """Each fund's money by the month it becomes available, in order."""
    found: dict[int, list[tuple[Month, int]]] = {}
    rows = Release.objects.filter(fund_id__in=list(fund_ids)).order_by("fund_id", "month")
    for fund, month, amount in rows.values_list("fund_id", "month", "amount"):
        found.setdefault(fund, []).append((month, amount))
    return found
