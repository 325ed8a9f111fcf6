"""The number of SQL statements of each step of a month does not depend on the number of people."""

from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from payung.access.actor import acting_as, everyone_visible
from payung.coverage.actions import (
    apply_answer,
    approve_amendment,
    approve_bills,
    approve_decree,
    compare,
    find_changes,
    load_statement,
    make_bills,
    make_notices,
    make_uploads,
    mark_printed,
    propose_amendment,
    propose_decree,
    reconcile_bills,
    send_bills,
)
from payung.coverage.models import Bill
from payung.coverage.outlook import outlook
from payung.coverage.places import empty_places
from payung.coverage.standing import counts_on, some_on, write_everyone
from payung.registry.models import Eligibility, Person
from tests.coverage.scene import (
    START,
    TODAY,
    Programme,
    accept,
    actor,
    make_person,
    make_plan,
    read_sheet,
    refuse,
    write_answer,
    write_statement,
)

pytestmark = pytest.mark.django_db


def province(people):
    """A programme of so many people, a queue half as long, everybody eligible."""
    made = Programme(people)
    with everyone_visible():
        made.build()
        more = [make_person(number) for number in range(people + 2, people + people // 2)]
        half = people // 2
        lines = [(person, made.funds[at >= half], 0, 6) for at, person in enumerate(made.persons)]
        made.plan = make_plan(*lines, *[(person, None, 0, 0) for person in made.queue + more])
        Eligibility.objects.bulk_create(
            Eligibility(
                person=person, judged_on=TODAY, eligible=True, law_version="x", region_code=person.region_code
            )
            for person in Person.objects.all()
        )
    return made


def month_of(operator, people, folder):
    """How many statements each step of a month takes with so many people, a quarter refused, a quarter dead."""
    approver, counts, made = actor("approver"), {}, province(people)

    @contextmanager
    def counted(step):
        with CaptureQueriesContext(connection) as queries:
            yield
        counts[step] = len(queries)

    with counted("propose"):
        decree = propose_decree(operator, plan_id=made.plan.pk, number="SK", dated=TODAY, signer="G")
    with counted("approve"):
        approve_decree(approver, decree_id=decree.pk, today=TODAY)
    with counted("files"):
        uploads = make_uploads(operator, decree_id=decree.pk, out_dir=folder)
    rows = [line for one in uploads for line in read_sheet(one.path)]
    answers = [refuse(line) if at % 4 == 0 else accept(line, at) for at, line in enumerate(rows)]
    path = write_answer(folder / "jawaban.csv", answers)
    with counted("answer"):
        apply_answer(operator, path=path, today=TODAY)
    dead = [person.pk for person in made.persons[1::4]]
    Person.objects.filter(pk__in=dead).update(died_on=date(2027, 1, 20))
    with counted("changes"):
        find_changes(operator, month=START)
    with counted("amendment"):
        amended = propose_amendment(operator, decree_id=decree.pk, number="A", dated=TODAY)
    assert amended.replaced > 0
    with counted("amendment approved"):
        approve_amendment(approver, amendment_id=amended.amendment.pk, today=TODAY)
    with counted("bills"):
        make_bills(operator, month=START, today=TODAY)
    with counted("bills approved"):
        approve_bills(approver, month=START)
    with counted("bills sent"):
        send_bills(operator, month=START)
    lines = [("05/02/2027", bill.payment_code, bill.payable) for bill in Bill.objects.order_by("pk")]
    with counted("statement"):
        load_statement(operator, path=write_statement(folder / "koran.csv", lines), today=TODAY)
    with counted("differences"):
        compare(operator, month=START, today=TODAY)
    with counted("reconciled"):
        reconcile_bills(operator, month=START)
    with counted("notices"):
        make_notices(operator, month=START + 5)
    with counted("printed"):
        mark_printed(operator, month=START + 5, to="worker")
    with counted("everyone"):
        write_everyone(date(2027, 1, 20), folder / "semua.csv")
    with counted("a page of everyone"):
        counts_on(date(2027, 1, 20))
        some_on(date(2027, 1, 20))
    with counted("outlook"):
        outlook(TODAY)
    with counted("empty places"):
        empty_places(START)
    return counts


def test_the_number_of_statements_of_each_step_does_not_depend_on_the_number_of_people(tmp_path):
    with acting_as(actor("operator")) as operator:
        actor("approver")
        counts = []
        for people in (8, 80):
            folder = tmp_path / str(people)
            folder.mkdir()
            with transaction.atomic():
                counts.append(month_of(operator, people, folder))
                transaction.set_rollback(True)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 60, counts[0]
