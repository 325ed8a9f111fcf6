"""Any cut of the counts by place, month, trade, age, payer and sex, with what would tell a small count withheld.

What is shown of a cut depends on the counts of its month and rung alone, never on the question: the same cell is
shown or withheld whoever asks and whatever was asked before (`withhold`). At most two attributes are cut at once;
villages by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache

import numpy as np
from django.conf import settings
from django.db import connection

from payung.access.actor import Refused
from payung.identity.regions import contains
from payung.oversight.cuts import AS_THEY_STAND, ATTRIBUTES, BY_MONTH, Axes, axes
from payung.oversight.models import CutMonth
from payung.oversight.withhold import Counts, Standing
from payung.oversight.withhold_pairs import Pair
from payung.registry.queries import region_names
from payung.values import Month

#: What the rows of an answer may be; columns may be any attribute with few values.
ROWS = ("place", "month", *ATTRIBUTES)
COLUMNS = ("age", "payer", "sex")
_WIDTHS = (2, 5, 8, 13)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: a rung, a month, a region, rows, perhaps columns, and values that attributes must have."""

    step: str
    month: Month
    region: str
    rows: str
    columns: str = ""
    only: dict[str, str] = field(default_factory=dict)

    @property
    def attributes(self) -> tuple[str, ...]:
        """Attributes that the answer needs, in the order of the cuts."""
        used = {self.rows, self.columns, *self.only}
        return tuple(name for name in ATTRIBUTES if name in used)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the value's code, its counts by column (None where withheld), and its total."""

    code: str
    counts: tuple[int | None, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a cut with their total; `columns` are the codes of the columns, empty for none."""

    wish: Wish
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row
    as_of: datetime | None

    @property
    def withheld(self) -> bool:
        """Whether any count is withheld."""
        return any(None in (*row.counts, row.total) for row in (*self.rows, self.total))


def months() -> list[Month]:
    """Months that are counted, newest first."""
    return list(CutMonth.objects.order_by("-month").values_list("month", flat=True))


def check(wish: Wish) -> None:
    """Raises Refused, with what to change, for a cut that is not answered."""
    known = axes()
    if wish.step not in (*AS_THEY_STAND, *BY_MONTH) or wish.rows not in ROWS:
        raise Refused("Pilih ukuran dan baris yang tersedia.", "Choose an available measure and rows.")
    if wish.columns and (wish.columns not in COLUMNS or wish.columns == wish.rows):
        raise Refused("Kolom harus lain dari baris.", "Columns must differ from rows.")
    for name, value in wish.only.items():
        if name not in ATTRIBUTES or value not in getattr(known, name):
            raise Refused("Saringan ini tidak dikenal.", "That filter is not known.")
        if name in (wish.rows, wish.columns):
            raise Refused(
                "Satu ciri tidak dapat menjadi saringan dan baris atau kolom sekaligus; hapus salah satu.",
                "An attribute cannot be filter and row or column at once; remove one.",
            )
    if wish.region not in region_names():
        raise Refused("Wilayah ini tidak dikenal.", "That region is not known.")
    if wish.rows == "place" and len(wish.region) == _WIDTHS[-1]:
        raise Refused(
            "Desa tidak dibagi lagi; pilih baris lain.",
            "A village is not divided further; choose other rows.",
        )
    if len(wish.attributes) > 2:
        raise Refused(
            "Paling banyak dua ciri (pekerjaan, umur, pembayar, jenis kelamin); hapus satu saringan atau kolom.",
            "At most two attributes (trade, age, payer, sex) at once; remove a filter or the columns.",
        )
    deepest = len(wish.region) + (1 if wish.rows == "place" else 0)
    if len(wish.attributes) == 2 and deepest > _WIDTHS[2]:
        raise Refused(
            "Desa hanya dibagi menurut satu ciri; pilih wilayah yang lebih luas atau hapus satu ciri.",
            "Villages are divided by one attribute only; choose a wider region or remove one attribute.",
        )
    if wish.step in AS_THEY_STAND and ("payer" in wish.attributes or wish.rows == "month"):
        raise Refused(
            "Calon, terverifikasi, layak, dan belum terlindungi adalah keadaan sekarang: tidak menurut bulan atau "
            "pembayar. Pilih ditetapkan SK, terdaftar, atau aktif.",
            "Candidates, verified, eligible and not covered are as they stand now: not by month or payer. Choose "
            "decreed, registered or active.",
        )


def answer(wish: Wish) -> Answer:
    """The cut asked for. Raises Refused as `check`."""
    check(wish)
    known = axes()
    counted = dict(CutMonth.objects.order_by("month").values_list("month", "as_of"))
    asked = list(counted) if wish.rows == "month" else [wish.month]
    columns = _values(known, wish.columns) if wish.columns else ()
    if wish.rows == "month":
        rows = tuple(
            _row(
                _standing(wish, month, counted[month], known),
                wish.region,
                str(month),
                wish,
                known,
                {},
                columns,
            )
            for month in asked
        )
        total = Row("", tuple(None for _ in columns), None)
    else:
        here = _standing(wish, wish.month, counted.get(wish.month), known)
        if wish.rows == "place":
            codes = [code for code in _children(wish.region) if code in region_names() or here.has(code)]
            rows = tuple(_row(here, code, code, wish, known, {}, columns) for code in codes)
        else:
            rows = tuple(
                _row(here, wish.region, value, wish, known, {wish.rows: value}, columns)
                for value in _values(known, wish.rows)
            )
            rows = tuple(row for row in rows if row.total != 0)
        total = _row(here, wish.region, "", wish, known, {}, columns)
    told = rows if wish.rows == "month" else (*rows, total)
    kept = tuple(at for at in range(len(columns)) if any(row.counts[at] != 0 for row in told))
    return Answer(
        wish,
        tuple(columns[at] for at in kept),
        tuple(_only(row, kept) for row in rows),
        _only(total, kept),
        min((counted[month] for month in asked if month in counted), default=None),
    )


def _values(known: Axes, name: str) -> tuple[str, ...]:
    """The values of an attribute, the unknown last."""
    first, *others = getattr(known, name)
    return (*others, first)


def _only(row: Row, columns: tuple[int, ...]) -> Row:
    return Row(row.code, tuple(row.counts[at] for at in columns), row.total)


def _row(
    here: _Month,
    region: str,
    code: str,
    wish: Wish,
    known: Axes,
    more: dict[str, str],
    columns: tuple[str, ...],
) -> Row:
    chosen = {name: getattr(known, name).index(value) for name, value in {**wish.only, **more}.items()}
    return Row(
        code,
        tuple(
            here.shown(region, {**chosen, wish.columns: getattr(known, wish.columns).index(column)})
            for column in columns
        ),
        here.shown(region, chosen),
    )


class _Month:
    """One rung of one month: any of its cells, as it may be shown. `below` says what is divided into what."""

    def __init__(
        self, step: str, month: Month, names: tuple[str, ...], known: Axes, below: dict[str, tuple[str, ...]]
    ) -> None:
        self.names = names
        self.sizes = {name: len(getattr(known, name)) for name in ATTRIBUTES}
        others = [o for o in _asked_beside(step) if o not in names] if len(names) == 2 else []
        regions = [deployment(), *(child for children in below.values() for child in children)]
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT cut, region_code, counts FROM oversight_cutcount
                   WHERE cut = ANY(%s) AND step = %s AND region_code = ANY(%s) AND month = %s""",
                [
                    ["", *names, ",".join(names), *(_cut(name, o) for name in names for o in others)],
                    step,
                    regions,
                    month.number,
                ],
            )
            self.counts = {
                (cut, region): np.array(counts, np.int64) for cut, region, counts in cursor.fetchall()
            }
        singles = [self._single(name, below) for name in names or ("",)]
        self.singles = dict(zip(names or ("",), singles, strict=True))
        if len(names) == 2:
            cells = self._by(*names, regions)
            beside = [(self._by(names[0], o, regions), self._by(names[1], o, regions)) for o in others]
            self.pair = Pair(deployment(), below, cells, (singles[0], singles[1]), beside)

    def read(self, cut: str, region: str) -> Counts:
        found = self.counts.get((cut, region))
        if found is None:
            found = np.zeros(int(np.prod([self.sizes[name] for name in cut.split(",") if name])), np.int64)
        return found

    def _by(self, first: str, second: str, regions: list[str]) -> dict[str, Counts]:
        """The counts of two attributes by region, the first by rows."""
        cut = _cut(first, second)
        shape = tuple(self.sizes[name] for name in cut.split(","))
        tables = {code: self.read(cut, code).reshape(shape) for code in regions}
        return tables if cut.startswith(first) else {code: table.T for code, table in tables.items()}

    def _single(self, name: str, below: dict[str, tuple[str, ...]]) -> Standing:
        made = Standing(name, self.read)
        made.begin(deployment())
        for code, children in below.items():
            made.divide(code, children)
        return made

    def has(self, region: str) -> bool:
        """Whether anybody is counted in a region."""
        return bool(self.read("", region)[0])

    def shown(self, region: str, chosen: dict[str, int]) -> int | None:
        """The count of a region with these values of the attributes; None where it is withheld."""
        names = [name for name in self.names if name in chosen]
        if len(names) == 2:
            return self.pair.shown(region, chosen[names[0]], chosen[names[1]])
        if names:
            return self.singles[names[0]].shown(region, chosen[names[0]])
        return next(iter(self.singles.values())).shown(region)


def _cut(first: str, second: str) -> str:
    """The name of the cut by two attributes."""
    return ",".join(sorted((first, second), key=ATTRIBUTES.index))


def _asked_beside(step: str) -> tuple[str, ...]:
    """The attributes by which a rung may be asked for."""
    return tuple(name for name in ATTRIBUTES if name != "payer" or step not in AS_THEY_STAND)


def _standing(wish: Wish, month: Month, as_of: datetime | None, known: Axes) -> _Month:
    names = wish.attributes
    where = ("", False) if len(names) == 2 else (wish.region, wish.rows == "place")
    return _worked_out(wish.step, month, as_of, names, known, *where)


@lru_cache(maxsize=128)
def _worked_out(
    step: str,
    month: Month,
    as_of: datetime | None,
    names: tuple[str, ...],
    known: Axes,
    region: str,
    divided: bool,
) -> _Month:
    """Kept until the month is counted again (`as_of`): two attributes at once are worked out for all districts."""
    below = _districts() if len(names) == 2 else _way_to(region, divided)
    return _Month(step, month, names, known, below)


@cache
def _children(code: str) -> tuple[str, ...]:
    """The regions within one, and last the one of people of whom no more is known."""
    width = _WIDTHS[_WIDTHS.index(len(code)) + 1]
    named = sorted(known for known in region_names() if len(known) == width and contains(code, known))
    return (*named, f"{code}.{'0000' if width == _WIDTHS[-1] else '00'}")


def _way_to(region: str, divided: bool) -> dict[str, tuple[str, ...]]:
    """Regions to divide, from the whole down to `region`, with what each is divided into."""
    way = [region[:width] for width in _WIDTHS if width <= len(region)]
    return {code: _children(code) for code in (way if divided else way[:-1])}


@cache
def _districts() -> dict[str, tuple[str, ...]]:
    """The whole divided into regencies and each into districts."""
    root = deployment()
    return {root: _children(root), **{code: _children(code) for code in _children(root)}}


def deployment() -> str:
    """The region that all cuts start from."""
    return settings.PAYUNG_PROVINCE
