"""One village for the wall of its office: how many are covered, until when; by name only where the rule allows.

The counts are rounded as on the sheet: the wall is read by everybody, and this page by whoever sees the sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused, action
from payung.access.acts import Act
from payung.access.roles import Permission
from payung.disclosure.rounding import widest
from payung.exchange.cells import rt_rw
from payung.identity.regions import within
from payung.oversight.queries import sheet
from payung.oversight.release import cell_name
from payung.oversight.rounding import rounding
from payung.oversight.sheet import WIDTHS
from payung.oversight.shown import Shown
from payung.registry.queries import region_names
from payung.values import Month

#: Names on one sheet; a village has fewer.
_MOST_NAMES = 3_000


@dataclass(frozen=True, slots=True)
class Village:
    """A village this month: decreed and active people, who is left out, and the months ahead, this one first.

    `until` is the last month for which anybody's cover is decreed.
    """

    code: str
    name: str
    district: str
    regency: str
    month: Month
    decreed: int
    active: int
    gap: int
    ahead: tuple[tuple[Month, int], ...]
    until: Month | None

    @property
    def shrinks(self) -> Month | None:
        """The first month with fewer people than now."""
        return next((month for month, people in self.ahead if people < self.ahead[0][1]), None)


@dataclass(frozen=True, slots=True)
class Named:
    """One covered person as the wall may show them: name, RT, last month."""

    name: str
    rt: str
    until: Month


def village(code: str, today: date) -> Village | None:
    """Return the counts of a village; None for a code that is none, or before the first count."""
    names = region_names()
    made = sheet()
    if len(code) != 13 or code not in names or made is None:
        return None
    now = Month.containing(today)
    here = next((one for one in made.shown_at("village", code) if one.code == code), Shown(code, ""))
    ahead, until = _ahead(code, now)
    return Village(
        code=code,
        name=names[code],
        district=names.get(code[:8], ""),
        regency=names.get(code[:5], ""),
        month=now,
        decreed=here.decreed,
        active=here.active,
        gap=here.gap,
        ahead=ahead,
        until=until,
    )


def _ahead(code: str, now: Month) -> tuple[tuple[tuple[Month, int], ...], Month | None]:
    """Return the people decreed in this month and the twelve after it, rounded; and the last month with anybody."""
    around = [code[: WIDTHS[level]] for level in ("village", "district", "regency", "province")]
    sums = ", ".join(["sum(decreed) FILTER (WHERE payung_contains(%s, region_code))"] * len(around))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT month, {sums} FROM oversight_covercount WHERE month BETWEEN %s AND %s GROUP BY 1",
            [*around, now.number, now.number + 12],
        )
        found = {month: [people or 0 for people in counts] for month, *counts in cursor.fetchall()}
    told = []
    for step in range(13):
        people, *wider = found.get(now.number + step, [0] * len(around))
        names = [cell_name(region, {}, "decreed") for region in around]
        cell = widest(names[0], people, zip(names[1:], wider, strict=True))
        told.append((now + step, rounding().of(cell, people)))
    last = max((month for month, (people, *_wider) in found.items() if people), default=None)
    return tuple(told), None if last is None else Month(last)


def names_allowed(actor: Actor, code: str) -> bool:
    """Return whether this deployment lets names hang on the wall, and this user print them."""
    return settings.PAYUNG_VILLAGE_NAMES and actor.may(Permission.SEE_PEOPLE, code)


def names_of(actor: Actor, code: str, today: date) -> list[Named]:
    """List the covered of a village by RT and name, never a NIK; printing them is recorded.

    Raises NotAllowed, and Refused where the deployment's rule forbids the list.
    """
    if not settings.PAYUNG_VILLAGE_NAMES:
        raise Refused(_("Di sini daftar nama tidak boleh ditempel; yang dicetak hanya jumlahnya."))
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
