"""Reads a column of sexes: words, letters and codes; what a letter or a code means, the whole column decides.

1 is male and 2 female in the registers of Dukcapil, BPS and OpenSID. P is perempuan beside L, but pria beside W.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Literal

from rapidfuzz import fuzz

from payung.exchange.cells import NOTHING

Sex = Literal["male", "female"]
Reader = Callable[[str], tuple[Sex | None, str | None]]
#: What the signs of one column mean; None where that cannot be told.
Meaning = dict[str, Sex | None]

_MALE = frozenset(
    (
        *("l", "lk", "lki", "lk2", "laki", "lakilaki", "laki2", "pria", "lelaki", "cowok", "cowo", "putra"),
        *("m", "male", "man", "1", "01"),
    )
)
_FEMALE = frozenset(
    (
        *("p", "pr", "prp", "prm", "perempuan", "wanita", "w", "wnt", "cewek", "cewe", "putri"),
        *("f", "female", "woman", "2", "02"),
    )
)
#: Written out, and so safe to be recognised with a slip of the pen.
_LONG: dict[str, Sex] = {
    "lakilaki": "male",
    "lelaki": "male",
    "perempuan": "female",
    "wanita": "female",
    "female": "female",
}
_ALIKE = 80
#: So many NIKs, and so large a part of them, must speak before they turn a code round.
_VOICES, _AGREED = 5, 0.8
_OTHER: dict[Sex, Sex] = {"male": "female", "female": "male"}


def read(text: str) -> tuple[Sex | None, str | None]:
    """('male' or 'female', finding code) of a cell on its own; (None, None) for an empty one."""
    return _read(text, {})


def reader(counts: Iterable[tuple[str, Sex | None, int]], heading: str = "") -> Reader:
    """How the cells of one column are to be read.

    `counts` are (cell, the sex that the row's NIK tells, rows); `heading` is the column's name, which may hold a
    legend ('L/P', 'P/W', '1=P 2=L').
    """
    told: dict[str, Counter[Sex]] = {}
    seen: set[str] = set()
    for text, by_nik, rows in counts:
        key = _key(text)
        seen.add(key)
        if by_nik is not None:
            told.setdefault(key, Counter())[by_nik] += rows
    meaning: Meaning = {}
    if _says_pria(seen, heading):
        meaning["p"] = "male"
    meaning |= _legend(heading)
    if {"0", "1"} <= seen and "2" not in seen and "0" not in meaning:
        # No register says which of the two is which.
        meaning |= _by_niks(("0", "1"), told) or {"0": None, "1": None}
    elif {"1", "2"} & seen and not {"1", "2"} & meaning.keys():
        turned = _by_niks(("1", "2"), told)
        if turned.get("1") == "female" or turned.get("2") == "male":
            meaning |= turned
    return lambda text: _read(text, meaning)


def _says_pria(seen: set[str], heading: str) -> bool:
    """Return whether P stands for pria: W or wanita stand for the women, and nobody writes L or perempuan."""
    signs = set(re.findall(r"[a-z]+", heading.lower()))
    if {"p", "w"} <= signs and "l" not in signs:
        return True
    men = any(key[:1] == "l" for key in seen)
    women = any(key in ("w", "wnt", "wanita") for key in seen)
    return "p" in seen and women and not men and not any(key.startswith(("pr", "per")) for key in seen)


def _legend(heading: str) -> Meaning:
    """Read the meaning of signs from a heading: '1=P, 2=L', '(0: laki-laki, 1: perempuan)'."""
    pairs = re.findall(r"\b([0-9a-z])\s*[=:]\s*([a-z][a-z\-]*)", heading.lower())
    read_pairs = {sign: _read(word, {})[0] for sign, word in pairs}
    return {sign: one for sign, one in read_pairs.items() if one is not None}


def _by_niks(codes: tuple[str, str], told: dict[str, Counter[Sex]]) -> Meaning:
    """Infer the meaning of two codes from the NIKs beside them; nothing where few speak or they disagree."""
    voices: Counter[Sex] = Counter()
    for code in codes:
        for one, rows in told.get(code, Counter()).items():
            voices[one if code == codes[1] else _OTHER[one]] += rows
    if not voices:
        return {}
    second, rows = voices.most_common(1)[0]
    if rows < _VOICES or rows < _AGREED * voices.total():
        return {}
    return {codes[1]: second, codes[0]: _OTHER[second]}


def _key(text: str) -> str:
    """Normalise a cell: small letters, no signs, a number without decimals: '1.0 ' -> '1', 'Lk.' -> 'lk'."""
    bare = re.sub(r"^\s*(\d)[.,]0+\s*$", r"\1", text.lower())
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def _read(text: str, meaning: Meaning) -> tuple[Sex | None, str | None]:
    key = _key(text)
    if key in meaning:
        known = meaning[key]
        return known, None if known else "sex_unreadable"
    if key in _MALE:
        return "male", None
    if key in _FEMALE:
        return "female", None
    if text.strip().lower() in NOTHING:
        return None, None
    one = _in_words(key)
    return (one, None) if one else (None, "sex_unreadable")


def _in_words(key: str) -> Sex | None:
    """Return the sex that every word of a cell says ('1 laki laki', 'p perempuan'), or a word nearly right."""
    words = key.split()
    said = {_word(word) for word in words}
    if said == {"male"} or said == {"female"}:
        return said.pop()
    # Both on one cell are a form that nobody filled in.
    return None if {"male", "female"} <= said else _word("".join(words))


def _word(word: str) -> Sex | None:
    if word in _MALE:
        return "male"
    if word in _FEMALE:
        return "female"
    if len(word) < 5:
        return None
    near = {one for written, one in _LONG.items() if fuzz.ratio(word, written) >= _ALIKE}
    return near.pop() if len(near) == 1 else None
