"""Two spellings side by side, letter by letter: what is the same, what was changed, added or left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Levenshtein

#: longer texts are compared only so far
_LONGEST = 500
#: what stands for digits that nobody may read
_DOTS = "•••• "


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
    """Return the pieces of two texts in order; upper and lower case count as the same letter. None is an empty text.

    The left texts of all pieces joined give `a`, the right ones `b` (each cut at 500 letters).
    """
    left, right = (a or "")[:_LONGEST], (b or "")[:_LONGEST]
    folded_left, folded_right = _fold(left), _fold(right)
    return [
        Piece(_KINDS[code.tag], left[code.src_start : code.src_end], right[code.dest_start : code.dest_end])
        for code in Levenshtein.opcodes(folded_left, folded_right)
    ]


def diff_masked(a: str, b: str, *, shown: int = 4, most: int = 4) -> list[Piece]:
    """Return the pieces of two numbers of one length, masked but for the last `shown` digits and those that differ.

    Where more than `most` of the hidden digits differ they stay hidden too, marked as changed: what is left would
    be one of the numbers nearly whole. Digits are grouped by four. Numbers of different lengths are hidden whole but
    for the end.
    """
    if len(a) != len(b):
        return diff_letters(_DOTS + a[-shown:], _DOTS + b[-shown:])
    hidden = len(a) - shown
    secret = sum(one != other for one, other in zip(a[:hidden], b[:hidden], strict=True)) > most
    pieces: list[Piece] = []
    for at, (one, other) in enumerate(zip(a, b, strict=True)):
        if at < hidden and (secret or one == other):
            left = right = "•"
        else:
            left, right = one, other
        kind: Literal["same", "changed"] = "same" if one == other else "changed"
        if at and at % 4 == 0:
            _join(pieces, "same", " ", " ")
        _join(pieces, kind, left, right)
    return pieces


def _join(pieces: list[Piece], kind: Literal["same", "changed"], left: str, right: str) -> None:
    """Extend the last piece where it is of the same kind, else begin another."""
    if pieces and pieces[-1].kind == kind:
        last = pieces.pop()
        left, right = last.left + left, last.right + right
    pieces.append(Piece(kind, left, right))


def _fold(text: str) -> str:
    """Upper case letter by letter, so that positions stay (a German sharp s would become two)."""
    return "".join(upper if len(upper := letter.upper()) == 1 else letter for letter in text)
