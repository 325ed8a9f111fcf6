"""The personal code: eight signs on paper that, with the NIK, open the answer about one worker.

Seven signs are drawn by lot and the eighth checks them, so that a slip of the hand is told at once and never counts
as a wrong guess. The signs are those that nobody mistakes for another: no 0, 1, I, L, O, U, Z. There are 29 of them, a
prime number, so that the check finds every single wrong sign and every two signs exchanged.
"""

from __future__ import annotations

import unicodedata

SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXY"
#: Signs drawn by lot; one more checks them.
DRAWN = 7
#: How many codes there are: 17,249,876,309, of which a guess meets one.
COUNT = len(SIGNS) ** DRAWN
#: What people write between signs.
_BETWEEN = frozenset(" .-_/'\":\t\r\n\u00a0\u2010\u2011\u2012\u2013\u2014")
#: A longer text is no code, however much of it is between the signs.
_LONGEST = 60


def code_of(number: int) -> str:
    """Write the code of a number from 0 to COUNT - 1, of which the caller draws one by lot."""
    if not 0 <= number < COUNT:
        raise ValueError(f"a personal code has a number from 0 to {COUNT - 1}, not {number}")
    drawn = ""
    for _ in range(DRAWN):
        number, at = divmod(number, len(SIGNS))
        drawn += SIGNS[at]
    return drawn + _check(drawn)


def read_code(text: str) -> str | None:
    """Read a code as people type it: small letters, spaces, dashes; None where it is none or its check fails."""
    if len(text) > _LONGEST:
        return None
    bare = "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign not in _BETWEEN)
    if len(bare) != DRAWN + 1 or any(sign not in SIGNS for sign in bare):
        return None
    return bare if bare[-1] == _check(bare[:-1]) else None


def written(code: str) -> str:
    """Write a code as papers show it: 'K7M2QX94' -> 'K7M2-QX94'."""
    return f"{code[:4]}-{code[4:]}"


def _check(drawn: str) -> str:
    return SIGNS[sum(place * SIGNS.index(sign) for place, sign in enumerate(drawn, 1)) % len(SIGNS)]
