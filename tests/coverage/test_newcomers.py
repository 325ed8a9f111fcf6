"""Money for newcomers is never spent on a former member, nor money for members on a newcomer: whoever chooses."""

from datetime import date

import pytest

from payung.access.actor import Refused, acting_as
from payung.coverage.actions import (
    approve_decree,
    find_changes,
    propose_addition,
    propose_alteration,
    propose_amendment,
    propose_decree,
)
from payung.coverage.models import AnnexLine, CoverMonth
from payung.coverage.queue import next_in_queue
from payung.funding.models import Plan, PlanLine
from payung.registry.models import Eligibility, Person
from payung.values import Period
from tests.coverage.scene import START, TODAY, Programme, actor, make_fund

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    with acting_as(actor("operator")) as who:
        yield who


@pytest.fixture
def programme(operator):
    made = Programme().build()
    for person in made.persons + made.queue:
        Eligibility.objects.create(
            person=person, judged_on=TODAY, eligible=True, law_version="x", region_code=person.region_code
        )
    decree = propose_decree(
        operator, plan_id=made.plan.pk, number="SK 1", dated=date(2027, 1, 4), signer="Gubernur"
    )
    made.decree = approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    return made


def was_covered_by_a_decree(programme, person):
    line = AnnexLine.objects.filter(decree=programme.decree).first()
    CoverMonth.objects.create(
        person=person,
        month=START - 20,
        fund=programme.funds[1],
        line=line,
        region_code=person.region_code,
    )


def was_covered_by_the_same_fund(programme, person):
    line = AnnexLine.objects.filter(decree=programme.decree).first()
    CoverMonth.objects.create(
        person=person,
        month=START - 20,
        fund=programme.funds[0],
        line=line,
        region_code=person.region_code,
    )


def was_covered_by_another_payer(_programme, person):
    Person.objects.filter(pk=person.pk).update(branch_until=date(2024, 6, 30))


def is_promised_by_an_approved_plan(programme, person):
    plan = Plan.objects.get(pk=programme.plan.pk)
    plan.pk, plan.status = None, Plan.Status.APPROVED
    plan.save()
    PlanLine.objects.create(
        plan=plan,
        person=person,
        fund=programme.funds[1],
        first_month=START + 9,
        end_month=START + 12,
        region_code=person.region_code,
    )


PASTS = [
    was_covered_by_a_decree,
    was_covered_by_the_same_fund,
    was_covered_by_another_payer,
    is_promised_by_an_approved_plan,
]


def replacements(operator, programme):
    """Who takes the place of the first person, who died."""
    gone = programme.persons[0]
    Person.objects.filter(pk=gone.pk).update(died_on=date(2027, 2, 10))
    find_changes(operator, month=START + 2)
    made = propose_amendment(operator, decree_id=programme.decree.pk, number="SK 1a", dated=date(2027, 3, 1))
    return list(
        AnnexLine.objects.filter(amendment=made.amendment, act="add").values_list("person_id", flat=True)
    )


def set_terms(fund, **terms):
    for name, value in terms.items():
        setattr(fund, name, value)
    fund.save()


@pytest.mark.parametrize("past", PASTS)
def test_a_freed_place_for_newcomers_passes_over_former_members(programme, operator, past):
    set_terms(programme.funds[0], new_only=True)
    past(programme, programme.queue[0])
    plan, fund = programme.plan, programme.funds[0]
    assert programme.queue[0].pk not in [row["person_id"] for row in next_in_queue(plan, fund, today=TODAY)]
    assert replacements(operator, programme) == [programme.queue[1].pk]


@pytest.mark.parametrize("past", PASTS[:3])
def test_a_freed_place_for_members_passes_over_newcomers(programme, operator, past):
    set_terms(programme.funds[0], covered_only=True)
    past(programme, programme.queue[1])
    plan, fund = programme.plan, programme.funds[0]
    assert [row["person_id"] for row in next_in_queue(plan, fund, today=TODAY)] == [programme.queue[1].pk]
    assert replacements(operator, programme) == [programme.queue[1].pk]


@pytest.mark.parametrize("past", PASTS)
def test_a_former_member_cannot_be_proposed_for_a_newcomers_fund(programme, operator, past):
    fund = make_fund("BARU", 1_000_000)
    set_terms(fund, new_only=True)
    past(programme, programme.queue[0])
    for person, refused in ((programme.queue[0], True), (programme.queue[1], False)):
        ask = {
            "decree_id": programme.decree.pk,
            "person_id": person.pk,
            "fund_id": fund.pk,
            "months": Period(START + 2, START + 5),
            "evidence": "Surat 7",
        }
        if refused:
            with pytest.raises(Refused, match="terms of Dana BARU"):
                propose_addition(operator, **ask)
        else:
            propose_addition(operator, **ask)


def test_somebody_covered_cannot_be_handed_to_a_newcomers_fund(programme, operator):
    fund = make_fund("BARU", 1_000_000)
    set_terms(fund, new_only=True)
    with pytest.raises(Refused, match="terms of Dana BARU"):
        propose_alteration(
            operator, person_id=programme.persons[0].pk, from_month=START + 3, fund_id=fund.pk, evidence="x"
        )


def test_whom_a_newcomers_fund_took_in_may_stand_otherwise_within_its_cover(programme, operator):
    set_terms(programme.funds[0], new_only=True)
    change = propose_alteration(
        operator, person_id=programme.persons[0].pk, from_month=START + 3, evidence="Penghasilan berubah"
    )
    assert change.to_fund_id == programme.funds[0].pk


def test_a_fund_for_members_cannot_take_in_a_newcomer_by_hand(programme, operator):
    fund = make_fund("LAMA", 1_000_000)
    set_terms(fund, covered_only=True)
    with pytest.raises(Refused, match="terms of Dana LAMA"):
        propose_addition(
            operator,
            decree_id=programme.decree.pk,
            person_id=programme.queue[0].pk,
            fund_id=fund.pk,
            months=Period(START + 2, START + 5),
            evidence="Surat 7",
        )


@pytest.mark.parametrize(
    ("terms", "born", "next_is"),
    [
        ({"min_age": 47}, date(1980, 2, 4), 1),
        ({"min_age": 47}, date(1980, 2, 3), 0),
        ({"max_age": 46}, date(1980, 2, 3), 1),
        ({"max_age": 46}, date(1980, 2, 4), 0),
        ({"sex": "female"}, date(1980, 1, 1), 1),
        ({"regions": ["65.01"]}, date(1980, 1, 1), 1),
    ],
)
def test_the_list_of_who_is_next_is_the_list_from_which_places_are_given(
    programme, operator, terms, born, next_is
):
    set_terms(programme.funds[0], **terms)
    facts = {"birth_date": date(1980, 2, 3), "sex": "female", "region_code": "65.01.05.2007"}
    if "max_age" in terms:
        facts["birth_date"] = date(1981, 1, 1)
    Person.objects.filter(pk=programme.queue[1].pk).update(**facts)
    Person.objects.filter(pk=programme.queue[0].pk).update(birth_date=born)
    listed = [row["person_id"] for row in next_in_queue(programme.plan, programme.funds[0], today=TODAY)]
    assert listed[0] == programme.queue[next_is].pk
