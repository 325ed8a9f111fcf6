"""What the next meeting opens with: the resolutions of the last one, as the sheet shows them."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from payung.oversight.last_meeting import LastMeeting, Promise
from payung.parliament import queries as meeting_queries
from payung.parliament.resolution_indicators import written

#: A state of a resolution as the sheet's four kinds.
_KINDS = {
    "done": "done",
    "missed": "late",
    "overdue": "late",
    "unknown": "unmeasured",
    "withdrawn": "unmeasured",
}


def last_meeting(day: date) -> LastMeeting | None:
    """Return the last meeting held on or before the day; None where none is recorded.

    Its resolutions come with those of earlier meetings that are not settled.
    """
    held = meeting_queries.last_meeting(day)
    if held is None:
        return None
    promises = tuple(_promise(one) for one in meeting_queries.open_resolutions(day))
    return LastMeeting(held.pk, held.title, held.held_on, promises)


def _promise(one: meeting_queries.Standing) -> Promise:
    resolution, aim = one.resolution, one.indicator
    measured = ""
    if aim is not None:
        measured = _("%(label)s: saat rapat %(then)s, kini %(now)s, sasaran %(target)s") % {
            "label": f"{aim.label}, {one.place}" if one.place else aim.label,
            "then": written(resolution.baseline, aim),
            "now": written(one.now, aim),
            "target": written(resolution.target, aim),
        }
    return Promise(
        resolution.text,
        resolution.owner.name,
        resolution.deadline,
        _KINDS.get(one.state, "open"),
        str(meeting_queries.STATES[one.state]),
        measured,
    )
