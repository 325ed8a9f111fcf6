"""Eight sessions do one act to one subject at once: one effect, one event, and a sentence for whoever came after.

Real connections, each a session that commits; which of them is first is the database's to say.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from payung.access.actor import Actor, Refused, acting_as
from payung.access.acts import Act, Scope
from payung.access.models import Event
from payung.access.roles import GRANTS

from .scene import DOERS, OWN, World

SESSIONS = 8
#: What each pressing is a deed of its own: opening what is protected, and working out anew what the facts say.
OPENINGS = {
    *(Act.OPEN_NIK, Act.RETURN_ROWS, Act.READ_PASSED, Act.DONATION_OPEN_CONTACT, Act.UPLOAD_DOWNLOAD),
    *(Act.PAPER_OPEN, Act.CASE_LETTER, Act.CASE_OPEN, Act.MEETING_OPEN_FILE, Act.VILLAGE_NAMES),
    # The branch's files are written with every NIK in them each time.
    *(Act.LOOKUP_ELSEWHERE, Act.UPLOAD_MAKE, Act.CODE_PRINT, Act.CODE_PRINT_VILLAGE),
}
COUNTINGS = {
    *(Act.KEYS_ROTATE, Act.KEYS_RETIRE, Act.JUDGE, Act.REBUILD, Act.DIFFERENCE_COMPARE, Act.DEATHS_RUN),
    Act.SET_PASSWORD,
}
REPEATED = OPENINGS | COUNTINGS
#: A sample for every run of the tests; the others are tried too, with `pytest -m soak`.
SAMPLE = {
    *(
        Act.APPROVE_FUND,
        Act.PROPOSE_FUND,
        Act.ADD_PAYER,
        Act.APPROVE_PLAN,
        Act.DECREE_APPROVE,
        Act.BILL_APPROVE,
    ),
    *(
        Act.CASE_TELL,
        Act.CASE_DECIDE,
        Act.DEATH_REPORT,
        Act.SET_THRESHOLDS,
        Act.CREATE_USER,
        Act.RECEIPT_RECORD,
    ),
}


def who(world: World, act: Act) -> list[Actor]:
    """Two users who may do the act and did not prepare it, or nobody in particular for what the public does."""
    roles = [role for role in GRANTS if any(p in GRANTS[role] for p in act.permissions)] or ["donor"]
    if act == Act.DIFFERENCE_GIVE:  # by two users it goes to and fro, which is what they ask
        roles = roles[:1]
    return [world.actor(role) for role in (roles * 2)[:2]]


def at_once(deeds: list[Callable[[], Any]]) -> list[BaseException | None]:
    """Run each in a session of its own, all let go together; what each raised."""
    gate, raised = threading.Barrier(len(deeds)), [None] * len(deeds)

    def session(place: int) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            gate.wait(60)
            deeds[place]()
        except BaseException as error:  # told to the test, whatever it is
            raised[place] = error  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=session, args=(place,)) for place in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return raised


def press(deed: Callable[[Actor], Any], actor: Actor) -> Callable[[], Any]:
    def session() -> None:
        with acting_as(actor):
            deed(actor)

    return session


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(act, marks=() if act in SAMPLE else pytest.mark.soak, id=act.value)
        for act in Act
        if act != Act.LOOKUP_ELSEWHERE
    ],
)
def test_eight_at_once_are_one_deed(own_world, act, settings):
    settings.PAYUNG_VILLAGE_NAMES = True
    deed = DOERS[act](own_world, OWN)
    before = Event.objects.filter(action=act.value).count()
    actors = who(own_world, act)
    raised = at_once([press(deed, actors[number % 2]) for number in range(SESSIONS)])
    faults = [error for error in raised if error is not None and not isinstance(error, Refused)]
    assert not faults, faults
    written = Event.objects.filter(action=act.value).count() - before
    done = sum(error is None for error in raised)
    assert done >= 1
    if act in REPEATED:
        assert written <= done
    else:
        assert written == 1, f"{written} events of {done} that went well: {raised}"


@pytest.mark.parametrize("act", [act for act in Act if act in SAMPLE], ids=lambda act: act.value)
def test_the_same_again_is_no_second_deed(world, act):
    """One after another, which needs no luck: whoever repeats it is told, or nothing is recorded again."""
    deed = DOERS[act](world, OWN)
    before = Event.objects.filter(action=act.value).count()
    for _ in range(2):
        for actor in who(world, act):
            try:
                with acting_as(actor):
                    deed(actor)
            except Refused:
                continue
    assert Event.objects.filter(action=act.value).count() - before == 1


def test_a_doer_stands_for_every_act():
    assert set(DOERS) == set(Act)
    assert all(act.scope == Scope.PUBLIC or act.permissions for act in Act)
