"""Bars as drawn: parts of a whole with start and width in per cent, and the colour of each account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: account -> colour, in the order the bar shows them; each is 3:1 or more against its neighbour or the ground
COLOURS = {
    "paid": "#0b3f86",
    "billed": "#2a6fc4",
    "committed": "#7fb2ee",
    "available": "#1f7a3a",
    "pledged": "#a8d5b2",
    "refunded": "#b07d00",
    "expired": "#8a93a1",
}
PEOPLE = "#2a6fc4"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: what it is, its rupiah, where it starts and how wide it is (per cent, as text for SVG)."""

    name: str
    amount: int
    start: str
    width: str
    fill: str


def money_bar(balance: dict[str, int], whole: int) -> list[Part]:
    """Return the parts of a fund's money in the order in which it passes through the accounts."""
    return _parts(((name, balance[name], fill) for name, fill in COLOURS.items()), whole)


def share_bar(part: int, whole: int) -> list[Part]:
    """One part of a whole, such as funded of eligible."""
    return _parts([("", part, PEOPLE)], whole)


def _parts(amounts: Iterable[tuple[str, int, str]], whole: int) -> list[Part]:
    parts, start = [], 0.0
    for name, amount, fill in amounts:
        width = min(max(amount, 0) * 100 / max(whole, 1), 100 - start)
        parts.append(Part(name, amount, f"{start:.3f}", f"{width:.3f}", fill))
        start += width
    return parts
