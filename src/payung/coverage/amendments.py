"""Amendments: changes carried into a decree (out, in, otherwise), each freed place given to the next in its queue."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as replace_fields
from datetime import date

from django.utils import timezone

from payung import database
from payung.access.actor import Actor, Deed, Refused, action, everyone_visible
from payung.access.acts import OF_SUBJECT, Act
from payung.access.today import today_or
from payung.coverage.affordable import OutOfMoney, Short, leave_out_unaffordable, require_money
from payung.coverage.decrees import CONTENT_HASH, line_regions, require_other_person, write_covers
from payung.coverage.models import Amendment, Credit, Decree, MonthlyChange
from payung.coverage.queue import give_places
from payung.coverage.tariff import NO_INCOME, run_cost, stage_tariff
from payung.database.locks import Lock, one_at_a_time
from payung.funding.ledger import move
from payung.values import Month, Period

#: Standing covers of the people whose changes wait, one row per annex line of the decree. What the branch refused is
#: the cover by that fund; another fund's cover of the same person stands.
_LEAVING = """
CREATE TEMP TABLE leaving ON COMMIT DROP AS
SELECT k.id AS change_id, k.kind, k.evidence, k.to_fund_id, k.end_month AS to_end, c.person_id, c.fund_id, c.line_id,
       min(c.month) AS first_month, max(c.month) + 1 AS end_month, c.region_code, a.income, a.sector, a.name, a.trade,
       f.kind AS payer, coalesce(max(b.month) FILTER (WHERE b.month IS NOT NULL), 0) + 1 AS unbilled
  FROM coverage_monthlychange k
  JOIN coverage_covermonth c ON c.person_id = k.person_id AND c.month >= k.from_month
                            AND (k.kind <> 'refused' OR c.fund_id = k.fund_id)
  JOIN coverage_annexline a ON a.id = c.line_id AND a.decree_id = %(decree)s
                           AND a.decree_id = coalesce(k.decree_id, a.decree_id)
  JOIN funding_fund f ON f.id = c.fund_id
  LEFT JOIN coverage_bill b ON b.fund_id = c.fund_id AND b.month = c.month
 WHERE k.state = 'proposed' AND k.amendment_id IS NULL AND k.kind <> 'joins'
 GROUP BY k.id, c.person_id, c.fund_id, c.line_id, c.region_code, a.id, f.kind
"""

#: Who comes in, or goes on otherwise: the changes that name a fund and months.
_COMING = """
CREATE TEMP TABLE coming ON COMMIT DROP AS
SELECT k.id AS change_id, k.kind, k.evidence, k.person_id, k.to_fund_id AS fund_id, k.from_month AS first_month,
       k.end_month, p.income, coalesce(o.sector, 'other') AS sector, f.kind AS payer, p.name,
       coalesce(o.label, '') AS trade, p.region_code
  FROM coverage_monthlychange k
  JOIN registry_person p ON p.id = k.person_id
  JOIN funding_fund f ON f.id = k.to_fund_id
  LEFT JOIN registry_occupation o ON o.id = p.occupation_id
 WHERE k.state = 'proposed' AND k.amendment_id IS NULL AND k.decree_id = %(decree)s AND k.kind IN ('joins', 'changed')
"""

_WRITE = f"""
INSERT INTO coverage_annexline (decree_id, amendment_id, act, person_id, fund_id, first_month, end_month, amount,
                                income, sector, reason, evidence, name, trade, region_code)
SELECT %(decree)s, %(amendment)s, '{{act}}', v.person_id, v.fund_id, v.first_month, v.end_month,
       {run_cost("v.income", "v.sector", "v.payer", "v.first_month", "v.end_month")},
       v.income, v.sector, v.kind, v.evidence, v.name, v.trade, v.region_code
  FROM {{table}} v
"""
_REMOVE = _WRITE.format(act="remove", table="leaving")
_ADD = _WRITE.format(act="add", table="coming")

_CASES = """
SELECT DISTINCT income, sector, payer FROM leaving
UNION
SELECT DISTINCT income, sector, payer FROM coming
UNION
SELECT DISTINCT p.income, coalesce(o.sector, 'other'), f.kind
  FROM (SELECT DISTINCT fund_id FROM leaving) w JOIN funding_fund f ON f.id = w.fund_id
 CROSS JOIN funding_planline l JOIN registry_person p ON p.id = l.person_id
  LEFT JOIN registry_occupation o ON o.id = p.occupation_id
 WHERE l.plan_id = %s AND l.rank IS NOT NULL
"""

_SPAN = """
SELECT min(first_month), max(end_month), count(*) FROM (
    SELECT first_month, end_month FROM leaving UNION ALL SELECT first_month, end_month FROM coming) c
"""

_CARRIED = """
UPDATE coverage_monthlychange k SET amendment_id = %s
  FROM (SELECT change_id FROM leaving UNION SELECT change_id FROM coming) v
 WHERE v.change_id = k.id
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


#: A place is empty where somebody left and nobody came for any month of it.
_COUNTS = """
SELECT count(*) FILTER (WHERE l.act = 'remove'),
       count(*) FILTER (WHERE l.act = 'add' AND l.reason = 'replacement'),
       count(*) FILTER (WHERE l.act = 'add' AND l.reason <> 'replacement'),
       greatest(count(*) FILTER (WHERE l.act = 'remove' AND l.reason <> 'changed')
                - count(*) FILTER (WHERE l.act = 'add' AND l.reason = 'replacement'), 0)
  FROM coverage_annexline l WHERE l.amendment_id = %s
"""


@dataclass(frozen=True, slots=True)
class Amended:
    """An amendment ready to be approved: lines taken out, replacements from the queue, other lines added.

    `empty` counts the places that become free and that nobody in the queue takes; `short` are the changes that the
    funds' money does not reach, which go on waiting.
    """

    amendment: Amendment
    removed: int
    replaced: int
    added: int
    empty: int
    short: tuple[Short, ...] = ()


def propose_amendment(
    actor: Actor, *, decree_id: int, number: str, dated: date, replace: bool = True
) -> Amended | None:
    """Makes an amendment of all waiting changes of a decree's people; None where nothing waits.

    Lines are taken out, changed or added as the changes say, each with its reason and evidence. Each freed place
    goes to the next in the queue of its fund, from the first month not yet billed on, within the money freed and
    available. Changes that the money does not reach stay out and go on waiting. Repeating it with the same number
    returns it. Raises NotAllowed, Refused; OutOfMoney where the money reaches none.
    """
    number = number.strip()
    with action(actor, Act.AMENDMENT_PROPOSE, region_code=OF_SUBJECT) as deed:
        deed.subject_id = decree_id
        one_at_a_time(Lock.CHANGES)
        known = Amendment.objects.filter(number=number).first()
        if known is not None:
            deed.unchanged()
            with everyone_visible():
                deed.at(*line_regions(decree_id, known.pk))
            return _told(known, decree_id)
        decree = Decree.objects.filter(pk=decree_id, status=Decree.Status.APPROVED).first()
        if decree is None or not number:
            raise Refused(
                f"SK {decree_id} belum ditetapkan, atau nomor SK perubahan kosong.",
                f"Decree {decree_id} is not approved, or the amendment has no number.",
            )
        with everyone_visible():
            for table, sql in (("leaving", _LEAVING), ("coming", _COMING)):
                database.run(f"DROP TABLE IF EXISTS pg_temp.{table}")
                database.run(sql, {"decree": decree_id})
            first, end, count = database.rows(_SPAN)[0]
            if not count:
                deed.unchanged()
                deed.at(*line_regions(decree_id))
                return None
            amendment = Amendment.objects.create(
                decree=decree, number=number, dated=dated, proposed_by=actor.user
            )
            stage_tariff(_CASES, [decree.plan_id], Period(Month(first), Month(end)))
            short = leave_out_unaffordable()
            if not database.rows(_SPAN)[0][2]:
                raise OutOfMoney(short)
            about = {"decree": decree_id, "amendment": amendment.pk}
            database.run(_REMOVE, about)
            database.run(_ADD, about)
            if replace and decree.plan_id:
                give_places(decree, about, dated)
            deed.at(*line_regions(decree_id, amendment.pk))
            database.run(_CARRIED, [amendment.pk])
            amendment.content_hash = database.rows(CONTENT_HASH, [decree_id, amendment.pk])[0][0]
            amendment.save(update_fields=["content_hash"])
        made = replace_fields(_told(amendment, decree_id), short=short)
        deed.data = {
            "amendment": amendment.pk,
            "removed": made.removed,
            "replaced": made.replaced,
            "added": made.added,
            "short": len(short),
        }
    return made


def approve_amendment(actor: Actor, *, amendment_id: int, today: date | None = None) -> Amendment:
    """Approves an amendment with the changes it carries: covers go and come, and the money with them.

    A removed month that is billed already becomes excess of its fund; one not billed gives its money back to
    the fund. Repeating it changes nothing. Raises NotAllowed; Refused (proposer of it or of a change it carries,
    second payer, a month billed meanwhile), and OutOfMoney.
    """
    with action(actor, Act.AMENDMENT_APPROVE, region_code=OF_SUBJECT) as deed:
        deed.subject_id = amendment_id
        amendment = _locked(amendment_id, deed)
        if amendment.status == Decree.Status.APPROVED:
            deed.unchanged()
            return amendment
        if amendment.status == Decree.Status.REJECTED:
            raise Refused("SK perubahan ini sudah ditolak.", "This amendment was rejected.")
        on = today_or(today)
        with everyone_visible():
            proposers = amendment.changes.values_list("proposed_by_id", flat=True).distinct()
            for proposer in {amendment.proposed_by_id, *proposers}:
                require_other_person(actor, proposer)
            if (
                database.rows(CONTENT_HASH, [amendment.decree_id, amendment_id])[0][0]
                != amendment.content_hash
            ):
                raise Refused(
                    "Isi SK perubahan berbeda dari yang diusulkan; usulkan lagi.",
                    "The amendment differs from what was proposed; propose it again.",
                )
            removed = _take_away(actor, amendment, on)
            amounts = _added_amounts(amendment_id)
            require_money(amendment_id, amounts)
            added = write_covers(amendment.decree_id, amendment_id)
            move(
                actor,
                "commit",
                amounts,
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
    with action(actor, Act.AMENDMENT_REJECT, region_code=OF_SUBJECT) as deed:
        deed.subject_id, deed.reason = amendment_id, reason.strip()
        amendment = _locked(amendment_id, deed)
        if amendment.status == Decree.Status.REJECTED:
            deed.unchanged()
            return amendment
        if amendment.status == Decree.Status.APPROVED or not reason.strip():
            raise Refused(
                "SK perubahan ini sudah ditetapkan, atau alasannya kosong.",
                "This amendment is approved already, or the reason is empty.",
            )
        amendment.status = Decree.Status.REJECTED
        amendment.save(update_fields=["status"])
        MonthlyChange.objects.filter(amendment=amendment).update(amendment=None, replacement=None)
    return amendment


def _take_away(actor: Actor, amendment: Amendment, on: date) -> int:
    """Removes the amendment's cover months; billed ones become excess, others give their money back."""
    database.run("DROP TABLE IF EXISTS pg_temp.freed")
    database.run(_FREED, [amendment.pk])
    first, end = database.rows("SELECT min(month), max(month) + 1 FROM freed")[0]
    if first is None:
        return 0
    stage_tariff("SELECT DISTINCT income, sector, kind FROM freed", [], Period(Month(first), Month(end)))
    free = dict(
        database.rows(
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
        for fund, month, amount in database.rows(
            "SELECT fund_id, month, sum(billed)::bigint FROM freed WHERE billed IS NOT NULL GROUP BY 1, 2"
        )
    )
    return database.run(
        "DELETE FROM coverage_covermonth c USING freed d WHERE c.month = d.month AND c.person_id = d.person_id"
    )


def _added_amounts(amendment_id: int) -> dict[int, int]:
    return dict(
        database.rows(
            "SELECT fund_id, sum(amount)::bigint FROM coverage_annexline WHERE amendment_id = %s AND act = 'add'"
            " GROUP BY fund_id",
            [amendment_id],
        )
    )


def _settle(actor: Actor, amendment_id: int) -> None:
    """The changes are approved with the amendment; refusals of those who left are settled by it."""
    database.run(
        "UPDATE coverage_monthlychange SET state = 'approved', approved_by_id = %s WHERE amendment_id = %s",
        [actor.user.pk, amendment_id],
    )
    database.run(
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
    removed, replaced, added, empty = database.rows(_COUNTS, [amendment.pk])[0]
    return Amended(amendment, removed, replaced, added, empty)


def _locked(amendment_id: int, deed: Deed) -> Amendment:
    one_at_a_time(Lock.COVERS)
    amendment = Amendment.objects.select_for_update().filter(pk=amendment_id).first()
    if amendment is None:
        raise Refused(f"SK perubahan {amendment_id} tidak ada.", f"There is no amendment {amendment_id}.")
    with everyone_visible():
        deed.at(*line_regions(amendment.decree_id, amendment_id))
    return amendment
