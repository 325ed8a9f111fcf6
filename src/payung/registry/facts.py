"""What holds about a person today, worked out from every record about them by trust and date.

Nothing is overwritten: the records stay, and this can be worked out again at any time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.dispatch import Signal

from payung import database
from payung.access.actor import Actor
from payung.database.staging import Staged
from payung.database.statements import Statement
from payung.registry.models import TrustOrder

#: Which kind of source is believed first, for a deployment that says nothing else. The branch has checked
#: against the civil registry; a field visit saw the person; a list was typed by somebody.
DEFAULT_TRUST = {"branch": 1, "deaths": 2, "field": 3, "candidates": 4}

#: Sent, with the `actor`, when it changed who is known to have died or when, or what the branch's extract says of one
#: of the dead: within the transaction that changed it, and while everybody is visible. Rooms above listen, so that
#: nobody's family waits for somebody to press a button.
deaths_changed = Signal()

_REFRESHED = Statement("registry", "facts_refreshed")
_RECORDS = Statement("registry", "facts_records")
_NIKS = Statement("registry", "facts_niks")
_NIKS_CONTESTED = Statement("registry", "facts_niks_contested")
_NIKS_HELD = Statement("registry", "facts_niks_held")
_NIKS_CLEARED = Statement("registry", "facts_niks_cleared")
_WRITE = Statement("registry", "facts_write")
_OF_NOBODY = Statement("registry", "facts_of_nobody")
_DEATHS_CHANGED = Statement("registry", "facts_deaths_changed")


def trust_order() -> dict[str, int]:
    """Rank of each kind of source, lowest believed first: as set in this deployment, else as its settings say."""
    newest = TrustOrder.objects.order_by("-pk").values_list("kinds", flat=True).first()
    if newest is None:
        return getattr(settings, "PAYUNG_TRUST", DEFAULT_TRUST)
    return {kind: rank for rank, kind in enumerate(newest, start=1)}


def people_where(query: str, values: Mapping[str, Any] | None = None) -> Staged:
    """Stage the people whose numbers (`person_id`) a short query selects, for `refresh_people`."""
    return database.stage_query("people", {"person_id": "bigint"}, query, values)


def refresh_people(actor: Actor, people: Staged) -> None:
    """Work out again what holds for the staged people (see `people_where`).

    Must run inside a transaction with everybody visible. The number of statements does not depend on how many.
    A NIK that two people claim stays with the one who had it, else with the one more records support; the other
    is left without, so that a clerk sees it. Of each kind of membership the branch's newest extract that names a
    person is believed: one that ended early ends what an older extract promised.
    """
    refreshed = _REFRESHED.stage("refreshed", people=people)
    refreshed.index("person_id")
    refreshed.analyze()
    fact = _RECORDS.stage("fact", {"trust": json.dumps(trust_order())}, refreshed=refreshed)
    fact.analyze()
    wanted = _NIKS.stage("wanted", fact=fact)
    _NIKS_CONTESTED.run(wanted=wanted)
    _NIKS_HELD.run(wanted=wanted, refreshed=refreshed)
    wanted.analyze()
    _NIKS_CLEARED.run(wanted=wanted, refreshed=refreshed)
    _WRITE.run(fact=fact, wanted=wanted)
    _OF_NOBODY.run(fact=fact, refreshed=refreshed)
    changed = _DEATHS_CHANGED.value(refreshed=refreshed)
    for staged in (people, refreshed, fact, wanted):
        staged.drop()
    if changed:
        deaths_changed.send(refresh_people, actor=actor)
