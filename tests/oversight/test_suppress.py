"""Nothing that a page of counts shows lets a small count be worked out."""

from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payung.oversight.suppress import GROUPS, LEAST, NAMES, is_small, show, show_tree

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass
class Row:
    code: str
    covered: int
    gap: int
    ending: int
    name: str = ""


@st.composite
def tables(draw, prefix=""):
    count = st.one_of(st.integers(0, 8), st.integers(0, 5_000))
    rows = []
    for at in range(draw(st.integers(1, 8))):
        covered = draw(count)
        rows.append(Row(f"{prefix}{at}", covered, draw(count), draw(st.integers(0, covered))))
    return rows


def value(row, name):
    return getattr(row, name, 0)


@patient
@given(tables())
def test_no_small_count_is_shown_or_follows_from_a_total(rows):
    shown = show(rows)
    for group in GROUPS:
        hidden = [row for row, seen in zip(rows, shown, strict=True) if getattr(seen, group[0]) is None]
        peopled = [row for row in rows if any(value(row, name) for name in group)]
        for name in group:
            for row, seen in zip(rows, shown, strict=True):
                assert getattr(seen, name) in (None, value(row, name))
                assert getattr(seen, name) is None or not is_small(value(row, name))
            if hidden and len(hidden) < len(peopled):
                # What the total less the shown gives away is the sum of at least two, and no small count.
                assert len(hidden) > 1
                assert not 0 < sum(value(row, name) for row in hidden) < LEAST


@patient
@given(tables())
def test_nothing_is_withheld_without_a_small_count(rows):
    if not any(is_small(value(row, name)) for row in rows for name in NAMES):
        assert all(getattr(seen, name) is not None for seen in show(rows) for name in NAMES)


@patient
@given(tables(), st.data())
def test_nothing_within_a_withheld_region_is_shown(rows, data):
    below = {row.code: data.draw(tables(prefix=f"{row.code}.")) for row in rows}
    above, within = show_tree(rows, below)
    for row in above:
        if row.gap is None:
            assert all(seen.gap is None and seen.covered is None for seen in within[row.code])


def test_where_all_are_small_all_are_withheld():
    assert all(seen.gap is None for seen in show([Row("a", 2, 1, 0), Row("b", 0, 3, 0)]))


def test_a_share_never_gives_a_withheld_count_away():
    first, second = show([Row("a", 400, 2, 9), Row("b", 300, 90, 9)])
    assert first.coverage is None
    assert second.coverage is None
