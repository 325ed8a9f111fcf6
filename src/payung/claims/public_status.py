"""What a worker or an heir may ask without logging in: NIK and personal code, the same work and time for everybody.

A NIK alone, also with everything that leaked lists tell beside it, opens nothing. The answer to an unknown person, to a
wrong code and to somebody who never had one is one and the same. An answer never says that there is no cover: only that
none is recorded in this programme.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise

from payung.access.actor import everyone_visible
from payung.access.crypto import asked_hashes
from payung.claims.amounts import death_benefit
from payung.claims.models import Accident, Case
from payung.claims.personal_codes import holds
from payung.coverage.other_payers import Membership, membership_by_others
from payung.coverage.queries import Coverage, coverage_on
from payung.identity import mask
from payung.law import Benefit, deadlines, first_day
from payung.registry.models import Person
from payung.values import Month, Period

#: Signs of a name that an answer shows at most.
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page may show to whoever holds the code; `name` is masked, since a paper may be lost.

    `cover` and `benefit` are of the day of death where it is known, else of today: what the family would get.
    `claim` and `owed` are of the case that the death opened. `others` is what the branch's extract says of cover on
    that day by another payer, where this programme does not protect. Words of people's making are cut: a long name
    must not make an answer longer than others. The membership number is never shown.
    """

    name: str
    died_on: date | None
    cover: Coverage
    others: Membership | None
    benefit: Benefit
    claim: str | Promise
    owed: int
    claim_by: date

    @property
    def payer(self) -> str:
        """Who pays, cut to what fits."""
        return _cut(self.cover.payer)

    @property
    def protected(self) -> bool:
        return self.cover.protected

    @property
    def decreed(self) -> bool:
        """Whether a decree names the worker, but the law does not protect yet."""
        return self.cover.state in ("unpaid", "registering", "refused")


def ask(nik: str, code: str, today: date) -> Answer | None:
    """Return the cover of the person with this NIK and this code; None for everybody else.

    The same statements run and the same law is asked whether or not there is such a person and whatever code was given:
    a history of payments stands in for that of somebody who has none, or the sum for those who have one would take
    longer.
    """
    with transaction.atomic(), everyone_visible():
        found = (
            Person.objects.filter(nik_hash__in=asked_hashes(nik), merged_into__isnull=True)
            .values_list("pk", "name", "died_on")
            .first()
        )
        right = holds(found[0] if found else 0, code)
        number, name, died = found if found and right else (0, "", None)
        on = max(died, first_day()) if died else today
        cover = coverage_on(number, on)
        others = membership_by_others(number)
        benefit = death_benefit(on, cover.paid or _usual(on))
        case = (
            Case.objects.filter(
                Q(kind__in=Case.DEATHS) | Q(accident__outcome=Accident.Outcome.DEATH), person=number
            )
            .exclude(state=Case.State.CLOSED, paid_amount__isnull=True)
            .order_by("-pk")
            .first()
        )
    claim_by = deadlines("jkm", datetime.combine(on, time())).expires_on
    if cover.protected or others is None or not others.covers_on(died or today):
        others = None
    if not right:
        return None
    return Answer(
        _cut(mask.name(name)),
        died,
        cover,
        others,
        benefit,
        Case.State(case.state).label if case else "",
        case.owed if case else benefit.total,
        (case.expires_on if case else None) or claim_by,
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _usual(on: date) -> tuple[Period, ...]:
    """Return twelve paid months up to that of a day."""
    last = Month.containing(on).number
    first = max(last - 11, Month.containing(first_day()).number)
    return (Period(Month(first), Month(last + 1)),)
