"""Counts of people as multiples of five, by chance that is fixed for each cell and known to nobody.

Each cell has a secret shift, drawn from its name under a key: the count plus the shift is cut down to a multiple of
five. So the same cell is the same number on every page, in every file and every month in which its count is the same,
and a reader cannot ask again until chance has averaged out. The shift is a uniform part (random rounding to base 5, as
Statistics Canada does) and a two-sided geometric part, which has no bound: no shown number limits the true one for
certain, so nothing can be worked out by adding, subtracting or bounding, however many numbers are put together.
Nobody is nobody: a count of nought is shown as nought.

Pure: names, counts and a key in, numbers out.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

#: A count from 1 to this less one could point at somebody.
LEAST = 5
#: What every rounded count is a multiple of.
BASE = 5
#: Counts so far apart have shifts of their own: what is learnt of a large one says nothing of a small one.
_BAND = 64
#: Pairs of bits of each half of the geometric part. Each further one has a quarter of the chance of the last.
_PAIRS = 11


def is_small(count: int) -> bool:
    """Return whether so many people are few enough to be recognised."""
    return 0 < count < LEAST


class Rounding:
    """The rounding of one deployment. `key` is 16 to 64 secret bytes that never change."""

    def __init__(self, key: bytes) -> None:
        if not 16 <= len(key) <= 64:
            raise ValueError("a key of 16 to 64 bytes is needed")
        self._key = key

    def of(self, cell: str, count: int) -> int:
        """Return the count of a cell as it may be shown: 0 for nobody, else a multiple of five that may be 0 too."""
        if count <= 0:
            return 0
        return max(0, (count + self._shift(cell, count)) // BASE * BASE)

    def _shift(self, cell: str, count: int) -> int:
        text = f"{cell}|{count // _BAND}".encode()
        word = int.from_bytes(blake2b(text, key=self._key, digest_size=8).digest(), "big")
        uniform = (word & 0xFFFFF) % BASE
        return uniform + _geometric(word >> 20) - _geometric(word >> 42)


def _geometric(bits: int) -> int:
    """How many pairs of bits are nought before the first that is not: k with a chance of 3/4 times 4**-k."""
    pairs = 0
    while pairs < _PAIRS and not bits & 3:
        bits >>= 2
        pairs += 1
    return pairs


def widest(name: str, count: int, wider: Iterable[tuple[str, int]]) -> str:
    """Return the name under which a cell is rounded: that of the widest cell that holds the same people.

    `wider` are cells that each contain the one before. One that counts as many holds the same people; under a name of
    its own it would be a second look at them.
    """
    for other, people in wider:
        if people != count:
            break
        name = other
    return name
