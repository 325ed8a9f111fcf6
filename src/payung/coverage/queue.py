"""The queue of each fund: who takes a freed place, in the plan's own order, within the fund's terms and its money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from payung import database
from payung.access.today import today_or
from payung.coverage.models import Amendment, Decree
from payung.coverage.tariff import NO_INCOME
from payung.database.staging import Staged
from payung.database.statements import Statement
from payung.funding.models import Fund, Plan


class _Candidate(NamedTuple):
    """Somebody next in a fund's queue, as the annex would name them; `until` is the last month they may be enrolled."""

    fund_id: int
    person_id: int
    income: int | None
    sector: str
    payer: str
    name: str
    trade: str
    region_code: str
    until: int | None


class _Place(NamedTuple):
    """A place that a change frees: its fund's months from the first not billed to before `end`."""

    change_id: int
    fund_id: int
    first: int
    end: int


class _Given(NamedTuple):
    """Who takes a place, until before which month, and what that costs in rupiah."""

    place: _Place
    candidate: _Candidate
    end: int
    amount: int


#: Rupiah of all earlier months, by income, sector, kind of payer and month, as `stage_tariff` sums them.
_Prices = Mapping[tuple[int, str, str, int], int]

#: So many times as many candidates are read where none of those read could take a place.
_MORE = 8

_WAITING = Statement("coverage", "queue_waiting")

_QUEUE = Statement("coverage", "queue_candidates")

_PLACES = Statement("coverage", "queue_places")

_MONEY = Statement("coverage", "queue_money")

_ADD = Statement("coverage", "queue_add")
_JOINING = {
    "person_id": "bigint",
    "fund_id": "bigint",
    "first_month": "integer",
    "end_month": "integer",
    "amount": "bigint",
    "income": "bigint",
    "sector": "text",
    "name": "text",
    "trade": "text",
    "region_code": "text",
}


_NEXT = Statement("coverage", "queue_next")


def next_in_queue(
    plan: Plan, fund: Fund, limit: int = 100, today: date | None = None
) -> list[dict[str, Any]]:
    """List who is next when a place or money of `fund` comes free, in the plan's order, at most `limit`.

    Each: rank, person_id, name, region_code, region. Only people whom the session may see and the fund may pay for.
    """
    values = {"plan": plan.pk, "fund": fund.pk, "limit": limit, "today": today_or(today)}
    return _NEXT.dicts(values)


def give_places(decree: Decree, amendment: Amendment, leaving: Staged, tariff: Staged, *, today: date) -> int:
    """Give each place in the staged `leaving` to the next in its fund's queue; how many were given.

    Somebody next in two funds' queues takes the place that comes first in the order of leaving. Whoever may not be
    enrolled in its months, or costs more than there is, is passed over and stays in the queue. Ten statements, however
    many places; some more where many are passed over.
    """
    about = {"decree": decree.pk, "amendment": amendment.pk}
    places = [_Place(*row) for row in _PLACES.rows(leaving=leaving)]
    if not places:
        return 0
    waiting = _WAITING.stage("waiting", {"plan": decree.plan_id})
    waiting.analyze()
    leaving.analyze()
    prices = {
        (income, sector, kind, month): total
        for income, sector, kind, month, total in database.rows(
            f"SELECT income, sector, kind, month, before FROM {tariff.identifier}"
        )
    }
    money = dict(_MONEY.rows(about, leaving=leaving, tariff=tariff))
    most = len(places)
    while True:
        queue: dict[int, list[_Candidate]] = defaultdict(list)
        for candidate in _QUEUE.typed(
            _Candidate, {"today": today, "most": most}, leaving=leaving, waiting=waiting
        ):
            queue[candidate.fund_id].append(candidate)
        further = {fund for fund, found in queue.items() if len(found) == most}
        given, empty = _choose(places, queue, money, prices)
        if not further & empty:
            break
        most *= _MORE
    _write(about, given)
    return len(given)


def _choose(
    places: Sequence[_Place],
    queue: Mapping[int, list[_Candidate]],
    money: Mapping[int, int],
    prices: _Prices,
) -> tuple[list[_Given], set[int]]:
    """Return who takes which place, and the funds that could pay for more than those in their queue take."""
    left, taken = defaultdict(int, money), set[int]()
    given, empty = [], set[int]()
    for place in places:
        for candidate in queue.get(place.fund_id, ()):
            until = candidate.until
            end = place.end if until is None else min(place.end, until + 1)
            if candidate.person_id in taken or end <= place.first:
                continue
            amount = _cost(prices, candidate, place.first, end)
            if amount > left[place.fund_id]:
                continue
            left[place.fund_id] -= amount
            taken.add(candidate.person_id)
            given.append(_Given(place, candidate, end, amount))
            break
        else:
            if left[place.fund_id] > 0:
                empty.add(place.fund_id)
    return given, empty


def _cost(prices: _Prices, candidate: _Candidate, first: int, end: int) -> int:
    income = NO_INCOME if candidate.income is None else candidate.income
    case = (income, candidate.sector, candidate.payer)
    return prices[(*case, end)] - prices[(*case, first)]


def _write(about: Mapping[str, int], given: Sequence[_Given]) -> None:
    """Write the lines of those who come, and who replaces whom."""
    joining = [
        (
            who.person_id,
            place.fund_id,
            place.first,
            end,
            amount,
            who.income,
            who.sector,
            who.name,
            who.trade,
            who.region_code,
        )
        for place, who, end, amount in given
    ]
    _ADD.run(about, joining=database.stage("joining", _JOINING, joining))
    replacing = database.stage(
        "replacing",
        {"change_id": "bigint", "person_id": "bigint"},
        [(place.change_id, who.person_id) for place, who, *_ in given],
    )
    database.run(
        "UPDATE coverage_monthlychange k SET replacement_id = r.person_id"
        f" FROM {replacing.identifier} r WHERE r.change_id = k.id"
    )
