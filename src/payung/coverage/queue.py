"""The queue of each fund: who takes a freed place, in the plan's own order, within the fund's terms and its money."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from payung import database
from payung.access.today import today_or
from payung.coverage.models import Decree
from payung.coverage.tariff import NO_INCOME, run_cost
from payung.funding.models import Fund, Plan
from payung.funding.terms import may_pay_sql

#: Whether anybody ever protected the person `{person}`: a decree, an approved plan, another payer by the branch.
_EVER_COVERED = """{person}.branch_until IS NOT NULL
         OR EXISTS (SELECT 1 FROM coverage_covermonth held WHERE held.person_id = {person}.id {but})
         OR EXISTS (SELECT 1 FROM funding_planline promised JOIN funding_plan o ON o.id = promised.plan_id
                     WHERE promised.person_id = {person}.id AND promised.fund_id IS NOT NULL
                       AND o.status = 'approved')"""


def ever_covered_sql(*, person: str, but: str = "") -> str:
    """Write in SQL whether anybody ever protected a person.

    `but` narrows, as a condition on `held`, which earlier cover makes somebody a former member.
    """
    return _EVER_COVERED.format(person=person, but=but)


def terms_sql(*, fund: str, person: str) -> str:
    """Write in SQL whether a fund may pay for a person on `%(today)s` (see `may_pay_sql`)."""
    return may_pay_sql(fund=fund, person=person, today="%(today)s", ever=ever_covered_sql(person=person))


#: Who waits in the plan's queue: eligible, and in no change or amendment that is decided or to be decided.
_WAITING = """
CREATE TEMP TABLE waiting ON COMMIT DROP AS
SELECT l.rank, p.id, p.income, coalesce(o.sector, 'other') AS sector, p.name, coalesce(o.label, '') AS trade,
       p.region_code, p.occupation_id, p.sex, p.birth_date, e.eligible_until AS until, p.branch_until
  FROM funding_planline l
  JOIN registry_person p ON p.id = l.person_id AND p.died_on IS NULL AND p.merged_into_id IS NULL
  JOIN registry_eligibility e ON e.person_id = p.id AND e.eligible
  LEFT JOIN registry_occupation o ON o.id = p.occupation_id
 WHERE l.plan_id = %(plan)s AND l.rank IS NOT NULL
   AND p.id NOT IN (SELECT person_id FROM coverage_monthlychange WHERE state <> 'rejected')
   AND p.id NOT IN (SELECT n.person_id FROM coverage_annexline n JOIN coverage_amendment m ON m.id = n.amendment_id
                     WHERE n.act = 'add' AND m.status = 'proposed')
"""

#: The queue of each fund that has places, in the plan's own order: within its terms, nobody covered in those months,
#: by a decree or, as the branch says, by another payer.
_QUEUE = f"""
SELECT w.fund_id, q.id, q.income, q.sector, w.payer, q.name, q.trade, q.region_code, q.until
  FROM (SELECT fund_id, payer, min(first_month) AS first, max(end_month) AS upto
          FROM leaving
         GROUP BY fund_id, payer) w
  JOIN funding_fund f ON f.id = w.fund_id
 CROSS JOIN LATERAL (
    SELECT p.* FROM waiting p
     WHERE {terms_sql(fund="f", person="p")}
       AND NOT EXISTS (SELECT 1 FROM coverage_covermonth c WHERE c.person_id = p.id
                          AND c.month >= w.first AND c.month < w.upto)
       AND coalesce(extract(year FROM p.branch_until) * 12 + extract(month FROM p.branch_until) - 1 < w.first, true)
     ORDER BY p.rank LIMIT (SELECT count(*) FROM leaving)
 ) q
 ORDER BY w.fund_id, q.rank
"""

#: Places that become free: not those whose holder only changes within the fund, unless for fewer months.
_PLACES = """
SELECT change_id, fund_id, first, end_month
  FROM (SELECT v.change_id, v.fund_id, v.end_month,
               greatest(v.first_month, v.unbilled, CASE WHEN v.to_fund_id = v.fund_id THEN v.to_end ELSE 0 END) AS first
          FROM leaving v) w
 WHERE end_month > first ORDER BY fund_id, first, change_id
"""

#: Rupiah of months not billed that the leaving give back to their funds, less what the amendment adds already.
_MONEY = f"""
SELECT fund_id, sum(amount)::bigint FROM (
    SELECT fund_id, balance AS amount FROM funding_account WHERE kind = 'available'
    UNION ALL
    SELECT v.fund_id,
           {run_cost("v.income", "v.sector", "v.payer", "greatest(v.first_month, v.unbilled)", "v.end_month")}
      FROM leaving v WHERE v.end_month > greatest(v.first_month, v.unbilled)
    UNION ALL
    SELECT fund_id, -amount FROM coverage_annexline WHERE amendment_id = %(amendment)s AND act = 'add') m
 GROUP BY fund_id
"""

_ADD = """
INSERT INTO coverage_annexline (decree_id, amendment_id, act, person_id, fund_id, first_month, end_month, amount,
                                income, sector, reason, evidence, name, trade, region_code)
SELECT %(decree)s, %(amendment)s, 'add', j.person_id, j.fund_id, j.first_month, j.end_month, j.amount, j.income,
       j.sector, 'replacement', 'Urutan berikutnya dalam antrean rencana', j.name, j.trade, j.region_code
  FROM joining j
"""
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


_NEXT = f"""
SELECT l.rank, p.id AS person_id, p.name, p.region_code, coalesce(g.name, p.region_code) AS region
  FROM funding_planline l
  JOIN registry_person p ON p.id = l.person_id
  JOIN funding_fund f ON f.id = %(fund)s
  LEFT JOIN registry_region g ON g.code = p.region_code
 WHERE l.plan_id = %(plan)s AND l.rank IS NOT NULL AND {terms_sql(fund="f", person="p")}
 ORDER BY l.rank LIMIT %(limit)s
"""


def next_in_queue(
    plan: Plan, fund: Fund, limit: int = 100, today: date | None = None
) -> list[dict[str, Any]]:
    """List who is next when a place or money of `fund` comes free, in the plan's order, at most `limit`.

    Each: rank, person_id, name, region_code, region. Only people whom the session may see and the fund may pay for.
    """
    values = {"plan": plan.pk, "fund": fund.pk, "limit": limit, "today": today_or(today)}
    return database.dicts(_NEXT, values)


def give_places(decree: Decree, about: dict[str, Any], today: date) -> int:
    """Gives each place in the staged `leaving` to the next in its fund's queue; how many were given.

    Needs the staged `tariff`. Somebody next in two funds' queues takes the place that comes first in the order of
    leaving. Ten statements, however many places.
    """
    queue: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    database.run("DROP TABLE IF EXISTS pg_temp.waiting")
    database.run(_WAITING, {"plan": decree.plan_id})
    database.run("ANALYZE waiting")
    database.run("ANALYZE leaving")
    for fund, *candidate in database.rows(_QUEUE, {"today": today}):
        queue[fund].append(tuple(candidate))
    before = {
        (income, sector, kind, month): total
        for income, sector, kind, month, total in database.rows(
            "SELECT income, sector, kind, month, before FROM tariff"
        )
    }
    money = defaultdict(int, database.rows(_MONEY, about))
    taken: set[int] = set()
    joining, replacements = [], []
    for change, fund, first, end in database.rows(_PLACES):
        if money[fund] <= 0:
            continue
        for at, (person, income, sector, kind, name, trade, region, until) in enumerate(queue[fund]):
            last = end if until is None else min(end, until + 1)
            if person in taken or last <= first:
                continue
            case = (NO_INCOME if income is None else income, sector, kind)
            amount = before[(*case, last)] - before[(*case, first)]
            if amount > money[fund]:
                continue
            money[fund] -= amount
            taken.add(person)
            del queue[fund][at]
            joining.append((person, fund, first, last, amount, income, sector, name, trade, region))
            replacements.append((change, person))
            break
    database.stage("joining", _JOINING, joining)
    database.run(_ADD, about)
    database.stage("replacing", {"change_id": "bigint", "person_id": "bigint"}, replacements)
    database.run(
        "UPDATE coverage_monthlychange k SET replacement_id = r.person_id FROM replacing r WHERE r.change_id = k.id"
    )
    return len(joining)
