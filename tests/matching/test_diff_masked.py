"""Two masked numbers: what differs can be read, what is equal cannot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.matching.letters import diff_masked

NIK = "6571010508680001"

#: Another number, how both are shown, and the digits that are marked on either side.
PAIRS = [
    ("6571010508690001", "•••• •••• •••8 0001", "•••• •••• •••9 0001", ["8"], ["9"]),
    ("6571010508680002", "•••• •••• •••• 0001", "•••• •••• •••• 0002", ["1"], ["2"]),
    ("6571020508680001", "•••• •1•• •••• 0001", "•••• •2•• •••• 0001", ["1"], ["2"]),
    ("5671010508680001", "65•• •••• •••• 0001", "56•• •••• •••• 0001", ["65"], ["56"]),
    ("6571015008680001", "•••• ••05 •••• 0001", "•••• ••50 •••• 0001", ["05"], ["50"]),
    ("6571014508680001", "•••• ••0• •••• 0001", "•••• ••4• •••• 0001", ["0"], ["4"]),
    ("6571010508681111", "•••• •••• •••• 0001", "•••• •••• •••• 1111", ["000"], ["111"]),
    ("6571010508680001", "•••• •••• •••• 0001", "•••• •••• •••• 0001", [], []),
    ("6503021212900001", "•••• •••• •••• 0001", "•••• •••• •••• 0001", None, None),
    ("6571011207750009", "•••• •••• •••• 0001", "•••• •••• •••• 0009", None, None),
    ("6571011508690003", "•••• ••0• •••8 0001", "•••• ••1• •••9 0003", ["0", "8", "1"], ["1", "9", "3"]),
]


@pytest.mark.parametrize(("other", "left", "right", "marked", "other_marked"), PAIRS)
def test_the_digits_that_differ_are_shown(other, left, right, marked, other_marked):
    pieces = diff_masked(NIK, other)
    assert "".join(piece.left for piece in pieces) == left
    assert "".join(piece.right for piece in pieces) == right
    changed = [piece for piece in pieces if piece.kind == "changed"]
    if marked is None:
        assert changed
    else:
        assert [piece.left for piece in changed] == marked
        assert [piece.right for piece in changed] == other_marked


niks = st.text("0123456789", min_size=16, max_size=16)


@given(a=niks, b=niks)
def test_never_more_than_four_hidden_digits_are_told_and_never_an_equal_one(a, b):
    pieces = diff_masked(a, b)
    for side, number in (("left", a), ("right", b)):
        text = "".join(getattr(piece, side) for piece in pieces).replace(" ", "")
        assert len(text) == 16
        told = [at for at, sign in enumerate(text[:12]) if sign != "•"]
        assert len(told) <= 4
        assert all(a[at] != b[at] and text[at] == number[at] for at in told)
        assert text[12:] == number[12:]
