"""Who is covered by another payer on a date, as the branch's own extract says: one definition for every page.

The extract (a list of kind *branch*) says until when a membership is paid. Contributions are of whole months: who is
paid for until any day of a month is covered for all of it. A membership begins in the month that the extract names;
where it names none, it may always have been there, and the branch decides. Whoever this programme itself protects on
the day is not covered by another payer, whatever the extract says.

What an extract leaves out says nothing, and what it says may be old: it is always told with the extract's date, and
nobody is refused anything for good because of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from payung import database
from payung.coverage.standing import arrears_allowed
from payung.values import Month

#: When the membership of person `p` began; null where the extract names no beginning.
SINCE = "p.branch_since"

#: As of when the membership of person `p` that lasts longest is told; asked of few people only.
AS_OF = """(
SELECT max(i.loaded_at) FROM registry_record e JOIN registry_intake i ON i.id = e.intake_id
 WHERE e.person_id = p.id AND e.accepted AND e.event_until = p.branch_until
   AND i.kind = 'branch' AND i.status = 'loaded')"""


def shown(day: str = "%(on)s::date") -> str:
    """SQL: whether the branch's extract shows person `p` (of registry_person) as a member in the month of `day`."""
    return f"""(p.branch_until >= date_trunc('month', {day})
       AND coalesce({SINCE} < date_trunc('month', {day}) + interval '1 month', true))"""


#: Whether the extract shows person `p` as a member in the month of %(on)s, whoever else covers them.
SHOWN = shown()

#: Whether person `p` is covered by another payer on %(on)s: shown by the extract, and not protected by this programme
#: (months paid for that the law's clock still counts, once the branch registered them). Asked with `about(on)`.
BY_OTHER_PAYER = f"""({SHOWN} AND NOT EXISTS (
    SELECT 1 FROM coverage_billline l
      JOIN coverage_bill b ON b.id = l.bill_id AND b.state IN ('paid', 'reconciled')
      JOIN coverage_registration g ON g.person_id = l.person_id AND g.fund_id = b.fund_id
       AND g.state = 'accepted' AND coalesce(g.starts_on, %(on)s) <= %(on)s
     WHERE l.person_id = p.id AND l.month BETWEEN %(month)s - %(allowed)s AND %(month)s))"""

_MEMBERSHIP = f"""
SELECT p.branch_until AS until, {SINCE} AS since, {AS_OF} AS as_of FROM registry_person p
 WHERE p.id = %(person)s AND p.branch_until IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Membership:
    """What the branch's extract says of one person: paid by others until a day, since when, and as of when.

    `since` is None where the extract names no beginning. `as_of` is the day on which the extract was loaded.
    """

    until: date
    since: date | None
    as_of: date | None

    @property
    def until_month(self) -> Month:
        """The last month that is paid for."""
        return Month.containing(self.until)

    def covers(self, month: Month) -> bool:
        """Return whether the extract shows the person as a member in a month."""
        begun = self.since is None or Month.containing(self.since) <= month
        return begun and month <= self.until_month

    def covers_on(self, on: date) -> bool:
        """Return whether the extract shows the person as a member on a day: contributions are of whole months."""
        return self.covers(Month.containing(on))

    def as_data(self, on: date) -> dict[str, Any]:
        """For machines: dates as text, and whether it covers a day."""
        return {
            "covers": self.covers_on(on),
            "until": self.until.isoformat(),
            "since": self.since.isoformat() if self.since else None,
            "as_of": self.as_of.isoformat() if self.as_of else None,
        }


def membership_by_others(person_id: int) -> Membership | None:
    """What the branch's extract says of a person whom the session may see; None where it says nothing."""
    found = database.prepared_dicts(_MEMBERSHIP, {"person": person_id})
    if not found:
        return None
    said = found[0]
    as_of = None if said["as_of"] is None else timezone.localdate(said["as_of"])
    return Membership(said["until"], said["since"], as_of)


def about(on: date) -> dict[str, Any]:
    """The parameters of `SHOWN` and `BY_OTHER_PAYER`."""
    return {"on": on, "month": Month.containing(on).number, "allowed": arrears_allowed(on)}


def covered_by_others(on: date) -> list[int]:
    """The living people, whom the session may see, that another payer covers on a day; by id. One statement."""
    found = database.rows(
        "SELECT p.id FROM registry_person p WHERE p.merged_into_id IS NULL"
        f" AND (p.died_on IS NULL OR p.died_on > %(on)s) AND {BY_OTHER_PAYER} ORDER BY p.id",
        about(on),
    )
    return [person for (person,) in found]
