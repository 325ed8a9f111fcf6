"""Money beside counts: what is withheld of a total is never one line's, nor few people's."""

from hypothesis import given
from hypothesis import strategies as st

from payung.disclosure.lines import fold, withheld
from payung.disclosure.rounding import is_small

tables = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=2),
    st.tuples(st.integers(0, 12), st.integers(0, 40)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=8,
)


@given(tables)
def test_what_a_total_leaves_for_the_withheld_is_no_few_peoples(lines):
    gone = withheld(lines)
    for key, counts in lines.items():
        assert key in gone or not any(map(is_small, counts))
    peopled = {key for key, counts in lines.items() if any(counts)}
    if gone and gone != peopled:
        assert len(gone) > 1
        for column in zip(*(lines[key] for key in gone), strict=True):
            assert not is_small(sum(column))


@given(tables)
def test_nothing_is_withheld_without_a_small_count(lines):
    if not any(is_small(count) for counts in lines.values() for count in counts):
        assert withheld(lines) == set()


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=2), st.integers(0, 12), max_size=8))
def test_lines_that_are_merged_are_together_of_five_and_more(lines):
    merged = fold(lines)
    assert all(key in merged or not is_small(people) for key, people in lines.items())
    if set(merged) != set(lines):
        assert not is_small(sum(lines[key] for key in merged))
