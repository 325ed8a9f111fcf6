"""Made-up cases for the properties of the law."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from payung.law import PAYERS, SECTORS
from payung.law.benefit import Child
from payung.values import Month, Period

months = st.integers(Month.of(2015, 7).number, Month.of(2030, 12).number).map(Month)
incomes = (
    st.none() | st.integers(0, 30_000_000) | st.sampled_from([1_099_000, 1_099_999, 1_100_000, 20_200_000])
)
payers = st.sampled_from(PAYERS)
sectors = st.sampled_from(SECTORS)
days = st.dates(date(2016, 1, 1), date(2030, 12, 31))
children = st.lists(
    st.sampled_from([("tk", 2), ("sd", 6), ("smp", 3), ("sma", 3), ("pt", 5)]).flatmap(
        lambda level: st.builds(Child, st.just(level[0]), st.integers(0, level[1]))
    ),
    max_size=4,
)


@st.composite
def histories(draw, on=None):
    """A set of paid months before and around a day, with gaps of every length."""
    on = on or draw(days)
    first = Month.containing(on).number - draw(st.integers(0, 80))
    paid, month = [], first
    while month < first + 90:
        run = draw(st.integers(1, 40))
        paid.append(Period(Month(month), Month(month + run)))
        month += run + draw(st.integers(1, 6))
        if draw(st.booleans()):
            break
    return paid, on


def as_pairs(paid):
    return {(month.year, month.month) for period in paid for month in period}
