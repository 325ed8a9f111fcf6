"""Meetings, and how far each resolution has come: read from the figures, never from what somebody says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, QuerySet
from django.utils.translation import gettext_lazy

from payung.access.models import Organisation
from payung.parliament.models import Completion, Meeting, Resolution
from payung.parliament.resolution_indicators import BY_ID, Indicator, judge
from payung.registry.queries import region_names
from payung.values import Month

#: Each state in words.
STATES = {
    "done": gettext_lazy("Selesai"),
    "on_track": gettext_lazy("Sesuai jalur"),
    "behind": gettext_lazy("Tertinggal dari jalur"),
    "missed": gettext_lazy("Lewat tenggat, sasaran belum tercapai"),
    "unknown": gettext_lazy("Angkanya belum ada"),
    "claimed": gettext_lazy("Dinyatakan selesai, menunggu konfirmasi"),
    "open": gettext_lazy("Berjalan"),
    "overdue": gettext_lazy("Lewat tenggat"),
    "withdrawn": gettext_lazy("Dicabut"),
}
#: States in which nothing more has to be done.
SETTLED = ("done", "withdrawn")
#: Months of an indicator that a resolution's page shows.
_SHOWN_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """A resolution as it stands on a day.

    `state`: done, on_track, behind, missed (deadline past), unknown (no figure yet), claimed (waits for a second
    user), open, overdue, withdrawn. `progress` is the part of the way from the meeting's value to the target.
    """

    resolution: Resolution
    state: str
    indicator: Indicator | None
    now: int | None
    place: str
    progress: float | None
    completion: Completion | None

    @property
    def overdue(self) -> bool:
        return self.state in ("missed", "overdue")

    @property
    def settled(self) -> bool:
        return self.state in SETTLED


def meetings() -> QuerySet[Meeting]:
    """All meetings, the latest first, with how many resolutions each has."""
    return Meeting.objects.annotate(agreed=Count("resolutions")).order_by("-held_on", "-id")


def meeting(meeting_id: int) -> Meeting | None:
    """Return a meeting by its number; None where there is none."""
    return Meeting.objects.filter(pk=meeting_id).first()


def last_meeting(today: date) -> Meeting | None:
    """Return the latest meeting held on or before `today`."""
    return Meeting.objects.filter(held_on__lte=today).order_by("-held_on", "-id").first()


def organisations() -> list[str]:
    """Names of organisations, for the forms."""
    return list(Organisation.objects.order_by("name").values_list("name", flat=True)[:500])


def resolutions_of(meeting_id: int, today: date) -> list[Standing]:
    """Return the resolutions of one meeting as they stand, by number."""
    return _standings(Resolution.objects.filter(meeting=meeting_id), today)


def resolution(resolution_id: int, today: date) -> Standing | None:
    """One resolution as it stands."""
    return next(iter(_standings(Resolution.objects.filter(pk=resolution_id), today)), None)


def open_resolutions(today: date) -> list[Standing]:
    """Return the resolutions that the next meeting opens with.

    All of the last meeting, and those of earlier ones that are not settled. Meetings newest first, each by number.
    """
    last = last_meeting(today)
    found = _standings(Resolution.objects.filter(meeting__held_on__lte=today), today)
    return [one for one in found if one.resolution.meeting_id == (last and last.pk) or not one.settled]


def before_meeting(meeting: Meeting, today: date) -> list[Standing]:
    """Return the resolutions that a meeting opens with: as `open_resolutions`, of the meetings held before it."""
    earlier = Meeting.objects.filter(held_on__lt=meeting.held_on).order_by("-held_on", "-id").first()
    if earlier is None:
        return []
    found = _standings(Resolution.objects.filter(meeting__held_on__lt=meeting.held_on), today)
    return [one for one in found if one.resolution.meeting_id == earlier.pk or not one.settled]


def _standings(resolutions: QuerySet[Resolution], today: date) -> list[Standing]:
    ordered = (
        resolutions.select_related("meeting", "owner")
        .prefetch_related(
            Prefetch(
                "completions",
                Completion.objects.select_related("claimed_by", "decided_by").order_by("-id"),
            ),
            "files",
        )
        .order_by("-meeting__held_on", "-meeting_id", "number")
    )
    read: dict[tuple[str, str], int | None] = {}
    names = region_names()
    return [_standing(one, today, read, names) for one in ordered]


def _standing(
    one: Resolution, today: date, read: dict[tuple[str, str], int | None], names: dict[str, str]
) -> Standing:
    measure = BY_ID.get(one.indicator)
    completion = next(iter(one.completions.all()), None)
    now = progress = None
    if measure is not None:
        key = (one.indicator, one.region_code)
        if key not in read:
            read[key] = measure.read(Month.containing(today), one.region_code)
        now = read[key]
        progress = _progress(one, now)
    return Standing(
        one,
        _state(one, measure, now, completion, today),
        measure,
        now,
        names.get(one.region_code, ""),
        progress,
        completion,
    )


def _state(
    one: Resolution, measure: Indicator | None, now: int | None, completion: Completion | None, today: date
) -> str:
    if one.withdrawn:
        return "withdrawn"
    if measure is not None:
        return judge(
            baseline=one.baseline,
            now=now,
            target=one.target or 0,
            rises=measure.rises,
            start=one.meeting.held_on,
            deadline=one.deadline,
            today=today,
        )
    if completion is not None and completion.state == Completion.State.CONFIRMED:
        return "done"
    if completion is not None and completion.state == Completion.State.CLAIMED:
        return "claimed"
    return "overdue" if today > one.deadline else "open"


def _progress(one: Resolution, now: int | None) -> float | None:
    if now is None or one.baseline is None or one.target is None or one.target == one.baseline:
        return None
    return max(0.0, min(1.0, (now - one.baseline) / (one.target - one.baseline)))


def by_month(standing: Standing, today: date) -> list[tuple[Month, int | None]]:
    """Return a resolution's indicator from the meeting's month to now, at most twelve months; empty without one."""
    one, measure = standing.resolution, standing.indicator
    if measure is None or not measure.by_month:
        return []
    now = Month.containing(today).number
    first = max(Month.containing(one.meeting.held_on).number, now - _SHOWN_MONTHS + 1)
    return [(Month(number), measure.read(Month(number), one.region_code)) for number in range(first, now + 1)]
