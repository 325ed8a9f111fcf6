"""How one written value goes wrong. Each function takes the right text and draws from 0 to 1, and is pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from payung.demo.reference import table

Damage = Callable[[str, float, float], str]

PLACEHOLDERS = ("0000000000000000", "1234567890123456", "9999999999999999", "6500000000000000", "-", "0")
_TITLES = (
    "H. {}",
    "Hj. {}",
    "Ust. {}",
    "Drs. {}",
    "Pdt. {}",
    "{} (Alm)",
    "{}, S.Pd",
    "Bpk {}",
    "Ibu {}",
    "{} S.E.",
)
_FATHERS = ("Ahmad", "Abdullah", "Hasan", "Umar", "Yusuf", "Ismail", "Daeng Tata", "Jufri", "Syahran", "Ambo")
_OLD = (("dj", "j"), ("tj", "c"), ("oe", "u"), ("sj", "sy"), ("ch", "kh"), ("nj", "ny"))
_ALIKE = (
    ("z", "j"),
    ("f", "p"),
    ("v", "p"),
    ("kh", "h"),
    ("sy", "s"),
    ("y", "i"),
    ("q", "k"),
    ("th", "t"),
    ("dd", "d"),
)


def _at(length: int, draw: float) -> int:
    return min(int(draw * length), length - 1)


def wrong_digit(text: str, where: float, what: float) -> str:
    """One digit replaced by another."""
    place = _at(len(text), where)
    return text[:place] + str((int(text[place]) + 1 + int(what * 9)) % 10) + text[place + 1 :]


def swapped_digits(text: str, where: float, _: float) -> str:
    """Two neighbouring digits, not alike, change places."""
    places = [i for i in range(len(text) - 1) if text[i] != text[i + 1]]
    place = places[_at(len(places), where)]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def lost_digit(text: str, where: float, _: float) -> str:
    """Drop one digit."""
    place = _at(len(text), where)
    return text[:place] + text[place + 1 :]


def doubled_digit(text: str, where: float, _: float) -> str:
    """Write one digit twice."""
    place = _at(len(text), where)
    return text[: place + 1] + text[place:]


def placeholder(_: str, where: float, __: float) -> str:
    """Write a placeholder instead of the number."""
    return PLACEHOLDERS[_at(len(PLACEHOLDERS), where)]


def fifteen_digits(text: str, _: float, __: float) -> str:
    """Keep fifteen significant digits of a number, as a spreadsheet does."""
    return text[:15] + "0"


def scientific(text: str, where: float, _: float) -> str:
    """Write the number as a narrow spreadsheet column shows it."""
    mantissa = f"{int(text) / 1e15:.5f}"
    return (mantissa if where < 0.5 else mantissa.replace(".", ",")) + "E+15"


def apostrophe(text: str, where: float, _: float) -> str:
    """Put an apostrophe before the text."""
    return ("'" if where < 0.8 else "`") + text


def letters_for_digits(text: str, where: float, _: float) -> str:
    """O for 0, or l for 1, as read from a photograph or typed."""
    return text.replace("0", "O") if where < 0.6 else text.replace("1", "l", 1).replace("0", "O", 1)


def grouped(text: str, where: float, _: float) -> str:
    """Blanks or dots between the groups of a NIK."""
    gap = " " if where < 0.6 else "."
    return gap.join((text[:6], text[6:12], text[12:]))


def without_forty(text: str, _: float, __: float) -> str:
    """Write a woman's day of birth without the 40 that a NIK adds."""
    day = int(text[6:8])
    return text[:6] + f"{day - 40:02d}" + text[8:] if day > 40 else text


@lru_cache(maxsize=1)
def _spellings() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in table("name_variants.csv").iter_rows(named=True):
        found.setdefault(row["canonical"].lower(), []).append(row["variant"])
    return found


def other_spelling(name: str, where: float, what: float) -> str:
    """One word of the name in another recorded spelling; by sound where none is recorded."""
    words = name.split(" ")
    known = [i for i, word in enumerate(words) if word.lower() in _spellings()]
    if not known:
        return sounds_alike(name, where, what)
    place = known[_at(len(known), where)]
    choices = [text for text in _spellings()[words[place].lower()] if text != words[place]]
    words[place] = choices[_at(len(choices), what)] if choices else words[place]
    return " ".join(words)


def sounds_alike(name: str, where: float, what: float) -> str:
    """Write a letter as another that sounds alike (z/j, f/p, sy/s, ...), or drop a final h."""
    lower = name.lower()
    found = [pair for pair in _ALIKE if pair[0] in lower]
    if not found:
        return name[:-1] if lower.endswith("h") else wrong_letter(name, where, what)
    heard, written = found[_at(len(found), where)]
    return _replaced(name, heard, written)


def old_spelling(name: str, where: float, what: float) -> str:
    """Spelling from before 1972: oe for u, dj for j, tj for c."""
    found = [pair for pair in _OLD if pair[1] in name.lower()]
    if not found:
        return other_spelling(name, where, what)
    old, new = found[_at(len(found), where)]
    return _replaced(name, new, old)


def _replaced(name: str, heard: str, written: str) -> str:
    place = name.lower().index(heard)
    taken = name[place : place + len(heard)]
    new = written.capitalize() if taken[0].isupper() else written
    return name[:place] + new + name[place + len(heard) :]


def wrong_letter(name: str, where: float, what: float) -> str:
    """Lose or double a letter, or change it with its neighbour."""
    place = _at(len(name), where)
    if name[place] == " " or len(name) < 3:
        return name
    if what < 0.4:
        return name[:place] + name[place + 1 :]
    if what < 0.6:
        return name[: place + 1] + name[place].lower() + name[place + 1 :]
    if place + 1 < len(name) and name[place + 1] != " ":
        return name[:place] + name[place + 1] + name[place].lower() + name[place + 2 :]
    return name[:place] + "aeiu"[int(what * 4) % 4] + name[place + 1 :]


def titled(name: str, where: float, _: float) -> str:
    """Put a title before or after the name."""
    return _TITLES[_at(len(_TITLES), where)].format(name)


def with_father(name: str, where: float, _: float) -> str:
    """Add bin and a father's name, or take it away where it is written."""
    for word in (" bin ", " binti "):
        if word in name:
            return name.split(word)[0]
    return f"{name} bin {_FATHERS[_at(len(_FATHERS), where)]}"


def word_lost(name: str, _: float, __: float) -> str:
    """Leave out the last word where there is more than one."""
    words = name.split(" ")
    return " ".join(words[:-1]) if len(words) > 1 else name


def initialled(name: str, where: float, _: float) -> str:
    """One word shortened to its first letter."""
    words = name.split(" ")
    if len(words) < 2:
        return name
    place = 0 if where < 0.5 else len(words) - 1
    words[place] = words[place][0] + "."
    return " ".join(words)


def joined(name: str, where: float, what: float) -> str:
    """Two words run together; a long single word broken in two."""
    words = name.split(" ")
    if len(words) > 1:
        place = _at(len(words) - 1, where)
        return " ".join([*words[:place], words[place] + words[place + 1].lower(), *words[place + 2 :]])
    if len(name) < 7:
        return other_spelling(name, where, what)
    place = 3 + _at(len(name) - 5, what)
    return f"{name[:place]} {name[place:].capitalize()}"


def turned(name: str, _: float, __: float) -> str:
    """Put the first word last."""
    words = name.split(" ")
    return " ".join([*words[1:], words[0]])
