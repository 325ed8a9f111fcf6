"""Names of persons: the original stays; beside it a normal form for comparing.

Titles, degrees and the connective bin/binti say nothing about who someone is in a list; the
shortenings Muh., Abd., St. are spelled out. No guess about sex, religion or ethnicity is made.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz import fuzz

from payung.identity import reference

#: Names at least this alike (0 to 100) on one NIK are one person's.
_ALIKE = 80

#: Titles dropped at the head of a name. Andi, Daeng, Datu, Aji are kept: there they are part of the name.
_TITLES = frozenset(
    (
        *("h", "hj", "hi", "hjh", "haji", "hajjah", "hajah", "drs", "dra", "ir", "dr", "drg", "prof"),
        *("ust", "ustz", "ustzh", "ustad", "ustadz", "ustadzah", "kh", "pdt", "pdp", "pnt"),
        *("sdr", "sdri", "bpk", "bapak", "ibu", "tn", "ny", "nn"),
        *("alm", "almh", "almarhum", "almarhumah"),
    )
)
#: Dropped only between two other words: at an end they may be an initial or a name.
_CONNECTIVES = frozenset(["bin", "binti", "bint", "bte", "b", "bt", "bn"])
#: One academic degree at the end of a name; the two-letter ones without dots only after a comma.
_DEGREE = re.compile(
    r"(?:[,\s]\s*(?:"
    r"s\s?\.\s?(?:pd|ag|ip|sos|kom|kep|hut|pi|psi|si|km|st|ked|ap|mn|tr)(?:\s?\.\s?(?:i|sd|k|keb|gz|t|m))?"
    r"|s\.(?:h|e|t|p)|m\s?\.\s?(?:pd|si|kom|ag|ap|kes)|m\.(?:h|m|t|e)|a\s?\.\s?m[ad](?:\s?\.\s?(?:pd|kep|keb|sd|t|kom))?"
    r"|spd|ssos|skom|skep|mpd|msi|mkes|amd|ama)"
    r"|,\s*(?:se|sh|st|sp|mm|mh|mt))[\s.,]*$"
)
#: Begins a formula in every spreadsheet, asks a program, or is an address. A plus or a minus marks names in lists.
_FORMULA = re.compile(r"^[\W_]*?(?:[=@\uff1d\uff20]|[+\-\uff0b\uff0d].*\w[|!])|://|\bwww\.", re.IGNORECASE)
_LETTERS = re.compile(r"[^a-z ]+")


@lru_cache(maxsize=1)
def _shortenings() -> dict[str, str]:
    """Shortened first names spelled out, from the table of variants (rules that name an abbreviation)."""
    table: dict[str, str] = {}
    for row in reference.rows("name_variants.csv"):
        variant = row["variant"].rstrip(".").lower()
        if row["rule"].startswith("abbrev") and " " not in variant and variant != row["canonical"]:
            table[variant] = row["canonical"]
    return table


@lru_cache(maxsize=1)
def _special() -> frozenset[str]:
    """Words that normalising may drop or change."""
    degrees = ("spd", "ssos", "skom", "skep", "mpd", "msi", "mkes", "amd", "ama")
    return frozenset((*_TITLES, *_CONNECTIVES, *_shortenings(), *degrees))


def tidy(name: str) -> str:
    """`name` as sent with its white space made single and its ends trimmed; nothing else changes."""
    return " ".join(name.replace("\u00a0", " ").split())


def normalise(name: str) -> str:
    """Return the normal form of `name` for comparing: small letters, no titles, degrees, bin/binti or signs.

    'H. Muh. Yusuf bin Abd. Rahman, S.Pd' gives 'muhammad yusuf abdul rahman'. A name that is nothing
    but titles stays as it is. Normalising twice changes nothing.
    """
    low = name.lower()
    words = low.split()
    # Most names hold nothing to change; they must not cost what the others do.
    if low.isascii() and low.replace(" ", "").isalpha() and _special().isdisjoint(words):
        return " ".join(words)
    before = None
    now = _pass(name, first=True)
    for _ in range(8):
        if now == before:
            break
        before, now = now, _pass(now, first=False)
    return now


def _pass(name: str, *, first: bool) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    if first:
        for _ in range(4):
            cut = _DEGREE.sub(" ", plain)
            if cut == plain or not cut.strip(" .,"):
                break
            plain = cut
        # A glottal stop joins (Ma'ruf, Pasau'); every other sign separates.
        plain = re.sub(r"['`]", "", plain)
    words = _LETTERS.sub(" ", plain).split()
    while len(words) > 1 and words[0] in _TITLES:
        words = words[1:]
    kept = [word for at, word in enumerate(words) if not (word in _CONNECTIVES and 0 < at < len(words) - 1)]
    table = _shortenings()
    if len(kept) > 1:
        kept = [
            table.get(word, word) if at < len(kept) - 1 and (at == 0 or len(word) > 1) else word
            for at, word in enumerate(kept)
        ]
    return " ".join(kept)


_SOUNDS = (
    *(("oe", "u"), ("dj", "j"), ("tj", "c"), ("sj", "s"), ("sy", "s"), ("nj", "n"), ("ny", "n"), ("kh", "h")),
    *(("ch", "h"), ("ph", "p"), ("f", "p"), ("v", "p"), ("dz", "z"), ("z", "s"), ("j", "s"), ("q", "k")),
    *(("ie", "i"), ("y", "i"), ("th", "t"), ("dh", "d"), ("ae", "ai"), ("x", "ks")),
)


def sound(normal: str) -> str:
    """How a normal form sounds, without spaces: 'asmoeni' and 'asmuni', 'tuluh murang' and 'tuluhmurang'."""
    joined = normal.replace(" ", "")
    for written, heard in _SOUNDS:
        joined = joined.replace(written, heard)
    return re.sub(r"(.)\1+", r"\1", joined)


def alike(one: str, other: str) -> bool:
    """Return whether two normal forms on one NIK are one person's name written twice.

    Lenient on purpose: a second word missing, a father's name added, spaces lost, another spelling.
    """
    if fuzz.token_set_ratio(one, other) >= _ALIKE or fuzz.ratio(sound(one), sound(other)) >= _ALIKE:
        return True
    shorter, longer = sorted(([w for w in name.split() if len(w) > 1] for name in (one, other)), key=len)
    return bool(shorter) and all(any(fuzz.ratio(a, b) >= _ALIKE for b in longer) for a in shorter)


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet would run `text`, or a reader follow it: no person, and no donor, is called so.

    A plus or a minus alone is none: lists set them before names as marks.
    """
    return _FORMULA.search(text) is not None


def finding(name: str) -> str | None:
    """Return the finding code of a name as sent: formula, missing, single letter, digits, odd signs; None if none."""
    bare = tidy(name)
    if is_formula(bare):
        return "name_formula"
    if len(bare) > 1 and bare.replace(" ", "").isalpha():
        return None
    if not any(c.isalpha() for c in bare):
        return "name_missing"
    if sum(c.isalpha() for c in bare) == 1:
        return "name_short"
    if re.search(r"[0-9?@#$%&*_=+<>\[\]{}|\\~^!;:\"]", bare):
        return "name_signs"
    return None
