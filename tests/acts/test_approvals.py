"""Every workflow of two people: who proposed does not decide, and nothing takes effect that was not proposed.

Each table of proposals has an act here by which it is approved and a way of altering what waits behind Payung's back;
a new one has none and fails until it is tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from payung.access.actor import NotAllowed, Refused, acting_as, everyone_visible
from payung.access.acts import Act
from payung.access.approvals import (
    Approval,
    ContentChanged,
    OwnProposal,
    decidable,
    refuse_changed,
    seal,
)
from payung.access.models import Event, User
from payung.access.roles import Role
from payung.coverage.models import AnnexLine, Decree
from payung.coverage.queries import decree_summary
from payung.funding.models import PlanLine, Release
from payung.registry.models import Person

from .scene import DOERS, OTHER, OWN, REGENCY

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


#: Fields of every proposal that say who had a part in it and how far it has come; and those of each kind that are
#: written later, or say where it lies.
ABOUT = {
    "id",
    "content_hash",
    "decided_by",
    "decided_at",
    "proposed_at",
    "created_at",
    "made_at",
    "claimed_at",
    "at",
}
BESIDE = {
    "Bill": {"paid", "payment_code", "expires_on"},
    "MonthlyChange": {"amendment", "replacement", "region_code"},
    "MergeProposal": {"answer", "region_code"},
    "Report": {"reason", "region_code"},
    "Step": {"two_people", "region_code"},
    "Completion": {"reason"},
}
#: What else belongs to a proposal, altered behind Payung's back.
BELONGS = {
    "Amendment": (
        "UPDATE coverage_monthlychange SET replacement_id = person_id WHERE amendment_id = %(id)s",
        "UPDATE coverage_monthlychange SET amendment_id = NULL WHERE amendment_id = %(id)s",
    ),
    "Bill": (
        """INSERT INTO coverage_billline (month, person_id, bill_id, line_id, jkk, jkm, region_code)
           SELECT month + 1000, person_id, bill_id, line_id, 0, 0, region_code
             FROM coverage_billline WHERE bill_id = %(id)s LIMIT 1""",
    ),
    "Fund": (
        "DELETE FROM funding_release WHERE fund_id = %(id)s",
        """INSERT INTO funding_fundperson (fund_id, person_id, region_code)
           SELECT %(id)s, min(id), '65' FROM registry_person""",
    ),
    "Plan": ("DELETE FROM funding_planline WHERE plan_id = %(id)s AND fund_id IS NOT NULL",),
}
#: Rows of a proposal that may be changed, each of whose fields is decided with it.
LINES: dict[str, tuple[type[models.Model], str]] = {"Fund": (Release, "fund"), "Plan": (PlanLine, "plan")}


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def altered(field: models.Field) -> list[str]:
    """SQL: other values of a field than it has; the database may refuse some."""
    column = f'"{field.column}"'
    if isinstance(field, models.JSONField):
        return ["'{\"x\": 1}'"]
    if isinstance(field, models.BooleanField):
        return [f"NOT {column}"]
    if field.name == "region_code":
        return [f"'{OTHER}'"]
    if isinstance(field, models.CharField | models.TextField):
        return [f"CASE WHEN {column} = 'x' THEN 'y' ELSE 'x' END", "''"]
    if isinstance(field, models.DateField):
        return [f"{column} + 1"]
    return [f"coalesce({column}, 0) + {by}" for by in (1, -1, 1000)]


def tampered(table: str, where: str, field: models.Field) -> None:
    """Alter a field as the database lets the application do it."""
    refused: Exception | None = None
    for value in altered(field):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f'UPDATE {table} SET "{field.column}" = {value} WHERE {where}')
                assert cursor.rowcount
            return
        except IntegrityError as error:
            refused = error
    raise AssertionError(f"{table}.{field.column} could not be altered") from refused


def noticed(row: Approval) -> bool:
    try:
        refuse_changed([row])
    except ContentChanged:
        return True
    return False


@pytest.mark.parametrize("model", WORKFLOWS, ids=lambda model: model.__name__)
def test_everything_that_is_decided_is_sealed(world, model):
    """Each field of a proposal and of its lines, and lines that come or go: a new field is sealed or named here."""
    name, table = model.__name__, model._meta.db_table
    DOERS[ALTERED[name][0]](world, OWN)
    with transaction.atomic(), everyone_visible():
        row = waiting(model)
        assert not noticed(row)
        unsealed = []
        for field in model._meta.concrete_fields:
            if field.name in {*ABOUT, model.PROPOSER, model.STATE, *BESIDE.get(name, ())}:
                continue
            with undone():
                tampered(table, f"id = {row.pk}", field)
                unsealed += [] if noticed(row) else [field.name]
        for statement in BELONGS.get(name, ()):
            with undone(), connection.cursor() as cursor:
                cursor.execute(statement, {"id": row.pk})
                assert cursor.rowcount, statement
                unsealed += [] if noticed(row) else [statement]
        if name in LINES:
            lines, parent = LINES[name]
            line = lines._default_manager.filter(**{parent: row}).order_by("pk")[0]
            for field in lines._meta.concrete_fields:
                if field.name in ("id", parent):
                    continue
                with undone():
                    tampered(lines._meta.db_table, f"id = {line.pk}", field)
                    unsealed += [] if noticed(row) else [f"{lines.__name__}.{field.name}"]
    assert unsealed == []


def sealed_with(row: Approval, line: models.Model, **values: object) -> str:
    """The hash that a proposal has with a further line like this one, but for some values."""
    with undone():
        line.pk = None
        for field, value in values.items():
            setattr(line, field, value)
        line._state.adding = True
        line.save()
        seal([row])
        return row.content_hash


#: Values of a line that a separator between them would run together, or that stand for nothing.
ALIKE = [
    ({"name": "A|B", "trade": "C"}, {"name": "A", "trade": "B|C"}),
    ({"reason": "x\ny", "evidence": ""}, {"reason": "x", "evidence": "y"}),
    ({"amount": 5, "income": None}, {"amount": 5, "income": 0}),
]


def test_no_two_annexes_have_one_hash(world):
    """The database lets nobody change a line, so two lines that could come in are told apart by each of their facts."""
    DOERS[Act.DECREE_APPROVE](world, OWN)
    model = next(one for one in WORKFLOWS if one.__name__ == "Decree")
    with transaction.atomic(), everyone_visible():
        row = waiting(model)
        (same,) = {sealed_with(row, AnnexLine.objects.filter(decree=row)[0]) for _ in range(2)}
        for field in AnnexLine._meta.concrete_fields:
            if field.name in ("id", "decree", "amendment"):
                continue
            line = AnnexLine.objects.filter(decree=row)[0]
            is_text = isinstance(field, models.CharField)
            other = "lain" if is_text else (getattr(line, field.attname) or 0) + 1
            other = {"act": "remove", "region_code": OTHER, "first_month": line.first_month - 1}.get(
                field.name, other
            )
            assert sealed_with(row, line, **{field.attname: other}) != same, field.name
        for one, other in ALIKE:
            line = AnnexLine.objects.filter(decree=row)[0]
            assert sealed_with(row, line, **one) != sealed_with(row, line, **other), one


def test_what_waited_unchanged_is_sealed_anew_and_what_was_decided_keeps_its_hash(world):
    """A database of before: hashes of less than all that is decided."""
    coverage = import_module("payung.coverage.migrations.0018_content")
    funding = import_module("payung.funding.migrations.0009_plan_content")
    before = {table: old for table, _waits, old, _now in coverage.CONTENTS} | {
        "funding_plan": funding._BEFORE
    }
    decided = Decree.objects.get(pk=world.decree)
    for model in (model for model in WORKFLOWS if model._meta.db_table in before):
        act, altering = ALTERED[model.__name__]
        table = model._meta.db_table
        with undone():
            DOERS[act](world, OWN)
            with everyone_visible(), connection.cursor() as cursor:
                row = waiting(model)
                cursor.execute(f"UPDATE {table} t SET content_hash = {coverage._HASH.format(before[table])}")
                old = model._default_manager.get(pk=row.pk).content_hash
                assert noticed(row)
                with undone():
                    cursor.execute(coverage.RESEAL + funding.RESEAL)
                    assert not noticed(row)
                cursor.execute(altering, {"id": row.pk})
                cursor.execute(coverage.RESEAL + funding.RESEAL)
                assert noticed(row)
                assert model._default_manager.get(pk=row.pk).content_hash == old
    assert decided.content_hash == Decree.objects.get(pk=world.decree).content_hash


@pytest.mark.parametrize("model", WORKFLOWS, ids=lambda model: model.__name__)
def test_the_decision_is_offered_to_whoever_may_take_it(world, model):
    """Of the province or of one regency, on its own and on another's things: what a page shows is what is accepted."""
    wrong = []
    for village in (OWN, OTHER):
        with undone():
            deed = DOERS[model.APPROVES](world, village)
            with transaction.atomic(), everyone_visible():
                row = waiting(model)
            for actor in (world.actor(role, region) for role in Role.values for region in ("65", REGENCY)):
                offered, accepted = tried(row, deed, actor)
                if offered is not accepted:
                    wrong.append((village, actor.user.username, offered, accepted))
    assert wrong == []


def tried(row: Approval, deed, actor) -> tuple[bool, bool]:
    """Whether a decision is offered to a user, and whether it is accepted from them; nothing remains."""
    with acting_as(actor), undone():
        offered = row.may_decide(actor)
        try:
            with transaction.atomic():
                deed(actor)
        except (NotAllowed, Refused):
            return offered, False
    return offered, True


def test_whom_two_regions_are_given_is_offered_what_lies_in_both(world):
    """The smallest region that holds both people of a merge is the province, which nobody need hold for it."""
    from payung.access.models import Assignment

    DOERS[Act.MERGE_APPROVE](world, OWN)
    model = next(one for one in WORKFLOWS if one.__name__ == "MergeProposal")
    with transaction.atomic(), everyone_visible():
        row = waiting(model)
        row.region_code = "65"
        row.save()
        Person.objects.filter(pk=row.merged_id).update(region_code=OTHER)
    user = world.actor("approver", REGENCY).user
    assert not row.may_decide(world.actor("approver", REGENCY))
    Assignment.objects.create(user=user, role="approver", region_code=OTHER[:5])
    assert row.may_decide(world.actor("approver", REGENCY))


@pytest.mark.parametrize("model", WORKFLOWS, ids=lambda model: model.__name__)
def test_many_are_asked_about_in_as_many_statements_as_one(world, model):
    DOERS[ALTERED[model.__name__][0]](world, OWN)
    act = ALTERED[model.__name__][0]
    with transaction.atomic(), everyone_visible():
        row = waiting(model)
    regional = next(
        actor
        for actor in (world.actor(role, REGENCY) for role in Role.values)
        if any(actor.holds(permission) for permission in act.permissions)
    )
    with CaptureQueriesContext(connection) as one:
        decidable(regional, [row])
    proposers = len(one)
    if model.__name__ == "Amendment":
        return  # its proposers are asked of each; no page lists them with a decision
    with CaptureQueriesContext(connection) as many:
        decidable(regional, [row] * 5)
    assert len(many) == proposers
    if model.PLACES == ("region_code",):
        assert proposers == 0


TURNED_DOWN = {
    "Decree": Act.DECREE_REJECT,
    "Amendment": Act.AMENDMENT_REJECT,
    "Fund": Act.REJECT_FUND,
    "Plan": Act.REJECT_PLAN,
    "MergeProposal": Act.MERGE_DECLINE,
}
DECISIONS = [
    pytest.param(model, act, id=f"{model.__name__}-{act}")
    for model in WORKFLOWS
    for act in sorted(
        {model.APPROVES, *([TURNED_DOWN[model.__name__]] if model.__name__ in TURNED_DOWN else [])},
        key=str,
    )
]


@pytest.mark.parametrize(("model", "act"), DECISIONS)
def test_the_event_says_what_was_decided_who_proposed_it_and_its_hash(world, model, act):
    deed = DOERS[act](world, OWN)
    with transaction.atomic(), everyone_visible():
        row = waiting(model)
    with acting_as(approver(world, model, act)) as actor, transaction.atomic():
        deed(actor)
    with transaction.atomic(), everyone_visible():
        row.refresh_from_db()
    said = Event.objects.filter(action=act.value).latest("pk").data
    assert said["decision"] == getattr(row, model.STATE)
    assert getattr(row, f"{model.PROPOSER}_id") in said["proposed_by"]
    assert row.content_hash in ([said["hash"]] if isinstance(said["hash"], str) else said["hash"])


def test_those_become_one_who_were_proposed(world):
    """Who stays is worked out from covers, which may have changed since."""
    deed = DOERS[Act.MERGE_APPROVE](world, OWN)
    model = next(one for one in WORKFLOWS if one.__name__ == "MergeProposal")
    with transaction.atomic(), everyone_visible():
        row = waiting(model)
        Person.objects.filter(pk=row.merged_id).update(covered_until=world.now + 9)
    with acting_as(world.actor("approver")) as actor, pytest.raises(ContentChanged), transaction.atomic():
        deed(actor)
    with transaction.atomic(), everyone_visible():
        row.refresh_from_db()
        assert row.waits
        assert Person.objects.get(pk=row.merged_id).merged_into_id is None


def test_a_change_turned_down_by_nobody_stays(world):
    """Of several that waited for one person, an older version left one and turned down the others by itself."""
    DOERS[Act.CHANGE_REJECT](world, OWN)
    model = next(one for one in WORKFLOWS if one.__name__ == "MonthlyChange")
    with transaction.atomic(), everyone_visible():
        row = waiting(model)
        assert model._default_manager.filter(pk=row.pk).update(state="rejected") == 1
        with pytest.raises(IntegrityError, match="change_two_people"), transaction.atomic():
            model._default_manager.filter(pk=row.pk).update(state="approved")


def test_only_who_proposed_is_told_that_it_is_theirs(world):
    """Whoever sees both people and may not decide there is told that it waits for another."""
    from payung.access.models import Assignment

    DOERS[Act.MERGE_APPROVE](world, OTHER)
    elsewhere = world.actor("operator", REGENCY).user
    Assignment.objects.create(user=elsewhere, role="branch", region_code="65")
    own, other = "Usulan Anda sendiri diputuskan oleh petugas lain.", "Menunggu pengguna lain"
    for user, told, untold in (
        (User.objects.get(username="satu-operator"), own, other),
        (elsewhere, other, own),
    ):
        client = Client()
        client.force_login(user)
        page = client.get(reverse("web:matching-proposals")).content.decode()
        assert told in page and untold not in page, user


def test_who_turned_a_decree_down_is_not_told_as_who_approved_it(world):
    deed = DOERS[Act.DECREE_REJECT](world, OWN)
    with acting_as(world.actor("approver")) as actor:
        made = deed(actor)
    told = decree_summary(made.pk)
    assert (told["status"], told["decided_by"]) == ("rejected", "approver-65")
    assert not {"approved_by", "approved_at"} & told.keys()
