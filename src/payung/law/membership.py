"""The benefit clock: what a history of paid months protects on a date.

Only whole paid months are known, so cover begins on the first day of the first paid month unless the day of
the first payment is given. Where the rules are contested (see the `reading.*` parameters) the cautious
reading answers and the others are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from payung.law.cover import FULL, NONE, PARTIAL, Run, Standing, runs_of
from payung.law.errors import LawError
from payung.law.pricing import due_date
from payung.law.readings import MOST, other_readings
from payung.law.steps import Cited, OtherReading, Step, Text, plain
from payung.law.store import Law, law_or_default
from payung.values import Month, Period, date_in_words

__all__ = ["FULL", "NONE", "PARTIAL", "Clock", "Renewal", "clock", "first_day"]


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


def clock(paid: Iterable[Period], on: date, *, started: date | None = None, law: Law | None = None) -> Clock:
    """Return the protection that the paid months in `paid` give on `on`, under the law of that day.

    Days that lie ahead are judged by the law known for them. `started` is the day the first contribution was paid,
    where known; before it there is no cover. Sources: PP 44/2015, PP 82/2019, Permenaker 5/2021 and 1/2025 as
    reported; most of it is contested or unverified, and says so.
    Raises LawError where `started` lies after the first paid month.
    """
    law, runs = law_or_default(law), runs_from(paid, started)
    answer = protection(law, runs, on, started)
    return replace(answer, readings=_readings(law, runs, on, started)) if runs else answer


def first_day(law: Law | None = None) -> date:
    """Return the first day of the law known here; before it there is no cover to tell of."""
    return law_or_default(law).parameter("cover.starts").values[0].since


def _coming(law: Law, runs: Sequence[Run], on: date, started: date | None) -> Standing:
    """Return the standing on `on`, or on the first day of the cover to come."""
    found = Standing(law, runs, on, started)
    if found.begun:
        return found
    begins = Month(runs[0][0]).first_day
    return Standing(law, runs, max(begins, started) if started else begins, started)


def _state(found: Standing, now: bool) -> dict[str, Any]:
    """Return the protection on the day as far as a reading can change it."""
    return {
        "jkk": found.covered and now,
        "jkm": found.jkm if now else NONE,
        "jkm_full_from": found.full_from,
        "scholarship": found.scholarship and now,
        "scholarship_from": found.scholarship_from,
    }


def _end(found: Standing) -> dict[str, Any]:
    return {"lapses_on": found.lapses_on, "settle_first": found.settle_first}


def _again(found: Standing) -> dict[str, Any]:
    return dict(zip(("renewal_jkm_full_from", "renewal_scholarship_from"), found.renewal(), strict=True))


def _readings(law: Law, runs: Sequence[Run], on: date, started: date | None) -> tuple[OtherReading, ...]:
    """Return the clock's answers under other readings, a renewal under one changed rule at a time."""

    def standing(other: Law) -> Standing:
        return _coming(other, runs, on, started)

    def state(other: Law) -> dict[str, Any]:
        found = standing(other)
        return _state(found, found.on == on)

    def whole(other: Law) -> dict[str, Any]:
        found = standing(other)
        return {**_state(found, found.on == on), **_end(found), **_again(found)}

    end, again = (lambda other: _end(standing(other))), (lambda other: _again(standing(other)))
    return other_readings(law, on, whole, search=((state, MOST), (end, MOST), (again, 1)))


def runs_from(paid: Iterable[Period], started: date | None) -> tuple[Run, ...]:
    """Return the paid months as runs. Raises LawError where `started` lies after the first of them."""
    runs = runs_of(paid)
    if started is not None and runs and Month.containing(started).number > runs[0][0]:
        raise LawError(f"started {started} lies after the first paid month {Month(runs[0][0])}")
    return runs


def protection(law: Law, runs: Sequence[Run], on: date, started: date | None) -> Clock:
    """Return the clock under the readings of `law` alone."""
    if not runs:
        return _nothing_paid(law, on)
    found = _coming(law, runs, on, started)
    if found.on != on:
        return _not_begun(_told(found), on)
    return _told(found)


def _told(found: Standing) -> Clock:
    """Return the clock of a standing with its reasons."""
    month = Month(found.renewal_month)
    answer = Clock(
        on=found.on,
        jkk=found.covered,
        jkm=found.jkm,
        covered_from=found.covered_from,
        jkm_full_from=found.full_from,
        scholarship=found.scholarship,
        scholarship_from=found.scholarship_from,
        paid_months=sum(end - first for first, end in found.past),
        lapses_on=found.lapses_on,
        arrears_months=found.unpaid,
        owed_months=found.unpaid if found.covered else 0,
        overdue_months=_overdue(found.law, found.last, found.on),
        settle_first=found.settle_first,
        renewal=Renewal(month, month.first_day, *found.renewal()),
        because=_EMPTY,
    )
    return replace(answer, because=_explain(answer, found))


def _overdue(law: Law, last: int, on: date) -> int:
    """Return the months after `last` whose due day lies before `on`: the due day is in the month that follows."""
    now = Month.containing(on).number
    due = now - 1 if due_date(Month(now - 1), law=law) < on else now - 2
    return max(0, due - last)


_EMPTY = Step("clock", Text("Jam manfaat", "Benefit clock"), None)


def _title(on: date) -> Text:
    return Text(f"Perlindungan pada {date_in_words(on)}", f"Protection on {date_in_words(on, 'en')}")


def _nothing_paid(law: Law, on: date) -> Clock:
    note = Text("tidak ada bulan yang dibayar", "no month is paid")
    because = Step("clock", _title(on), False, "yesno", cited=(law.cite("cover.starts", on),), note=note)
    return Clock(on, False, NONE, None, None, False, None, 0, None, 0, 0, 0, False, None, because)


def _not_begun(coming: Clock, on: date) -> Clock:
    """No cover on `on`: the dates are those of the cover to come."""
    note = Text(
        f"perlindungan belum mulai; mulai {date_in_words(coming.on)}",
        f"protection has not begun; it begins on {date_in_words(coming.on, 'en')}",
    )
    because = Step("clock", _title(on), False, "yesno", note=note, steps=(coming.because,))
    return replace(coming, on=on, jkk=False, jkm=NONE, scholarship=False, paid_months=0, because=because)


def _day_of_payment_unknown(found: Standing) -> Text | None:
    """Said in the first month of a cover whose day of payment nobody gave."""
    if found.started is not None or Month.containing(found.on) != Month.containing(found.covered_from):
        return None
    return Text(
        "hari pembayaran pertama tidak diberikan: dianggap terlindungi sejak tanggal 1; sebelum hari itu tidak",
        "the day of the first payment is not given: taken as covered from the 1st; before that day there is none",
    )


def _full_only_if(found: Standing) -> Text | None:
    """Say on what condition the day of full JKM holds: later months being paid, or the law not changing."""
    if found.full_from is not None and found.full_from > found.on:
        return Text(
            "bila yang terutang dan bulan-bulan berikutnya dibayar",
            "if what is owed and the months to come are paid",
        )
    if not (ahead := found.partial_again):
        return None
    return Text(
        f"masa tunggu berlaku sejak {date_in_words(ahead[0])}: sebagian sejak itu, "
        f"penuh lagi {date_in_words(ahead[1])}",
        f"the wait holds from {date_in_words(ahead[0], 'en')}: partial from then, "
        f"full again on {date_in_words(ahead[1], 'en')}",
    )


def _explain(answer: Clock, found: Standing) -> Step:
    """Return the reasons of a clock: cover, JKM, scholarship, and arrears and renewal where there are any."""
    steps = [_cover_step(answer, found), _jkm_step(answer, found), _scholarship_step(answer, found)]
    if answer.jkk and answer.arrears_months:
        steps.append(_arrears_step(answer, found))
    if answer.renewal:
        cited = _cite(found, answer.on, "cover.back_payment_months", "reading.gap_restarts_wait")
        steps.append(_renewal_step(answer.renewal, cited))
    return Step("clock", _title(answer.on), answer.jkk, "yesno", steps=tuple(steps))


def _cite(found: Standing, on: date, *names: str) -> tuple[Cited, ...]:
    return tuple(found.law.cite(name, on) for name in names)


def _cover_step(answer: Clock, found: Standing) -> Step:
    return Step(
        "cover",
        Text("Terlindungi JKK", "Covered by JKK"),
        answer.jkk,
        "yesno",
        "unpaid months since the last paid month <= allowed",
        {
            "arrears_months": answer.arrears_months,
            "allowed": found.allowed(found.terms),
            "lapses_on": answer.lapses_on,
        },
        _cite(found, answer.on, "cover.starts", "cover.unpaid_months", "reading.third_unpaid_month"),
        note=_day_of_payment_unknown(found),
    )


def _wait_step(answer: Clock, found: Standing) -> Step:
    return Step(
        "wait",
        Text("JKM penuh sejak", "Full JKM from"),
        answer.jkm_full_from,
        "date",
        "first day after the wait, over the months that count",
        {
            "counted_from": found.begins(found.counted),
            "months_counted": sum(end - first for first, end in found.counted),
            "wait_months": found.terms.wait_months,
            "wait_days": found.terms.wait_days,
        },
        _cite(
            found,
            answer.on,
            "jkm.wait_months",
            "jkm.wait_days",
            "reading.jkm_wait_unit",
            "reading.jkm_wait_days_counted",
            "reading.jkm_wait_start",
            "reading.jkm_wait_earlier_members",
            "reading.gap_restarts_wait",
        ),
        note=_full_only_if(found),
    )


def _jkm_step(answer: Clock, found: Standing) -> Step:
    return Step(
        "jkm",
        Text("Perlindungan JKM", "JKM protection"),
        answer.jkm,
        "answer",
        "none if not covered, partial before the wait is over, then full",
        {"on": answer.on, "jkm_full_from": answer.jkm_full_from},
        steps=(_wait_step(answer, found),),
    )


def _scholarship_step(answer: Clock, found: Standing) -> Step:
    return Step(
        "scholarship",
        Text("Hak beasiswa JKM", "JKM scholarship"),
        answer.scholarship,
        "yesno",
        "paid months counted >= months needed, and JKM full",
        {
            "months_counted": sum(end - first for first, end in found.counted_years),
            "months_needed": found.terms.years,
            "scholarship_from": answer.scholarship_from,
        },
        _cite(found, answer.on, "scholarship.paid_months", "reading.scholarship_count"),
    )


def _arrears_step(answer: Clock, found: Standing) -> Step:
    return Step(
        "arrears",
        Text("Tunggakan", "Arrears"),
        answer.owed_months,
        "months",
        "calendar months begun since the last paid month",
        {"overdue_months": answer.overdue_months, "settle_first": answer.settle_first},
        _cite(found, answer.on, "contribution.due_day", "reading.arrears_claim"),
    )


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
