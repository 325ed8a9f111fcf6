"""Nothing that an open page shows lets a small count be worked out."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from payung.oversight.suppress import LEAST, for_everybody, is_small


@dataclass
class Row:
    code: str
    covered: int
    gap: int
    ending: int


@st.composite
def tables(draw):
    count = st.one_of(st.integers(0, 8), st.integers(0, 5_000))
    rows = []
    for at in range(draw(st.integers(1, 8))):
        covered = draw(count)
        rows.append(Row(f"{at}", covered, draw(count), draw(st.integers(0, covered))))
    return rows


@given(tables())
def test_no_small_count_is_shown_or_follows_from_a_total(rows):
    shown = for_everybody(rows)
    for row, seen in zip(rows, shown, strict=True):
        if any(is_small(n) for n in (row.covered, row.gap, row.ending)):
            assert seen.withheld
        if not seen.withheld:
            assert (seen.covered, seen.gap, seen.ending) == (row.covered, row.gap, row.ending)
    hidden = [row for row, seen in zip(rows, shown, strict=True) if seen.withheld]
    peopled = [row for row in rows if row.covered + row.gap]
    if hidden and len(hidden) < len(peopled):
        # What total minus shown gives away is the sum of at least two rows, and no small count itself.
        assert len(hidden) > 1
        for name in ("covered", "gap", "ending"):
            assert not 0 < sum(getattr(row, name) for row in hidden) < LEAST


@given(tables())
def test_nothing_is_withheld_without_a_small_count(rows):
    if not any(is_small(n) for row in rows for n in (row.covered, row.gap, row.ending)):
        assert not any(seen.withheld for seen in for_everybody(rows))


def test_where_all_are_small_all_are_withheld():
    assert all(seen.withheld for seen in for_everybody([Row("a", 2, 1, 0), Row("b", 0, 3, 0)]))
