"""Makes what the page about matching shows: the reliability plot, and in words what the model says of ten hard pairs.

    python -m bench.matching_pictures [ROWS]

Writes docs/images/reliability.svg and docs/explanation/matching-pairs.md. The lists are those of the benchmark
(seed 7), with and without NIK; only the truth that came with them says who is who.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import polars as pl

from payung.demo.workers import matching_table
from payung.matching import Linked, explain, link, reliability

DOCS = Path(__file__).resolve().parent.parent / "docs"
PICTURE, PAGE = DOCS / "images/reliability.svg", DOCS / "explanation/matching-pairs.md"
SEED = 7
_LEFT, _TOP, _SIDE = 62, 24, 320
_COLOURS = {"with NIK": "#0a58ca", "without NIK": "#b02a37"}
#: columns of a hard pair that are shown
_SHOWN = ("nik", "name", "birth_date", "sex", "mother_name", "village_code", "address", "phone")


def truth_of(table: pl.DataFrame, found: Linked) -> np.ndarray:
    """Whether each pair found is one person."""
    truth = table.select(pl.col("id").cast(pl.String), "true_id")
    pairs = found.pairs.join(truth.rename({"id": "id_l", "true_id": "a"}), on="id_l", maintain_order="left")
    pairs = pairs.join(truth.rename({"id": "id_r", "true_id": "b"}), on="id_r", maintain_order="left")
    return (pairs["a"] == pairs["b"]).to_numpy()


def picture(series: dict[str, tuple[float, list[dict[str, float]]]], rows: int) -> str:
    """An SVG of what was said against what was true; the size of a dot grows with the pairs behind it."""
    x = lambda share: _LEFT + _SIDE * share  # noqa: E731
    y = lambda share: _TOP + _SIDE * (1 - share)  # noqa: E731
    width, height = _LEFT + _SIDE + 190, _TOP + _SIDE + 56
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="12" role="img" aria-label="Reliability of the probabilities on {rows:,} rows">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#adb5bd"/>',
        f'<line x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}" stroke="#6c757d" stroke-dasharray="4 4"/>',
    ]
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        out.append(f'<text x="{x(tick):.0f}" y="{y(0) + 18:.0f}" text-anchor="middle">{tick:.1f}</text>')
        out.append(f'<text x="{_LEFT - 8}" y="{y(tick) + 4:.0f}" text-anchor="end">{tick:.1f}</text>')
    out.append(f'<text x="{x(0.5):.0f}" y="{y(0) + 42:.0f}" text-anchor="middle">probability said</text>')
    out.append(
        f'<text transform="translate(16 {y(0.5):.0f}) rotate(-90)" text-anchor="middle">share truly one person</text>'
    )
    for place, (name, (error, bins)) in enumerate(series.items()):
        colour = _COLOURS[name]
        line = " ".join(f"{x(one['said']):.1f},{y(one['true']):.1f}" for one in bins)
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        for one in bins:
            size = 1.5 + 1.3 * math.log10(one["pairs"])
            out.append(f'<circle cx="{x(one["said"]):.1f}" cy="{y(one["true"]):.1f}" r="{size:.1f}" fill="{colour}">'
                       f"<title>{one['pairs']:,.0f} pairs</title></circle>")  # fmt: skip
        at = _TOP + 16 + 40 * place
        out.append(f'<circle cx="{x(1) + 20:.0f}" cy="{at}" r="5" fill="{colour}"/>')
        out.append(f'<text x="{x(1) + 32:.0f}" y="{at + 4}">{name}</text>')
        out.append(
            f'<text x="{x(1) + 32:.0f}" y="{at + 20}" fill="#495057">expected error {error:.4f}</text>'
        )
    return "\n".join([*out, "</svg>"]) + "\n"


def hard_pairs(table: pl.DataFrame, found: Linked, same: np.ndarray, count: int = 10) -> str:
    """The pairs in the greatest doubt, no two with the same evidence, as text: both rows, the truth, the words."""
    rungs = [column for column in found.pairs.columns if column.startswith("gamma_")]
    doubt = found.pairs.with_columns(same=pl.Series(same), doubt=(pl.col("probability") - 0.5).abs()).filter(
        pl.sum_horizontal(pl.col(rungs) > 0) >= 4
    )
    hardest = (
        doubt.sort(["doubt", "id_l", "id_r"]).unique(rungs, keep="first", maintain_order=True).head(count)
    )
    rows = {str(row["id"]): row for row in table.iter_rows(named=True)}
    out = []
    for number, pair in enumerate(hardest.iter_rows(named=True), start=1):
        out.append(
            f"{number}. **{pair['probability']:.0%} said; {'one person' if pair['same'] else 'two people'}**\n"
        )
        for side in ("id_l", "id_r"):
            row = rows[pair[side]]
            out.append("   `" + " | ".join(str(row[column] or "-") for column in _SHOWN) + "`\n")
        out += [f"   - {step.bits:+.1f} {step.english}" for step in explain(pair)]
        out.append("")
    return "\n".join(out)


def page(series: dict[str, tuple[float, list[dict[str, float]]]], pairs: str, model: str, rows: int) -> str:
    """What is said against what is true, and the hard pairs, as Markdown."""
    out = [
        "# Matching, shown: is it honest, and what does it say of hard pairs?\n",
        f"Made by `python -m bench.matching_pictures {rows}` on lists of the demo province (seed {SEED}, {rows:,} "
        f"rows); model {model}, learned from the list itself without labels. How it works: [matching](matching.md).\n",
        "## Said and true\n",
        "![What was said against what was true](../images/reliability.svg)\n",
    ]
    for name, (error, bins) in series.items():
        out += [f"{name[0].upper()}{name[1:]}: expected calibration error over ten bins {error:.4f}.\n",
                "| said | pairs | mean said | true |", "|---|---|---|---|",
                *(f"| {one['from']:.1f}-{one['from'] + 0.1:.1f} | {one['pairs']:,} | {one['said']:.2f} "
                  f"| {one['true']:.2f} |" for one in bins), ""]  # fmt: skip
    out += [
        "## Ten hard pairs\n",
        "The ten pairs in the greatest doubt, no two with the same evidence. The people are made up. Each step is in "
        "bits: +1 doubles the odds that the two rows are one person, -1 halves them.\n",
        f"Columns: {', '.join(_SHOWN)}.\n",
        pairs,
    ]
    return "\n".join(out)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    series, pairs, model = {}, "", ""
    for name in _COLOURS:
        table = matching_table(rows, SEED, drop_nik=name == "without NIK")
        found = link(table.drop("true_id"))
        same = truth_of(table, found)
        series[name] = reliability(found.pairs["probability"].to_numpy(), same)
        if name == "with NIK":
            pairs, model = hard_pairs(table, found, same), found.model.id
    PICTURE.write_text(picture(series, rows))
    PAGE.write_text(page(series, pairs, model, rows))


if __name__ == "__main__":
    main()
