"""Outlines of regions as SVG paths, made once per process from the server's own GeoJSON files.

Points are rounded to a grid of whole drawing units, each shared point the same way, so that neighbours still meet;
points that fall together are dropped. A map of the province's districts is about 15 KB so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import cos, radians
from typing import Any

from payung.identity.regions import contains

#: Drawing units across the longer side of a map.
SIZE = 1000
LEVELS = ("regency", "district", "village")
_FILES = {
    "regency": "kaltara_regencies.geojson",
    "district": "kaltara_districts.geojson",
    "village": "kaltara_villages.geojson",
}
Ring = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Shape:
    """One region: its code, its path, where its label stands, and its area in square drawing units."""

    code: str
    path: str
    x: int
    y: int
    area: float


@dataclass(frozen=True, slots=True)
class Map:
    """Shapes fitted into a box of `width` by `height` drawing units."""

    width: int
    height: int
    shapes: tuple[Shape, ...]


@cache
def _regions(level: str) -> dict[str, list[Ring]]:
    """Rings (longitude, latitude) of every region of a level, by code."""
    text = files("payung.identity").joinpath("data", "geo", _FILES[level]).read_text(encoding="utf-8")
    found: dict[str, list[Ring]] = {}
    for feature in json.loads(text)["features"]:
        found[feature["properties"]["code"]] = list(_rings(feature["geometry"]))
    return found


def _rings(geometry: dict[str, Any]) -> list[Ring]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(point[0], point[1]) for point in ring] for polygon in polygons for ring in polygon]


@cache
def fitted(level: str, inside: str) -> Map:
    """Return the regions of `level` within the region `inside`, fitted to the drawing. Empty where none is known."""
    rings = {code: r for code, r in _regions(level).items() if contains(inside, code)}
    points = [point for region in rings.values() for ring in region for point in ring]
    if not points:
        return Map(SIZE, SIZE, ())
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    # Degrees of longitude are shorter by the cosine of the latitude: near nothing at 3° N, and right elsewhere.
    narrow = cos(radians((south + north) / 2))
    scale = SIZE / max((east - west) * narrow, north - south)

    def place(point: tuple[float, float]) -> tuple[int, int]:
        return round((point[0] - west) * narrow * scale), round((north - point[1]) * scale)

    shapes = tuple(_shape(code, region, place) for code, region in sorted(rings.items()))
    return Map(round((east - west) * narrow * scale), round((north - south) * scale), shapes)


def _shape(code: str, rings: list[Ring], place: Any) -> Shape:
    parts = []
    largest: list[tuple[int, int]] = []
    most = -1.0
    for ring in rings:
        drawn: list[tuple[int, int]] = []
        for point in map(place, ring):
            if not drawn or point != drawn[-1]:
                drawn.append(point)
        if len(drawn) < 3:
            drawn = [drawn[0], (drawn[0][0] + 1, drawn[0][1]), (drawn[0][0], drawn[0][1] + 1)]
        parts.append(_path(drawn))
        area = abs(_area(drawn))
        if area > most:
            most, largest = area, drawn
    x, y = _middle(largest)
    return Shape(code, "".join(parts), x, y, most)


def _path(points: list[tuple[int, int]]) -> str:
    """Relative line segments: short numbers."""
    text = [f"M{points[0][0]} {points[0][1]}l"]
    before = points[0]
    first = True
    for point in points[1:]:
        dx, dy = point[0] - before[0], point[1] - before[1]
        text.append(f"{'' if first or dx < 0 else ' '}{dx}{'' if dy < 0 else ' '}{dy}")
        before, first = point, False
    return "".join(text) + "z"


def _area(points: list[tuple[int, int]]) -> float:
    return (
        sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True))
        / 2
    )


def _middle(points: list[tuple[int, int]]) -> tuple[int, int]:
    """Return the centroid of a ring; the mean of its points where it has no area."""
    area = _area(points)
    if not area:
        return (
            round(sum(p[0] for p in points) / len(points)),
            round(sum(p[1] for p in points) / len(points)),
        )
    cx = cy = 0.0
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]], strict=True):
        cross = x0 * y1 - x1 * y0
        cx += (x0 + x1) * cross
        cy += (y0 + y1) * cross
    return round(cx / (6 * area)), round(cy / (6 * area))
