"""Two spellings side by side, letter by letter: what is the same, what was changed, added or left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Levenshtein

#: longer texts are compared only so far
_LONGEST = 500


@dataclass(frozen=True)
class Piece:
    """A run of letters: kind same|changed|only_left|only_right, its text on the left and on the right."""

    kind: Literal["same", "changed", "only_left", "only_right"]
    left: str
    right: str


_KINDS: dict[str, Literal["same", "changed", "only_left", "only_right"]] = {
    "equal": "same",
    "replace": "changed",
    "delete": "only_left",
    "insert": "only_right",
}


def diff_letters(a: str | None, b: str | None) -> list[Piece]:
    """The pieces of two texts in order; upper and lower case count as the same letter. None is an empty text.

    The left texts of all pieces joined give `a`, the right ones `b` (each cut at 500 letters).
    """
    left, right = (a or "")[:_LONGEST], (b or "")[:_LONGEST]
    folded_left, folded_right = _fold(left), _fold(right)
    return [
        Piece(_KINDS[code.tag], left[code.src_start : code.src_end], right[code.dest_start : code.dest_end])
        for code in Levenshtein.opcodes(folded_left, folded_right)
    ]


def _fold(text: str) -> str:
    """Upper case letter by letter, so that positions stay (a German sharp s would become two)."""
    return "".join(upper if len(upper := letter.upper()) == 1 else letter for letter in text)
