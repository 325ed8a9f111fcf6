"""The rungs of a cell never contradict each other, and no two of them tell what a third keeps."""

from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from payung.disclosure import ladder
from payung.disclosure.rounding import Rounding, is_small

HOW = Rounding(b"a key that only this test knows.")
parts = st.one_of(st.just(0), st.integers(0, 6), st.integers(0, 400))


@st.composite
def counts(draw, names=ladder.RUNGS):
    found, people = {}, 0
    for name in names:
        people += draw(parts)
        found[name] = people
    return found


def drawer(cell):
    return lambda measure, people: HOW.of(f"{cell}|{measure}", people)


@settings(max_examples=500)
@given(counts(), st.text(max_size=8))
def test_a_rung_is_never_above_the_next_and_equal_ones_are_shown_equal(true, cell):
    shown = ladder.rounded(true, drawer(cell))
    for lower, upper in pairwise(ladder.RUNGS):
        assert shown[lower] <= shown[upper]
        assert true[lower] != true[upper] or shown[lower] == shown[upper]
    assert shown["gap"] == shown["eligible"] - shown["decreed"]
    assert all(people % 5 == 0 for people in shown.values())
    assert all(people == 0 for name, people in shown.items() if name != "gap" and true[name] == 0)


@settings(max_examples=500)
@given(counts(), st.text(max_size=8))
def test_no_difference_of_two_rungs_is_a_small_count(true, cell):
    shown = ladder.rounded(true, drawer(cell))
    for one, other in combinations(shown.values(), 2):
        assert not is_small(abs(one - other))


@given(counts(("active", "registered", "decreed")), st.text(max_size=8))
def test_a_month_is_rounded_as_the_lower_rungs_of_the_whole_ladder(true, cell):
    whole = {**true, "eligible": true["decreed"] + 40, "verified": true["decreed"] + 41}
    told = ladder.rounded(whole, drawer(cell))
    assert ladder.rounded(true, drawer(cell)) == {name: told[name] for name in true}


@settings(max_examples=1_000)
@given(st.lists(counts(), min_size=1, max_size=5))
def test_exact_rungs_differ_by_none_or_by_five_and_more_in_every_cell(tables):
    kept = ladder.exact_rungs(tables)
    for table in tables:
        for one, other in combinations(sorted(kept), 2):
            assert not is_small(abs(table[one] - table[other]))
        assert not any(is_small(table[name]) for name in kept)


@settings(max_examples=1_000)
@given(st.lists(st.tuples(counts(), counts()), min_size=1, max_size=4))
def test_exact_rungs_and_what_lies_between_them_changed_by_none_or_by_five_and_more(months):
    now, before = [list(table) for table in zip(*months, strict=True)]
    kept = [name for name in ladder.RUNGS if name in ladder.exact_rungs(now, [before])]
    for table, old in zip(now, before, strict=True):
        for name in kept:
            assert not is_small(abs(table[name] - old[name]))
        for lower, upper in pairwise(kept):
            assert not is_small(abs((table[upper] - table[lower]) - (old[upper] - old[lower])))


@settings(max_examples=1_000)
@given(st.lists(counts(), min_size=1, max_size=4), st.text(max_size=8))
def test_exact_and_rounded_rungs_stand_in_their_order(tables, cell):
    kept = ladder.exact_rungs(tables)
    for at, table in enumerate(tables):
        shown = ladder.exact(table, kept, drawer(f"{cell}{at}"))
        for name in kept:
            assert shown[name] == table[name]
        for lower, upper in pairwise(ladder.RUNGS):
            assert shown[lower] <= shown[upper]
        for one, other in combinations(ladder.RUNGS, 2):
            assert not is_small(abs(shown[one] - shown[other]))
        assert not any(map(is_small, shown.values()))


@given(st.integers(0, 60), st.integers(5, 60), st.booleans(), st.text(max_size=8))
def test_a_part_is_never_more_than_its_whole_nor_tells_few(people, whole, keep, cell):
    people = min(people, whole)
    others = whole - people
    shown = ladder.part("ending", people, whole, whole, drawer(cell), keep=keep)
    assert 0 <= shown <= whole
    assert people or shown == 0
    if keep and (is_small(people) or is_small(others)):
        assert not is_small(shown)
    if keep and not is_small(people) and not is_small(others):
        assert shown == people
