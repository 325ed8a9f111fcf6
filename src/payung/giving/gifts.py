"""What became of a donor's promise: people, months, money, claims. Counts only, places and trades rounded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from payung import database
from payung.access.actor import everyone_visible
from payung.allocation import Candidate
from payung.coverage.models import Bill
from payung.database.statements import Statement
from payung.disclosure import ladder
from payung.disclosure.rounding import is_small
from payung.giving.models import Donation
from payung.oversight.rounding import rounding
from payung.registry.queries import occupation_labels, region_names
from payung.values import Month

#: With fewer people than this under a gift, one claim among them would tell too much about somebody.
CLAIMS_LEAST = 20
PAID = (Bill.State.PAID, Bill.State.RECONCILED)

_PEOPLE = Statement("giving", "gift_people")


class _Group(NamedTuple):
    """People of a gift in a village and a trade, with their months; `last` is the last month decreed."""

    region: str
    trade: str
    people: int
    active: int
    months: int
    active_months: int
    last: int


_CLAIMS = """
SELECT c.kind, count(*)::int, coalesce(sum(c.owed), 0)::bigint,
       count(*) FILTER (WHERE c.state = 'paid' OR c.paid_on IS NOT NULL)::int,
       coalesce(sum(c.paid_amount), 0)::bigint
  FROM claims_case c
  JOIN coverage_covermonth m ON m.person_id = c.person_id AND m.fund_id = %(fund)s
   AND m.month = extract(year FROM c.event_on)::int * 12 + extract(month FROM c.event_on)::int - 1
 WHERE c.state <> 'refused' AND c.kind <> 'other'
 GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A place or trade under a gift, its counts rounded."""

    code: str
    name: str
    decreed: int
    active: int


@dataclass(frozen=True, slots=True)
class Claim:
    """Claims of one kind under a gift: how many, what the law owes, how many are paid and with how much."""

    kind: str
    cases: int
    owed: int
    paid: int
    paid_rupiah: int


@dataclass(slots=True)
class Gift:
    """A promise with everything its donor may know. `month` is the newest month whose bill is paid.

    `decreed_months` are the months in which a decree names people of the gift, whether a code was issued yet or not.
    """

    donation: Donation
    bills: list[Bill] = field(default_factory=list)
    month: Month | None = None
    people: int = 0
    active: int = 0
    person_months: int = 0
    active_months: int = 0
    last_month: Month | None = None
    decreed_months: int = 0
    villages: list[Row] = field(default_factory=list)
    trades: list[Row] = field(default_factory=list)
    outside: int = 0
    claims: list[Claim] | None = None

    @property
    def paid(self) -> int:
        """Rupiah proved to have reached BPJS, also of months that are not paid whole yet."""
        return sum(bill.paid for bill in self.bills)

    @property
    def settled(self) -> int:
        """Rupiah proved to have reached BPJS for the months that are paid whole."""
        return sum(bill.paid for bill in self.bills if bill.state in PAID)

    @property
    def paid_months(self) -> list[Month]:
        return [bill.month for bill in self.bills if bill.state in PAID]

    @property
    def confirmed(self) -> bool:
        """Whether at least one month is paid whole and its proof matched."""
        return bool(self.paid_months)

    @property
    def to_pay(self) -> list[Bill]:
        """Bills whose code the donor can pay now."""
        return [bill for bill in self.bills if bill.state in (Bill.State.APPROVED, Bill.State.SENT)]

    @property
    def months(self) -> int:
        """Months of the gift that are to be paid: those decreed, and any with a bill."""
        return max(self.decreed_months, len(self.bills))

    @property
    def all_paid(self) -> bool:
        """Whether every month of the gift is paid whole."""
        return self.confirmed and len(self.paid_months) >= self.months

    @property
    def promised_months(self) -> int:
        """Months of cover promised: one worker for one month counts one."""
        return self.donation.people * self.donation.months

    def renews_from(self, today: date) -> Month:
        """Return the first month of renewing the gift: after the last one promised or decreed, not in the past."""
        first: Month = self.donation.first_month
        ends = [first + (self.donation.months - 1), Month.containing(today)]
        return max([*ends, *([self.last_month] if self.last_month else [])]) + 1

    def months_left(self, now: Month) -> int:
        """Months of decreed cover after this one."""
        return 0 if self.last_month is None else max(0, self.last_month.number - now.number)

    def overdue(self, today: date) -> bool:
        """Return whether a code has run out unpaid."""
        return any(bill.expires_on < today for bill in self.to_pay)

    @property
    def place(self) -> str:
        return place_name(self.donation.region_code)

    @property
    def trade(self) -> str:
        return self.donation.trade.label if self.donation.trade else ""


def place_name(code: str) -> str:
    """Name a region for a donor, with the regions around it."""
    names = region_names()
    if not code:
        return names[settings.PAYUNG_PROVINCE]
    return ", ".join(names.get(code[:width], code[:width]) for width in (13, 8, 5) if len(code) >= width)


def gift(donation: Donation) -> Gift:
    """Return the progress of a promise. Five statements at most."""
    made = Gift(donation)
    fund = donation.fund_id
    if fund is None:
        return made
    made.bills = list(Bill.objects.filter(fund_id=fund).exclude(state=Bill.State.DRAFT).order_by("month"))
    made.month = max(made.paid_months, default=None)
    _count(made, fund)
    return made


def _count(made: Gift, fund: int) -> None:
    with transaction.atomic(), everyone_visible():
        groups = _PEOPLE.typed(_Group, {"fund": fund, "month": made.month.number if made.month else -1})
        claims = [Claim(*row) for row in database.rows(_CLAIMS, {"fund": fund})]
        ((months,),) = database.rows(
            "SELECT count(DISTINCT month) FROM coverage_covermonth WHERE fund_id = %s", [fund]
        )
    made.people = sum(group.people for group in groups)
    made.active = sum(group.active for group in groups)
    made.person_months = sum(group.months for group in groups)
    made.active_months = sum(group.active_months for group in groups)
    last = max((group.last for group in groups), default=None)
    made.last_month = None if last is None else Month(last)
    made.decreed_months = months
    made.claims = claims if made.people >= CLAIMS_LEAST else None
    made.active = _few_apart(fund, "active", made.active, made.people)
    made.active_months = _few_apart(fund, "active_months", made.active_months, made.person_months)
    made.villages = _summed(made, [(group.region, group) for group in groups], region_names())
    made.trades = _summed(made, [(group.trade, group) for group in groups], occupation_labels())
    terms = made.donation.terms
    outside = sum(
        group.people
        for group in groups
        if not terms.allows(Candidate("", region=group.region, trade=group.trade))
    )
    made.outside = _few_apart(fund, "outside", outside, made.people)


def _few_apart(fund: int, name: str, people: int, whole: int) -> int:
    """Return some of the people of a gift as its donor may know them: exact unless they or the others are few."""
    return ladder.part(name, people, whole, whole, _draw(f"gift|{fund}"), keep=True)


def _draw(cell: str) -> ladder.Draw:
    return lambda measure, people: rounding().of(f"{cell}|{measure}", people)


def _summed(gift: Gift, groups: list[tuple[str, _Group]], names: dict[str, str]) -> list[Row]:
    """Each place or trade of a gift, the largest first; where there is one only, it is all of them; few have none."""
    if is_small(gift.people):
        return []
    found: dict[str, list[int]] = {}
    for code, group in groups:
        sums = found.setdefault(code, [0, 0])
        sums[0] += group.people
        sums[1] += group.active
    if len(found) == 1:
        return [Row(code, names.get(code, code), gift.people, gift.active) for code in found]
    made = []
    fund = gift.donation.fund_id
    for code, (decreed, active) in found.items():
        cells = (("active", active), ("decreed", decreed))
        told = ladder.rounded(dict(cells), _draw(f"gift|{fund}|{code}"))
        made.append(Row(code, names.get(code, code), told["decreed"], told["active"]))
    return sorted((row for row in made if row.decreed), key=lambda row: (-row.decreed, row.name))


def by_check_code(code: str) -> Gift | None:
    """Return the gift whose certificate bears this code; None for any other text."""
    found = Donation.objects.filter(check_code=code.strip().upper()).select_related("fund__payer", "trade")
    donation = found.first()
    return gift(donation) if donation else None


def shown_name(donation: Donation) -> str:
    """Return the donor's name for a public page: whole by consent, else its initials."""
    if donation.listed:
        return donation.name
    return " ".join(f"{word[0]}•••" for word in donation.name.split())


def unpaid(today: date) -> set[int]:
    """Ids of donations with a code that ran out unpaid, which somebody should ask about."""
    late = Bill.objects.filter(state__in=(Bill.State.APPROVED, Bill.State.SENT), expires_on__lt=today)
    return set(late.filter(fund__donation__isnull=False).values_list("fund__donation", flat=True))
