"""Plans: proposed by one user from people, funds and the law; approved by another; then a decree's list.

A plan may be the best one found, the best simple rule, today's way, or one made by hand. All are checked by the
same independent checker and counted the same way, so that they can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payung.access import approvals
from payung.access.actor import Actor, Refused, action, either
from payung.access.acts import OF_SUBJECT, WHOLE_PROVINCE, Act
from payung.allocation.goals import goal_order
from payung.allocation.instance import lottery_numbers
from payung.database.locks import Lock, one_at_a_time
from payung.database.planner import analyze
from payung.database.staging import stage_frame
from payung.funding import plan_money
from payung.funding.models import Account, Fund, Plan
from payung.planning.inputs import PlanInput, check_weights, read_input
from payung.planning.report import WAITING
from payung.planning.solving import Solved, solve
from payung.values import Month, Period, format_rupiah

METHODS = ("best", "rule", "today")
OPTIONS: dict[str, Any] = {
    "method": "best",
    "keep_months": 6,
    "first_goal": "months",
    "seed": 0,
    "weights": {},
    "floors": {},
    "fair": None,
    "extra": {},
    "time_limit": None,
}


def propose_plan(
    actor: Actor,
    *,
    name: str,
    first_month: Month,
    months: int,
    today: Any,
    options: Mapping[str, Any] | None = None,
) -> Plan:
    """Compute and store a plan over the people the actor sees, for another user to approve.

    `options`: see OPTIONS: method, keep_months, first_goal or the order of goals, seed, weights, floors by region
    or fair (a part of the largest share that every regency can have), extra rupiah by fund code, time_limit in
    seconds. The same name over the same input is the same plan.
    Raises NotAllowed, Refused.
    """
    actor.require_act(Act.PROPOSE_PLAN, region_code=OF_SUBJECT)
    chosen = check_options(options, months)
    period = Period(first_month, first_month + months)
    given = read_input(
        period=period,
        today=today,
        weights=chosen["weights"],
        extra=chosen["extra"],
    )
    if given.people.is_empty():
        raise Refused(_("Belum ada orang yang layak; nilai kelayakan dulu (payung eligible)."))
    if not given.funds:
        raise Refused(_("Belum ada dana yang berlaku; usulkan dan setujui dana dulu."))
    known = Plan.objects.filter(name=name, input_hash=given.digest(chosen), first_month=first_month.number)
    found = known.exclude(status=Plan.Status.REJECTED).first()
    if found:
        return found
    return store(actor, name, period, solve(given, period, chosen))


def check_options(options: Mapping[str, Any] | None, months: int) -> dict[str, Any]:
    """All options with their values. Raises Refused naming the first that is not allowed."""
    chosen = {**OPTIONS, **(options or {})}
    keep = chosen["keep_months"]
    rules = (
        (set(chosen) <= set(OPTIONS), "options", sorted(set(chosen) - set(OPTIONS)), ", ".join(OPTIONS)),
        (1 <= months <= 60, "months", months, "1–60"),
        (isinstance(keep, int) and 1 <= keep <= months, "keep_months", keep, f"1–{months}"),
        (chosen["method"] in METHODS, "method", chosen["method"], ", ".join(METHODS)),
        (
            chosen["fair"] is None or 0 <= chosen["fair"] <= 1,
            "fair",
            chosen["fair"],
            "0–1",
        ),
        (all(0 <= share <= 1 for share in chosen["floors"].values()), "floors", chosen["floors"], "0–1"),
        (
            chosen["fair"] is None or not chosen["floors"],
            "fair",
            chosen["fair"],
            "fair atau floors, satu saja",
        ),
    )
    for holds, option, value, allowed in rules:
        if not holds:
            raise Refused(
                _("Pilihan %(option)s = %(value)s tidak berlaku; pilih %(allowed)s."),
                option=option,
                value=value,
                allowed=allowed,
            )
    try:
        goal_order(chosen["first_goal"])
    except ValueError as error:
        raise Refused(
            _(
                "Urutan tujuan %(first_goal)s tidak berlaku; tulis misalnya kept, "
                "months, priority (months dan priority wajib; kept dan people boleh)."
            ),
            first_goal=chosen["first_goal"],
        ) from error
    chosen["weights"] = check_weights(chosen["weights"])
    return chosen


def ranked(given: PlanInput, unfunded: pl.DataFrame, seed: int) -> pl.DataFrame:
    """`unfunded` with `rank`: the queue for money that comes free. Covered first, then priority, then the draw."""
    people = given.people.with_columns(draw=pl.Series(lottery_numbers(given.people["id"].to_list(), seed)))
    queue = (
        unfunded.filter(pl.col("reason").is_in(WAITING))
        .join(people.select(pl.col("id").alias("person"), "covered_until", "priority", "draw"), on="person")
        .sort(
            pl.col("covered_until").is_null(),
            pl.col("priority"),
            pl.col("draw"),
            descending=[False, True, False],
        )
        .with_row_index("rank", offset=1)
        .select("person", pl.col("rank").cast(pl.Int32))
    )
    return unfunded.join(queue, on="person", how="left")


def store(actor: Actor, name: str, period: Period, solved: Solved) -> Plan:
    """Write a plan and its lines in one transaction, proposed by `actor`."""
    with action(actor, Act.PROPOSE_PLAN, region_code=OF_SUBJECT) as deed:
        one_at_a_time(Lock.PLAN, name)
        digest = solved.given.digest(solved.options)
        known = Plan.objects.filter(name=name, input_hash=digest, first_month=period.first.number)
        found = known.exclude(status=Plan.Status.REJECTED).first()
        if found is not None:
            deed.unchanged()
            deed.at(*found.lines.values_list("region_code", flat=True).distinct())
            return found
        plan = Plan.objects.create(
            name=name,
            first_month=period.first.number,
            end_month=period.end.number,
            options=solved.options,
            input_hash=digest,
            report=solved.report,
            proposed_by=actor.user,
        )
        _store_lines(plan, solved)
        approvals.seal([plan])
        deed.at(*plan.lines.values_list("region_code", flat=True).distinct())
        deed.subject_id = plan.pk
        deed.data = {"name": name, "hash": plan.input_hash, **solved.report["figures"]}
    plan.refresh_from_db()
    return plan


#: A plan's lines as staged: who is paid for by which fund, or why nobody pays and which place in the queue.
_LINES = {
    "person_id": "bigint",
    "fund_id": "bigint",
    "first_month": "integer",
    "end_month": "integer",
    "reason": "text",
    "rank": "integer",
}


def _store_lines(plan: Plan, solved: Solved) -> None:
    funds = dict(Fund.objects.values_list("code", "pk"))
    paid = solved.assignments.select(
        pl.col("person").cast(pl.Int64),
        pl.col("fund").replace_strict(funds, return_dtype=pl.Int64)
        if solved.assignments.height
        else pl.lit(None, pl.Int64).alias("fund"),
        "first_month",
        (pl.col("last_month") + 1).alias("end_month"),
        pl.lit("").alias("reason"),
        pl.lit(None, pl.Int32).alias("rank"),
    )
    unpaid = ranked(solved.given, solved.unfunded, solved.options.get("seed", 0)).select(
        pl.col("person").cast(pl.Int64),
        pl.lit(None, pl.Int64).alias("fund"),
        pl.lit(None, pl.Int32).alias("first_month"),
        pl.lit(None, pl.Int32).alias("end_month"),
        "reason",
        "rank",
    )
    lines = stage_frame("planned", _LINES, pl.concat([paid, unpaid]))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO funding_planline
                    (plan_id, person_id, fund_id, first_month, end_month, reason, rank, region_code)
                SELECT %s, s.person_id, s.fund_id, s.first_month, s.end_month, coalesce(s.reason, ''), s.rank,
                       p.region_code
                  FROM {lines.identifier} s JOIN registry_person p ON p.id = s.person_id""",
            [plan.pk],
        )
        analyze("funding_planline", rows=cursor.rowcount)


def approve_plan(actor: Actor, plan_id: int, *, today: date | None = None) -> Plan:
    """Accept a proposed plan: its money is committed, and a decree may be made of it. Repeating it changes nothing.

    The decree takes over what the plan committed (see `plan_money.hand_over`). Raises NotAllowed; Refused when the
    actor proposed it, it breaks a rule, or money has gone since.
    """
    with action(actor, Act.APPROVE_PLAN, region_code=WHOLE_PROVINCE) as deed:
        plan = _decidable(actor, plan_id, (Plan.Status.PROPOSED, Plan.Status.APPROVED))
        deed.subject_id = plan.pk
        if plan.status == Plan.Status.APPROVED:
            deed.unchanged()
        else:
            if plan.report.get("violations"):
                first = plan.report["violations"][0]
                raise Refused(
                    _("Rencana %(name)s melanggar aturan: %(problem)s"),
                    name=plan.name,
                    problem=either(first["text_id"], first["text_en"]),
                )
            _still_affordable(plan)
            approvals.decide(actor, deed, [plan], Plan.Status.APPROVED)
            wanted = {row["fund"]: row["spent"] for row in plan.report["funds"] if row["spent"]}
            ids = dict(Fund.objects.filter(code__in=wanted).values_list("code", "pk"))
            amounts = {ids[code]: amount for code, amount in wanted.items()}
            plan_money.commit(actor, plan, amounts, on=today or timezone.localdate())
            deed.data["committed"] = sum(amounts.values())
    return plan


def _still_affordable(plan: Plan) -> None:
    wanted = {row["fund"]: row for row in plan.report["funds"] if row["spent"]}
    free = {
        account.fund.code: account
        for account in Account.objects.filter(
            kind=Account.Kind.AVAILABLE, fund__code__in=wanted
        ).select_related("fund")
    }
    for code, row in sorted(wanted.items()):
        account = free[code]
        if account.fund.status != Fund.Status.ACTIVE:
            raise Refused(
                _("Dana %(name)s tidak lagi berlaku; buat rencana baru."),
                name=row["name"],
            )
        if account.balance < row["spent"]:
            has, asked = format_rupiah(account.balance), format_rupiah(row["spent"])
            raise Refused(
                _("Dana %(name)s tinggal %(has)s, rencana ini meminta %(asked)s; buat rencana baru."),
                name=row["name"],
                has=has,
                asked=asked,
            )


def reject_plan(actor: Actor, plan_id: int, *, reason: str, today: date | None = None) -> Plan:
    """Reject a plan that is no decree yet, with the reason on record; what it committed is free again.

    Raises NotAllowed, Refused.
    """
    with action(actor, Act.REJECT_PLAN, region_code=WHOLE_PROVINCE) as deed:
        plan = _decidable(actor, plan_id, (Plan.Status.PROPOSED, Plan.Status.APPROVED, Plan.Status.REJECTED))
        if plan.status == Plan.Status.REJECTED:
            deed.unchanged()
            return plan
        plan_money.free(actor, plan, on=today or timezone.localdate())
        approvals.decide(actor, deed, [plan], Plan.Status.REJECTED, reason=reason)
        deed.subject_id = plan.pk
    return plan


def _decidable(actor: Actor, plan_id: int, allowed: tuple[str, ...]) -> Plan:
    plan = Plan.objects.select_for_update(of=("self",), no_key=True).filter(pk=plan_id).first()
    if plan is None:
        raise Refused(
            _("Rencana nomor %(plan_id)s tidak ada."),
            plan_id=plan_id,
        )
    approvals.refuse_own(actor, plan.proposers())
    if plan.status not in allowed:
        raise Refused(
            _("Rencana %(name)s sudah %(state)s."),
            name=plan.name,
            state=either(Plan.Status(plan.status).label.lower(), plan.status),
        )
    return plan
