"""Two operators at once, and a process killed in the middle: nothing half done, nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime

import pytest
from django.db import connection, connections

from payung.access.actor import Refused, acting_as
from payung.coverage.actions import (
    apply_answer,
    approve_amendment,
    approve_bills,
    approve_decree,
    close_month,
    find_changes,
    load_statement,
    make_bills,
    make_uploads,
    propose_amendment,
    propose_decree,
)
from payung.coverage.ahead import ahead, people_decreed
from payung.coverage.models import Amendment, Bill, BillLine, CoverMonth, Decree, Payment, Registration
from payung.coverage.standing import counts_on
from payung.funding.models import Account, Entry
from payung.registry.models import Person
from tests.coverage.scene import (
    START,
    TODAY,
    Programme,
    accept,
    actor,
    make_fund,
    make_plan,
    read_sheet,
    write_answer,
    write_statement,
)

DUE = 16_800


@pytest.fixture
def programme(own_database):
    with acting_as(actor("operator")):
        yield Programme(20).build()


def proposed(programme, number="SK 1"):
    return propose_decree(
        actor("operator"), plan_id=programme.plan.pk, number=number, dated=date(2027, 1, 4), signer="Gubernur"
    )


def at_once(*works):
    """Runs the works in threads of their own connections, all starting together; their results or errors."""
    gate = threading.Barrier(len(works))
    answers: list[object] = [None] * len(works)

    def run(at, role, work):
        try:
            with acting_as(actor(role)) as who:
                gate.wait()
                answers[at] = work(who)
        except Exception as error:
            answers[at] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(at, *work)) for at, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_two_approvals_of_one_decree_commit_its_money_once(programme):
    decree = proposed(programme)
    actor("approver")
    answers = at_once(
        *[("approver", lambda who: approve_decree(who, decree_id=decree.pk, today=TODAY).status)] * 2
    )
    assert answers == ["approved", "approved"]
    assert CoverMonth.objects.count() == 120
    assert Entry.objects.filter(cause="decree").count() == 2


def test_what_is_counted_while_a_decree_is_approved_is_not_kept_after(programme):
    decree = proposed(programme)
    for role in ("approver", "operator"):
        actor(role)
    answers = at_once(
        ("approver", lambda who: approve_decree(who, decree_id=decree.pk, today=TODAY).status),
        *[("operator", lambda who: sum(counts_on(TODAY).values()))] * 2,
        *[("operator", lambda who: people_decreed(START, START + 5)[START.number])] * 2,
        *[("operator", lambda who: len(ahead(START, START).bound))] * 2,
    )
    assert answers[0] == "approved"
    assert not any(isinstance(answer, Exception) for answer in answers), answers
    assert sum(counts_on(TODAY).values()) == 20
    assert set(people_decreed(START, START + 5).values()) == {20}
    assert sum(row[4] for row in ahead(START, START).bound if row[0] == START.number) == 20


def test_two_decrees_over_one_person_at_once_leave_one_payer(programme):
    first = proposed(programme)
    other = make_fund("DESA", 9_000_000)
    plan = make_plan((programme.persons[0], other, 0, 6))
    second = propose_decree(actor("operator"), plan_id=plan.pk, number="SK 2", dated=TODAY, signer="Bupati")
    answers = at_once(
        ("approver", lambda who: approve_decree(who, decree_id=first.pk, today=TODAY).number),
        ("approver", lambda who: approve_decree(who, decree_id=second.pk, today=TODAY).number),
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    assert CoverMonth.objects.filter(person=programme.persons[0]).count() == 6
    assert Decree.objects.filter(status="approved").count() == 1


def test_two_operators_billing_answering_and_paying_at_once(programme, tmp_path):
    decree = approve_decree(actor("approver"), decree_id=proposed(programme).pk, today=TODAY)
    answers = at_once(
        *[("operator", lambda who: len(make_uploads(who, decree_id=decree.pk, out_dir=tmp_path / "kirim")))]
        * 2
    )
    assert answers == [2, 2]
    assert Registration.objects.count() == 20
    path = write_answer(
        tmp_path / "a.csv",
        [accept(x, n) for n, x in enumerate(read_sheet(next((tmp_path / "kirim").glob("*.xlsx"))))],
    )
    answers = at_once(*[("operator", lambda who: apply_answer(who, path=path).changed)] * 2)
    assert sorted(answers) == [0, 10]
    answers = at_once(*[("operator", lambda who: len(make_bills(who, month=START, today=TODAY).bills))] * 2)
    assert sorted(answers) == [0, 2]
    assert BillLine.objects.count() == 20
    approve_bills(actor("approver"), month=START)
    bill = Bill.objects.first()
    koran = write_statement(tmp_path / "k.csv", [("05/02/2027", bill.payment_code, bill.amount)])
    answers = at_once(*[("operator", lambda who: load_statement(who, path=koran, today=TODAY).new)] * 2)
    assert sorted(answers) == [0, 1]
    assert Payment.objects.count() == 1
    assert Account.objects.get(fund=bill.fund, kind="paid").balance == bill.amount


CHILD = """
import sys
from payung.config.prepare import setup_django
setup_django()
from datetime import UTC, date, datetime
from pathlib import Path
from payung.access.actor import Actor, acting_as
from payung.access.models import User
from payung.coverage import actions
from payung.values import Month
who, act, number = sys.argv[1:4]
user = User.objects.get(username=who)
with acting_as(Actor.of(user)) as actor:
    print("ready", flush=True)
    if act == "decree":
        actions.approve_decree(actor, decree_id=int(number), today=date(2027, 2, 3))
    elif act == "bill":
        actions.make_bills(actor, month=Month(int(number)), today=date(2027, 2, 3))
    elif act == "answer":
        actions.apply_answer(actor, path=Path(number), today=date(2027, 2, 3))
    elif act == "files":
        actions.make_uploads(actor, decree_id=int(number), out_dir=Path(sys.argv[4]))
    elif act == "amendment":
        actions.approve_amendment(actor, amendment_id=int(number), today=date(2027, 2, 3))
    elif act == "statement":
        actions.load_statement(actor, path=Path(number), today=date(2027, 2, 3))
print("done", flush=True)
"""


def killed_after(seconds, own_database, who, act, number, folder=""):
    """Starts the action in a process of its own, kills it -9 so many seconds later; whether it had ended."""
    env = {**os.environ, "PAYUNG_DATABASE": own_database, "DJANGO_SETTINGS_MODULE": "payung.config.settings"}
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", CHILD, who, act, str(number), str(folder)],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline().strip() == "ready"
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    rest = child.stdout.read()
    child.wait()
    return "done" in rest


def settled():
    """Waits until the server has let go of the killed process's transaction."""
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            if cursor.fetchall()[0][0] == 0:
                return
        time.sleep(0.05)


@pytest.mark.kill
def test_a_kill_in_decree_answer_or_billing_leaves_all_or_nothing(own_database, tmp_path):
    with acting_as(actor("operator")) as operator:
        programme = Programme(600, money=90_000_000).build()
        decree = proposed(programme)
        approver = actor("approver")
        for seconds in (0.005, 0.05):
            killed_after(seconds, own_database, approver.user.username, "decree", decree.pk)
            settled()
            covers, money = CoverMonth.objects.count(), Entry.objects.filter(cause="decree").count()
            status = Decree.objects.get(pk=decree.pk).status
            assert (covers, money, status) in {(0, 0, "proposed"), (3600, 2, "approved")}
        approve_decree(approver, decree_id=decree.pk, today=TODAY)
        assert CoverMonth.objects.count() == 3600
        uploads = make_uploads(operator, decree_id=decree.pk, out_dir=tmp_path)
        path = write_answer(
            tmp_path / "a.csv", [accept(x, n) for n, x in enumerate(read_sheet(uploads[0].path))]
        )
        killed_after(0.05, own_database, operator.user.username, "answer", path)
        settled()
        assert Registration.objects.filter(state="accepted").count() in {0, 300}
        apply_answer(operator, path=path)
        assert Registration.objects.filter(state="accepted").count() == 300
        for seconds in (0.005, 0.05):
            killed_after(seconds, own_database, operator.user.username, "bill", START.number)
            settled()
            assert (Bill.objects.count(), BillLine.objects.count()) in {(0, 0), (2, 600)}
            assert Entry.objects.filter(cause="bill").count() in {0, 2}
        make_bills(operator, month=START, today=TODAY)
        assert (Bill.objects.count(), BillLine.objects.count()) == (2, 600)
        assert Account.objects.get(fund=programme.funds[0], kind="billed").balance == 300 * DUE


@pytest.mark.kill
def test_a_kill_in_files_amendment_or_payment_leaves_all_or_nothing(own_database, tmp_path):
    with acting_as(actor("operator")) as operator:
        programme = Programme(600, money=90_000_000).build()
        decree = approve_decree(actor("approver"), decree_id=proposed(programme).pk, today=TODAY)
        name = operator.user.username
        killed_after(0.05, own_database, name, "files", decree.pk, tmp_path)
        settled()
        assert Registration.objects.count() in {0, 600}
        files = make_uploads(operator, decree_id=decree.pk, out_dir=tmp_path)
        assert sorted(path.name for path in tmp_path.glob("*.xlsx")) == sorted(one.path.name for one in files)
        assert Registration.objects.count() == 600
        Person.objects.filter(pk__in=[one.pk for one in programme.persons[:200]]).update(
            died_on=date(2026, 12, 20)
        )
        find_changes(operator, month=START)
        made = propose_amendment(operator, decree_id=decree.pk, number="A", dated=TODAY)
        approver = actor("approver").user.username
        for seconds in (0.005, 0.05):
            killed_after(seconds, own_database, approver, "amendment", made.amendment.pk)
            settled()
            money = Account.objects.get(fund=programme.funds[0], kind="committed").balance
            state = Amendment.objects.get(pk=made.amendment.pk).status
            assert (CoverMonth.objects.count(), money, state) in {
                (3600, 1800 * DUE, "proposed"),
                (2400, 600 * DUE, "approved"),
            }
        approve_amendment(actor("approver"), amendment_id=made.amendment.pk, today=TODAY)
        make_bills(operator, month=START, today=TODAY)
        approve_bills(actor("approver"), month=START)
        lines = [("05/02/2027", bill.payment_code, bill.amount) for bill in Bill.objects.order_by("pk")]
        koran = write_statement(tmp_path / "k.csv", lines)
        for seconds in (0.005, 0.05):
            killed_after(seconds, own_database, name, "statement", koran)
            settled()
            assert (Payment.objects.count(), Bill.objects.filter(state="paid").count()) in {(0, 0), (2, 2)}
        load_statement(operator, path=koran, today=TODAY)
        assert Bill.objects.filter(state="paid").count() == 2
        assert Account.objects.get(fund=programme.funds[0], kind="paid").balance == 100 * DUE


def test_two_operators_change_amend_and_close_at_once(programme, tmp_path):
    decree = approve_decree(actor("approver"), decree_id=proposed(programme).pk, today=TODAY)
    Person.objects.filter(pk=programme.persons[0].pk).update(died_on=date(2026, 12, 20))
    answers = at_once(*[("operator", lambda who: find_changes(who, month=START))] * 2)
    assert sorted(answers, key=len) == [{}, {"died": 1}]
    answers = at_once(
        *[
            (
                "operator",
                lambda who: propose_amendment(who, decree_id=decree.pk, number="A", dated=TODAY).removed,
            )
        ]
        * 2
    )
    assert answers == [1, 1]
    assert Amendment.objects.count() == 1
    amendment = Amendment.objects.get()
    answers = at_once(
        *[("approver", lambda who: approve_amendment(who, amendment_id=amendment.pk, today=TODAY).status)] * 2
    )
    assert answers == ["approved", "approved"]
    assert CoverMonth.objects.count() == 114
    approver = actor("approver")

    def close(who):
        return close_month(
            who, month=START, out_dir=tmp_path, today=TODAY, approver=approver, without_answers=True
        ).closed

    assert at_once(*[("operator", close)] * 2) == [False, False], "both stop at the branch and the payers"
    assert Bill.objects.count() == 2
    assert BillLine.objects.count() == 19


def test_a_month_closed_across_midnight_and_the_years_end_keeps_one_day(programme, tmp_path, monkeypatch):
    """The day is asked for once, in Makassar: a closing begun before New Year stays one of the old year."""
    from django.utils import timezone

    approve_decree(actor("approver"), decree_id=proposed(programme).pk, today=TODAY)
    before, after = (
        datetime(2027, 12, 31, 15, 59, 59, tzinfo=UTC),
        datetime(2027, 12, 31, 16, 0, 1, tzinfo=UTC),
    )
    asked = iter([before])
    monkeypatch.setattr(timezone, "now", lambda: next(asked, after))
    closing = close_month(
        actor("operator"), month=START + 5, out_dir=tmp_path, approver=actor("approver"), without_answers=True
    )
    assert [step["step"] for step in closing.steps][-1] == "notices"
    assert set(Bill.objects.values_list("expires_on", flat=True)) == {date(2028, 1, 14)}
    assert timezone.localdate() == date(2028, 1, 1)
