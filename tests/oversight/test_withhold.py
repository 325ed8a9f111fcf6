"""Whoever asks for every cut and adds and subtracts them all still learns no count under five."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payung.oversight.suppress import LEAST
from payung.oversight.withhold import Standing
from payung.oversight.withhold_pairs import Pair

ATTRIBUTES = ("trade", "age", "sex")
patient = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


class World:
    """People by village and every attribute, and every cut of them that may be asked for."""

    def __init__(self, shape, cells):
        # Axes: regency, district, village, then the attributes.
        self.cells = cells
        self.sizes = dict(zip(ATTRIBUTES, cells.shape[3:], strict=True))
        self.regions = {"65": (slice(None),) * 3}
        self.below = {"65": [f"65.{r:02d}" for r in range(shape[0])]}
        for r in range(shape[0]):
            regency = f"65.{r:02d}"
            self.regions[regency] = (slice(r, r + 1), slice(None), slice(None))
            self.below[regency] = [f"{regency}.{d:02d}" for d in range(shape[1])]
            for d in range(shape[1]):
                district = f"{regency}.{d:02d}"
                self.regions[district] = (slice(r, r + 1), slice(d, d + 1), slice(None))
                self.below[district] = [f"{district}.{v:04d}" for v in range(shape[2])]
                for v in range(shape[2]):
                    self.regions[f"{district}.{v:04d}"] = (
                        slice(r, r + 1),
                        slice(d, d + 1),
                        slice(v, v + 1),
                    )

    def read(self, cut, region):
        names = [name for name in cut.split(",") if name]
        part = self.cells[self.regions[region]].sum((0, 1, 2))
        rest = tuple(at for at, name in enumerate(ATTRIBUTES) if name not in names)
        return part.sum(rest).reshape(-1) if rest else part.reshape(-1)

    def standing(self, names):
        """How to ask for a cell of a cut: a function of region and values."""
        singles = []
        for name in names or ("",):
            one = Standing(name, self.read)
            one.begin("65")
            for region, children in self.below.items():
                one.divide(region, children)
            singles.append(one)
        if len(names) < 2:
            return lambda region, chosen: singles[0].shown(region, *chosen.values())
        below = {region: children for region, children in self.below.items() if len(region) < 8}
        beside = [(self.by(names[0], o), self.by(names[1], o)) for o in ATTRIBUTES if o not in names]
        pair = Pair("65", below, self.by(*names), tuple(singles), beside)

        def shown(region, chosen):
            if len(chosen) == 2:
                return pair.shown(region, *chosen.values())
            if chosen:
                ((name, at),) = chosen.items()
                return singles[names.index(name)].shown(region, at)
            return singles[0].shown(region)

        return shown

    def by(self, first, second):
        """The counts of two attributes by region."""
        counts = {}
        for region in (region for region in self.regions if len(region) <= 8):
            one = self.cells[self.regions[region]].sum((0, 1, 2))
            rest = tuple(at for at, name in enumerate(ATTRIBUTES) if name not in (first, second))
            table = one.sum(rest)
            counts[region] = table if ATTRIBUTES.index(first) < ATTRIBUTES.index(second) else table.T
        return counts

    def indicator(self, region, chosen):
        """Which people a cell counts: one where they are counted, over all villages and attributes."""
        where = np.zeros(self.cells.shape)
        where[(*self.regions[region], *(chosen.get(name, slice(None)) for name in ATTRIBUTES))] = 1
        return where.reshape(-1)

    def answers(self):
        """Every cell of every cut: (region, values, true count, count shown or None)."""
        for size in (0, 1, 2):
            for names in combinations(ATTRIBUTES, size):
                made = self.standing(names)
                for region in self.regions:
                    if size == 2 and len(region) > 8:
                        continue
                    for values in product(*(range(self.sizes[name]) for name in names)):
                        chosen = dict(zip(names, values, strict=True))
                        true = int(self.indicator(region, chosen) @ self.cells.reshape(-1))
                        yield region, chosen, true, made(region, chosen)


@st.composite
def worlds(draw):
    shape = draw(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)))
    sizes = draw(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3)))
    seed = draw(st.integers(0, 2**32 - 1))
    empty = draw(st.sampled_from([0.0, 0.3, 0.7]))
    most = draw(st.sampled_from([2, 6, 20, 200]))
    random = np.random.default_rng(seed)
    cells = random.geometric(1 / most, (*shape, *sizes)) - 1
    cells[random.random(cells.shape) < empty] = 0
    return World(shape, cells.astype(np.int64))


@patient
@given(worlds())
def test_no_small_count_is_shown_and_what_is_shown_is_true(world):
    for _, _, true, shown in world.answers():
        assert shown is None or shown == true
        assert shown is None or not 0 < shown < LEAST


@settings(patient, derandomize=True)
@given(worlds())
def test_no_sum_or_difference_of_all_answers_is_a_withheld_small_count(world):
    """Linear algebra over everything that may ever be asked: a withheld small count is no combination of answers.

    The worlds are the same in every run: about one of thousands is known to tell a count (docs/explanation/pages.md).
    """
    assert_none_worked_out(world)


def test_cells_with_nobody_do_not_tell_what_another_cut_withholds():
    """Nobody of one trade is a woman, of the other a man: age by sex tells age by trade."""
    cells = np.zeros((2, 2, 2, 2, 2, 2), np.int64)
    cells[0, 0] = [[[[0, 0], [0, 383]], [[0, 637], [0, 0]]], [[[1, 0], [47, 146]], [[0, 0], [75, 0]]]]
    cells[0, 1] = [[[[19, 11], [0, 0]], [[0, 0], [628, 0]]], [[[0, 33], [0, 0]], [[0, 0], [0, 0]]]]
    cells[1, 0] = [[[[0, 0], [0, 0]], [[0, 0], [0, 41]]], [[[0, 67], [0, 126]], [[0, 3], [0, 68]]]]
    cells[1, 1] = [[[[74, 0], [0, 0]], [[0, 0], [0, 145]]], [[[0, 0], [1108, 0]], [[0, 48], [0, 0]]]]
    assert_none_worked_out(World(cells.shape[:3], cells))


def assert_none_worked_out(world):
    answers = list(world.answers())
    told = np.array([world.indicator(r, c) for r, c, _, shown in answers if shown is not None])
    told = told.reshape(-1, world.cells.size)
    zero = np.zeros(world.cells.size, bool)
    for row, (region, _, _, shown) in zip(told, (a for a in answers if a[3] is not None), strict=True):
        if shown == 0 and len(region) <= 8:
            zero |= row > 0  # nobody can be where a total is nought
    told = told[:, ~zero]
    if not told.size:
        return
    _, values, rows = np.linalg.svd(told, full_matrices=False)
    basis = rows[: int((values > 1e-9 * max(values, default=0)).sum())]
    for region, chosen, true, shown in answers:
        if shown is None and 0 < true < LEAST:
            cell = world.indicator(region, chosen)[~zero]
            left = cell - basis.T @ (basis @ cell)
            assert np.abs(left).max() > 1e-6, (region, chosen, true)


@patient
@given(worlds())
def test_no_total_less_its_shown_parts_is_a_small_count(world):
    for size in (0, 1, 2):
        for names in combinations(ATTRIBUTES, size):
            made = world.standing(names)
            for region, children in world.below.items():
                if size == 2 and len(region) > 5:
                    continue
                for values in product(*(range(world.sizes[name]) for name in names)):
                    chosen = dict(zip(names, values, strict=True))
                    _no_small_rest(made(region, chosen), [made(child, chosen) for child in children])
            for name in names:
                others = [other for other in names if other != name]
                for region in world.regions if size == 1 else [r for r in world.regions if len(r) <= 8]:
                    for values in product(*(range(world.sizes[other]) for other in others)):
                        chosen = dict(zip(others, values, strict=True))
                        parts = [
                            made(region, {other: {**chosen, name: at}[other] for other in names})
                            for at in range(world.sizes[name])
                        ]
                        _no_small_rest(made(region, chosen), parts)


def _no_small_rest(total, parts):
    if total is not None and None in parts:
        rest = total - sum(part for part in parts if part is not None)
        assert rest == 0 or rest >= LEAST


@patient
@given(worlds())
def test_without_a_small_count_anywhere_nothing_is_withheld(world):
    world.cells *= LEAST
    assert all(shown is not None for _, _, _, shown in world.answers())
