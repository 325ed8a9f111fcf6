"""The choropleth: what each region is coloured by, in which class, with which words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payung.disclosure.rounding import BASE
from payung.oversight.shown import Shown
from payung.oversight.written import percent, whole
from payung.oversight.written import shown as counted
from payung.web.oversight.shapes import Map, fitted


@dataclass(frozen=True, slots=True)
class Measure:
    """What a map shows: its address word, its label, its value for a region, and whether it is a share."""

    id: str
    label: str | Promise
    unit: str | Promise
    value: Callable[[Shown], float | None]
    share: bool = False


MEASURES = (
    Measure(
        "celah",
        gettext_lazy("Belum terlindungi"),
        gettext_lazy("orang layak yang belum terlindungi bulan ini"),
        lambda row: row.gap,
    ),
    Measure(
        "cakupan",
        gettext_lazy("Cakupan"),
        gettext_lazy("bagian terlindungi SK dari semua yang layak"),
        lambda row: row.coverage,
        share=True,
    ),
    Measure(
        "berakhir",
        gettext_lazy("Segera berakhir"),
        gettext_lazy("orang yang perlindungannya berakhir dalam 60 hari"),
        lambda row: row.ending,
    ),
)
BY_ID = {measure.id: measure for measure in MEASURES}
CLASSES = 5
_SHARES = (0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True, slots=True)
class Area:
    """One region on the map: where it is, its class (0: no value), its words, where it leads."""

    code: str
    name: str
    path: str
    x: int
    y: int
    kind: str
    words: str
    short: str
    url: str
    labelled: bool


@dataclass(frozen=True, slots=True)
class Legend:
    """One class with its words."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A map ready for the template."""

    measure: Measure
    width: int
    height: int
    areas: tuple[Area, ...]
    legend: tuple[Legend, ...]


def draw(
    level: str,
    inside: str,
    rows: Sequence[Shown],
    measure: Measure,
    url_of: Callable[[str], str] = lambda code: "",
) -> Drawn:
    """Draw the map of `level` within `inside`, coloured by `measure` over `rows`."""
    outline: Map = fitted(level, inside)
    by_code = {row.code: row for row in rows}
    drawn = {shape.code for shape in outline.shapes}
    bounds = _bounds([measure.value(row) for row in rows if row.code in drawn], measure)
    areas = []
    for shape in outline.shapes:
        row = by_code.get(shape.code)
        value = None if row is None else measure.value(row)
        name = row.name if row else shape.code
        short = _short(value, measure)
        areas.append(
            Area(
                shape.code,
                name,
                shape.path,
                shape.x,
                shape.y,
                _kind(value, bounds),
                f"{name}: {_words(value, measure)}",
                short,
                url_of(shape.code),
                labelled=value is not None and shape.area > 5_500,
            )
        )
    return Drawn(
        measure,
        outline.width,
        outline.height,
        tuple(areas),
        _legend(bounds, measure),
    )


def _bounds(values: Sequence[float | None], measure: Measure) -> tuple[float, ...]:
    """Upper ends of all classes but the last: fixed for shares, round numbers by the data for counts."""
    if measure.share:
        return _SHARES
    known = sorted(value for value in values if value)
    if not known:
        return ()
    bounds: list[int] = []
    for part in range(1, CLASSES):
        bound = _round_up(known[min(len(known) - 1, len(known) * part // CLASSES)])
        if (not bounds or bound > bounds[-1]) and bound < known[-1]:
            bounds.append(bound)
    return tuple(bounds)


def _round_up(value: float) -> int:
    """Round up to two significant figures: 347 -> 350, 1234 -> 1300."""
    number = max(1, int(value))
    step: int = 10 ** max(0, len(str(number)) - 2)
    return -(-number // step) * step


def _class_of(value: float, bounds: tuple[float, ...]) -> int:
    return 1 + sum(value > bound for bound in bounds)


def _kind(value: float | None, bounds: tuple[float, ...]) -> str:
    if value is None:
        return "none"
    if value == 0:
        return "zero"
    # Few classes are spread over the whole ramp, so that the darkest always means the most.
    last = len(bounds) + 1
    place = _class_of(value, bounds)
    return f"c{CLASSES if last == 1 else 1 + round((place - 1) * (CLASSES - 1) / (last - 1))}"


def _short(value: float | None, measure: Measure) -> str:
    if value is None:
        return ""
    return f"{round(value * 100)}%" if measure.share else counted(round(value))


def _words(value: float | None, measure: Measure) -> str:
    if value is None:
        return _("belum ada data")
    return f"{percent(value) if measure.share else counted(round(value))} {measure.unit}"


def _legend(bounds: tuple[float, ...], measure: Measure) -> tuple[Legend, ...]:
    def written(value: float) -> str:
        return f"{round(value * 100)}%" if measure.share else whole(round(value))

    entries = [Legend("zero", "0%" if measure.share else counted(0))]
    last = len(bounds) + 1
    for place in range(1, last + 1):
        kind = f"c{CLASSES if last == 1 else 1 + round((place - 1) * (CLASSES - 1) / (last - 1))}"
        low = bounds[place - 2] if place > 1 else None
        high = bounds[place - 1] if place <= len(bounds) else None
        if measure.share:
            low_text, high_text = written(low or 0), written(high if high is not None else 1)
            words = f"{low_text} – {high_text}"
        elif high is None:
            words = f"> {written(low)}" if low is not None else f"≥ {BASE}"
        else:
            words = f"{written(BASE if low is None else low + 1)} – {written(high)}"
        entries.append(Legend(kind, words))
    entries.append(Legend("none", _("belum ada data")))
    return tuple(entries)
