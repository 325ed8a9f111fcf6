"""What the pages and commands of deaths and claims show: queues, one case, looking back, figures without names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Greatest

from payung.claims.checklist import by_issuer, checklist
from payung.claims.clocks import branch_clock, compensation, first_report, limits, stays
from payung.claims.heard import Heard, heard
from payung.claims.lived import keep_lived
from payung.claims.lookback import figures, lookback
from payung.claims.models import Case, Death, Report, Step, Told
from payung.claims.possible import possible
from payung.coverage.models import MonthlyChange
from payung.coverage.other_payers import Membership
from payung.registry.models import Pair, Person

__all__ = [
    "OPEN",
    "SORTS",
    "Desk",
    "Heard",
    "branch_clock",
    "by_issuer",
    "case",
    "cases",
    "cases_of",
    "checklist",
    "compensation",
    "desk",
    "figures",
    "first_report",
    "heard",
    "keep_lived",
    "limits",
    "lookback",
    "membership_of",
    "opened",
    "possible",
    "reports",
    "stays",
    "stops_waiting",
]

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


def cases(state: str = "", kind: str = "", words: str = "", sort: str = "batas") -> QuerySet[Case]:
    """Cases the session may see, with their people; `state` '' means all that are open, 'all' every one."""
    found = Case.objects.select_related("person").annotate(times_told=Count("told"))
    if state != "all":
        found = found.filter(state=state) if state else found.filter(state__in=OPEN)
    if kind:
        found = found.filter(kind=kind)
    if words.strip():
        found = found.filter(person__name_norm__icontains=words.strip().lower())
    return found.order_by(*SORTS.get(sort, SORTS["batas"]))


def case(case_id: int) -> Case | None:
    """One case with its person, or None outside the session's regions."""
    return Case.objects.select_related("person", "person__occupation", "accident").filter(pk=case_id).first()


def membership_of(one: Case) -> Membership | None:
    """Return the membership by the branch's extract of a case that another payer covers; None for other cases."""
    if not one.by_other_payer:
        return None
    facts = one.snapshot["facts"]
    until, since, as_of = (
        None if facts[name] is None else date.fromisoformat(facts[name])
        for name in ("until", "since", "as_of")
    )
    return None if until is None else Membership(until, since, as_of)


def cases_of(person_id: int) -> list[Case]:
    """Every case of one person, the newest first."""
    return list(Case.objects.filter(person_id=person_id).order_by("-event_on", "-id"))


def opened() -> int:
    """How many deaths have a case."""
    return Case.objects.filter(kind__in=Case.DEATHS).count()


def stops_waiting() -> int:
    """How many contributions of the dead wait to be stopped."""
    return MonthlyChange.objects.filter(kind="died", state=MonthlyChange.State.PROPOSED).count()


def reports() -> QuerySet[Report]:
    """Return the reported deaths that wait for a second user."""
    return Report.objects.select_related("person", "proposed_by").filter(state=Report.State.PROPOSED)


@dataclass(frozen=True, slots=True)
class Desk:
    """The head of the desk: deaths by standing, then cases of either kind. Money in rupiah; `owed` is still unpaid."""

    standing: dict[str, int]
    owed: int
    not_told: int
    open_cases: int
    waiting_second: int
    doubtful: int
    unchecked: int
    paid: int


def desk() -> Desk:
    """Count what the desk has to do, of what the session may see."""
    standing = dict(Death.objects.values_list("standing").annotate(n=Count("pk")).order_by())
    still = Q(state__in=OPEN)
    unpaid = Greatest(F("owed") - Coalesce(F("paid_amount"), 0), 0)
    counted = Case.objects.aggregate(
        owed=Sum(unpaid, filter=still),
        not_told=Count("pk", filter=still & Q(~Exists(Told.objects.filter(case=OuterRef("pk"))))),
        paid=Sum("paid_amount"),
        open=Count("pk", filter=still),
        second=Count("pk", filter=Exists(Step.objects.filter(case=OuterRef("pk"), answer="proposed"))),
    )
    doubtful = Pair.objects.filter(state__in=Pair.UNDECIDED, record__intake__kind="deaths").count()
    return Desk(
        {str(value): standing.get(value, 0) for value in Death.Standing.values},
        counted["owed"] or 0,
        counted["not_told"],
        counted["open"],
        counted["second"],
        doubtful,
        Person.objects.filter(
            died_on__isnull=False, candidate=True, merged_into__isnull=True, death__isnull=True
        ).count(),
        counted["paid"] or 0,
    )
