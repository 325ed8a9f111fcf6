"""What the pages of deaths and claims show: queues, one case, looking back, and figures without names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from payung.claims.models import Accident, Case, Death, Paper, Report
from payung.claims.workdays import add_working_days, calendar_until, working_days_between
from payung.coverage import bulk
from payung.law import deadlines, documents
from payung.law.steps import Text
from payung.outlook.mortality import SCALE, Expected, expected_deaths
from payung.registry.models import Pair
from payung.values import Month

OPEN = (
    Case.State.REPORTED,
    Case.State.CHECKED,
    Case.State.GATHERING,
    Case.State.SUBMITTED,
    Case.State.DECIDED,
    Case.State.REFUSED,
    Case.State.CONTESTED,
)
SORTS = {
    "batas": ("expires_on", "id"),
    "terbaru": ("-event_on", "-id"),
    "hak": ("-owed", "id"),
}
#: Who can issue a paper, by a word in its Indonesian name; the first that fits.
_ISSUERS = (
    ("kematian", Text("kantor desa atau Dukcapil", "village office or civil registry")),
    ("surat keterangan ahli waris", Text("kantor desa", "village office")),
    ("dokter", Text("dokter atau rumah sakit", "doctor or hospital")),
    ("kuitansi", Text("fasilitas kesehatan, pengangkut", "health facility, carrier")),
    ("formulir", Text("cabang BPJS Ketenagakerjaan", "BPJS Ketenagakerjaan branch")),
    ("kartu peserta", Text("program (nomor peserta ada di sini)", "the programme (the number stands here)")),
    ("kronologis", Text("keluarga, dibantu kantor desa", "family, helped by the village office")),
    ("setempat", Text("keluarga, saksi, polisi", "family, witnesses, police")),
    ("sekolah", Text("sekolah", "school")),
    ("buku tabungan", Text("bank", "bank")),
)
_FAMILY = Text("keluarga", "family")


def cases(state: str = "", kind: str = "", words: str = "", sort: str = "batas") -> QuerySet[Case]:
    """Cases the session may see, with their people; `state` '' means all that are open."""
    found = Case.objects.select_related("person").annotate(times_told=Count("told"))
    found = found.filter(state=state) if state else found.filter(state__in=OPEN)
    if kind:
        found = found.filter(kind=kind)
    if words.strip():
        found = found.filter(person__name_norm__icontains=words.strip().lower())
    return found.order_by(*SORTS.get(sort, SORTS["batas"]))


def case(case_id: int) -> Case | None:
    """One case with its person, or None outside the session's regions."""
    return Case.objects.select_related("person", "person__occupation", "accident").filter(pk=case_id).first()


def reports() -> QuerySet[Report]:
    """Reported deaths that wait for a second user."""
    return Report.objects.select_related("person", "proposed_by").filter(state=Report.State.PROPOSED)


@dataclass(frozen=True, slots=True)
class Desk:
    """The head of the death desk. Counts of people, money in rupiah."""

    standing: dict[str, int]
    owed: int
    not_told: int
    open_cases: int
    waiting_second: int
    reports: int
    doubtful: int
    paid: int


def desk() -> Desk:
    """Counts of what the session may see. Five statements."""
    standing = dict(Death.objects.values_list("standing").annotate(n=Count("pk")).order_by())
    counted = Case.objects.filter(kind=Case.Kind.JKM).aggregate(
        owed=Sum("owed", filter=Q(state__in=OPEN)),
        not_told=Count("pk", filter=Q(told__isnull=True, state__in=OPEN)),
        paid=Sum("paid_amount"),
    )
    every = Case.objects.aggregate(
        open=Count("pk", filter=Q(state__in=OPEN), distinct=True),
        second=Count("pk", filter=Q(steps__answer="proposed"), distinct=True),
    )
    doubtful = Pair.objects.filter(state__in=Pair.UNDECIDED, record__intake__kind="deaths").count()
    return Desk(
        {str(value): standing.get(value, 0) for value in Death.Standing.values},
        counted["owed"] or 0,
        counted["not_told"],
        every["open"],
        every["second"],
        reports().count(),
        doubtful,
        counted["paid"] or 0,
    )


@dataclass(frozen=True, slots=True)
class Item:
    """One paper of the law's list: its name, who issues it, and what was handed in."""

    name: str
    issuer: str
    papers: list[Paper]


def checklist(one: Case, lang: str = "id") -> list[Item]:
    """The papers a case needs by the law of its day, with those handed in."""
    wanted = documents(one.kind, one.event_on)
    if one.children:
        wanted = [*wanted, *documents("scholarship", one.event_on)]
    kept = list(one.papers.filter(removed=False).select_related("by").order_by("id"))
    names = [text.read("id") for text in wanted]
    items = [
        Item(text.read(lang), _issuer(text.read("id")), [p for p in kept if p.item == text.read("id")])
        for text in wanted
    ]
    others = [paper for paper in kept if paper.item not in names]
    return [*items, Item("Lainnya" if lang == "id" else "Other", "", others)] if others else items


def _issuer(name: str) -> str:
    low = name.lower()
    return next((who.read("id") for word, who in _ISSUERS if word in low), _FAMILY.read("id"))


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a case has been with the branch against the law's working days."""

    working_days: int
    allowed: int
    due: date
    late: bool
    calendar_known: bool


def branch_clock(one: Case, today: date) -> Clock | None:
    """The clock of payment since a complete claim was submitted; None before that."""
    if one.submitted_on is None:
        return None
    allowed = deadlines(one.kind, datetime.combine(one.event_on, datetime.min.time())).pay_within_working_days
    due = add_working_days(one.submitted_on, allowed)
    end = one.paid_on or today
    return Clock(
        working_days_between(one.submitted_on, end), allowed, due, end > due, due.year <= calendar_until()
    )


@dataclass(frozen=True, slots=True)
class FirstReport:
    """The 2 x 24 hours in which an accident must be reported."""

    due: datetime
    sent: datetime | None
    hours_left: int
    late: bool


def first_report(accident: Accident, now: datetime) -> FirstReport:
    """How the first report of an accident stands at `now`."""
    due = deadlines("jkk", accident.happened_at).report_by
    if due is None:  # every law of JKK so far has one
        raise ValueError("the law in force names no first report")
    end = accident.first_report_at or now
    return FirstReport(due, accident.first_report_at, int((due - now) // timedelta(hours=1)), end > due)


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

    def as_data(self) -> dict[str, Any]:
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "unclaimed": len(self.unclaimed),
            "owed": self.owed,
            "lapsed_rights": self.lapsed_rights,
            "deaths": self.standing,
            "expected": round(self.expected.deaths, 1),
            "expected_range": [self.expected.low, self.expected.high],
            "scale": self.scale,
            "cases": [
                {**row, "died_on": str(row["died_on"]), "expires_on": str(row["expires_on"])}
                for row in self.unclaimed
            ],
            "districts": [
                {
                    "code": one.code,
                    "expected": round(one.expected.deaths, 1),
                    "range": [one.expected.low, one.expected.high],
                    "known": one.known,
                    "filed": one.filed,
                    "too_few": one.too_few,
                }
                for one in self.districts
            ],
        }


_UNCLAIMED = """
SELECT c.id AS case_id, c.person_id, d.died_on, c.expires_on, c.owed, c.state, c.region_code AS region
  FROM claims_case c JOIN claims_death d ON d.person_id = c.person_id
 WHERE c.kind = 'jkm' AND d.died_on >= %s AND c.state IN ('reported', 'checked', 'gathering')
 ORDER BY c.expires_on DESC, c.id
"""

#: Person-years under paid cover by district, sex and age, a month of cover being a twelfth.
_LIVED = """
SELECT left(l.region_code, 8) AS district, p.sex,
       greatest(0, (l.month / 12) - extract(year FROM p.birth_date)::int) AS age, count(*) / 12.0 AS years
  FROM coverage_billline l
  JOIN coverage_bill b ON b.id = l.bill_id AND b.state IN ('paid', 'reconciled')
  JOIN registry_person p ON p.id = l.person_id
 WHERE l.month BETWEEN %s AND %s AND p.birth_date IS NOT NULL
 GROUP BY 1, 2, 3
"""

_BY_DISTRICT = """
SELECT left(d.region_code, 8) AS district, count(*) AS known,
       count(*) FILTER (WHERE c.state NOT IN ('reported', 'checked', 'gathering')) AS filed
  FROM claims_death d LEFT JOIN claims_case c ON c.person_id = d.person_id AND c.kind = 'jkm'
 WHERE d.died_on >= %s AND d.standing IN ('full', 'partial')
 GROUP BY 1
"""


def lookback(since: date, today: date, scale: float = SCALE) -> Lookback:
    """Unclaimed rights since a day, newest deadline first, with expected and known deaths by district."""
    rows = bulk.dicts(_UNCLAIMED, [since])
    lived: dict[str, list[tuple[str, int, float]]] = {}
    for row in bulk.dicts(_LIVED, [Month.containing(since).number, Month.containing(today).number]):
        lived.setdefault(row["district"], []).append((row["sex"], row["age"], float(row["years"])))
    known = {row["district"]: row for row in bulk.dicts(_BY_DISTRICT, [since])}
    names = dict(bulk.rows("SELECT code, name FROM registry_region WHERE level = 'district'"))
    districts = [
        District(
            code,
            names.get(code, code),
            sum(years for _, _, years in lived.get(code, ())),
            expected_deaths(lived.get(code, ()), scale),
            known.get(code, {}).get("known", 0),
            known.get(code, {}).get("filed", 0),
        )
        for code in sorted({*lived, *known})
    ]
    standing = dict(
        Death.objects.filter(died_on__gte=since).values_list("standing").annotate(n=Count("pk")).order_by()
    )
    return Lookback(
        since,
        today,
        [row for row in rows if row["expires_on"] is None or row["expires_on"] >= today],
        sum(row["owed"] for row in rows if row["expires_on"] is None or row["expires_on"] >= today),
        sum(row["expires_on"] is not None and row["expires_on"] < today for row in rows),
        {str(value): standing.get(value, 0) for value in Death.Standing.values},
        districts,
        expected_deaths((part for parts in lived.values() for part in parts), scale),
        scale,
    )


def figures(since: date, today: date) -> dict[str, Any]:
    """Counts and rupiah for oversight, without names: deaths by standing, expected, cases by state, paid, unclaimed."""
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
