"""Several who do the same at once leave one effect, and each is answered with it or with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from payung.access.actor import Actor, Refused, acting_as
from payung.access.models import Assignment, Event, User
from payung.funding.actions import add_payer, propose_fund
from payung.funding.models import Fund, Payer
from payung.values import Month

JANUARY = Month.of(2027, 1)
AT_ONCE = 6


def together(work: Callable[[Actor, int], Any]) -> list[Any]:
    """What each of several users gets who do `work` in the same moment; a refusal as its sentence."""
    ready, users = Barrier(AT_ONCE), []
    for number in range(AT_ONCE):
        users.append(User.objects.create_user(f"orang-{number}", password="rahasia-sekali"))
        Assignment.objects.create(user=users[-1], role="operator", region_code="65")

    def does(number: int) -> Any:
        try:
            with acting_as(Actor.of(users[number])) as actor:
                ready.wait(60)
                return work(actor, number)
        except Refused as refused:
            return refused.english
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(does, range(AT_ONCE)))


def propose(actor: Actor, code: str, amount: int) -> int:
    payer = add_payer(actor, name="PT Contoh", kind="company")
    made = propose_fund(
        actor,
        code=code,
        payer=payer,
        name="CSR PT Contoh",
        cash={"2027-01": amount},
        first_month=JANUARY,
        end_month=JANUARY + 12,
    )
    return made.pk


@pytest.mark.parametrize("turn", range(5))
def test_one_fund_of_one_code(own_database: str, turn: int) -> None:
    found = together(lambda actor, _: propose(actor, "csr-1", 5_000_000))
    assert len(set(found)) == 1
    assert (Fund.objects.count(), Payer.objects.count()) == (1, 1)
    assert Event.objects.filter(action="propose_fund").count() == 1
    assert Event.objects.filter(action="add_payer").count() == 1


@pytest.mark.parametrize("turn", range(5))
def test_one_code_with_different_money_is_refused_to_all_but_one(own_database: str, turn: int) -> None:
    found = together(lambda actor, number: propose(actor, "csr-1", 5_000_000 + number))
    assert sum(isinstance(one, int) for one in found) == 1
    assert sum("exists with other content" in str(one) for one in found) == AT_ONCE - 1
    assert Fund.objects.count() == 1


def test_different_codes_of_one_payer_stand_beside_each_other(own_database: str) -> None:
    found = together(lambda actor, number: propose(actor, f"csr-{number}", 5_000_000))
    assert len(set(found)) == AT_ONCE == Fund.objects.count()
    assert Payer.objects.count() == 1
