"""What approved plans hold of a fund's money, until a decree takes it over or the plan is given up."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused
from payung.funding.ledger import move
from payung.funding.models import Account, Entry, Plan


def commit(actor: Actor, plan: Plan, amounts: dict[int, int], *, on: date) -> None:
    """Bind rupiah by fund to a plan that is being approved, inside the caller's transaction."""
    _move(actor, "commit", plan, amounts, on)


def _move(actor: Actor, name: str, plan: Plan, amounts: dict[int, int], on: date) -> None:
    move(actor, name, amounts, cause="plan", cause_id=plan.pk, key=f"plan:{plan.pk}", effective_on=on)


def committed_by(plan_id: int) -> dict[int, int]:
    """Rupiah by fund that an approved plan holds committed, which no decree has taken over yet."""
    held: dict[int, int] = {}
    entries = Entry.objects.filter(cause="plan", cause_id=plan_id)
    for fund, credit, amount in entries.values_list("fund_id", "credit", "amount"):
        held[fund] = held.get(fund, 0) + (amount if credit == Account.Kind.COMMITTED else -amount)
    return {fund: amount for fund, amount in held.items() if amount > 0}


def hand_over(actor: Actor, plan_id: int, *, today: date) -> None:
    """Free what the plan committed, inside the transaction of the decree that commits in its place.

    Raises Refused for a plan that was given up since.
    """
    plan = Plan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan_id)
    if plan.status not in (Plan.Status.APPROVED, Plan.Status.DECREED):
        raise Refused(
            _("Rencana %(name)s sudah ditolak; usulkan SK dari rencana lain."),
            name=plan.name,
        )
    free(actor, plan, on=today)


def free(actor: Actor, plan: Plan, *, on: date) -> None:
    """Release what a plan still holds committed, inside the caller's transaction."""
    held = committed_by(plan.pk)
    balance = dict(
        Account.objects.filter(fund_id__in=held, kind=Account.Kind.COMMITTED).values_list(
            "fund_id", "balance"
        )
    )
    _move(actor, "uncommit", plan, {fund: min(amount, balance[fund]) for fund, amount in held.items()}, on)
