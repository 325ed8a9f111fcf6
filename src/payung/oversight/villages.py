"""One village for the wall of its office: how many are covered, until when; by name only where the rule allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection

from payung.access.actor import Actor, Refused, action
from payung.access.acts import Act
from payung.access.roles import Permission
from payung.exchange.cells import rt_rw
from payung.identity.regions import within
from payung.oversight.models import CoverCount, PeopleCount, Refreshed
from payung.registry.queries import region_names
from payung.values import Month

#: Names on one sheet; a village has fewer.
_MOST_NAMES = 3_000


@dataclass(frozen=True, slots=True)
class Village:
    """A village this month: decreed and active people, who is left out, and the months ahead."""

    code: str
    name: str
    district: str
    regency: str
    month: Month
    decreed: int
    active: int
    gap: int
    ahead: tuple[tuple[Month, int], ...]

    @property
    def until(self) -> Month | None:
        """The last month for which anybody's cover is decreed."""
        return max((month for month, people in self.ahead if people), default=None)

    @property
    def shrinks(self) -> Month | None:
        """The first month with fewer people than now."""
        return next((month for month, people in self.ahead if people < self.decreed), None)


@dataclass(frozen=True, slots=True)
class Named:
    """One covered person as the wall may show them: name, RT, last month."""

    name: str
    rt: str
    until: Month


def village(code: str, today: date) -> Village | None:
    """The counts of a village; None for a code that is none, or before the first count."""
    names = region_names()
    if len(code) != 13 or code not in names or not Refreshed.objects.exists():
        return None
    now = Month.containing(today)
    rows: dict[int, tuple[int, int]] = {}
    for month, decreed, active in CoverCount.objects.filter(
        region_code=code, month__gte=now, month__lte=now + 12
    ).values_list("month", "decreed", "active"):
        before = rows.get(month.number, (0, 0))
        rows[month.number] = before[0] + decreed, before[1] + active
    decreed, active = rows.get(now.number, (0, 0))
    return Village(
        code=code,
        name=names[code],
        district=names.get(code[:8], ""),
        regency=names.get(code[:5], ""),
        month=now,
        decreed=decreed,
        active=active,
        gap=sum(PeopleCount.objects.filter(region_code=code).values_list("gap", flat=True)),
        ahead=tuple((now + step, rows.get(now.number + step, (0, 0))[0]) for step in range(13)),
    )


def names_allowed(actor: Actor, code: str) -> bool:
    """Whether this deployment lets names hang on the wall, and this user print them."""
    return settings.PAYUNG_VILLAGE_NAMES and actor.may(Permission.SEE_PEOPLE, code)


def names_of(actor: Actor, code: str, today: date) -> list[Named]:
    """The covered of a village by RT and name; printing them is recorded. Never a NIK.

    Raises NotAllowed, and Refused where the deployment's rule forbids the list.
    """
    if not settings.PAYUNG_VILLAGE_NAMES:
        raise Refused(
            "Di sini daftar nama tidak boleh ditempel; yang dicetak hanya jumlahnya.",
            "Names may not be posted here; only the counts are printed.",
        )
    with action(actor, Act.VILLAGE_NAMES, region_code=code) as deed:
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT p.name, p.address, p.covered_until FROM registry_person p
                    JOIN coverage_covermonth c ON c.person_id = p.id AND c.month = %s
                    WHERE p.region_code = %s AND p.merged_into_id IS NULL LIMIT {_MOST_NAMES}""",
                [Month.containing(today).number, code],
            )
            rows = cursor.fetchall()
        deed.data = {"village": code, "names": len(rows)}
    now = Month.containing(today)
    found = [
        Named(name, (rt_rw(address)[0] or "").lstrip("0"), Month(until) if until else now)
        for name, address, until in rows
    ]
    return sorted(found, key=lambda one: (int(one.rt or 10**6), one.name))


def villages_of(actor: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
    """Districts with their villages, within the regions where the actor sees people or the sheet."""
    names = region_names()
    seen = actor.where(Permission.OVERSIGHT) + actor.regions
    groups: dict[str, list[tuple[str, str]]] = {}
    for code in sorted(names):
        if len(code) == 13 and within(code, seen):
            groups.setdefault(code[:8], []).append((code, names[code]))
    return [(f"{names[code]}, {names[code[:5]]}", villages) for code, villages in groups.items()]
