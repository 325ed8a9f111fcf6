"""Who takes a freed place, at every edge: the last eligible month, other payers' last months, the last rupiah."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from payung.access.actor import Refused, acting_as
from payung.coverage.actions import (
    approve_amendment,
    approve_decree,
    make_bills,
    propose_addition,
    propose_alteration,
    propose_amendment,
    propose_change,
    propose_decree,
)
from payung.coverage.models import Amendment, AnnexLine, CoverMonth
from payung.funding.models import Account
from payung.registry.models import Eligibility, Person
from payung.values import Period
from tests.coverage.scene import START, TODAY, Programme, actor

pytestmark = pytest.mark.django_db
DUE = 16_800
#: The first month of the place that the first person leaves, and the one before which it ends.
FIRST, END = 2, 6


@pytest.fixture
def operator():
    with acting_as(actor("operator")) as who:
        yield who


def programme(operator, money=20_000_000):
    made = Programme(money=money).build()
    for person in made.persons + made.queue:
        Eligibility.objects.create(
            person=person, judged_on=TODAY, eligible=True, law_version="x", region_code=person.region_code
        )
    decree = propose_decree(operator, plan_id=made.plan.pk, number="SK 1", dated=TODAY, signer="Gubernur")
    made.decree = approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    return made


def takes(operator, made, *gone):
    """The places that the queue takes where these people leave: (place in the queue, fund, first month, end)."""
    for person in gone or made.persons[:1]:
        propose_change(
            operator, person_id=person.pk, kind="moved", from_month=START + FIRST, evidence="Surat"
        )
    propose_amendment(operator, decree_id=made.decree.pk, number="SK 1a", dated=TODAY)
    lines = AnnexLine.objects.filter(reason="replacement").order_by("pk").select_related("fund")
    queue = [person.pk for person in made.queue]
    return [
        (queue.index(line.person_id), line.fund.code, line.first_month - START, line.end_month - START)
        for line in lines
    ]


def first_of_queue(made, **facts):
    Person.objects.filter(pk=made.queue[0].pk).update(**facts)


def judged(made, **facts):
    Eligibility.objects.filter(person=made.queue[0]).update(**facts)


def covered(made, month):
    line = AnnexLine.objects.filter(decree=made.decree).first()
    CoverMonth.objects.create(
        person=made.queue[0], month=START + month, fund=made.funds[1], line=line, region_code="65.71.01.1001"
    )


NEXT = [(1, "PROV", FIRST, END)]
WHOLE = [(0, "PROV", FIRST, END)]
EDGES = [
    pytest.param(lambda made: judged(made, eligible_until=START.number + 1), NEXT, id="last month before"),
    pytest.param(
        lambda made: judged(made, eligible_until=START.number + 2), [(0, "PROV", 2, 3)], id="first month only"
    ),
    pytest.param(
        lambda made: judged(made, eligible_until=START.number + 4), [(0, "PROV", 2, 5)], id="all but the last"
    ),
    pytest.param(lambda made: judged(made, eligible_until=START.number + 5), WHOLE, id="to the last"),
    pytest.param(lambda made: judged(made, eligible_until=START.number + 6), WHOLE, id="longer"),
    pytest.param(lambda made: judged(made, eligible_until=None), WHOLE, id="no end"),
    pytest.param(lambda made: judged(made, eligible=False), NEXT, id="not eligible"),
    pytest.param(lambda made: first_of_queue(made, died_on=date(2027, 1, 9)), NEXT, id="died"),
    pytest.param(
        lambda made: first_of_queue(made, merged_into=made.persons[3]),
        NEXT,
        id="another person's second entry",
    ),
    pytest.param(
        lambda made: first_of_queue(made, branch_until=date(2027, 2, 28)),
        WHOLE,
        id="other payer until before",
    ),
    pytest.param(
        lambda made: first_of_queue(made, branch_until=date(2027, 3, 1)), NEXT, id="other payer's first day"
    ),
    pytest.param(lambda made: covered(made, 1), WHOLE, id="covered the month before"),
    pytest.param(lambda made: covered(made, 2), NEXT, id="covered in the first month"),
    pytest.param(lambda made: covered(made, 5), NEXT, id="covered in the last month"),
    pytest.param(lambda made: covered(made, 6), WHOLE, id="covered the month after"),
]


@pytest.mark.parametrize(("fact", "taken"), EDGES)
def test_who_takes_a_place_and_for_which_months(operator, fact, taken):
    made = programme(operator)
    fact(made)
    assert takes(operator, made) == taken


@pytest.mark.parametrize(
    ("money", "incomes", "taken"),
    [
        (30 * DUE, [None, None], WHOLE),
        (30 * DUE, [3_000_000, None], NEXT),
        (30 * DUE + 1, [3_000_000, 3_000_000], []),
        (31 * DUE + 4 * 30_000, [3_000_000, None], WHOLE),
    ],
)
def test_a_place_costs_what_is_there_to_the_last_rupiah(operator, money, incomes, taken):
    made = programme(operator, money=money)
    for person, income in zip(made.queue, incomes, strict=True):
        Person.objects.filter(pk=person.pk).update(income=income)
    assert takes(operator, made) == taken


def test_two_places_share_one_funds_money(operator):
    """What two give back pays for one dearer newcomer and leaves too little for a second."""
    made = programme(operator, money=30 * DUE)
    Person.objects.filter(pk__in=[person.pk for person in made.queue]).update(income=2_000_000)
    took = takes(operator, made, *made.persons[:2])
    added = sum(AnnexLine.objects.filter(reason="replacement").values_list("amount", flat=True))
    assert len(took) == 1
    assert 4 * DUE < added <= 8 * DUE < 2 * added


def test_nobody_takes_two_places(operator):
    made = programme(operator)
    assert takes(operator, made, made.persons[0], made.persons[7]) == [
        (0, "PROV", FIRST, END),
        (1, "CSR", FIRST, END),
    ]
    made.queue[1].refresh_from_db()


def test_a_place_of_which_nobody_may_have_a_month_stays_empty(operator):
    """The second place begins where the second of the queue may no longer be enrolled."""
    made = programme(operator)
    Eligibility.objects.filter(person=made.queue[1]).update(eligible_until=START.number + FIRST + 1)
    propose_change(
        operator, person_id=made.persons[1].pk, kind="moved", from_month=START + FIRST + 2, evidence="Surat"
    )
    assert takes(operator, made) == WHOLE


def test_who_waits_in_another_amendment_takes_no_second_place(operator):
    made = programme(operator)
    assert takes(operator, made) == WHOLE
    propose_change(
        operator, person_id=made.persons[1].pk, kind="moved", from_month=START + 3, evidence="Surat"
    )
    propose_amendment(operator, decree_id=made.decree.pk, number="SK 1b", dated=TODAY)
    lines = AnnexLine.objects.filter(reason="replacement").order_by("pk").values_list("person_id", flat=True)
    assert list(lines) == [person.pk for person in made.queue]


def test_who_left_once_does_not_come_back_by_the_queue(operator):
    made = programme(operator)
    assert takes(operator, made) == WHOLE
    first = Amendment.objects.get()
    approve_amendment(actor("approver"), amendment_id=first.pk, today=TODAY)
    for person, number in ((made.queue[0], "SK 1b"), (made.persons[1], "SK 1c")):
        propose_change(
            operator, person_id=person.pk, kind="wants_out", from_month=START + 3, evidence="Surat"
        )
        one = propose_amendment(
            operator, decree_id=made.decree.pk, number=number, dated=TODAY, replace=number == "SK 1c"
        )
        approve_amendment(actor("approver"), amendment_id=one.amendment.pk, today=TODAY)
    lines = AnnexLine.objects.filter(reason="replacement").order_by("pk").values_list("person_id", flat=True)
    assert list(lines) == [person.pk for person in made.queue]


def test_who_is_to_join_by_hand_takes_no_place(operator):
    made = programme(operator)
    propose_addition(
        operator,
        decree_id=made.decree.pk,
        person_id=made.queue[0].pk,
        fund_id=made.funds[1].pk,
        months=Period(START + 7, START + 9),
        evidence="Nota",
        today=TODAY,
    )
    assert takes(operator, made) == NEXT


@pytest.mark.parametrize("bills", [0, 3, 4, 6])
def test_a_place_is_given_from_the_first_month_that_is_not_billed(operator, bills):
    made = programme(operator)
    for month in range(bills):
        make_bills(operator, month=START + month, today=TODAY)
    first = max(FIRST, bills)
    assert takes(operator, made) == ([(0, "PROV", first, END)] if first < END else [])


def test_months_that_somebody_keeps_of_the_same_fund_are_not_given_on(operator):
    made = programme(operator)
    propose_alteration(
        operator,
        person_id=made.persons[0].pk,
        from_month=START + 1,
        end_month=START + 4,
        evidence="Kontrak",
        today=TODAY,
    )
    propose_amendment(operator, decree_id=made.decree.pk, number="SK 1a", dated=TODAY)
    line = AnnexLine.objects.get(reason="replacement")
    assert (line.first_month - START, line.end_month - START) == (4, 6)


@pytest.mark.parametrize(
    ("months", "until", "good"),
    [
        ((9, 12), None, True),
        ((9, 13), None, False),
        ((6, 9), 8, True),
        ((6, 9), 7, False),
        ((6, 9), 9, True),
    ],
)
def test_somebody_may_join_to_the_last_month_of_the_fund_and_of_the_age(operator, months, until, good):
    made = programme(operator)
    judged(made, eligible_until=None if until is None else START.number + until)
    ask = {
        "decree_id": made.decree.pk,
        "person_id": made.queue[0].pk,
        "fund_id": made.funds[0].pk,
        "months": Period(START + months[0], START + months[1]),
        "evidence": "Nota",
        "today": TODAY,
    }
    if good:
        assert propose_addition(operator, **ask).end_month == START + months[1]
    else:
        with pytest.raises(Refused), transaction.atomic():
            propose_addition(operator, **ask)


@pytest.mark.parametrize(("first", "good"), [(5, False), (6, True)])
def test_a_second_payer_is_refused_in_the_last_month_too(operator, first, good):
    made = programme(operator)
    ask = {
        "decree_id": made.decree.pk,
        "person_id": made.persons[9].pk,
        "fund_id": made.funds[0].pk,
        "evidence": "Nota",
        "today": TODAY,
    }
    if good:
        propose_addition(operator, months=Period(START + first, START + 8), **ask)
        return
    for months in (Period(START + first, START + 8), Period(START + 5, START + 6)):
        with pytest.raises(Refused, match="Dana CSR"), transaction.atomic():
            propose_addition(operator, months=months, **ask)
    assert Account.objects.get(fund=made.funds[0], kind="committed").balance == 30 * DUE
