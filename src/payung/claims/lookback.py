"""Looking back: rights nobody claimed, and deaths expected by the life table against deaths known, by district."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone

from payung import database
from payung.claims.lived import lived
from payung.claims.models import Case, Death
from payung.law import first_day
from payung.outlook.mortality import SCALE, Expected
from payung.registry.queries import region_names
from payung.values import Month


@dataclass(frozen=True, slots=True)
class District:
    """Deaths in one district: expected among the covered, known, and cases of any state."""

    code: str
    name: str
    person_years: float
    expected: Expected
    known: int
    filed: int

    @property
    def too_few(self) -> bool:
        """Whether fewer are known than chance explains: people are not being told."""
        return self.known < self.expected.low


@dataclass(frozen=True, slots=True)
class Lookback:
    """Every right that nobody has claimed yet, and where too few deaths are known."""

    since: date
    until: date
    unclaimed: list[dict[str, Any]]
    owed: int
    lapsed_rights: int
    standing: dict[str, int]
    districts: list[District]
    expected: Expected
    scale: float

    @property
    def person_years(self) -> float:
        return sum(one.person_years for one in self.districts)

    @property
    def known(self) -> int:
        return sum(one.known for one in self.districts)

    @property
    def filed(self) -> int:
        return sum(one.filed for one in self.districts)

    def as_data(self) -> dict[str, Any]:
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "unclaimed": len(self.unclaimed),
            "owed": self.owed,
            "lapsed_rights": self.lapsed_rights,
            "deaths": self.standing,
            "expected": round(self.expected.deaths, 1),
            "known": self.known,
            "filed": self.filed,
            "expected_range": [self.expected.low, self.expected.high],
            "scale": self.scale,
            "cases": [
                {**row, "died_on": str(row["died_on"]), "expires_on": str(row["expires_on"])}
                for row in self.unclaimed
            ],
            "districts": [
                {
                    "code": one.code,
                    "name": one.name,
                    "person_years": round(one.person_years, 1),
                    "expected": round(one.expected.deaths, 1),
                    "range": [one.expected.low, one.expected.high],
                    "known": one.known,
                    "filed": one.filed,
                    "too_few": one.too_few,
                }
                for one in self.districts
            ],
        }


#: The case that a death opens: of JKM, or of JKK where work was the cause.
_OF_DEATH = """c.person_id = d.person_id AND (
        (d.standing <> 'accident' AND c.kind = 'jkm')
        OR (d.standing = 'accident' AND EXISTS (
            SELECT 1 FROM claims_accident a WHERE a.case_id = c.id AND a.outcome = 'death')))"""

_UNCLAIMED = f"""
SELECT c.id AS case_id, c.person_id, d.died_on, c.expires_on, c.owed, c.state, c.region_code AS region
  FROM claims_death d JOIN claims_case c ON {_OF_DEATH}
 WHERE d.standing IN ('full', 'partial', 'accident') AND d.died_on >= %s
   AND c.state IN ('reported', 'checked', 'gathering')
 ORDER BY c.expires_on DESC, c.id
"""

_BY_DISTRICT = f"""
SELECT left(d.region_code, 8) AS district, count(DISTINCT d.person_id) AS known,
       count(DISTINCT d.person_id) FILTER (WHERE c.submitted_on IS NOT NULL) AS filed
  FROM claims_death d LEFT JOIN claims_case c ON {_OF_DEATH}
 WHERE d.died_on >= %s AND d.standing IN ('full', 'partial', 'accident')
 GROUP BY 1
"""


def lookback(since: date, today: date, scale: float = SCALE) -> Lookback:
    """Unclaimed rights since a day, newest deadline first, with expected and known deaths by district."""
    rows = database.dicts(_UNCLAIMED, [since])
    time = lived(Month.containing(max(since, first_day())).number, Month.containing(today).number)
    known = {row["district"]: row for row in database.dicts(_BY_DISTRICT, [since])}
    names = region_names()
    districts = [
        District(
            code,
            names.get(code, code),
            time.get(code, (0.0, 0.0))[0],
            Expected.of(time.get(code, (0.0, 0.0))[1] * scale),
            known.get(code, {}).get("known", 0),
            known.get(code, {}).get("filed", 0),
        )
        for code in sorted({*time, *known})
    ]
    standing = dict(
        Death.objects.filter(died_on__gte=since).values_list("standing").annotate(n=Count("pk")).order_by()
    )
    living = [row for row in rows if row["expires_on"] is None or row["expires_on"] >= today]
    return Lookback(
        since,
        today,
        living,
        sum(row["owed"] for row in living),
        len(rows) - len(living),
        {str(value): standing.get(value, 0) for value in Death.Standing.values},
        districts,
        Expected.of(sum(deaths for _, deaths in time.values()) * scale),
        scale,
    )


def figures(since: date, today: date) -> dict[str, Any]:
    """Count for oversight, without names: deaths by standing, expected, cases by state; rupiah paid, unclaimed."""
    back = lookback(since, today)
    states = dict(
        Case.objects.filter(event_on__gte=since).values_list("state").annotate(n=Count("pk")).order_by()
    )
    paid = Case.objects.filter(paid_on__gte=since).aggregate(n=Count("pk"), rupiah=Sum("paid_amount"))
    return {
        "since": since,
        "until": today,
        "deaths": back.standing,
        "expected": back.expected,
        "scale": back.scale,
        "unclaimed": len(back.unclaimed),
        "unclaimed_rupiah": back.owed,
        "cases": {str(value): states.get(value, 0) for value in Case.State.values},
        "paid": paid["n"],
        "paid_rupiah": paid["rupiah"] or 0,
        "districts_too_few": [one.name for one in back.districts if one.too_few],
        "as_of": timezone.now(),
    }
