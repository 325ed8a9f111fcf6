"""One count leaves the office as a multiple of five that is right on average and bounds nothing for certain."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.disclosure.rounding import BASE, Rounding, is_small, widest

KEY = b"a key that only this test knows."
HOW = Rounding(KEY)
cells = st.text(max_size=20)


@given(cells, st.integers(0, 10_000_000))
def test_every_number_is_a_multiple_of_five_and_near_the_count(cell, count):
    shown = HOW.of(cell, count)
    assert shown >= 0 and shown % BASE == 0
    # Far away is possible, but once in a million cells.
    assert abs(shown - count) < BASE + 22


@given(cells)
def test_nobody_is_nobody(cell):
    assert HOW.of(cell, 0) == 0


@given(cells, st.integers(0, 5_000))
def test_whoever_asks_again_gets_the_same_number(cell, count):
    assert HOW.of(cell, count) == Rounding(KEY).of(cell, count)


@given(cells, st.lists(st.integers(0, 63), min_size=2))
def test_more_people_of_a_small_cell_are_never_shown_as_fewer(cell, counts):
    shown = [HOW.of(cell, count) for count in sorted(counts)]
    assert shown == sorted(shown)


@pytest.mark.parametrize("count", [5, 6, 7, 8, 9, 23, 40, 63, 64, 501, 22_121])
def test_a_count_is_right_on_average(count):
    errors = [HOW.of(f"cell {number}", count) - count for number in range(20_000)]
    # The standard deviation of one error is about 2.2, of the mean of so many 0.016.
    assert abs(sum(errors) / len(errors)) < 0.1


def chances(count):
    told = Counter(HOW.of(f"chance {number}", count) for number in range(60_000))
    return {shown: times / 60_000 for shown, times in told.items()}


@pytest.mark.parametrize("count", range(1, 12))
def test_no_shown_number_tells_one_count_from_the_next(count):
    """One person more changes the chance of any number at most fourfold (the ratio of the geometric part)."""
    one, more = chances(count), chances(count + 1)
    for shown in one.keys() & more.keys():
        if min(one[shown], more[shown]) > 0.002:
            assert one[shown] / more[shown] < 4.5 and more[shown] / one[shown] < 4.5


@pytest.mark.parametrize("shown", [0, 5, 10])
def test_a_shown_number_leaves_more_than_five_counts_possible(shown):
    """Every count in a span of six or more is shown so in at least one of a hundred cells."""
    possible = [count for count in range(1, 25) if chances(count).get(shown, 0) > 0.01]
    assert possible[-1] - (0 if shown == 0 else possible[0]) >= 5


@given(st.integers(1, 4), st.lists(cells, min_size=3, max_size=3, unique=True), st.sampled_from([-1, 1]))
def test_a_small_count_is_no_sum_or_difference_of_shown_numbers(count, names, sign):
    first, second, third = (HOW.of(name, count + at * 7) for at, name in enumerate(names))
    assert not is_small(abs(first + sign * second)) and not is_small(abs(first + sign * second - third))


@given(st.binary(max_size=15) | st.binary(min_size=65, max_size=80))
def test_a_key_that_could_be_guessed_is_refused(key):
    with pytest.raises(ValueError, match="16 to 64"):
        Rounding(key)


def test_another_key_rounds_another_way():
    other = Rounding(b"another key, of thirty-two bytes")
    assert any(HOW.of(f"{at}", 8) != other.of(f"{at}", 8) for at in range(50))


@settings(max_examples=300)
@given(st.integers(0, 30), st.lists(st.tuples(cells, st.integers(0, 30)), max_size=4))
def test_the_same_people_have_one_name_however_they_are_asked_for(count, wider):
    name = widest("own", count, wider)
    same = []
    for cell, people in wider:
        if people != count:
            break
        same.append(cell)
    assert name == ([*same][-1] if same else "own")


def test_a_second_look_at_the_same_few_shows_no_second_number():
    """A village in which all fishers of the district live: village, district and trade are one cell."""
    for count in range(1, 5):
        chain = [("65.01.01|trade=nelayan|gap", count), ("65.01|trade=nelayan|gap", count + 90)]
        village = widest("65.01.01.2001|trade=nelayan|gap", count, chain)
        assert village == widest("65.01.01|trade=nelayan|gap", count, chain[1:])
