"""What the law owes for a death or an accident of a person, from the months paid for them.

The answer is kept with the case: what it was computed from, how, and a hash of both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from payung.access.actor import Refused
from payung.claims.models import Accident, Case
from payung.coverage.queries import coverage_on
from payung.law import Accident as AccidentFacts
from payung.law import Benefit, Child, LawError, Loss, deadlines, jkk, jkm
from payung.values import Month, Period

Snapshot = dict[str, Any]


def periods_of(months: Iterable[int]) -> tuple[Period, ...]:
    """Paid month numbers as unbroken periods."""
    found: list[Period] = []
    for number in sorted(set(months)):
        if found and found[-1].end == Month(number):
            found[-1] = Period(found[-1].first, Month(number + 1))
        else:
            found.append(Period(Month(number), Month(number + 1)))
    return tuple(found)


def children_of(rows: Sequence[Sequence[Any]]) -> tuple[Child, ...]:
    """Children as kept with a case: [level, years left, birth date or null]."""
    return tuple(
        Child(str(level), int(years), date.fromisoformat(born) if born else None)
        for level, years, born in rows
    )


def death_benefit(died: date, paid: Sequence[Period], children: Sequence[Child] = ()) -> Benefit:
    """Return the JKM benefit (law of the day of death). Raises Refused for children the law does not know."""
    try:
        return jkm(died, paid, children)
    except LawError as problem:
        raise Refused(
            _("Anak: %(problem)s."),
            problem=problem,
        ) from problem


def accident_benefit(
    accident: Accident, income: int | None, paid: Sequence[Period], children: Sequence[Child] = ()
) -> Benefit:
    """Return the JKK benefit of a recorded accident (law of its day).

    Raises Refused for facts that the law does not know.
    """
    outcome = "recovered" if accident.outcome == Accident.Outcome.TREATED else accident.outcome
    facts = AccidentFacts(
        on=_day(accident.happened_at),
        income=income,
        outcome=outcome,
        losses=tuple(Loss(code, percent) for code, percent in accident.losses),
        off_months=accident.off_days // 30,
        off_days=accident.off_days % 30,
        transport=tuple((mode, int(cost)) for mode, cost in accident.transport),
        medical=accident.medical_cost,
        prosthesis=accident.prosthesis_cost,
        aids=tuple((kind, int(cost)) for kind, cost in accident.aids),
        homecare=accident.homecare_cost,
        children=children,
    )
    try:
        return jkk(facts, paid)
    except LawError as problem:
        raise Refused(
            _("Data kecelakaan: %(problem)s."),
            problem=problem,
        ) from problem


def _day(moment: datetime) -> date:
    from django.utils import timezone

    return timezone.localtime(moment).date()


def snapshot_of(benefit: Benefit, paid: Sequence[Period], facts: dict[str, Any]) -> tuple[Snapshot, str]:
    """Return the computation and its inputs in both languages as JSON data, with their hash."""
    kept = {
        "facts": facts,
        "paid": [str(period) for period in paid],
        "id": benefit.as_data("id"),
        "en": benefit.as_data("en"),
    }
    text = json.dumps(kept, sort_keys=True, default=str, ensure_ascii=False)
    return json.loads(text), hashlib.sha256(text.encode()).hexdigest()


def said_by_branch(died: date, until: date, since: date | None, as_of: date | None) -> str:
    """Return the snapshot (JSON) of a death that another payer covers: the branch's extract and its date."""
    facts = {"event_on": died, "children": [], "until": until, "since": since, "as_of": as_of}
    return json.dumps({"facts": facts}, sort_keys=True, default=str)


def compute(case: Case) -> None:
    """Set owed, snapshot, its hash and the day the right lapses on `case` without saving it."""
    cover = coverage_on(case.person_id, case.event_on)
    paid = tuple(period for period in cover.paid)
    children = children_of(case.children)
    facts = {"event_on": case.event_on.isoformat(), "children": case.children}
    if case.kind == Case.Kind.JKM:
        benefit = death_benefit(case.event_on, paid, children)
    else:
        accident = case.accident
        benefit = accident_benefit(accident, case.person.income, paid, children)
        facts |= {
            "income": case.person.income,
            "outcome": accident.outcome,
            "losses": accident.losses,
            "transport": accident.transport,
            "medical_cost": accident.medical_cost,
            "prosthesis_cost": accident.prosthesis_cost,
            "aids": accident.aids,
            "homecare_cost": accident.homecare_cost,
            "off_days": accident.off_days,
        }
    case.owed = benefit.total
    case.snapshot, case.snapshot_hash = snapshot_of(benefit, paid, facts)
    case.expires_on = deadlines(case.kind, datetime.combine(case.event_on, datetime.min.time())).expires_on
