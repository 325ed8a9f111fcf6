"""Many sessions at once, killed processes, repeated steps: no overdraft, nothing lost, nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from payung.access.actor import Actor, Refused
from payung.access.models import Assignment, User
from payung.funding.actions import add_payer, approve_fund, propose_fund
from payung.funding.ledger import MOVES, Movement, post
from payung.funding.models import Account, Entry
from payung.funding.queries import balances
from payung.values import Month

DAY = date(2027, 1, 15)
AMOUNT = 1_000
NAMES = ("commit", "uncommit", "bill", "unbill", "pay", "refund", "reuse", "expire")


def actor_of(role: str) -> Actor:
    user = User.objects.create(username=f"{role}-{os.urandom(4).hex()}")
    Assignment.objects.create(user=user, role=role, region_code="65")
    return Actor.of(user)


def make_funds(count: int, amount: int) -> list[int]:
    operator, approver = actor_of("operator"), actor_of("approver")
    mark = os.urandom(4).hex()
    payer = add_payer(operator, name=f"PT {mark}", kind="company")
    ids = []
    for number in range(count):
        fund = propose_fund(
            operator,
            code=f"{mark}-{number}",
            payer=payer,
            name=f"Dana {number}",
            cash={"2027-01": amount},
            first_month=Month.of(2027, 1),
            end_month=Month.of(2028, 1),
        )
        ids.append(approve_fund(approver, fund.pk, today=DAY).pk)
    return ids


def sums_of_entries(ids: list[int]) -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = {}
    for fund, debit, credit, amount in Entry.objects.filter(fund_id__in=ids).values_list(
        "fund_id", "debit", "credit", "amount"
    ):
        found[fund, debit] = found.get((fund, debit), 0) - amount
        found[fund, credit] = found.get((fund, credit), 0) + amount
    return found


def accounts(ids: list[int]) -> dict[tuple[int, str], int]:
    rows = Account.objects.filter(fund_id__in=ids).values_list("fund_id", "kind", "balance")
    return {(fund, kind): balance for fund, kind, balance in rows if balance}


step = st.tuples(st.integers(0, 1), st.sampled_from(NAMES), st.integers(1, 700), st.integers(0, 30))


class Ledger(RuleBasedStateMachine):
    """Three sessions post at once; keys repeat now and then, as after a crash."""

    @initialize()
    def start(self) -> None:
        self.ids = make_funds(2, AMOUNT)
        self.actor = actor_of("budget")
        self.posted: dict[str, tuple[int, str, int]] = {}
        self.run = os.urandom(4).hex()

    @rule(sessions=st.lists(st.lists(step, min_size=1, max_size=4), min_size=1, max_size=3))
    def post_at_once(self, sessions: list[list[tuple[int, str, int, int]]]) -> None:
        answers: list[list[tuple[str, tuple[int, str, int]]]] = [[] for _ in sessions]
        surprises: list[BaseException] = []

        def work(number: int) -> None:
            try:
                for fund, name, amount, key in sessions[number]:
                    what = (self.ids[fund], name, amount)
                    label = f"{self.run}:{key}"
                    debit, credit = MOVES[name]
                    try:
                        post(
                            self.actor,
                            [Movement(self.ids[fund], debit, credit, amount, DAY, "t", None, label)],
                        )
                        answers[number].append((label, what))
                    except Refused:
                        pass
            except BaseException as error:
                surprises.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work, args=(number,)) for number in range(len(sessions))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not surprises
        for answer in answers:
            for label, what in answer:
                assert self.posted.setdefault(label, what) == what

    @precondition(lambda self: hasattr(self, "ids"))
    @invariant()
    def balances_are_the_sums_of_entries(self) -> None:
        held = accounts(self.ids)
        assert held == {key: value for key, value in sums_of_entries(self.ids).items() if value}
        assert all(balance >= 0 for (_, kind), balance in held.items() if kind != "world")
        for fund in self.ids:
            assert sum(balance for (f, _), balance in held.items() if f == fund) == 0

    @precondition(lambda self: hasattr(self, "ids"))
    @invariant()
    def what_was_answered_is_there_once(self) -> None:
        rows = Entry.objects.filter(key__startswith=self.run).values_list(
            "key", "fund_id", "debit", "credit", "amount"
        )
        found = {key: (fund, debit, credit, amount) for key, fund, debit, credit, amount in rows}
        assert found == {
            key: (fund, *MOVES[name], amount) for key, (fund, name, amount) in self.posted.items()
        }


def test_concurrent_sessions_keep_the_ledger_whole(own_database):
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=12,
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


def test_of_many_sessions_asking_for_the_same_money_only_what_there_is_is_given(own_database):
    (fund,), actor = make_funds(1, 10), actor_of("budget")
    given: list[int] = []

    def ask(number: int) -> None:
        try:
            post(actor, [Movement(fund, "available", "committed", 3, DAY, "t", None, f"ask:{number}")])
            given.append(number)
        except Refused:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 3
    assert balances([fund])[fund]["available"] == 1


def test_sessions_that_post_to_the_same_funds_in_other_orders_do_not_block_each_other(own_database):
    ids, actor = make_funds(6, 1_000_000), actor_of("budget")
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(15):
                order = ids if (number + turn) % 2 else list(reversed(ids))
                post(
                    actor,
                    [
                        Movement(fund, "available", "committed", 1, DAY, "t", None, f"{number}:{turn}:{fund}")
                        for fund in order
                    ],
                )
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert {row["committed"] for row in balances(ids).values()} == {60}


WORKER = """
import sys
from payung.config.prepare import setup_django
setup_django()
from datetime import date
from payung.access.actor import Actor
from payung.access.models import User
from payung.funding.ledger import Movement, post
actor = Actor.of(User.objects.get(pk=int(sys.argv[1])))
fund = int(sys.argv[2])
entries = [Movement(fund, "available", "committed", 7, date(2027, 1, 1), "t", None, f"big:{n}") for n in range(40_000)]
print("ready", flush=True)
post(actor, entries)
print("done", flush=True)
"""


@pytest.mark.kill
@pytest.mark.parametrize("wait", [0.0, 0.4, 1.0])
def test_a_posting_killed_at_any_moment_is_there_whole_or_not_at_all(own_database, wait):
    (fund,), actor = make_funds(1, 40_000 * 7), actor_of("budget")
    environment = {**os.environ, "PAYUNG_DATABASE": own_database}
    command = [sys.executable, "-c", WORKER, str(actor.user.pk), str(fund)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
    with connection.cursor() as cursor:
        # The server notices the dead session when it next talks to it; until then its work may go on.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
            " AND usename = current_user",
            [own_database],
        )
    deadline = time.monotonic() + 20
    while Entry.objects.filter(fund_id=fund, cause="t").count() not in (0, 40_000):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert again.stdout.endswith("done\n")
    assert Entry.objects.filter(fund_id=fund, cause="t").count() == 40_000
    found = balances([fund])[fund]
    assert (found["available"], found["committed"]) == (0, 280_000)
