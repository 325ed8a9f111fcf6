"""Any cut of the counts by place, month, trade, age, payer and sex, every number rounded to a multiple of five.

What is shown of a cell depends on the cell alone, never on the question: it is the same number in every answer, and on
the sheet (`release`). At most two attributes are cut at once; villages by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache

import numpy as np
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy
from numpy.typing import NDArray

from payung.access.actor import Refused
from payung.disclosure import ladder
from payung.identity.regions import contains
from payung.oversight.cuts import AS_THEY_STAND, ATTRIBUTES, BY_MONTH, Axes, axes
from payung.oversight.models import CutMonth
from payung.oversight.release import cell_name
from payung.oversight.rounding import rounding
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
    """One row: the value's code, its counts by column, and its total. All are rounded by themselves."""

    code: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a cut with their total; `columns` are the codes of the columns, empty for none."""

    wish: Wish
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row
    as_of: datetime | None


def months() -> list[Month]:
    """Months that are counted, newest first."""
    return list(CutMonth.objects.order_by("-month").values_list("month", flat=True))


def check(wish: Wish) -> None:
    """Raise Refused, with what to change, for a cut that is not answered."""
    known = axes()
    if wish.step not in (*AS_THEY_STAND, *BY_MONTH) or wish.rows not in ROWS:
        raise Refused(gettext_lazy("Pilih ukuran dan baris yang tersedia."))
    if wish.columns and (wish.columns not in COLUMNS or wish.columns == wish.rows):
        raise Refused(gettext_lazy("Kolom harus lain dari baris."))
    for name, value in wish.only.items():
        if name not in ATTRIBUTES or value not in getattr(known, name):
            raise Refused(gettext_lazy("Saringan ini tidak dikenal."))
        if name in (wish.rows, wish.columns):
            raise Refused(
                gettext_lazy(
                    "Satu ciri tidak dapat menjadi saringan dan baris atau kolom sekaligus; hapus salah satu."
                )
            )
    if wish.region not in region_names():
        raise Refused(gettext_lazy("Wilayah ini tidak dikenal."))
    if wish.rows == "place" and len(wish.region) == _WIDTHS[-1]:
        raise Refused(gettext_lazy("Desa tidak dibagi lagi; pilih baris lain."))
    if len(wish.attributes) > 2:
        raise Refused(
            gettext_lazy(
                "Paling banyak dua ciri (pekerjaan, umur, pembayar, jenis kelamin); hapus "
                "satu saringan atau kolom."
            )
        )
    deepest = len(wish.region) + (1 if wish.rows == "place" else 0)
    if len(wish.attributes) == 2 and deepest > _WIDTHS[2]:
        raise Refused(
            gettext_lazy(
                "Desa hanya dibagi menurut satu ciri; pilih wilayah yang lebih luas atau hapus satu ciri."
            )
        )
    if wish.step in AS_THEY_STAND and ("payer" in wish.attributes or wish.rows == "month"):
        raise Refused(
            gettext_lazy(
                "Calon, terverifikasi, layak, dan belum terlindungi adalah keadaan sekarang: "
                "tidak menurut bulan atau pembayar. Pilih ditetapkan SK, terdaftar, atau "
                "aktif."
            )
        )


def answer(wish: Wish) -> Answer:
    """Return the cut asked for. Raises Refused as `check`."""
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
        total = Row("", tuple(0 for _ in columns), 0)
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
            rows = tuple(row for row in rows if row.total or any(row.counts))
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
    """Return the values of an attribute, the unknown last."""
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
    """A rung of one month in some regions: any of its cells, as it may be shown."""

    def __init__(
        self, step: str, month: Month, names: tuple[str, ...], known: Axes, regions: tuple[str, ...]
    ) -> None:
        self.step, self.known = step, known
        self._told: dict[tuple[str, tuple[tuple[str, int], ...]], int] = {}
        self.steps = _needed(step)
        cuts = ["", *names, *([_cut(*names)] if len(names) == 2 else [])]
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT cut, step, region_code, counts FROM oversight_cutcount
                   WHERE cut = ANY(%s) AND step = ANY(%s) AND region_code = ANY(%s) AND month = %s""",
                [cuts, list(self.steps), list(regions), month.number],
            )
            self.counts: dict[tuple[str, str, str], NDArray[np.int64]] = {
                (cut, of, region): np.array(counts, np.int64) for cut, of, region, counts in cursor.fetchall()
            }

    def has(self, region: str) -> bool:
        """Return whether anybody is counted in a region."""
        return bool(self._count(self.step, region, {}))

    def shown(self, region: str, chosen: dict[str, int]) -> int:
        """Return the rounded count of a region with these values of the attributes."""
        cell = region, tuple(sorted(chosen.items()))
        if cell not in self._told:
            self._told[cell] = self._rounded(region, chosen)
        return self._told[cell]

    def _rounded(self, region: str, chosen: dict[str, int]) -> int:
        def draw(measure: str, people: int) -> int:
            return rounding().of(self._cell(measure, region, chosen, people), people)

        counts = {of: self._count(of, region, chosen) for of in self.steps}
        if self.step == "gap":
            return draw("gap", counts["gap"]) if counts["gap"] else 0
        found = ladder.rounded({of: count for of, count in counts.items() if of in ladder.RUNGS}, draw)
        return found[self.step]

    def _count(self, of: str, region: str, chosen: dict[str, int]) -> int:
        names = sorted(chosen, key=ATTRIBUTES.index)
        counts = self.counts.get((",".join(names), of, region))
        if counts is None:
            return 0
        sizes = [len(getattr(self.known, name)) for name in names]
        return int(counts[np.ravel_multi_index([chosen[name] for name in names], sizes) if names else 0])

    def _cell(self, measure: str, region: str, chosen: dict[str, int], people: int) -> str:
        """Return the name of the widest cell with the same people, under which they are rounded everywhere."""
        region = self._widest(measure, region, chosen, people)
        for name in sorted(chosen):
            fewer = {other: at for other, at in chosen.items() if other != name}
            if self._count(measure, region, fewer) == people:
                chosen, region = fewer, self._widest(measure, region, fewer, people)
        return cell_name(
            region, {name: getattr(self.known, name)[at] for name, at in chosen.items()}, measure
        )

    def _widest(self, measure: str, region: str, chosen: dict[str, int], people: int) -> str:
        for width in reversed(_WIDTHS):
            if width < len(region):
                if self._count(measure, region[:width], chosen) != people:
                    break
                region = region[:width]
        return region


def _needed(step: str) -> tuple[str, ...]:
    """Return the measures a rung is rounded with: itself, those below it, and the gap where it lies between."""
    if step == "gap":
        return ("gap",)
    below = ladder.RUNGS[: ladder.RUNGS.index(step) + 1]
    return (*below, "gap") if "eligible" in below else below


def _cut(first: str, second: str) -> str:
    """Return the name of the cut by two attributes."""
    return ",".join(sorted((first, second), key=ATTRIBUTES.index))


def _standing(wish: Wish, month: Month, as_of: datetime | None, known: Axes) -> _Month:
    return _read(wish.step, month, as_of, wish.attributes, known, wish.region, wish.rows == "place")


@lru_cache(maxsize=128)
def _read(
    step: str,
    month: Month,
    as_of: datetime | None,
    names: tuple[str, ...],
    known: Axes,
    region: str,
    divided: bool,
) -> _Month:
    """Kept until the month is counted again (`as_of`): a region, those around it, and those in it if `divided`."""
    around = [region[:width] for width in _WIDTHS if width <= len(region)]
    return _Month(step, month, names, known, (*around, *(_children(region) if divided else ())))


@cache
def _children(code: str) -> tuple[str, ...]:
    """Return the regions within one, and last the one of people of whom no more is known."""
    width = _WIDTHS[_WIDTHS.index(len(code)) + 1]
    named = sorted(known for known in region_names() if len(known) == width and contains(code, known))
    return (*named, f"{code}.{'0000' if width == _WIDTHS[-1] else '00'}")


def deployment() -> str:
    """Return the region that all cuts start from."""
    return str(settings.PAYUNG_PROVINCE)
