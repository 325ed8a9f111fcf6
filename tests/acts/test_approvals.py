"""Every workflow of two people: who proposed does not decide, and nothing takes effect that was not proposed.

Each table of proposals has an act here by which it is approved and a way of altering what waits behind Payung's back;
a new one has none and fails until it is tried.
"""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from payung.access.actor import acting_as, everyone_visible
from payung.access.acts import Act
from payung.access.approvals import Approval, ContentChanged, OwnProposal
from payung.access.models import Event
from payung.access.roles import Role

from .scene import DOERS, OWN

#: Table of proposals -> the act that approves it, and a statement that alters one that waits (`%(id)s`).
ALTERED = {
    "Decree": (
        Act.DECREE_APPROVE,
        """INSERT INTO coverage_annexline (decree_id, act, person_id, fund_id, first_month, end_month, amount, income,
                                           sector, reason, evidence, name, trade, region_code)
           SELECT decree_id, act, person_id, fund_id, end_month, end_month + 1, amount, income, sector, reason,
                  evidence, name, trade, region_code FROM coverage_annexline WHERE decree_id = %(id)s LIMIT 1""",
    ),
    "Amendment": (
        Act.AMENDMENT_APPROVE,
        """INSERT INTO coverage_annexline (decree_id, amendment_id, act, person_id, fund_id, first_month, end_month,
                                           amount, income, sector, reason, evidence, name, trade, region_code)
           SELECT decree_id, amendment_id, 'add', person_id, fund_id, end_month, end_month + 1, amount, income, sector,
                  reason, evidence, name, trade, region_code
             FROM coverage_annexline WHERE amendment_id = %(id)s LIMIT 1""",
    ),
    "MonthlyChange": (
        Act.AMENDMENT_APPROVE,
        "UPDATE coverage_monthlychange SET evidence = 'Surat lain' WHERE id = %(id)s",
    ),
    "Bill": (Act.BILL_APPROVE, "UPDATE coverage_bill SET amount = amount + 1 WHERE id = %(id)s"),
    "Fund": (Act.APPROVE_FUND, "UPDATE funding_release SET amount = amount + 1 WHERE fund_id = %(id)s"),
    "FundChange": (Act.DECIDE_CHANGE, "UPDATE funding_fundchange SET reason = 'Lain' WHERE id = %(id)s"),
    "Plan": (
        Act.APPROVE_PLAN,
        """UPDATE funding_planline SET end_month = end_month + 1
            WHERE id = (SELECT min(id) FROM funding_planline WHERE plan_id = %(id)s AND fund_id IS NOT NULL)""",
    ),
    "Report": (Act.DEATH_CONFIRM, "UPDATE {table} SET died_on = died_on - 1 WHERE id = %(id)s"),
    "Step": (Act.CASE_DECIDE, "UPDATE {table} SET reason = 'Alasan lain' WHERE id = %(id)s"),
    "MergeProposal": (
        Act.MERGE_APPROVE,
        "UPDATE {table} SET kept_id = merged_id, merged_id = kept_id WHERE id = %(id)s",
    ),
    "Completion": (Act.RESOLUTION_DECIDE, "UPDATE {table} SET evidence = 'Surat lain' WHERE id = %(id)s"),
}


def waiting(model: type[Approval]) -> Approval:
    return model._default_manager.filter(**{f"{model.STATE}__in": model.WAITS}).order_by("-pk")[0]


def approver(world, model: type[Approval], act: Act):
    """A user of the province who may do the act and prepared nothing."""
    held = (world.actor(role) for role in Role.values)
    return next(actor for actor in held if any(actor.holds(permission) for permission in act.permissions))


#: Every table of proposals.
WORKFLOWS = [model for model in apps.get_models() if issubclass(model, Approval)]


def test_every_table_of_proposals_is_tried():
    assert {model.__name__ for model in WORKFLOWS if model.CONTENT} == set(ALTERED)


@pytest.mark.parametrize("model", WORKFLOWS, ids=lambda model: model.__name__)
def test_what_was_changed_after_it_was_proposed_does_not_take_effect(world, model):
    act, altering = ALTERED[model.__name__]
    deed = DOERS[act](world, OWN)
    with transaction.atomic(), everyone_visible():
        row = waiting(model)
        assert len(row.content_hash) == 64
        with connection.cursor() as cursor:
            cursor.execute(altering.format(table=model._meta.db_table), {"id": row.pk})
            assert cursor.rowcount
        before = Event.objects.count()
    with acting_as(approver(world, model, act)) as actor, pytest.raises(ContentChanged), transaction.atomic():
        deed(actor)
    with everyone_visible():
        row.refresh_from_db()
        assert row.waits
        assert row.decided_by_id is None
        assert Event.objects.count() == before


@pytest.mark.parametrize("model", WORKFLOWS, ids=lambda model: model.__name__)
def test_who_proposed_it_neither_decides_it_nor_is_offered_to(world, model):
    act, _altering = ALTERED[model.__name__]
    deed = DOERS[act](world, OWN)
    actor = approver(world, model, act)
    with transaction.atomic(), everyone_visible():
        row = waiting(model)
        may = row.may_decide(actor)
        model._default_manager.filter(pk=row.pk).update(**{model.PROPOSER: actor.user})
        own = model._default_manager.get(pk=row.pk)
        assert may
        assert not own.may_decide(actor)
    with acting_as(actor), pytest.raises(OwnProposal), transaction.atomic():
        deed(actor)


@pytest.mark.parametrize("model", WORKFLOWS, ids=lambda model: model.__name__)
def test_the_database_itself_refuses_one_person_and_half_a_decision(world, model):
    act, _altering = ALTERED[model.__name__]
    DOERS[act](world, OWN)
    with transaction.atomic(), everyone_visible():
        row = waiting(model)
        rows = model._default_manager.filter(pk=row.pk)
        proposer, other = getattr(row, model.PROPOSER), approver(world, model, act).user
        decided = next(
            state
            for state, _words in model._meta.get_field(model.STATE).choices
            if state not in (*model.WAITS, *model.TURNED_DOWN)
        )
        for wrong in (
            {"decided_by": proposer, model.STATE: decided},
            {"decided_by": other},
            {model.STATE: decided},
        ):
            with pytest.raises(IntegrityError, match="_two_people"), transaction.atomic():
                rows.update(**wrong)
        assert rows.update(**{"decided_by": other, model.STATE: decided}) == 1
