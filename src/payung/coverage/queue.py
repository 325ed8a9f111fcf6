"""The queue of each fund: who takes a freed place, in the plan's own order, within the fund's terms and its money."""

from __future__ import annotations

from collections import defaultdict
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

    Somebody next in two funds' queues takes the place that comes first in the order of leaving. Ten statements,
    however many places.
    """
    about = {"decree": decree.pk, "amendment": amendment.pk}
    waiting = _WAITING.stage("waiting", {"plan": decree.plan_id})
    waiting.analyze()
    leaving.analyze()
    queue: dict[int, list[_Candidate]] = defaultdict(list)
    for candidate in _QUEUE.typed(_Candidate, {"today": today}, leaving=leaving, waiting=waiting):
        queue[candidate.fund_id].append(candidate)
    before = {
        (income, sector, kind, month): total
        for income, sector, kind, month, total in database.rows(
            f"SELECT income, sector, kind, month, before FROM {tariff.identifier}"
        )
    }
    money = defaultdict(int, _MONEY.rows(about, leaving=leaving, tariff=tariff))
    taken: set[int] = set()
    joining, replacements = [], []
    for change, fund, first, end in _PLACES.rows(leaving=leaving):
        if money[fund] <= 0:
            continue
        for at, candidate in enumerate(queue[fund]):
            last = end if candidate.until is None else min(end, candidate.until + 1)
            if candidate.person_id in taken or last <= first:
                continue
            income = NO_INCOME if candidate.income is None else candidate.income
            case = (income, candidate.sector, candidate.payer)
            amount = before[(*case, last)] - before[(*case, first)]
            if amount > money[fund]:
                continue
            money[fund] -= amount
            taken.add(candidate.person_id)
            del queue[fund][at]
            joining.append(
                (
                    candidate.person_id,
                    fund,
                    first,
                    last,
                    amount,
                    candidate.income,
                    candidate.sector,
                    candidate.name,
                    candidate.trade,
                    candidate.region_code,
                )
            )
            replacements.append((change, candidate.person_id))
            break
    _ADD.run(about, joining=database.stage("joining", _JOINING, joining))
    replacing = database.stage("replacing", {"change_id": "bigint", "person_id": "bigint"}, replacements)
    database.run(
        "UPDATE coverage_monthlychange k SET replacement_id = r.person_id"
        f" FROM {replacing.identifier} r WHERE r.change_id = k.id"
    )
    return len(joining)
