"""What a history of paid months protects on a day: the bare answer, each part worked out only when it is asked for.

`membership` tells it with its reasons, `tables` for whole lists. A contested rule is consulted (`Law.choose`) only
where its readings could differ for this history, so that asking under every reading stays cheap. What lies ahead is
judged by the law of the day on which it falls, as far as that law is known.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

from payung.law.store import Law
from payung.values import Period

NONE, PARTIAL, FULL = "none", "partial", "full"

#: A run of paid months by number, half-open.
Run = tuple[int, int]
#: More paid months than any wait can ask for.
_ON_AND_ON = 2400
_NUMBERS = ("cover.unpaid_months", "jkm.wait_months", "jkm.wait_days", "scholarship.paid_months")


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers of the clock from `since` until `until` (exclusive; None where no change is known)."""

    since: date
    until: date | None
    unpaid: int
    wait_months: int
    wait_days: int
    years: int


@lru_cache(maxsize=4096)
def first_of(month: int) -> date:
    """Return the first day of the month with this number."""
    return date(month // 12, month % 12 + 1, 1)


def runs_of(paid: Iterable[Period]) -> tuple[Run, ...]:
    """Return the months of `paid` as runs, oldest first, those that touch or overlap made one."""
    runs: list[Run] = []
    for first, end in sorted((period.first.number, period.end.number) for period in paid):
        if first == end:
            continue
        if runs and first <= runs[-1][1]:
            runs[-1] = (runs[-1][0], max(end, runs[-1][1]))
        else:
            runs.append((first, end))
    return tuple(runs)


def terms_of(law: Law) -> list[Terms]:
    """Return the numbers of the clock over time, oldest first."""
    found: list[Terms] | None = law.memo.get("terms")
    if found is None:
        parameters = [law.parameter(name) for name in _NUMBERS]
        begins = max(one.values[0].since for one in parameters)
        days = {value.since for one in parameters for value in one.values}
        days |= {option.value for option in law.parameter("reading.jkm_wait_start").options.values()}
        starts = [begins, *sorted(day for day in days if day > begins)]
        found = [
            Terms(day, until, *(one.at(day).value for one in parameters))
            for day, until in zip(starts, [*starts[1:], None], strict=True)
        ]
        law.memo["terms"] = found
    return found


def _wait_starts(law: Law) -> tuple[date, date]:
    """Return the first and the last day on which some reading lets the wait of JKM begin."""
    found: tuple[date, date] | None = law.memo.get("wait_starts")
    if found is None:
        days = [option.value for option in law.parameter("reading.jkm_wait_start").options.values()]
        found = law.memo["wait_starts"] = min(days), max(days)
    return found


class Standing:
    """What the runs of paid months protect on `on` under one law and its readings.

    `started` is the day the first contribution was paid, where known; before it there is no cover. Ask `begun`
    first: where it is false the cover lies ahead (or nothing is paid), and nothing else here may be asked.
    """

    def __init__(self, law: Law, runs: Sequence[Run], on: date, started: date | None = None) -> None:
        self.law, self.runs, self.on, self.started = law, runs, on, started
        self.now = on.year * 12 + on.month - 1
        self.past = [(first, min(end, self.now + 1)) for first, end in runs if first <= self.now]
        self.begun = bool(self.past) and (started is None or on >= started)

    @cached_property
    def starts(self) -> date:
        """The first day that the first paid month protects."""
        first = first_of(self.runs[0][0])
        return max(first, self.started) if self.started else first

    @cached_property
    def terms(self) -> Terms:
        known = terms_of(self.law)
        if self.on < known[0].since:
            self.law.at(_NUMBERS[0], self.on)
        return next(self._ahead(self.on))[0]

    @property
    def last(self) -> int:
        """The last paid month that has begun."""
        return self.past[-1][1] - 1

    @property
    def unpaid(self) -> int:
        """The calendar months begun since the last paid one."""
        return self.now - self.last

    def _ahead(self, day: date) -> Iterator[tuple[Terms, date]]:
        """Yield the numbers in force on `day`, then those of every change known after it, each with its first day.

        A day before the law known here is judged by the first numbers.
        """
        for at, terms in enumerate(terms_of(self.law)):
            if terms.until is None or day < terms.until:
                yield terms, max(day, terms.since) if at else day

    def _first_day(self, since: date, find: Callable[[Terms, date], date]) -> date:
        """Return the first day from `since` on that `find` names under the numbers in force on that day itself."""
        for terms, start in self._ahead(since):
            day = max(find(terms, start), start)
            if terms.until is None or day < terms.until:
                break
        return day

    @property
    def _third_covered(self) -> bool:
        return self.law.choose("reading.third_unpaid_month", self.on).name == "covered"

    def allowed(self, terms: Terms) -> int:
        """How many unpaid months in a row are still covered."""
        return terms.unpaid if self._third_covered else terms.unpaid - 1

    @cached_property
    def covered(self) -> bool:
        if self.unpaid != self.terms.unpaid:
            return self.unpaid < self.terms.unpaid
        return self._third_covered

    def _uncovered_from(self, last: int, since: date) -> date:
        """Return the first day from `since` on without cover, if `last` stays the last paid month."""
        return self._first_day(since, lambda terms, _: first_of(last + 1 + self.allowed(terms)))

    def _lapsed(self, end: int, first: int) -> bool:
        """Return whether cover ended between a run of paid months up to `end` and the next paid month `first`."""
        counts = {terms.unpaid for terms in terms_of(self.law)}
        if first - end < min(counts):
            return False
        if first - end > max(counts):
            return True
        return self._uncovered_from(end - 1, first_of(end - 1)) <= first_of(first - 1)

    @cached_property
    def prepaid(self) -> int:
        """The last paid month that the present cover reaches without a lapse."""
        end = self.runs[len(self.past) - 1][1]
        for first, following in self.runs[len(self.past) :]:
            if self._lapsed(end, first):
                break
            end = following
        return end - 1

    @cached_property
    def lapses_on(self) -> date:
        """The first day without cover if nothing more is paid; in the past where there is none now."""
        if self.covered:
            return self._uncovered_from(self.prepaid, self.on)
        return self._uncovered_from(self.last, first_of(self.last))

    @cached_property
    def covered_from(self) -> date:
        """The first day of the cover that the last paid month belongs to."""
        at = len(self.past) - 1
        while at > 0 and not self._lapsed(self.past[at - 1][1], self.past[at][0]):
            at -= 1
        return first_of(self.past[at][0]) if at else self.starts

    @cached_property
    def counted(self) -> list[Run]:
        """The runs that count towards the wait of JKM: back to where counting began anew."""
        if len(self.past) == 1:
            return self.past
        restart = self.law.choose("reading.gap_restarts_wait", self.on).name
        if restart == "any-gap":
            return self.past[-1:]
        start = 0
        if restart == "lapse":
            for at in range(len(self.past) - 1, 0, -1):
                if self._lapsed(self.past[at - 1][1], self.past[at][0]):
                    start = at
                    break
        return self.past[start:]

    @cached_property
    def counted_years(self) -> list[Run]:
        """The runs that count towards the years of the scholarship."""
        if len(self.past) == 1 or self._added_up:
            return self.past
        return self.past[-1:]

    @property
    def _added_up(self) -> bool:
        return self.law.choose("reading.scholarship_count", self.on).name == "cumulative"

    def begins(self, counted: Sequence[Run]) -> date:
        """Return the day from which a wait over these runs is counted."""
        return self.starts if counted[0][0] == self.runs[0][0] else first_of(counted[0][0])

    def _after_months(self, counted: Sequence[Run], needed: int) -> date | None:
        """Return the day after `needed` paid months: the same day of the month, the last where it does not exist."""
        begins = self.begins(counted)
        if needed == 0:
            return begins
        left = needed
        for first, end in counted:
            if left <= end - first:
                month = first + left
                if begins.day == 1:
                    return first_of(month)
                longest = monthrange(month // 12, month % 12 + 1)[1]
                return first_of(month).replace(day=min(begins.day, longest))
            left -= end - first
        return None

    def _after_days(self, counted: Sequence[Run], needed: int, going: bool) -> date | None:
        """Return the day after `needed` calendar days of membership, from the start of the runs while cover lasts."""
        left, start = timedelta(days=needed), self.begins(counted)
        for at, (_, end) in enumerate(counted):
            following = counted[at + 1][0] if at + 1 < len(counted) else None
            if start + left < first_of(end) or (going and following is None):
                return start + left
            if following is not None and not self._lapsed(end, following):
                until = first_of(following)
            else:
                until = self._uncovered_from(end - 1, first_of(end - 1))
            if start + left < until:
                return start + left
            left -= until - start
            start = first_of(following) if following is not None else until
        return None

    def _after_paid_days(self, counted: Sequence[Run], needed: int) -> date | None:
        """Return the day after `needed` days that lie in paid months."""
        begins = self.begins(counted)
        left, late = timedelta(days=needed), begins - first_of(counted[0][0])
        for first, end in counted:
            start, until = first_of(first), first_of(end)
            if start + left < until:
                return start + left + late
            left -= until - start
        return until + late if not left else None

    def _waits(self, terms: Terms, day: date, begins: date) -> bool:
        """Return whether the wait of JKM holds on `day` for a membership counted from `begins`."""
        if not terms.wait_months and not terms.wait_days:
            return False
        earliest, latest = _wait_starts(self.law)
        if day < earliest:
            return False
        start = earliest
        if day < latest or earliest <= begins < latest:
            start = self.law.choose("reading.jkm_wait_start", self.on).value
        if day < start:
            return False
        if begins >= start:
            return True
        return self.law.choose("reading.jkm_wait_earlier_members", self.on).name == "bound"

    def _full_from(self, terms: Terms, day: date, counted: Sequence[Run], going: bool) -> date | None:
        """Return the first day after the wait that holds on `day`; with `going`, if every later month is paid."""
        begins = self.begins(counted)
        if not self._waits(terms, day, begins):
            return begins
        if going:
            counted = [*counted[:-1], (counted[-1][0], counted[-1][1] + _ON_AND_ON)]
        by_months = self._after_months(counted, terms.wait_months)
        days = self._after_days(counted, terms.wait_days, going)
        paid_days = self._after_paid_days(counted, terms.wait_days)
        if by_months == days == paid_days:
            return by_months
        unit = self.law.choose("reading.jkm_wait_unit", self.on).name
        if unit == "months":
            return by_months
        if unit == "both-met" and not by_months:
            return None
        by_days = days
        if days != paid_days and max(by_months or date.min, days or date.max) != (
            max(by_months or date.min, paid_days or date.max)
        ):
            counting = self.law.choose("reading.jkm_wait_days_counted", self.on).name
            by_days = paid_days if counting == "paid" else days
        if unit == "days" or not by_months or not by_days:
            return by_days
        return max(by_months, by_days)

    @property
    def _earliest(self) -> date:
        """No day that is only reached by paying what is owed lies before this one."""
        return first_of(self.now + 1) if self.unpaid else date.min

    @cached_property
    def full_from(self) -> date | None:
        """The first day of full JKM: reached, or to be reached if all that is owed and to come is paid."""
        if not self.covered:
            return None
        counted = self.counted
        reached = self._full_from(self.terms, self.on, counted, going=False)
        if reached is not None and reached <= self.on:
            return reached

        def find(terms: Terms, day: date) -> date:
            found = self._full_from(terms, day, counted, going=False)
            return found or max(self._full_from(terms, day, counted, going=True) or date.max, self._earliest)

        return self._first_day(self.on, find)

    @cached_property
    def full(self) -> bool:
        """Whether JKM is full on the day; the readings of its wait are consulted only where they differ by then."""
        if not self.covered:
            return False
        counted, terms = self.counted, self.terms
        if not self._waits(terms, self.on, self.begins(counted)):
            return True
        days = (
            self._after_months(counted, terms.wait_months),
            self._after_days(counted, terms.wait_days, going=False),
            self._after_paid_days(counted, terms.wait_days),
        )
        reached = {day is not None and day <= self.on for day in days}
        if len(reached) == 1:
            return reached.pop()
        return self.full_from is not None and self.full_from <= self.on

    @property
    def jkm(self) -> str:
        return NONE if not self.covered else FULL if self.full else PARTIAL

    @cached_property
    def partial_again(self) -> tuple[date, date] | None:
        """The day on which a known change of law takes full JKM away, and the day it is full again."""
        if not self.full:
            return None
        for terms, since in self._ahead(self.on):
            found = self._full_from(terms, since, self.counted, going=True)
            if found and found > since > self.on:
                return since, found
        return None

    @cached_property
    def scholarship_from(self) -> date | None:
        """The first day of the scholarship of JKM: reached, or to be reached as `full_from`."""
        full_from = self.full_from
        if full_from is None:
            return None
        counted = self.counted_years
        reached = self._after_months(counted, self.terms.years)
        if reached is not None and max(reached, full_from) <= self.on:
            return max(reached, full_from)
        owed = [*counted[:-1], (counted[-1][0], self.last + 1 + _ON_AND_ON)]

        def find(terms: Terms, _: date) -> date:
            found = self._after_months(counted, terms.years)
            if found is None:
                found = max(self._after_months(owed, terms.years) or date.max, self._earliest)
            return max(found, full_from)

        return self._first_day(self.on, find)

    @property
    def scholarship(self) -> bool:
        return self.full and self.scholarship_from is not None and self.scholarship_from <= self.on

    @property
    def settle_first(self) -> bool:
        if not self.covered or not self.unpaid:
            return False
        return self.law.choose("reading.arrears_claim", self.on).name == "settle-first"

    @cached_property
    def renewal_month(self) -> int:
        """The month from which a lapsed (or lapsing) membership is paid again: this one at the earliest."""
        lapses = self.lapses_on
        return max(self.now, lapses.year * 12 + lapses.month - 1)

    def renewal(self) -> tuple[date, date]:
        """Return the days of full JKM and of scholarship if the lapsed membership is paid from `renewal_month` on."""
        again = self.renewal_month
        anew: list[Run] = [(again, again + _ON_AND_ON)]
        known = [*self.past[:-1], (self.past[-1][0], min(self.runs[len(self.past) - 1][1], again))]
        known += [run for run in self.runs[len(self.past) :] if run[1] - 1 <= self.prepaid]
        restarts = self.law.choose("reading.gap_restarts_wait", self.on).name != "never"
        joined = anew if restarts else _joined([*known, *anew])
        years = _joined([*known, *anew]) if self._added_up else anew
        full_from = self._first_day(
            first_of(again), lambda terms, day: self._full_from(terms, day, joined, going=True) or date.max
        )
        scholarship_from = self._first_day(
            first_of(again),
            lambda terms, _: max(self._after_months(years, terms.years) or date.max, full_from),
        )
        return full_from, scholarship_from


def _joined(runs: Sequence[Run]) -> list[Run]:
    """Merge runs that touch, given in order, into one."""
    joined: list[Run] = []
    for first, end in runs:
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((first, end))
    return joined
