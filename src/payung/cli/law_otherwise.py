"""What a whole list would be answered if contested rules were read otherwise: how many people, from what to what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from payung.law import Law
from payung.law.readings import every_reading, told_otherwise
from payung.law.steps import show

if TYPE_CHECKING:
    import polars as pl


def list_readings(
    facts: pl.DataFrame,
    paid: pl.DataFrame | None,
    day: date,
    law: Law,
    lang: str,
    presume: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Return the readings that would change somebody's eligibility or protection, with `people` and `moves`.

    A move is {part, from, to, people}, part being 'eligible', 'jkk' or 'jkm'. Several rules read otherwise together
    are told only for those whom fewer do not move that way.
    """
    found = _eligible_otherwise(facts, day, law, lang, presume) if facts.width else []
    if paid is not None:
        found += _protected_otherwise(paid, day, law, lang)
    return found


def _eligible_otherwise(
    facts: pl.DataFrame, day: date, law: Law, lang: str, presume: Sequence[str]
) -> list[dict[str, Any]]:
    import polars as pl

    from payung.law.tables import eligible_table

    def ask(other: Law) -> pl.Series:
        return eligible_table(facts, day, presume=presume, law=other)["eligible"]

    answers = every_reading(law, day, ask)
    _, chosen = next(answers)
    moved = pl.Series([False]).new_from_index(0, len(chosen))
    found = []
    for changed, other in answers:
        new = chosen.ne_missing(other)
        if len(changed) > 1:
            new &= ~moved
        moved |= new
        if new.any():
            pairs = Counter(zip(chosen.filter(new).to_list(), other.filter(new).to_list(), strict=True))
            found.append(_told(law, day, changed, int(new.sum()), _moves("eligible", pairs), lang))
    return found


def _protected_otherwise(paid: pl.DataFrame, day: date, law: Law, lang: str) -> list[dict[str, Any]]:
    from payung.law.clock_tables import clock_readings

    found = []
    for one in clock_readings(paid, day, law=law):
        moves: list[dict[str, Any]] = []
        for at, part in enumerate(("jkk", "jkm")):
            pairs: Counter[tuple[Any, Any]] = Counter()
            for (before, after), people in one.moves.items():
                if before[at] != after[at]:
                    pairs[before[at], after[at]] += people
            moves += _moves(part, pairs)
        found.append(_told(law, day, one.changed, one.people, moves, lang))
    return found


def _moves(part: str, pairs: Counter[tuple[Any, Any]]) -> list[dict[str, Any]]:
    return [
        {"part": part, "from": before, "to": after, "people": people}
        for (before, after), people in pairs.most_common()
    ]


def _told(
    law: Law, day: date, changed: dict[str, str], people: int, moves: list[dict[str, Any]], lang: str
) -> dict[str, Any]:
    return {**told_otherwise(law, day, changed, lang), "people": people, "moves": moves}


_PARTS = {
    "id": {"eligible": "layak", "jkk": "JKK", "jkm": "JKM"},
    "en": {"eligible": "eligible", "jkk": "JKK", "jkm": "JKM"},
}


def in_words(one: dict[str, Any], side: str, lang: str) -> str:
    """One reading and whom it moves, on a line."""
    word, people = ("Tafsir lain", "orang") if lang == "id" else ("Another reading", "people")
    where = f" ({side})" if side else ""
    how = "; ".join(f"{rule['title']} / {rule['option_title']}" for rule in one["together"])
    moves = ", ".join(
        f"{_PARTS[lang][move['part']]} {_state(move['from'], lang)} -> {_state(move['to'], lang)} {move['people']}"
        for move in one["moves"]
    )
    return f"{word}{where}: {how}: {one['people']} {people} ({moves})"


def _state(value: Any, lang: str) -> str:
    return show(value, "answer" if isinstance(value, str) else "yesno", lang)
