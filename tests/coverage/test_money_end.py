"""The money's end is told of the people covered now, whatever is decreed or given for others.

A world is a few funds, a few people, and who covers whom in which month. What the outlook says of it is held against
a computation that follows each person through each month and each fund's purse, rupiah by rupiah.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payung.access.actor import acting_as, everyone_visible
from payung.coverage.models import AnnexLine, Bill, CoverMonth, Decree
from payung.coverage.outlook import Outlook, outlook
from payung.funding.models import Fund, Release
from payung.law import contribution
from payung.outlook import Runway
from payung.values import Month
from tests.coverage.scene import actor, make_fund, make_person
from tests.examples import examples

pytestmark = pytest.mark.django_db
TODAY = date(2026, 12, 1)
NOW = Month.containing(TODAY)
#: Month offsets of a world: last month, this one, and so on; the goal is the last.
LAST, GOAL = -1, 9
PRICE = 16_800


@dataclass(frozen=True)
class Purse:
    """A fund: first and last month of its term, money that no decree binds, months billed, money that comes late."""

    first: int
    last: int
    spare: int
    billed: tuple[int, ...] = ()
    late: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class World:
    """Funds, and for each person the fund (or None) of each month from `LAST` on."""

    purses: tuple[Purse, ...]
    people: tuple[tuple[int | None, ...], ...]

    def fund_of(self, person: int, month: int) -> int | None:
        months = self.people[person]
        fund = months[month - LAST] if LAST <= month < LAST + len(months) else None
        inside = fund is not None and self.purses[fund].first <= month <= self.purses[fund].last
        return fund if inside else None

    def runs(self, person: int) -> Iterable[tuple[int, int, int]]:
        """(fund, first month, month after the last) of each run of months with one fund."""
        start = None
        for month in range(LAST, LAST + len(self.people[person]) + 1):
            fund = self.fund_of(person, month)
            if start is not None and start[0] != fund:
                yield (*start, month)
                start = None
            if start is None and fund is not None:
                start = fund, month


def price(month: int) -> int:
    return contribution(None, "apbd", "other", NOW + month).total


def build(world: World) -> None:
    """The world in the tables: every fund holds what its decrees still bind, and its spare money."""
    costs: dict[int, int] = defaultdict(int)
    for person in range(len(world.people)):
        for month in range(LAST, LAST + len(world.people[person])):
            fund = world.fund_of(person, month)
            if fund is not None and month >= 0 and month not in world.purses[fund].billed:
                costs[fund] += price(month)
    funds = []
    with everyone_visible():
        for at, purse in enumerate(world.purses):
            money = max(costs[at] + purse.spare, 1)
            fund = make_fund(f"D{at}", money)
            Fund.objects.filter(pk=fund.pk).update(
                first_month=NOW + purse.first, end_month=NOW + purse.last + 1
            )
            for month, amount in purse.late:
                Release.objects.create(fund=fund, month=NOW + month, amount=min(amount, money) or 1)
            for month in purse.billed:
                Bill.objects.create(
                    fund=fund, month=NOW + month, people=0, amount=0, payment_code=f"B{at}{month}",
                    expires_on=TODAY, proposed_by=actor("operator").user,
                )  # fmt: skip
            funds.append(fund)
        decree = Decree.objects.create(
            number="SK", dated=TODAY, signer="G", check_code="SK", proposed_by=actor("operator").user
        )
        for at in range(len(world.people)):
            who = make_person(at)
            for fund, first, end in world.runs(at):
                line = AnnexLine.objects.create(
                    decree=decree, person=who, fund=funds[fund], first_month=NOW + first, end_month=NOW + end,
                    amount=0, region_code=who.region_code,
                )  # fmt: skip
                CoverMonth.objects.bulk_create(
                    CoverMonth(month=NOW + month, person=who, fund=funds[fund], line=line, region_code=who.region_code)
                    for month in range(first, end)
                )  # fmt: skip


def told(world: World) -> Runway:
    """What the outlook says of the world; the database is as before afterwards."""
    return looked(world).whole


def looked(world: World) -> Outlook:
    with acting_as(actor("operator")), transaction.atomic():
        build(world)
        found = outlook(TODAY, goal=NOW + GOAL)
        transaction.set_rollback(True)
    return found


def covered_now(world: World) -> list[int]:
    """Who is covered this month; where nobody is, who was until the end of the last one."""
    everybody = range(len(world.people))
    now = [person for person in everybody if world.fund_of(person, 0) is not None]
    return now or [person for person in everybody if world.fund_of(person, LAST) is not None]


def by_hand(world: World) -> tuple[int | None, int, int]:
    """First month somebody covered now loses cover (offset), how many do, rupiah missing in all funds."""
    bound: dict[int, list[int]] = defaultdict(list)
    asked: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for person in range(len(world.people)):
        last = None
        for month in range(LAST, max(GOAL, len(world.people[person]) + LAST) + 1):
            fund = world.fund_of(person, month)
            last = last if fund is None else fund
            if fund is not None and month >= 0:
                bound[fund].append(month)
            elif fund is None and last is not None and 0 <= month <= GOAL and person in covered_now(world):
                asked[last].append((month, person))
    loses: dict[int, set[int]] = defaultdict(set)
    missing = 0
    for at, purse in enumerate(world.purses):
        wanted = sorted(asked[at])
        gone = [(m, p) for m, p in wanted if not _pays(purse, bound[at], wanted, m)]
        for month, person in gone:
            loses[month].add(person)
        if gone:
            missing += _top_up(purse, bound[at], wanted)
    first = min(loses, default=None)
    return first, len(loses[first]) if first is not None else 0, missing


def _income(purse: Purse, bound: list[int]) -> dict[int, int]:
    coming = dict.fromkeys(range(-1, 40), 0)
    held = max(purse.spare + sum(price(month) for month in bound if month not in purse.billed), 1)
    for month, amount in purse.late:
        amount = min(amount, held) or 1
        coming[month] += amount
    coming[0] += max(held - sum(coming.values()), 0)
    return coming


def _pays(purse: Purse, bound: list[int], wanted: list[tuple[int, int]], until: int) -> bool:
    """Whether the purse pays everybody asked for up to a month, and still everything that decrees bind it to."""
    if until > purse.last:
        return False
    coming, has = _income(purse, bound), 0
    for month in range(purse.last + 1):
        has += coming[month] - (0 if month in purse.billed else price(month) * bound.count(month))
        has -= sum(price(month) for m, _ in wanted if m == month <= until)
        if has < 0:
            return False
    return True


def _top_up(purse: Purse, bound: list[int], wanted: list[tuple[int, int]]) -> int:
    """What must be put in, whenever the purse is empty, to pay everybody up to the goal."""
    coming, has, put_in = _income(purse, bound), 0, 0
    for month in range(40):
        if month > purse.last:
            # What is left of a term pays nothing after it.
            has, coming[month] = min(has, 0), 0
        has += coming[month] - (0 if month in purse.billed else price(month) * bound.count(month))
        has -= sum(price(month) for m, _ in wanted if m == month)
        put_in, has = put_in + max(-has, 0), max(has, 0)
    return put_in


@st.composite
def _purses(draw):
    first = draw(st.integers(LAST, 4))
    last = first + draw(st.integers(0, 12))
    spare = draw(st.integers(0, 20)) * PRICE + draw(st.integers(0, PRICE - 1))
    billed = (0,) if draw(st.booleans()) and first <= 0 <= last else ()
    late = ((draw(st.integers(1, 8)), draw(st.integers(1, spare))),) if spare and draw(st.booleans()) else ()
    return Purse(first, last, spare, billed, late)


purses = _purses()
#: A person's months: runs of one fund or none.
lives = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 2), st.integers(0, 2)), st.integers(1, 8)), max_size=4
).map(lambda runs: tuple(fund for fund, length in runs for _ in range(length)))


@st.composite
def worlds(draw):
    funds = draw(st.lists(purses, min_size=1, max_size=3))
    people = draw(st.lists(lives, max_size=6))
    short = [tuple(f if f is None or f < len(funds) else None for f in life) for life in people]
    return World(tuple(funds), tuple(short))


many = settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@many
@given(worlds())
def test_the_first_day_of_loss_is_that_of_following_each_person_through_each_month(db, world):
    whole = told(world)
    first, losing, missing = by_hand(world)
    assert whole.people == len(covered_now(world))
    assert whole.short_from == (None if first is None else NOW + first)
    assert (whole.losing, whole.missing) == (losing, missing)
    if not whole.people:
        assert whole.lasts_until is None


#: People whom nobody covers now, each with a fund of their own or of those there are.
newcomers = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 6), st.integers(1, 8)), min_size=1, max_size=4
)


@many
@given(worlds(), purses, newcomers)
def test_a_new_fund_and_a_decree_for_others_never_soften_the_warning(db, world, purse, coming):
    """Never later, never for fewer, never for less, never gone; and with a fund of their own nothing changes at all."""
    before = told(world)
    new = len(world.purses)
    wider = replace(purse, first=min(purse.first, 1), last=max(purse.last, 13), billed=())
    for own in (True, False):
        lives = tuple(
            (None,) * (-LAST) + (None,) * start + ((new if own else fund % new),) * length
            for fund, start, length in coming
        )
        after = told(World((*world.purses, wider), (*world.people, *lives)))
        if own:
            assert (after.short_from, after.losing, after.missing) == (
                before.short_from, before.losing, before.missing,
            )  # fmt: skip
            assert after.lasts_until == before.lasts_until
        elif before.short_from is not None:
            assert after.short_from is not None
            assert after.short_from <= before.short_from
            assert after.missing >= before.missing
            if after.short_from == before.short_from:
                assert after.losing >= before.losing
    richer = told(World((*world.purses, wider), world.people))
    assert (richer.short_from, richer.losing, richer.missing) == (
        before.short_from, before.losing, before.missing,
    )  # fmt: skip


YEAR = Purse(-6, 0, 0, (0,))
NEXT = Purse(1, 12, 50 * PRICE)
TEN = tuple((0, 0) for _ in range(10))
#: What it says of ten people covered to December: the worlds, the first day of loss, how many lose.
CASES = [
    ("nobody and nothing", World((), ()), None, 0),
    ("money, nobody", World((NEXT,), ()), None, 0),
    ("nobody now, ten from January", World((YEAR, NEXT), tuple((None, None, 1, 1) for _ in range(10))), None, 0),
    ("the year ends", World((YEAR,), TEN), 1, 10),
    ("a fund for next year", World((YEAR, NEXT), TEN), 1, 10),
    ("and a decree for others", World((YEAR, NEXT), (*TEN, (None, None, *(1,) * 12))), 1, 10),
    ("and one for one of the ten", World((YEAR, NEXT), (*TEN[:9], (0, 0, *(1,) * 12))), 1, 9),
    ("next year's January is billed", World((YEAR, replace(NEXT, billed=(1,))), (*TEN, (None, None, 1, 1))), 1, 10),
    ("this month is not billed yet", World((replace(YEAR, billed=(), spare=0), NEXT), TEN), 1, 10),
    ("the decree ended last month", World((replace(YEAR, last=-1, billed=()),), tuple((0,) for _ in range(10))), 0, 10),
    (
        "ten ended last month, three are covered now",
        World((YEAR, NEXT), (*((0, None) for _ in range(10)), *((None, 0) for _ in range(3)))),
        1,
        3,
    ),
    ("one ended last month, ten are covered now", World((YEAR, NEXT), (*TEN, (0, None))), 1, 10),
    ("a gap of two months", World((YEAR, NEXT), tuple((0, 0, None, None, 1, 1, 1, 1) for _ in range(10))), 1, 10),
    ("all are decreed to the goal", World((YEAR, NEXT), tuple((0, 0, *(1,) * 12) for _ in range(10))), None, 0),
    (
        "one fund for both years, its money bound to others",
        World((Purse(-6, 12, 0, (0,)),), (*TEN, *((None, None, *(0,) * 12) for _ in range(20)))),
        1,
        10,
    ),
    (
        "the money of decreed months comes late",
        World((Purse(-6, 12, 1, (0,), ((3, 10**9),)),), tuple((0,) * 6 for _ in range(10))),
        1,
        10,
    ),
    (
        "one fund with money for a month more",
        World((Purse(-6, 12, 10 * PRICE, (0,)),), (*TEN, *((None, None, *(0,) * 12) for _ in range(20)))),
        2,
        10,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "world", "first", "losing"), CASES, ids=[case[0] for case in CASES])
def test_the_warning_is_about_the_people_covered_now(db, name, world, first, losing):
    found = looked(world)
    assert (found.whole.short_from, found.whole.losing) == (None if first is None else NOW + first, losing)
    words, english = found.words(), found.words("en")
    if first is None and not found.whole.people:
        assert found.whole.lasts_until is None
        assert words.startswith("Belum ada")
        assert "sampai" not in words
        assert "until" not in english
    elif first is None:
        assert found.whole.lasts_until == (NOW + GOAL).last_day
    else:
        assert f"{losing} orang kehilangan perlindungan pada" in words
        assert f"{losing} people lose cover on" in english
        paid_before = any(purse.billed for purse in world.purses)
        assert found.whole.lasts_until == ((NOW + first - 1).last_day if first or paid_before else None)
        assert found.months[NOW + first] == found.whole.people - losing


def test_without_money_and_people_it_says_that_there_is_none(db):
    assert looked(World((), ())).words() == "Belum ada dana."
    assert looked(World((), ())).words("en") == "There is no money yet."
    assert (
        looked(World((replace(NEXT, first=0),), ())).words()
        == "Belum ada yang terlindungi; dana yang ada: Rp840.000."
    )
