"""What a worker or an heir may ask without logging in: two factors, the same work and time for everybody.

The answer to an unknown person, to a wrong birth date and to somebody of whom neither this programme nor the branch's
extract knows any cover is one and the same, and whoever asks too often gets none, so that nobody can fish for people.
It never says that there is no cover: only that none is recorded in this programme.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise

from payung.access.actor import everyone_visible
from payung.access.crypto import nik_hash
from payung.access.limits import Limit, take
from payung.claims.amounts import death_benefit
from payung.claims.models import Accident, Case
from payung.coverage.other_payers import Membership, membership_by_others
from payung.coverage.queries import Coverage, coverage_on
from payung.identity import mask
from payung.law import Benefit, deadlines, first_day
from payung.registry.models import Person
from payung.values import Month, Period

#: Questions in ten minutes: from one address (a village office asks for many), and about one NIK.
PER_ADDRESS = Limit("status-address", 30, 600)
PER_NIK = Limit("status-nik", 6, 600)
#: Signs of a name that an answer shows at most.
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page may show; `name` is masked.

    `cover` and `benefit` are of the day of death where it is known, else of today: what the family would get.
    `claim` and `owed` are of the case that the death opened. `others` is what the branch's extract says of cover on
    that day by another payer, where this programme does not protect. Words of people's making are cut: a long name
    must not make an answer longer than others.
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
    def member_no(self) -> str:
        """The end of the membership number: who has only a NIK and a birth date does not learn the whole."""
        return mask.number(self.cover.member_no)

    @property
    def protected(self) -> bool:
        return self.cover.protected


def allowed(address: str, nik: str) -> bool:
    """Count a question; tell whether this address may ask once more about this NIK. Both counts always are made."""
    return take([(PER_ADDRESS, address), (PER_NIK, nik)]) is None


def ask(nik: str, born: date, today: date) -> Answer | None:
    """The cover of whoever bears this NIK and was born on this day; None for everybody else.

    The same statements run and the same law is asked whether or not there is such a person: a history of payments
    stands in for that of somebody who has none, or the sum for those who have one would take longer.
    """
    with transaction.atomic(), everyone_visible():
        found = (
            Person.objects.filter(nik_hash=nik_hash(nik), merged_into__isnull=True)
            .values_list("pk", "birth_date", "name", "died_on")
            .first()
        )
        number, died, name = (found[0], found[3], found[2]) if found and found[1] == born else (0, None, "")
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
    if not (cover.protected or cover.paid or others):
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
    """A year of months paid, up to the month of a day."""
    last = Month.containing(on).number
    first = max(last - 11, Month.containing(first_day()).number)
    return (Period(Month(first), Month(last + 1)),)
