"""Amendments: changes carried into a decree, each freed place given to the next in the queue of its fund."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from payung.access.actor import Actor, Refused, action, everyone_visible
from payung.access.roles import Permission
from payung.coverage import bulk
from payung.coverage.decrees import CONTENT_HASH, require_other_person, write_covers
from payung.coverage.models import Amendment, Credit, Decree, MonthlyChange
from payung.coverage.tariff import NO_INCOME, run_cost, stage_tariff
from payung.funding.ledger import move
from payung.values import Month, Period

#: Standing covers of the people whose changes wait, one row per annex line of the decree.
_LEAVING = """
CREATE TEMP TABLE leaving ON COMMIT DROP AS
SELECT k.id AS change_id, k.kind, k.evidence, c.person_id, c.fund_id, c.line_id, min(c.month) AS first_month,
       max(c.month) + 1 AS end_month, c.region_code, a.income, a.sector, f.kind AS payer,
       coalesce(max(b.month) FILTER (WHERE b.month IS NOT NULL), 0) + 1 AS unbilled
  FROM coverage_monthlychange k
  JOIN coverage_covermonth c ON c.person_id = k.person_id AND c.month >= k.from_month
  JOIN coverage_annexline a ON a.id = c.line_id AND a.decree_id = %s
  JOIN funding_fund f ON f.id = c.fund_id
  LEFT JOIN coverage_bill b ON b.fund_id = c.fund_id AND b.month = c.month
 WHERE k.state = 'proposed' AND k.amendment_id IS NULL
 GROUP BY k.id, c.person_id, c.fund_id, c.line_id, c.region_code, a.income, a.sector, f.kind
"""

_REMOVE = f"""
INSERT INTO coverage_annexline (decree_id, amendment_id, act, person_id, fund_id, first_month, end_month, amount,
                                income, sector, reason, evidence, region_code)
SELECT %(decree)s, %(amendment)s, 'remove', v.person_id, v.fund_id, v.first_month, v.end_month,
       {run_cost("v.income", "v.sector", "v.payer", "v.first_month", "v.end_month")},
       v.income, v.sector, v.kind, v.evidence, v.region_code
  FROM leaving v
"""

#: The queue of each fund that has places freed: the plan's own order, within the fund's terms, nobody who is covered
#: in those months or waits in another amendment.
_QUEUE = """
SELECT w.fund_id, q.person_id, q.income, q.sector, q.payer, q.region_code, q.until
  FROM (SELECT fund_id, min(first_month) AS first, max(end_month) AS upto FROM leaving GROUP BY fund_id) w
  JOIN funding_fund f ON f.id = w.fund_id
 CROSS JOIN LATERAL (
    SELECT l.rank, p.id AS person_id, p.income, coalesce(o.sector, 'other') AS sector, f.kind AS payer,
           p.region_code, e.eligible_until AS until
      FROM funding_planline l
      JOIN registry_person p ON p.id = l.person_id AND p.died_on IS NULL AND p.merged_into_id IS NULL
      JOIN registry_eligibility e ON e.person_id = p.id AND e.eligible
      LEFT JOIN registry_occupation o ON o.id = p.occupation_id
     WHERE l.plan_id = %(plan)s AND l.rank IS NOT NULL
       AND (jsonb_array_length(f.regions) = 0 OR EXISTS (
            SELECT 1 FROM jsonb_array_elements_text(f.regions) r(code)
             WHERE p.region_code = r.code OR p.region_code ^@ (r.code || '.')))
       AND (jsonb_array_length(f.trades) = 0 OR f.trades ? p.occupation_id)
       AND (f.sex = '' OR f.sex = p.sex)
       AND (f.min_age IS NULL OR p.birth_date <= %(today)s - make_interval(years => f.min_age))
       AND (f.max_age IS NULL OR p.birth_date > %(today)s - make_interval(years => f.max_age + 1))
       AND (NOT EXISTS (SELECT 1 FROM funding_fundperson n WHERE n.fund_id = f.id)
            OR EXISTS (SELECT 1 FROM funding_fundperson n WHERE n.fund_id = f.id AND n.person_id = p.id))
       AND NOT EXISTS (SELECT 1 FROM coverage_covermonth c WHERE c.person_id = p.id
                          AND c.month >= w.first AND c.month < w.upto)
       AND NOT EXISTS (SELECT 1 FROM coverage_annexline n JOIN coverage_amendment m ON m.id = n.amendment_id
                        WHERE n.person_id = p.id AND n.act = 'add' AND m.status = 'proposed')
       AND NOT EXISTS (SELECT 1 FROM coverage_monthlychange k WHERE k.person_id = p.id AND k.state <> 'rejected')
     ORDER BY l.rank LIMIT (SELECT count(*) FROM leaving)
 ) q
 ORDER BY w.fund_id, q.rank
"""

_CASES = """
SELECT DISTINCT income, sector, payer FROM leaving
UNION
SELECT DISTINCT p.income, coalesce(o.sector, 'other'), f.kind
  FROM (SELECT DISTINCT fund_id FROM leaving) w JOIN funding_fund f ON f.id = w.fund_id
 CROSS JOIN funding_planline l JOIN registry_person p ON p.id = l.person_id
  LEFT JOIN registry_occupation o ON o.id = p.occupation_id
 WHERE l.plan_id = %s AND l.rank IS NOT NULL
"""

_ADD = """
INSERT INTO coverage_annexline (decree_id, amendment_id, act, person_id, fund_id, first_month, end_month, amount,
                                income, sector, reason, evidence, region_code)
SELECT %(decree)s, %(amendment)s, 'add', j.person_id, j.fund_id, j.first_month, j.end_month, j.amount, j.income,
       j.sector, 'replacement', 'Urutan berikutnya dalam antrean rencana', j.region_code
  FROM joining j
"""

#: Cover months that the amendment takes away, each with what becomes of its money.
_FREED = """
CREATE TEMP TABLE freed ON COMMIT DROP AS
SELECT c.month, c.person_id, c.fund_id, a.income, a.sector, f.kind, l.jkk + l.jkm AS billed
  FROM coverage_annexline r
  JOIN coverage_covermonth c ON c.person_id = r.person_id AND c.fund_id = r.fund_id
                            AND c.month >= r.first_month AND c.month < r.end_month
  JOIN coverage_annexline a ON a.id = c.line_id
  JOIN funding_fund f ON f.id = c.fund_id
  LEFT JOIN coverage_billline l ON l.person_id = c.person_id AND l.month = c.month
 WHERE r.amendment_id = %s AND r.act = 'remove'
"""


@dataclass(frozen=True, slots=True)
class Amended:
    """An amendment ready to be approved: who leaves, who takes a place, and the places nobody takes."""

    amendment: Amendment
    removed: int
    replaced: int

    @property
    def empty(self) -> int:
        return self.removed - self.replaced


def propose_amendment(
    actor: Actor, *, decree_id: int, number: str, dated: date, replace: bool = True
) -> Amended | None:
    """Makes an amendment of all waiting changes of a decree's people; None where nothing waits.

    Each freed place goes to the next in the queue of its fund, from the first month not yet billed on, within
    the money freed and available. Repeating it with the same number returns it. Raises NotAllowed, Refused.
    """
    number = number.strip()
    with action(actor, Permission.PROPOSE_DECREE, "amendment.propose", "decree") as deed:
        deed.subject_id = decree_id
        bulk.lock("changes")
        known = Amendment.objects.filter(number=number).first()
        if known is not None:
            deed.data = {"unchanged": True}
            return _told(known, decree_id)
        decree = Decree.objects.filter(pk=decree_id, status=Decree.Status.APPROVED).first()
        if decree is None or not number:
            raise Refused(
                f"SK {decree_id} belum ditetapkan, atau nomor SK perubahan kosong.",
                f"Decree {decree_id} is not approved, or the amendment has no number.",
            )
        with everyone_visible():
            bulk.run("DROP TABLE IF EXISTS pg_temp.leaving")
            bulk.run(_LEAVING, [decree_id])
            span = bulk.rows("SELECT min(first_month), max(end_month), count(*) FROM leaving")[0]
            if not span[2]:
                return None
            amendment = Amendment.objects.create(
                decree=decree, number=number, dated=dated, proposed_by=actor.user
            )
            stage_tariff(_CASES, [decree.plan_id], Period(Month(span[0]), Month(span[1])))
            about = {"decree": decree_id, "amendment": amendment.pk}
            removed = bulk.run(_REMOVE, about)
            replaced = _give_places(decree, about, dated) if replace and decree.plan_id else 0
            bulk.run(
                "UPDATE coverage_monthlychange k SET amendment_id = %s FROM leaving v WHERE v.change_id = k.id",
                [amendment.pk],
            )
            amendment.content_hash = bulk.rows(CONTENT_HASH, [decree_id, amendment.pk])[0][0]
            amendment.save(update_fields=["content_hash"])
        deed.data = {"amendment": amendment.pk, "removed": removed, "replaced": replaced}
    return Amended(amendment, removed, replaced)


def approve_amendment(actor: Actor, *, amendment_id: int, today: date | None = None) -> Amendment:
    """Approves an amendment with the changes it carries: covers go and come, and the money with them.

    A removed month that is billed already becomes excess of its fund; one not billed gives its money back to
    the fund. Repeating it changes nothing. Raises NotAllowed; Refused (proposer, second payer, money, a month
    billed meanwhile).
    """
    with action(actor, Permission.APPROVE_DECREE, "amendment.approve", "amendment") as deed:
        deed.subject_id = amendment_id
        amendment = _locked(amendment_id)
        if amendment.status == Decree.Status.APPROVED:
            deed.data = {"unchanged": True}
            return amendment
        if amendment.status == Decree.Status.REJECTED:
            raise Refused("SK perubahan ini sudah ditolak.", "This amendment was rejected.")
        require_other_person(actor, amendment.proposed_by_id)
        on = bulk.today_or(today)
        with everyone_visible():
            if bulk.rows(CONTENT_HASH, [amendment.decree_id, amendment_id])[0][0] != amendment.content_hash:
                raise Refused(
                    "Isi SK perubahan berbeda dari yang diusulkan; usulkan lagi.",
                    "The amendment differs from what was proposed; propose it again.",
                )
            removed = _take_away(actor, amendment, on)
            added = write_covers(amendment.decree_id, amendment_id)
            move(
                actor,
                "commit",
                _added_amounts(amendment_id),
                cause="amendment",
                cause_id=amendment_id,
                key=f"amendment:{amendment_id}",
                effective_on=on,
            )
            _settle(actor, amendment_id)
        amendment.status = Decree.Status.APPROVED
        amendment.approved_by, amendment.approved_at = actor.user, timezone.now()
        amendment.save(update_fields=["status", "approved_by", "approved_at"])
        deed.data = {"months_removed": removed, "months_added": added, "hash": amendment.content_hash}
    return amendment


def reject_amendment(actor: Actor, *, amendment_id: int, reason: str) -> Amendment:
    """Turns an amendment down; its changes wait again. Raises Refused where it is approved or gives no reason."""
    with action(actor, Permission.APPROVE_DECREE, "amendment.reject", "amendment") as deed:
        deed.subject_id, deed.reason = amendment_id, reason.strip()
        amendment = _locked(amendment_id)
        if amendment.status == Decree.Status.APPROVED or not reason.strip():
            raise Refused(
                "SK perubahan ini sudah ditetapkan, atau alasannya kosong.",
                "This amendment is approved already, or the reason is empty.",
            )
        amendment.status = Decree.Status.REJECTED
        amendment.save(update_fields=["status"])
        MonthlyChange.objects.filter(amendment=amendment).update(amendment=None, replacement=None)
    return amendment


def _give_places(decree: Decree, about: dict[str, Any], today: date) -> int:
    """Gives each freed place to the next in its fund's queue; how many were given.

    Somebody next in two funds' queues takes the place that comes first in the order of leaving.
    """
    places = bulk.rows(
        "SELECT change_id, fund_id, greatest(first_month, unbilled), end_month FROM leaving"
        " WHERE end_month > greatest(first_month, unbilled) ORDER BY fund_id, first_month, change_id"
    )
    queue: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for fund, *candidate in bulk.rows(_QUEUE, {"plan": decree.plan_id, "today": today}):
        queue[fund].append(tuple(candidate))
    before = {
        (income, sector, kind, month): total
        for income, sector, kind, month, total in bulk.rows(
            "SELECT income, sector, kind, month, before FROM tariff"
        )
    }
    money = defaultdict(
        int, bulk.rows("SELECT fund_id, balance FROM funding_account WHERE kind = 'available'")
    )
    for fund, income, sector, kind, first, end in bulk.rows(
        "SELECT fund_id, coalesce(income, -1), sector, payer, greatest(first_month, unbilled), end_month FROM leaving"
        " WHERE end_month > greatest(first_month, unbilled)"
    ):
        money[fund] += before[income, sector, kind, end] - before[income, sector, kind, first]
    taken: set[int] = set()
    joining, replacements = [], []
    for change, fund, first, end in places:
        for person, income, sector, kind, region, until in queue[fund]:
            last = end if until is None else min(end, until + 1)
            if person in taken or last <= first:
                continue
            case = (NO_INCOME if income is None else income, sector, kind)
            amount = before[(*case, last)] - before[(*case, first)]
            if amount > money[fund]:
                continue
            money[fund] -= amount
            taken.add(person)
            joining.append((person, fund, first, last, amount, income, sector, region))
            replacements.append((change, person))
            break
    columns = (
        "person_id bigint, fund_id bigint, first_month integer, end_month integer, amount bigint, "
        "income bigint, sector text, region_code text"
    )
    bulk.stage("joining", columns, joining)
    bulk.run(_ADD, about)
    bulk.stage("replacing", "change_id bigint, person_id bigint", replacements)
    bulk.run(
        "UPDATE coverage_monthlychange k SET replacement_id = r.person_id FROM replacing r WHERE r.change_id = k.id"
    )
    return len(joining)


def _take_away(actor: Actor, amendment: Amendment, on: date) -> int:
    """Removes the amendment's cover months; billed ones become excess, others give their money back."""
    bulk.run("DROP TABLE IF EXISTS pg_temp.freed")
    bulk.run(_FREED, [amendment.pk])
    first, end = bulk.rows("SELECT min(month), max(month) + 1 FROM freed")[0]
    if first is None:
        return 0
    stage_tariff("SELECT DISTINCT income, sector, kind FROM freed", [], Period(Month(first), Month(end)))
    free = dict(
        bulk.rows(
            "SELECT d.fund_id, sum(t.total)::bigint FROM freed d JOIN tariff t ON t.income = coalesce(d.income, %s)"
            " AND t.sector = d.sector AND t.kind = d.kind AND t.month = d.month WHERE d.billed IS NULL"
            " GROUP BY d.fund_id",
            [NO_INCOME],
        )
    )
    move(
        actor,
        "uncommit",
        free,
        cause="amendment",
        cause_id=amendment.pk,
        key=f"amendment:{amendment.pk}",
        effective_on=on,
    )
    Credit.objects.bulk_create(
        Credit(
            fund_id=fund,
            amount=amount,
            cause=Credit.Cause.REMOVED,
            month=month,
            key=f"removed:{amendment.pk}:{fund}:{month}",
            by=actor.user,
        )
        for fund, month, amount in bulk.rows(
            "SELECT fund_id, month, sum(billed)::bigint FROM freed WHERE billed IS NOT NULL GROUP BY 1, 2"
        )
    )
    return bulk.run(
        "DELETE FROM coverage_covermonth c USING freed d WHERE c.month = d.month AND c.person_id = d.person_id"
    )


def _added_amounts(amendment_id: int) -> dict[int, int]:
    return dict(
        bulk.rows(
            "SELECT fund_id, sum(amount)::bigint FROM coverage_annexline WHERE amendment_id = %s AND act = 'add'"
            " GROUP BY fund_id",
            [amendment_id],
        )
    )


def _settle(actor: Actor, amendment_id: int) -> None:
    """The changes are approved with the amendment; refusals of those who left are settled by it."""
    bulk.run(
        "UPDATE coverage_monthlychange SET state = 'approved', approved_by_id = %s WHERE amendment_id = %s",
        [actor.user.pk, amendment_id],
    )
    bulk.run(
        "UPDATE coverage_difference d SET state = 'settled', settled_by_id = %s,"
        " settlement = 'Dihapus dengan SK perubahan.' FROM coverage_monthlychange k"
        " WHERE k.amendment_id = %s AND d.kind = 'refused' AND d.person_id = k.person_id AND d.state = 'open'",
        [actor.user.pk, amendment_id],
    )


def _told(amendment: Amendment, decree_id: int) -> Amended:
    if amendment.decree_id != decree_id or amendment.status == Decree.Status.REJECTED:
        raise Refused(
            f"Nomor {amendment.number} sudah dipakai; pakai nomor lain.",
            f"Number {amendment.number} is taken; use another.",
        )
    counts = dict(
        bulk.rows(
            "SELECT act, count(*) FROM coverage_annexline WHERE amendment_id = %s GROUP BY act",
            [amendment.pk],
        )
    )
    return Amended(amendment, counts.get("remove", 0), counts.get("add", 0))


def _locked(amendment_id: int) -> Amendment:
    bulk.lock("covers")
    amendment = Amendment.objects.select_for_update().filter(pk=amendment_id).first()
    if amendment is None:
        raise Refused(f"SK perubahan {amendment_id} tidak ada.", f"There is no amendment {amendment_id}.")
    return amendment
