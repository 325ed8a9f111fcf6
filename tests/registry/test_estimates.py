"""Precision, recall, agreement and suggested thresholds from labels: worked examples and what must always hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.registry.estimates import (
    ENOUGH,
    ENOUGH_TO_MOVE,
    Label,
    agreement,
    precision,
    recall,
    suggest,
    wilson,
)


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    # Worked values of the Wilson score interval (Wilson 1927; as in Brown, Cai & DasGupta 2001).
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_of_a_share(right, of, low, high):
    found = wilson(right / of, of)
    assert found == pytest.approx((low, high), abs=5e-4)


def test_kappa_of_a_known_table():
    """Cohen's example: 20 and 15 agreed, 5 and 10 not, of 50: observed 0.70, by chance 0.50, kappa 0.40."""
    answers = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    found = agreement(answers)
    assert found.plain.value == pytest.approx(0.7)
    assert found.kappa == pytest.approx(0.4)


def test_kappa_is_not_told_where_only_one_answer_was_given():
    assert agreement([(True, True)] * 9).kappa is None
    assert agreement([]).kappa is None


def labels(n_same: int, n_wrong: int, n_missed: int, weight: float = 1.0) -> list[Label]:
    return (
        [Label(0.999, True)] * n_same
        + [Label(0.995, False)] * n_wrong
        + [Label(0.05, True, weight)] * n_missed
        + [Label(0.04, False, weight)] * 30
    )


def test_precision_and_recall_of_a_counted_case():
    found = labels(90, 10, 10)
    assert precision(found, 0.99).value == pytest.approx(0.9)
    assert recall(found, 0.99).value == pytest.approx(0.9)


def test_a_sampled_label_counts_for_what_it_was_drawn_from():
    assert recall(labels(90, 10, 10, weight=9.0), 0.99).value == pytest.approx(0.5)


def test_too_few_labels_give_no_figure():
    assert precision([Label(0.999, True)] * (ENOUGH - 1), 0.99).value is None
    assert recall([Label(0.999, False)] * 100, 0.99).value is None


label = st.builds(
    Label,
    st.floats(0.01, 1.0),
    st.booleans(),
    st.floats(1.0, 500.0),
)


@given(st.lists(label, min_size=ENOUGH, max_size=80), st.floats(0.02, 0.99))
def test_each_estimate_lies_within_its_interval(found, threshold):
    for share in (precision(found, threshold), recall(found, threshold)):
        if share.value is not None:
            assert 0 <= share.low <= share.value + 1e-9
            assert share.value - 1e-9 <= share.high <= 1 + 1e-9


@given(st.lists(label, min_size=ENOUGH, max_size=60))
def test_a_lower_threshold_never_finds_fewer(found):
    first, second = recall(found, 0.9), recall(found, 0.5)
    if first.value is not None:
        assert second.value >= first.value - 1e-9


def test_a_threshold_is_suggested_only_where_the_labels_speak_for_it():
    assert suggest([Label(0.999, True)] * (ENOUGH_TO_MOVE - 1)) is None
    wrong_below = [Label(0.9995, True)] * 150 + [Label(0.992, False)] * 30
    assert suggest(wrong_below).same == 0.995
    assert suggest([Label(0.9995, False)] * 150) is None
    clean = [Label(0.96, True)] * 150 + [Label(0.06, False)] * 50
    assert (suggest(clean).same, suggest(clean).doubtful) == (0.90, 0.30)
