"""The runway: worked by hand from the province's own figures, and its laws by property."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.outlook import (
    CASH,
    NEED,
    WhatIf,
    ageing_out,
    apply_what_if,
    balances,
    covered_by_month,
    lapses,
    runway,
    sentence,
    side_by_side,
    unused_months,
)
from payung.values import Month

JANUARY = Month.of(2026, 1)
DECEMBER = Month.of(2026, 12)


def need(*rows):
    return pl.DataFrame(rows, schema=NEED, orient="row")


def cash(*rows):
    return pl.DataFrame(rows, schema=CASH, orient="row")


def year_of(people, fund=1, price=16_800):
    return need(*[(fund, JANUARY.number + n, people, people * price) for n in range(12)])


def test_two_billion_for_22121_people_is_five_full_months():
    """22,121 people at Rp16.800 cost Rp371.6 million a month: Rp2 billion reach 5.4 months."""
    whole = runway(year_of(22_121), cash((1, JANUARY.number, 2_000_000_000)), JANUARY, DECEMBER)[-1]
    assert whole.lasts_until == date(2026, 5, 31)
    assert whole.short_from == Month.of(2026, 6)
    assert whole.losing == 22_121
    assert whole.missing == 22_121 * 16_800 * 12 - 2_000_000_000
    words = sentence(whole, DECEMBER)
    assert "22.121 orang sampai 31 Mei 2026" in words
    assert "pada 1 Juni 2026" in words


def test_four_billion_is_ten_months():
    whole = runway(year_of(22_121), cash((1, JANUARY.number, 4_000_000_000)), JANUARY, DECEMBER)[-1]
    assert whole.lasts_until == date(2026, 10, 31)


def test_the_people_still_covered_are_told_month_by_month():
    both = pl.concat([year_of(100), year_of(40, fund=2)])
    money = cash((1, JANUARY.number, 100 * 16_800 * 3), (2, JANUARY.number, 40 * 16_800 * 12))
    told = covered_by_month(both, money, JANUARY, DECEMBER)
    assert list(told.values()) == [140] * 3 + [40] * 9
    assert list(told) == [JANUARY + n for n in range(12)]


def test_money_that_comes_later_does_not_pay_an_earlier_month():
    table = runway(year_of(10), cash((1, JANUARY.number + 2, 10**9)), JANUARY, DECEMBER)[0]
    assert table.short_from == JANUARY
    assert table.lasts_until is None
    assert table.missing == 2 * 10 * 16_800


def test_one_funds_money_does_not_pay_anothers_people():
    both = pl.concat([year_of(10, 1), year_of(10, 2)])
    one, two, whole = runway(both, cash((1, JANUARY.number, 10**9)), JANUARY, DECEMBER)
    assert (one.short_from, two.short_from) == (None, JANUARY)
    assert whole.missing == two.missing == 12 * 10 * 16_800
    assert whole.losing == 10


def test_money_that_may_not_be_spent_next_year_does_not_pay_it():
    """A budget of this year with money left pays nothing in January, and the people are told so."""
    needs = need(*[(1, DECEMBER.number + n, 10, 100) for n in range(3)])
    one, whole = runway(needs, cash((1, DECEMBER.number, 1_000)), DECEMBER, DECEMBER + 2, {1: DECEMBER})
    assert (one.lasts_until, one.short_from) == (date(2026, 12, 31), DECEMBER + 1)
    assert (one.missing, one.left, whole.losing) == (200, 900, 10)
    gone = runway(
        needs, cash((1, DECEMBER.number, 1_000)), DECEMBER, DECEMBER, {1: JANUARY}, paid_before=True
    )[0]
    assert (gone.lasts_until, gone.missing, gone.left) == (date(2026, 11, 30), 100, 0)


def test_money_after_a_funds_term_is_money_of_a_new_term():
    """The budget of the next year pays its months; what was left of this year's still pays none of them."""
    needs = need(*[(1, DECEMBER.number + n, 10, 100) for n in range(3)])
    has = cash((1, DECEMBER.number, 1_000), (1, DECEMBER.number + 1, 150))
    one, _ = runway(needs, has, DECEMBER, DECEMBER + 2, {1: DECEMBER})
    assert (one.lasts_until, one.missing, one.left) == (date(2027, 1, 31), 50, 900)
    has = cash((1, DECEMBER.number, 1_000), (1, DECEMBER.number + 1, 250))
    one, _ = runway(needs, has, DECEMBER, DECEMBER + 2, {1: DECEMBER})
    assert (one.short_from, one.missing, one.left) == (None, 0, 950)


def test_what_if_stands_beside_today():
    answer = side_by_side(
        year_of(22_121),
        cash((1, JANUARY.number, 2_000_000_000)),
        JANUARY,
        DECEMBER,
        [
            WhatIf("Rp4 miliar", extra={(1, JANUARY.number): 2_000_000_000}),
            WhatIf("tarif 50%", tariff_percent=50),
            WhatIf("mulai Agustus", start=Month.of(2026, 8)),
        ],
    )
    assert [one.lasts_until for _, one in answer] == [
        date(2026, 5, 31),
        date(2026, 10, 31),
        date(2026, 10, 31),
        date(2026, 12, 31),
    ]


def test_lapses_count_the_end_of_the_last_month():
    ends = pl.DataFrame({"month": [Month.of(2026, 5).number, Month.of(2026, 6).number], "people": [7, 5]})
    assert lapses(ends, date(2026, 5, 1)) == {30: 7, 60: 12, 90: 12}
    assert lapses(ends, date(2026, 5, 31), [0]) == {0: 7}
    assert lapses(ends, date(2026, 6, 1)) == {30: 5, 60: 5, 90: 5}


def test_ageing_out_across_the_years_end_and_on_leap_days():
    born = pl.DataFrame(
        {"born": [date(1961, 12, 31), date(1962, 1, 1), date(1964, 2, 29)], "people": [1, 2, 4]}
    )
    table = ageing_out(born, Month.of(2026, 12), 30, 65)
    counted = {str(Month(month)): people for month, people in table.iter_rows() if people}
    assert counted == {"2026-12": 1, "2027-01": 2, "2029-03": 4}


def test_unused_months_are_those_with_money_and_nobody():
    found = unused_months(
        need((1, JANUARY.number, 1, 100)),
        cash((1, JANUARY.number, 500)),
        {1: (JANUARY, JANUARY + 2)},
        JANUARY,
        DECEMBER,
    )
    assert found == {1: [JANUARY + 1, JANUARY + 2]}


def test_impossible_questions_are_refused():
    with pytest.raises(ValueError, match="before the start"):
        balances(year_of(1), cash(), DECEMBER, JANUARY)
    with pytest.raises(ValueError, match="zero or more"):
        balances(year_of(1), cash((1, 1, -5)), JANUARY, DECEMBER)
    with pytest.raises(ValueError, match="more than it has"):
        apply_what_if(year_of(1), cash((1, 1, 5)), WhatIf(extra={(1, 1): -6}))


amounts = st.integers(0, 10**9)
tables = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 11), st.integers(0, 500), amounts), max_size=25)
monies = st.lists(st.tuples(st.integers(1, 3), st.integers(-3, 14), amounts), max_size=12)


def _frames(rows, moneys):
    needs = need(*[(fund, JANUARY.number + at, people, amount) for fund, at, people, amount in rows])
    return needs, cash(*[(fund, JANUARY.number + at, amount) for fund, at, amount in moneys])


@given(tables, monies)
def test_giving_what_is_missing_at_the_start_closes_the_gap_exactly(rows, moneys):
    needs, has = _frames(rows, moneys)
    each = runway(needs, has, JANUARY, DECEMBER)
    extra = {(one.fund, JANUARY.number): one.missing for one in each[:-1] if one.missing}
    again = runway(*apply_what_if(needs, has, WhatIf(extra=extra)), JANUARY, DECEMBER)[-1]
    assert again.short_from is None
    assert again.missing == 0
    short = {key: amount - 1 for key, amount in extra.items()}
    if extra:
        almost = runway(*apply_what_if(needs, has, WhatIf(extra=short)), JANUARY, DECEMBER)[-1]
        assert almost.missing == len(extra)


@given(tables, monies, st.integers(0, 10**9))
def test_more_money_never_ends_sooner(rows, moneys, more):
    needs, has = _frames(rows, moneys)
    before = runway(needs, has, JANUARY, DECEMBER)[-1]
    after = runway(*apply_what_if(needs, has, WhatIf(extra={(1, JANUARY.number): more})), JANUARY, DECEMBER)[
        -1
    ]
    assert after.missing <= before.missing
    # Where nothing falls short there is no end to compare: nobody may be covered whose cover could end.
    assert after.short_from is None or after.short_from >= before.short_from
