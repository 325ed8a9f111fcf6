"""Claims: by when to report, when the claim lapses, how soon it is paid, what a late payment costs, papers, heirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from payung.law.errors import LawError
from payung.law.pricing import part
from payung.law.steps import Step, Text
from payung.law.store import Law, law_or_default

PROGRAMMES = ("jkk", "jkm")


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The time limits of a claim. `report_by` is None for JKM, which has no first report."""

    report_by: datetime | None
    expires_on: date
    pay_within_working_days: int
    because: Step


def deadlines(programme: str, event: datetime, *, law: Law | None = None) -> Deadlines:
    """Return the time limits of a claim of `programme` ('jkk' or 'jkm') for an event at `event`.

    Stage I within 2 x 24 hours (Permenaker 5/2021), lapse after five years (PP 82/2019 Pasal 26; for JKM not
    verified), payment in working days (PP 44/2015 Pasal 37). Raises LawError for another programme.
    """
    law, on = law_or_default(law), event.date()
    _check(programme)
    years = law.value(f"{programme}.expiry_years", on)
    expires_on = _years_later(on, years)
    days = law.value(f"{programme}.pay_working_days", on)
    report_by = None
    inputs: dict[str, datetime] = {"event": event}
    names = [f"{programme}.expiry_years", f"{programme}.pay_working_days"]
    if programme == "jkk":
        report_by = event + timedelta(hours=law.value("jkk.report_hours", on))
        inputs["report_by"] = report_by
        names.insert(0, "jkk.report_hours")
    because = Step(
        "deadlines",
        Text("Batas waktu klaim", "Time limits of the claim"),
        expires_on,
        "date",
        "the day of the event, the years of expiry later",
        inputs,
        tuple(law.cite(name, on) for name in names),
    )
    return Deadlines(report_by, expires_on, days, because)


def late_payment(on: date, benefit: int, days: int, *, law: Law | None = None) -> Step:
    """Return the compensation (rupiah) that the branch owes for paying a JKK benefit `days` late, accident on `on`.

    A share of the nominal benefit for each day after the working days of payment (PP 44/2015 Pasal 37(3)). No such
    rule was found for JKM; construction workers have one (Permenakertrans 44/2015), so it stays open. Raises
    LawError below zero.
    """
    if benefit < 0 or days < 0:
        raise LawError(f"benefit {benefit} and days {days} must be zero or more")
    law = law_or_default(law)
    percent = law.value("jkk.late_percent_per_day", on)
    return Step(
        "late_payment",
        Text("Ganti rugi keterlambatan", "Compensation for late payment"),
        part(benefit * days, percent),
        "rupiah",
        "benefit × days × percent",
        {"benefit": benefit, "days": days, "percent": percent},
        (law.cite("jkk.late_percent_per_day", on), law.cite("jkk.pay_working_days", on)),
    )


def documents(programme: str, on: date, *, law: Law | None = None) -> list[Text]:
    """Return the documents that a claim of 'jkk', 'jkm' or 'scholarship' needs."""
    if programme != "scholarship":
        _check(programme)
    return [Text(**item) for item in law_or_default(law).value(f"{programme}.documents", on)]


def heirs(on: date, *, law: Law | None = None) -> list[Text]:
    """Who inherits, first to last (PP 44/2015 Pasal 37(4)-(5))."""
    return [Text(**item) for item in law_or_default(law).value("heirs.order", on)]


def _check(programme: str) -> None:
    if programme not in PROGRAMMES:
        raise LawError(f"programme {programme!r} is not known; use one of {', '.join(PROGRAMMES)}")


def _years_later(day: date, years: int) -> date:
    """Return the same day `years` later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
