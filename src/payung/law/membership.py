"""The benefit clock: what a history of paid months protects on a date.

Only whole paid months are known, so cover begins on the first day of the first paid month unless the day of
the first payment is given. Where the rules are contested (see the `reading.*` parameters) the cautious
reading answers and the others are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from payung.law.errors import LawError
from payung.law.pricing import due_date
from payung.law.readings import other_readings
from payung.law.steps import Cited, OtherReading, Step, Text, plain
from payung.law.store import Law, law_or_default
from payung.values import Month, Period, date_in_words

NONE, PARTIAL, FULL = "none", "partial", "full"


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a new payment means after the membership has lapsed, if paid for `month` and every month after it."""

    month: Month
    jkk_from: date
    jkm_full_from: date
    scholarship_from: date


@dataclass(frozen=True, slots=True)
class Clock:
    """What a member is protected against on `on`.

    `jkm` is 'none', 'partial' (funeral cost only) or 'full'. `covered_from` is the first day of the present
    unbroken cover (of the last one for a lapsed member, of the coming one where it has not begun). `jkm_full_from`
    and `scholarship_from` are dates already reached, or to be reached if what is owed and every later month is paid;
    None for a lapsed member. `lapses_on` is the first day without cover if nothing more is paid (in the past for a
    lapsed member). `arrears_months` counts the unpaid calendar months begun since the last paid one, `owed_months`
    those that still can be settled, `overdue_months` those whose due day has passed.
    """

    on: date
    jkk: bool
    jkm: str
    covered_from: date | None
    jkm_full_from: date | None
    scholarship: bool
    scholarship_from: date | None
    paid_months: int
    lapses_on: date | None
    arrears_months: int
    owed_months: int
    overdue_months: int
    settle_first: bool
    renewal: Renewal | None
    because: Step
    readings: tuple[OtherReading, ...] = ()

    def as_data(self, lang: str = "id") -> dict[str, Any]:
        names = (
            "jkk",
            "jkm",
            "jkm_full_from",
            "scholarship",
            "scholarship_from",
            "lapses_on",
            "arrears_months",
        )
        more = ("owed_months", "overdue_months", "settle_first", "covered_from", "paid_months", "on")
        answer = {name: plain(getattr(self, name)) for name in names + more}
        answer["renewal"] = None
        if self.renewal:
            parts = ("month", "jkk_from", "jkm_full_from", "scholarship_from")
            answer["renewal"] = {part: plain(getattr(self.renewal, part)) for part in parts}
        answer["readings"] = [reading.as_data(lang) for reading in self.readings]
        answer["because"] = [self.because.as_data(lang)]
        return answer


#: The parts of a clock that a reading can change.
_CONTESTED = ("jkk", "jkm", "jkm_full_from", "scholarship", "scholarship_from", "lapses_on", "settle_first")


def _contested(answer: Clock) -> dict[str, Any]:
    parts = {name: getattr(answer, name) for name in _CONTESTED}
    if answer.renewal:
        parts["renewal_jkm_full_from"] = answer.renewal.jkm_full_from
        parts["renewal_scholarship_from"] = answer.renewal.scholarship_from
    return parts


def clock(paid: Iterable[Period], on: date, *, started: date | None = None, law: Law | None = None) -> Clock:
    """The protection that the paid months in `paid` give on `on`, under the law of that day.

    `started` is the day the first contribution was paid, where known; before it there is no cover.
    Sources: PP 44/2015, PP 82/2019, Permenaker 5/2021 and 1/2025 as reported; most of it is contested or
    unverified, and says so. Raises LawError where `started` lies after the first paid month.
    """
    law = law_or_default(law)
    months = sorted({month.number for period in paid for month in period})
    if started is not None and months and Month.containing(started).number > months[0]:
        raise LawError(f"started {started} lies after the first paid month {Month(months[0])}")
    answer = _clock(law, months, on, started)
    readings = other_readings(
        law,
        on,
        answer.because.sources(),
        _contested(answer),
        lambda other: _contested(_clock(other, months, on, started)),
    )
    return replace(answer, readings=readings)


def first_day(law: Law | None = None) -> date:
    """The first day of the law known here; before it there is no cover to tell of."""
    return law_or_default(law).parameter("cover.starts").values[0].since


@dataclass(frozen=True, slots=True)
class _Rules:
    """The parameters and readings of the clock, as in force on the day asked."""

    unpaid: int
    allowed: int
    wait_months: int
    wait_days: int
    unit: str
    restart: str
    years: int
    continuous: bool
    settle_first: bool


def _rules(law: Law, on: date) -> _Rules:
    unpaid = law.value("cover.unpaid_months", on)
    third = law.choose("reading.third_unpaid_month", on).name
    waits = on >= law.choose("reading.jkm_wait_start", on).value
    return _Rules(
        unpaid=unpaid,
        allowed=unpaid if third == "covered" else unpaid - 1,
        wait_months=law.value("jkm.wait_months", on) if waits else 0,
        wait_days=law.value("jkm.wait_days", on) if waits else 0,
        unit=law.choose("reading.jkm_wait_unit", on).name,
        restart=law.choose("reading.gap_restarts_wait", on).name,
        years=law.value("scholarship.paid_months", on),
        continuous=law.choose("reading.scholarship_count", on).name == "continuous",
        settle_first=law.choose("reading.arrears_claim", on).name == "settle-first",
    )


def _counted(months: Sequence[int], rules: _Rules, restart: str) -> list[int]:
    """The paid months that count towards a wait: back to where `restart` says that counting began anew."""
    start = 0
    for index in range(len(months) - 1, 0, -1):
        gap = months[index] - months[index - 1] - 1
        if (restart == "any-gap" and gap > 0) or (restart == "lapse" and gap >= rules.unpaid):
            start = index
            break
    return list(months[start:])


def _reached(months: Sequence[int], needed: int, offset: int) -> date | None:
    """The day after the `needed`-th paid month (the first day of the first month where none is needed)."""
    if needed == 0:
        return Month(months[0]).first_day + timedelta(days=offset)
    if len(months) < needed:
        return None
    return Month(months[needed - 1] + 1).first_day + timedelta(days=offset)


def _reached_days(months: Sequence[int], needed: int, offset: int) -> date | None:
    """The day after `needed` days of paid months."""
    left = needed
    for month in months:
        first, following = Month(month).first_day, Month(month + 1).first_day
        length = (following - first).days
        if left < length:
            return first + timedelta(days=left + offset)
        left -= length
    return following + timedelta(days=offset) if left == 0 else None


def _full_from(months: Sequence[int], rules: _Rules, offset: int) -> date | None:
    by_months = _reached(months, rules.wait_months, offset)
    by_days = _reached_days(months, rules.wait_days, offset)
    if rules.unit == "months":
        return by_months
    if rules.unit == "days":
        return by_days
    return max(by_months, by_days) if by_months and by_days else None


def _going_on(months: Sequence[int], following: int, needed: int) -> list[int]:
    """`months`, then every month from `following` until more than enough for any wait."""
    return [*months, *range(following, following + needed + 4)]


def _clock(law: Law, months: Sequence[int], on: date, started: date | None) -> Clock:
    now = Month.containing(on).number
    past = [month for month in months if month <= now]
    if not past or (started is not None and on < started):
        return _not_begun(law, months, on, started)
    rules = _rules(law, on)
    offset = started.day - 1 if started and Month.containing(started).number == months[0] else 0
    last = past[-1]
    unpaid = now - last
    covered = unpaid <= rules.allowed
    lapse_after = last
    if covered:
        for month in months:
            if last < month and month - lapse_after - 1 < rules.unpaid:
                lapse_after = month
    lapses_on = Month(lapse_after + 1 + rules.allowed).first_day

    def wait_of(counted: list[int]) -> int:
        return offset if counted and counted[0] == months[0] else 0

    counted = _counted(past, rules, rules.restart)
    restart = "any-gap" if rules.continuous else "never"
    counted_years = _counted(past, rules, restart)
    full_from = _full_from(counted, rules, wait_of(counted))
    scholarship_from = _reached(counted_years, rules.years, wait_of(counted_years))
    full = covered and full_from is not None and on >= full_from
    scholarship = full and scholarship_from is not None and on >= scholarship_from
    needed = max(rules.wait_months, rules.wait_days // 28, rules.years)
    if covered:
        earliest = Month(now + 1).first_day if unpaid else date.min
        if full_from is None:
            ahead = _full_from(_going_on(counted, last + 1, needed), rules, wait_of(counted))
            full_from = max(ahead, earliest) if ahead else None
        if scholarship_from is None:
            ahead = _reached(_going_on(counted_years, last + 1, needed), rules.years, wait_of(counted_years))
            scholarship_from = max(ahead, earliest) if ahead else None
    answer = Clock(
        on=on,
        jkk=covered,
        jkm=NONE if not covered else FULL if full else PARTIAL,
        covered_from=_covered_from(past, started, rules),
        jkm_full_from=full_from if covered else None,
        scholarship=scholarship,
        scholarship_from=scholarship_from if covered else None,
        paid_months=len(past),
        lapses_on=lapses_on,
        arrears_months=unpaid,
        owed_months=unpaid if covered else 0,
        overdue_months=_overdue(law, last, on),
        settle_first=covered and unpaid > 0 and rules.settle_first,
        renewal=_renewal(past, lapse_after, now, rules, needed),
        because=_EMPTY,
    )
    waits_from = Month(counted[0]).first_day + timedelta(days=wait_of(counted))
    return replace(answer, because=_explain(law, answer, rules, waits_from, counted, counted_years))


def _covered_from(past: Sequence[int], started: date | None, rules: _Rules) -> date:
    """The first day of the cover that the last month of `past` belongs to."""
    first = len(past) - 1
    while first > 0 and past[first] - past[first - 1] - 1 <= rules.allowed:
        first -= 1
    begins = Month(past[first]).first_day
    return max(begins, started) if started and first == 0 else begins


def _overdue(law: Law, last: int, on: date) -> int:
    """The months after `last` whose due day lies before `on`: the due day is in the month that follows."""
    now = Month.containing(on).number
    due = now - 1 if due_date(Month(now - 1), law=law) < on else now - 2
    return max(0, due - last)


def _renewal(past: Sequence[int], lapse_after: int, now: int, rules: _Rules, needed: int) -> Renewal:
    """A payment for the first month after the lapse (or for this month, if that is past), and all after it."""
    first = max(now, lapse_after + 1 + rules.allowed)
    future = list(range(first, first + needed + 4))
    known = sorted({*past, *range(past[-1] + 1, lapse_after + 1)})

    def joined(restart: str) -> list[int]:
        return future if restart != "never" else [*known, *future]

    full_from = _full_from(joined(rules.restart), rules, 0)
    scholarship_from = _reached(joined("any-gap" if rules.continuous else "never"), rules.years, 0)
    begins = Month(first).first_day
    return Renewal(
        Month(first), begins, max(full_from or begins, begins), max(scholarship_from or begins, begins)
    )


_EMPTY = Step("clock", Text("Jam manfaat", "Benefit clock"), None)


def _not_begun(law: Law, months: Sequence[int], on: date, started: date | None) -> Clock:
    """No cover on `on`: with months paid for later, the dates are those of the cover to come."""
    title = Text(f"Perlindungan pada {date_in_words(on)}", f"Protection on {date_in_words(on, 'en')}")
    if not months:
        note = Text("tidak ada bulan yang dibayar", "no month is paid")
        because = Step("clock", title, False, "yesno", cited=(law.cite("cover.starts", on),), note=note)
        return Clock(on, False, NONE, None, None, False, None, 0, None, 0, 0, 0, False, None, because)
    begins = Month(months[0]).first_day
    coming = _clock(law, months, max(begins, started) if started else begins, started)
    note = Text(
        f"perlindungan belum mulai; mulai {date_in_words(coming.on)}",
        f"protection has not begun; it begins on {date_in_words(coming.on, 'en')}",
    )
    because = Step("clock", title, False, "yesno", note=note, steps=(coming.because,))
    return replace(coming, on=on, jkk=False, jkm=NONE, scholarship=False, paid_months=0, because=because)


def _explain(
    law: Law, answer: Clock, rules: _Rules, waits_from: date, counted: list[int], counted_years: list[int]
) -> Step:
    on = answer.on

    def cite(*names: str) -> tuple[Cited, ...]:
        return tuple(law.cite(name, on) for name in names)

    cover = Step(
        "cover",
        Text("Terlindungi JKK", "Covered by JKK"),
        answer.jkk,
        "yesno",
        "unpaid months since the last paid month <= allowed",
        {"arrears_months": answer.arrears_months, "allowed": rules.allowed, "lapses_on": answer.lapses_on},
        cite("cover.starts", "cover.unpaid_months", "reading.third_unpaid_month"),
    )
    wait = Step(
        "wait",
        Text("Masa tunggu JKM penuh dihitung dari", "Full JKM wait counted from"),
        waits_from,
        "date",
        "first day after the wait, over the months that count",
        {
            "months_counted": len(counted),
            "wait_months": rules.wait_months,
            "wait_days": rules.wait_days,
            "jkm_full_from": answer.jkm_full_from,
        },
        cite(
            "jkm.wait_months",
            "jkm.wait_days",
            "reading.jkm_wait_unit",
            "reading.jkm_wait_start",
            "reading.gap_restarts_wait",
        ),
    )
    jkm = Step(
        "jkm",
        Text("Perlindungan JKM", "JKM protection"),
        answer.jkm,
        "answer",
        "none if not covered, partial before the wait is over, then full",
        {"on": on, "jkm_full_from": answer.jkm_full_from},
        steps=(wait,),
    )
    scholarship = Step(
        "scholarship",
        Text("Hak beasiswa JKM", "JKM scholarship"),
        answer.scholarship,
        "yesno",
        "paid months counted >= months needed, and JKM full",
        {
            "months_counted": len(counted_years),
            "months_needed": rules.years,
            "scholarship_from": answer.scholarship_from,
        },
        cite("scholarship.paid_months", "reading.scholarship_count"),
    )
    steps = [cover, jkm, scholarship]
    if answer.jkk and answer.arrears_months:
        steps.append(
            Step(
                "arrears",
                Text("Tunggakan", "Arrears"),
                answer.owed_months,
                "months",
                "calendar months begun since the last paid month",
                {"overdue_months": answer.overdue_months, "settle_first": answer.settle_first},
                cite("contribution.due_day", "reading.arrears_claim"),
            )
        )
    if answer.renewal:
        steps.append(
            _renewal_step(answer.renewal, cite("cover.back_payment_months", "reading.gap_restarts_wait"))
        )
    title = Text(f"Perlindungan pada {date_in_words(on)}", f"Protection on {date_in_words(on, 'en')}")
    return Step("clock", title, answer.jkk, "yesno", steps=tuple(steps))


def _renewal_step(renewal: Renewal, cited: tuple[Cited, ...]) -> Step:
    return Step(
        "renewal",
        Text(
            "Bila dibiarkan berakhir lalu dibayar lagi, mulai bulan",
            "If it lapses and is paid again, from the month",
        ),
        renewal.month,
        "month",
        inputs={
            "jkk_from": renewal.jkk_from,
            "jkm_full_from": renewal.jkm_full_from,
            "scholarship_from": renewal.scholarship_from,
        },
        cited=cited,
    )
