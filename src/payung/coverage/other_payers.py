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

from payung.database.statements import Statement, piece
from payung.values import Month

#: Whether the extract shows person `p` (of registry_person) as a member in the month of %(on)s.
SHOWN = piece("registry", "shown_by_branch", day="%(on)s::date")

_MEMBERSHIP = Statement("coverage", "membership_by_others")


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
    """Return the membership by the branch's extract of a person the session may see; None where it has none."""
    found = _MEMBERSHIP.prepared_dicts({"person": person_id})
    if not found:
        return None
    said = found[0]
    as_of = None if said["as_of"] is None else timezone.localdate(said["as_of"])
    return Membership(said["until"], said["since"], as_of)
