"""An attack on what a role can read: subtraction, linear programmes and prices, over the pages themselves.

It reads CSV files and pages as their reader does and knows how numbers are rounded (docs/adr/0001-disclosure-control.md
is public). Only to judge what it found are the true counts looked up.
"""

from __future__ import annotations

import csv
import html
import io
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, vstack

#: The rungs of one month, from the lowest; the gap stands between decreed and eligible.
LADDER = ("active", "registered", "decreed", "eligible", "verified", "candidates")
#: Measures kept by month, and those of the current month only.
BY_MONTH = LADDER[:3]
#: How far a shown number is from the true one, but for once in a thousand: what the attack takes as certain.
FAR = 8
ROWS = {"trade": "pekerjaan", "sex": "jk"}

#: (region, trade or '', sex or '', measure, month)
Cell = tuple[str, str, str, str, str]


@dataclass
class Told:
    """Every number that was read, by its cell."""

    numbers: dict[Cell, int] = field(default_factory=dict)
    closed: int = 0

    def add(self, cell: Cell, text: str) -> None:
        if not text.isdigit():
            self.closed += 1
            return
        number = int(text)
        before = self.numbers.setdefault(cell, number)
        # One cell, two numbers: a second look, which would let chance average out.
        assert before == number, (cell, before, number)


def read_cuts(client: Any, district: str, months: Sequence[str], told: Told) -> list[str]:
    """Reads a district and its villages by trade, by sex and by both, each measure in each month; the villages."""
    villages: list[str] = []
    for measure, month in product((*LADDER, "gap"), months):
        if month != months[-1] and measure not in BY_MONTH:
            continue
        asked = {"ukuran": measure, "bulan": month}
        for row in rows_of(client, {**asked, "wilayah": district, "baris": "wilayah"}):
            if row[0]:
                told.add((row[0], "", "", measure, month), row[-1])
                villages.append(row[0])
        for region in (district, *(code for code in dict.fromkeys(villages) if code[-4:] != "0000")):
            for attribute, word in ROWS.items():
                for row in rows_of(client, {**asked, "wilayah": region, "baris": word}):
                    chosen = (row[0], "") if attribute == "trade" else ("", row[0])
                    whole = row[1] == "Seluruhnya"
                    if not row[0] and not whole:
                        continue  # of whom the attribute is not known
                    told.add((region, *(("", "") if whole else chosen), measure, month), row[-1])
        both = {**asked, "wilayah": district, "baris": "pekerjaan", "kolom": "jk"}
        header, *lines = lines_of(client, both)
        for row in lines:
            for name, text in zip(header[2:-1], row[2:-1], strict=True):
                sex = {"Perempuan": "female", "Laki-laki": "male"}.get(name, "")
                if row[0] and sex:
                    told.add((district, row[0], sex, measure, month), text)
    return list(dict.fromkeys(villages))


def lines_of(client: Any, asked: dict[str, str]) -> list[list[str]]:
    answer = client.get("/pengawasan/jelajah/csv/", asked)
    assert answer.status_code == 200, (asked, answer.content[:200])
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def rows_of(client: Any, asked: dict[str, str]) -> list[list[str]]:
    return lines_of(client, asked)[1:]


@dataclass
class World:
    """The true counts of a district: people by village, trade, sex, measure and month."""

    villages: Sequence[str]
    trades: Sequence[str]
    sexes: Sequence[str]
    months: Sequence[str]
    #: (measure, month) -> village x trade x sex
    people: dict[tuple[str, str], np.ndarray]

    def count(self, cell: Cell) -> int:
        region, trade, sex, measure, month = cell
        part = self.people[measure, month]
        part = part[self.villages.index(region)] if region in self.villages else part.sum(0)
        part = part[self.trades.index(trade)] if trade else part.sum(0)
        return int(part[self.sexes.index(sex)] if sex else part.sum())

    def cells(self) -> Iterable[Cell]:
        """Every cell that may be asked for."""
        measures = [(m, at) for at in self.months for m in (*LADDER, "gap") if (m, at) in self.people]
        district = self.villages[0][:8]
        for measure, month in measures:
            for region in (district, *self.villages):
                yield region, "", "", measure, month
                for trade in filter(None, self.trades):
                    yield region, trade, "", measure, month
                for sex in filter(None, self.sexes):
                    yield region, "", sex, measure, month
            for trade, sex in product(filter(None, self.trades), filter(None, self.sexes)):
                yield district, trade, sex, measure, month


def fill_zeros(told: Told, world: World) -> None:
    """A row that an answer leaves out is told as nought."""
    for cell in world.cells():
        told.numbers.setdefault(cell, 0)


def subtracted(told: Told, world: World) -> list[tuple[Cell, int]]:
    """Small counts that two or three numbers told are exactly: between measures, months, a whole and its parts."""
    groups: dict[tuple[str, str, str], dict[tuple[str, str], int]] = defaultdict(dict)
    for (region, trade, sex, measure, month), number in told.numbers.items():
        groups[region, trade, sex][measure, month] = number
    found = []
    for place, numbers in groups.items():
        for one, other in combinations(numbers, 2):
            if one[0] == other[0] or one[1] == other[1]:
                true = world.count((*place, *one)) - world.count((*place, *other))
                if 0 < abs(true) < 5 and numbers[one] - numbers[other] == true:
                    found.append(((*place, *one), true))
    for cell in world.cells():
        true = world.count(cell)
        if 0 < true < 5 and told.numbers.get(cell) == true:
            found.append((cell, true))
        region, trade, sex, measure, month = cell
        if 0 < true < 5 and region in world.villages:
            whole = told.numbers.get((region[:8], trade, sex, measure, month))
            parts = [
                told.numbers.get((other, trade, sex, measure, month), 0)
                for other in world.villages
                if other != region
            ]
            if whole is not None and whole - sum(parts) == true:
                found.append((cell, true))
    return found


@dataclass
class Bounds:
    """What the linear programmes found of so many small cells."""

    cells: int = 0
    exact: int = 0
    narrow: int = 0
    wrong: int = 0
    narrowest: float = float("inf")
    impossible: int = 0


def bounded(told: Told, world: World, number: int, seed: int = 1, far: int = FAR) -> Bounds:
    """The least and the most that each of `number` small cells can be, all numbers of the district together.

    The unknowns are people by village, trade, sex, month and state, where a state is a rung and not the one below: so
    nested rungs, their differences and sums over any attribute are one system. States of the two months are apart: who
    stays is not known. An interval that does not hold the true count counts as wrong, not as found.
    """
    states = [(measure, at) for measure, at in world.people if measure != "gap"]
    shape = (len(states), len(world.villages), len(world.trades), len(world.sexes))
    index = np.arange(int(np.prod(shape))).reshape(shape)

    def unknowns(cell: Cell) -> np.ndarray:
        region, trade, sex, measure, month = cell
        below = LADDER[: LADDER.index(measure) + 1] if measure != "gap" else ("eligible",)
        which = [at for at, state in enumerate(states) if state[1] == month and state[0] in below]
        part = index[which]
        part = part[:, [world.villages.index(region)]] if region in world.villages else part
        part = part[:, :, [world.trades.index(trade)]] if trade else part
        return (part[..., [world.sexes.index(sex)]] if sex else part).ravel()

    told_cells = [cell for cell in told.numbers if cell[4] in world.months]
    columns = [unknowns(cell) for cell in told_cells]
    shown = np.array([told.numbers[cell] for cell in told_cells])
    matrix = csr_matrix(
        (
            np.ones(sum(map(len, columns))),
            (np.repeat(np.arange(len(columns)), list(map(len, columns))), np.concatenate(columns)),
        ),
        shape=(len(columns), index.size),
    )
    above, below = shown + far, np.maximum(shown - far, 0)
    both = vstack([matrix, -matrix]).tocsr()
    right = np.concatenate([above, -below])
    small = [
        cell
        for cell in world.cells()
        if 0 < world.count(cell) < 5 and (cell[3] == "gap" or (cell[3], cell[4]) in states)
    ]
    found = Bounds()
    for cell in random.Random(seed).sample(small, min(number, len(small))):
        goal = np.zeros(index.size)
        goal[unknowns(cell)] = 1
        ends = [
            linprog(sign * goal, A_ub=both, b_ub=right, bounds=(0, None), method="highs") for sign in (1, -1)
        ]
        found.cells += 1
        if any(end.status not in (0, 3) for end in ends):
            found.impossible += 1
            continue
        least = ends[0].fun
        most = float("inf") if ends[1].status == 3 else -ends[1].fun
        true = world.count(cell)
        if not least - 1e-6 <= true <= most + 1e-6:
            found.wrong += 1
            continue
        width = most - least
        found.exact += width < 1
        found.narrow += width < 5
        found.narrowest = min(found.narrowest, width)
    return found


_PRICE = re.compile(r"Rp([\d.]+)")


def price_of(client: Any, region: str, trade: str, people: int = 100_000) -> str:
    """The first sum on the donors' page for a place and trade: the price for so many workers."""
    asked = {"wilayah": region, "pekerjaan": trade, "orang": people, "bulan": 12, "sebagai": "company"}
    page = html.unescape(client.get("/bantu/", asked).content.decode())
    main = page.partition("<main")[2]
    found = _PRICE.search(main)
    assert found is not None, main[:500]
    return found.group(1)


def true_world(district: str, months: Sequence[str]) -> World:
    """The district as the database has it, counted person by person as the cuts count them."""
    from payung.access.actor import everyone_visible
    from payung.oversight import cuts
    from payung.values import Month

    known = cuts.axes()
    now = Month.parse(months[-1])
    people: dict[tuple[str, str], np.ndarray] = {}
    from django.db import connection, transaction

    with transaction.atomic(), everyone_visible(), connection.cursor() as cursor:
        everybody = cuts.Everybody(
            cuts._read(cursor, cuts._PEOPLE, {"on": now.first_day}),
            cuts._read(cursor, cuts._ACCEPTED),
            dict(cuts.Fund.objects.values_list("pk", "kind")),
        )
        bases = {}
        for text in months:
            month = Month.parse(text)
            about = {"month": month.number}
            covers, paid = cuts._read(cursor, cuts._COVERS, about), cuts._read(cursor, cuts._PAID, about)
            bases[text] = cuts._base(everybody, covers, paid, month, month == now).filter(
                cuts.pl.col("region").str.starts_with(district)
            )
    villages = sorted({code for base in bases.values() for code in base["region"]})
    for text, base in bases.items():
        measures = (*LADDER, "gap") if text == months[-1] else BY_MONTH
        for measure in measures:
            table = np.zeros((len(villages), len(known.trade), len(known.sex)), int)
            for region, trade, sex, count in base.select("region", "trade", "sex", measure).iter_rows():
                table[villages.index(region), known.trade.index(trade), known.sex.index(sex)] += count
            people[measure, text] = table
    return World(villages, known.trade, known.sex, months, people)
