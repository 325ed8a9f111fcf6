"""One name folded in Python, as `names.fold_names` folds a column: a look-up has no time to set up a column for it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from payung.matching.names import (
    AS_GLIDE,
    DEGREES,
    DOUBLES,
    GLIDE,
    GLUED,
    LIGHT,
    PATRONYMICS,
    SPELLING,
    TITLES,
    WHOLE,
    letters_of,
)

_APOSTROPHES = str.maketrans("", "", "'’`´‘ʼ")
_DEGREES = re.compile(DEGREES)
_SPELT = re.compile("|".join(SPELLING))
_TWICE = re.compile("|".join(DOUBLES))
_GLIDE = re.compile(GLIDE)
_GLUED = re.compile(GLUED.replace(r"\p{L}", r"[^\W\d_]"))
_VOWEL_FIRST = str.maketrans("EIOU", "AAAA")
_CONSONANTS = str.maketrans("DGB", "TKP", "AEIOUHJ")


def fold_name(name: str | None) -> dict[str, str | int | None]:
    """Return the columns of `fold_names` for one name; None where there is none."""
    words = _words(name or "")
    given: list[str] = []
    dropped: list[str] = []
    father: list[str] = []
    of_father = False
    for place, word in enumerate(words):
        if word in PATRONYMICS and place:
            of_father = True
        elif of_father:
            father.append(_folded(word))
        else:
            (dropped if word in TITLES else given).append(_folded(word))
    given = given or dropped
    telling = [word for word in given if word not in LIGHT and len(word) > 1] or given
    return {
        "full": " ".join(given) or None,
        "joined": "".join(given) or None,
        "sorted": " ".join(sorted(given)) or None,
        "letters": letters_of("".join(given)),
        "k1": _skeleton(telling[0]) or None if telling else None,
        "kl": _skeleton(telling[-1]) or None if telling else None,
        "father": " ".join(father) or None,
    }


def _words(name: str) -> list[str]:
    text = _DEGREES.sub("", name.split(",", 1)[0].upper().translate(_APOSTROPHES), count=1)
    text = _GLUED.sub(lambda found: f"{found[1] or ''} {found[2] or found[3]} {found[4] or ''}", text)
    return "".join(sign if unicodedata.category(sign)[0] in "LM" else " " for sign in text).split()


@lru_cache(maxsize=50_000)
def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    plain = "".join(sign for sign in decomposed if unicodedata.category(sign)[0] != "M").upper()
    if plain in WHOLE:
        return WHOLE[plain]
    folded = _SPELT.sub(lambda found: SPELLING[found[0]], plain)
    for _ in range(2):
        folded = _TWICE.sub(lambda found: DOUBLES[found[0]], folded)
    folded = _GLIDE.sub(lambda found: AS_GLIDE + (found[1] or found[2]), folded).replace("Y", "I")
    return folded.removesuffix("H") if len(folded) > 3 else folded


def _skeleton(folded: str) -> str:
    return folded[:1].translate(_VOWEL_FIRST) + folded[1:].translate(_CONSONANTS)[:4]
