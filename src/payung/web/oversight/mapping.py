"""What a page with the map of the gap needs: which level of which region, by which measure, with its table."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404

from payung.oversight.sheet import WIDTHS, Sheet
from payung.oversight.shown import Shown
from payung.registry.queries import region_names
from payung.web.oversight import maps, shapes

LEVEL_BELOW = {2: "district", 5: "district", 8: "village"}


def map_page(sheet: Sheet | None, here: str, inside: str, level: str, measure_id: str) -> dict[str, Any]:
    """Return the context of the map's template at the address `here`. Raises Http404 for a region that has no map."""
    names = region_names()
    inside = inside or settings.PAYUNG_PROVINCE
    if inside not in names or len(inside) > WIDTHS["district"]:
        raise Http404
    if level not in shapes.LEVELS or WIDTHS[level] <= len(inside):
        level = LEVEL_BELOW[len(inside)]
    measure = maps.BY_ID.get(measure_id, maps.MEASURES[0])
    context: dict[str, Any] = {
        "here_path": here,
        "measures": maps.MEASURES,
        "measure": measure,
        "level": level,
        "levels": [name for name in shapes.LEVELS if WIDTHS[name] > len(inside)],
        "inside": inside,
        "name": names[inside],
        "parents": [
            (code, names[code]) for code in (inside[:2], inside[:5]) if code in names and code != inside
        ],
    }
    if sheet is None:
        return context

    def deeper(code: str) -> str:
        # A village is the last level: its place in the table says the rest.
        if len(code) > WIDTHS["district"]:
            return f"#k-{code}"
        return f"{here}?{urlencode({'wilayah': code, 'ukuran': measure.id})}"

    def rows() -> list[tuple[Shown, str, str]]:
        return [
            (row, deeper(row.code), names.get(row.code[:8], "") if level == "village" else "")
            for row in ranked(sheet.shown_at(level, inside), measure)
        ]

    # Both are worked out only where the template has not kept them since the figures were counted.
    return {
        **context,
        "drawn": lambda: maps.draw(level, inside, sheet.shown_at(level, inside), measure, deeper),
        "rows": rows,
        "as_of": sheet.as_of,
        "kept_as": sheet.as_of.isoformat(),
        "month": sheet.month,
    }


def ranked(rows: list[Shown], measure: maps.Measure) -> list[Shown]:
    """Sort rows so that the most work comes first: largest first (smallest for a share), without a value last."""
    sign = 1 if measure.share else -1

    def place(row: Shown) -> tuple[bool, float, str]:
        value = measure.value(row)
        return value is None, sign * (value or 0), row.name

    return sorted(rows, key=place)
