"""How two cells of each kind are compared: a ladder for every field, with what is assumed of it before learning.

m: share of two rows of one person on the rung, u: of two people; both only until the list itself has taught better.
"""

from __future__ import annotations

from collections.abc import Sequence

from payung.matching.comparisons import Comparison, Level
from payung.matching.general.fields import Field, Kind

#: how often another person has the same value, before the list says it
COMMON: dict[Kind, float] = {
    "given": 4e-3, "surname": 1e-3, "full": 2e-5, "date": 5e-5, "email": 1e-7, "phone": 1e-7, "code": 1e-6,
    "number": 1e-2, "category": 0.2, "text": 2e-3,
}  # fmt: skip
#: the best rung of every ladder; its u is the share of others who have this very value
EXACT = "same"


def ladder(number: int, field: Field, fields: Sequence[Field]) -> Comparison:
    """Return the comparison of a field that stands in the columns c<number>... of the shaped table."""
    kinds = {f.kind: at for at, f in enumerate(fields)}
    c = f"c{number}"
    null = f"{c}_l is null or {c}_r is null"
    columns: tuple[str, ...] = (c,)
    if field.kind in ("given", "surname") and {"given", "surname"} <= set(kinds):
        g, s = f"c{kinds['given']}", f"c{kinds['surname']}"
        columns = (g, s, "who")
        if field.kind == "surname":
            null = f"({null}) or ({c}_l <> {c}_r and {_swapped(g, s)})"
        levels = _part(c, _swapped(g, s) if field.kind == "given" else None)
    elif field.kind in ("given", "surname"):
        levels = _part(c, None)
        columns = (c, "who")
    elif field.kind == "full":
        columns, levels = (c, f"s{number}"), _full(c, f"s{number}")
    elif field.kind == "date":
        columns, levels = (c, f"y{number}", f"d{number}"), _date(c, f"y{number}", f"d{number}")
    elif field.kind == "email":
        columns, levels = (c, f"s{number}"), _email(c, f"s{number}")
    elif field.kind in ("code", "phone"):
        levels = _code(c)
    elif field.kind == "number":
        levels = _number(c)
    elif field.kind == "category":
        levels = _category(c)
    else:
        columns, levels = (c, f"s{number}"), _text(c, f"s{number}")
    return Comparison(field.name, columns, null, levels, field.name, field.name)


def _swapped(given: str, surname: str) -> str:
    near = "jaro_winkler_similarity({0}_l, {1}_r) >= 0.9"
    return (
        f"(({given}_l = {surname}_r and {near.format(surname, given)}) or "
        f"({surname}_l = {given}_r and {near.format(given, surname)}))"
    )


def _jw(c: str) -> str:
    return f"jaro_winkler_similarity({c}_l, {c}_r)"


def _slip(c: str, least: int = 4) -> str:
    """One letter wrong, missing, doubled or swapped with its neighbour (Jaro and Winkler's figure stays high)."""
    distance = f"levenshtein({c}_l, {c}_r)"
    return (
        f"({_jw(c)} >= 0.6 and least(length({c}_l), length({c}_r)) >= {least} "
        f"and abs(length({c}_l) - length({c}_r)) <= 1 and ({distance} <= 1 or ({distance} = 2 and "
        f"length({c}_l) = length({c}_r) and {_jw(c)} >= case when length({c}_l) <= 8 then 0.91 else 0.955 end)))"
    )


def _slips(c: str, least: int = 5) -> str:
    """Two such slips."""
    return (
        f"({_jw(c)} >= 0.6 and least(length({c}_l), length({c}_r)) >= {least} "
        f"and abs(length({c}_l) - length({c}_r)) <= 2 and levenshtein({c}_l, {c}_r) <= 2)"
    )


def shared(comparisons: Sequence[Comparison]) -> dict[str, str]:
    """Return what several rungs ask of a pair, by the name under which the engine works it out once."""
    columns = sorted({column for c in comparisons for column in c.columns})
    asked = " ".join(level.sql for c in comparisons for level in c.levels)
    return {f"jw_{column}": _jw(column) for column in columns if asked.count(_jw(column)) > 1}


def _else(m: float = 0.06) -> Level:
    return Level("else", "else", m, 0.95, "berbeda", "different")


def _part(c: str, swapped: str | None) -> tuple[Level, ...]:
    cross = (
        Level("swapped", swapped, 0.02, 2e-6, "nama depan dan belakang tertukar", "given name and surname swapped"),
    ) if swapped else ()  # fmt: skip
    return (
        Level(EXACT, f"{c}_l = {c}_r", 0.70, 2e-3, "sama", "same"),
        *cross,
        Level("slip", f"{_slip(c)} or {_jw(c)} >= 0.93", 0.13, 2e-3, "hampir sama", "nearly the same"),
        Level("elsewhere", f"(length({c}_l) > 2 and contains(who_r, ' ' || {c}_l || ' ')) or "
              f"(length({c}_r) > 2 and contains(who_l, ' ' || {c}_r || ' '))", 0.03, 4e-4,
              "ada di bagian lain nama", "stands in another part of the name"),
        Level("short", f"starts_with({c}_l, {c}_r) or starts_with({c}_r, {c}_l)", 0.02, 3e-3,
              "salah satunya disingkat", "one is cut short"),
        Level("near", f"{_jw(c)} >= 0.82 or {_slips(c)}", 0.03, 8e-3, "mirip", "alike"),
        Level("some", f"{_jw(c)} >= 0.7", 0.02, 4e-2, "agak mirip", "somewhat alike"),
        _else(),
    )  # fmt: skip


def _full(c: str, s: str) -> tuple[Level, ...]:
    part = f"(contains(' ' || {c}_l || ' ', ' ' || {c}_r || ' ') or contains(' ' || {c}_r || ' ', ' ' || {c}_l || ' '))"
    return (
        Level(EXACT, f"{c}_l = {c}_r", 0.55, 2e-5, "sama", "same"),
        Level("order", f"{s}_l = {s}_r", 0.05, 2e-6, "urutan kata berbeda", "words in another order"),
        Level("slip", f"{_slip(c, 6)} or {_jw(c)} >= 0.95", 0.15, 4e-5, "hampir sama", "nearly the same"),
        Level("part", f"{part} and least(length({c}_l), length({c}_r)) >= 4", 0.05, 5e-4,
              "satu adalah bagian dari yang lain", "one is part of the other"),
        Level("near", f"{_jw(c)} >= 0.9 or {_jw(s)} >= 0.93", 0.08, 6e-4, "mirip", "alike"),
        Level("some", f"{_jw(c)} >= 0.82 or {_jw(s)} >= 0.85", 0.05, 6e-3, "agak mirip", "somewhat alike"),
        Level("far", f"{_jw(c)} >= 0.7", 0.03, 5e-2, "sedikit mirip", "a little alike"),
        _else(),
    )  # fmt: skip


def _date(c: str, y: str, d: str) -> tuple[Level, ...]:
    turned = f"{y}_l = {y}_r and {d}_l % 100 = floor({d}_r / 100) and {d}_r % 100 = floor({d}_l / 100)"
    return (
        Level(EXACT, f"{c}_l = {c}_r", 0.75, 5e-5, "sama", "same"),
        Level("turned", turned, 0.01, 2e-5, "hari dan bulan tertukar", "day and month swapped"),
        Level("slip", _slip(c, 6), 0.10, 6e-4, "satu angka berbeda", "one digit differs"),
        Level("default", f"{y}_l = {y}_r and ({d}_l in (101, 701, 1231) or {d}_r in (101, 701, 1231) or {d}_l is null "
              f"or {d}_r is null)", 0.03, 1e-3, "tahun sama, salah satu tanpa hari", "same year, one without a day"),
        Level("month", f"{y}_l = {y}_r and ({d}_l % 100 = {d}_r % 100 or floor({d}_l / 100) = floor({d}_r / 100))",
              0.03, 2e-3, "tahun sama, hari atau bulan sama", "same year, and day or month"),
        Level("day", f"{d}_l = {d}_r and {d}_l not in (101, 701, 1231)", 0.02, 2e-3,
              "hari dan bulan sama, tahun berbeda", "same day and month, other year"),
        Level("slips", _slips(c, 6), 0.02, 6e-3, "dua angka berbeda", "two digits differ"),
        Level("year", f"{y}_l = {y}_r", 0.02, 1e-2, "hanya tahun sama", "only the year is the same"),
        Level("about", f"abs({y}_l - {y}_r) <= 1", 0.01, 2e-2, "tahun berdekatan", "years beside each other"),
        _else(),
    )  # fmt: skip


def _email(c: str, s: str) -> tuple[Level, ...]:
    return (
        Level(EXACT, f"{c}_l = {c}_r", 0.75, 1e-7, "sama", "same"),
        Level("user", f"length({s}_l) > 4 and {s}_l = {s}_r", 0.04, 1e-6, "sama sampai @", "same up to the @"),
        Level("slip", _slips(c), 0.10, 1e-6, "hampir sama", "nearly the same"),
        Level("near", f"{_jw(s)} >= 0.93 or {_slips(s, 6)}",
              0.04, 3e-4, "mirip sampai @", "alike up to the @"),
        Level("some", f"{_jw(c)} >= 0.85", 0.02, 2e-3, "agak mirip", "somewhat alike"),
        _else(),
    )  # fmt: skip


def _code(c: str) -> tuple[Level, ...]:
    return (
        Level(EXACT, f"{c}_l = {c}_r", 0.80, 1e-6, "sama", "same"),
        Level("slip", f"{_slip(c, 3)}", 0.08, 1e-4, "satu huruf atau angka berbeda", "one sign differs"),
        Level("slips", _slips(c, 6),
              0.03, 1e-3, "dua huruf atau angka berbeda", "two signs differ"),
        Level("begin", f"length({c}_l) > 3 and left({c}_l, length({c}_l) // 2 + 1) = "
              f"left({c}_r, length({c}_l) // 2 + 1)", 0.03, 4e-3, "awalnya sama", "begin alike"),
        _else(),
    )  # fmt: skip


def _number(c: str) -> tuple[Level, ...]:
    return (
        Level(EXACT, f"{c}_l = {c}_r", 0.80, 1e-2, "sama", "same"),
        Level("slip", _slip(c, 2), 0.08, 5e-2, "satu angka berbeda", "one digit differs"),
        _else(0.1),
    )


def _category(c: str) -> tuple[Level, ...]:
    return (
        Level(EXACT, f"{c}_l = {c}_r", 0.90, 0.2, "sama", "same"),
        Level("slip", f"{_slip(c)} or {_jw(c)} >= 0.93", 0.03, 1e-2, "hampir sama", "nearly the same"),
        _else(0.07),
    )


def _text(c: str, s: str) -> tuple[Level, ...]:
    part = f"(contains(' ' || {c}_l || ' ', ' ' || {c}_r || ' ') or contains(' ' || {c}_r || ' ', ' ' || {c}_l || ' '))"
    return (
        Level(EXACT, f"{c}_l = {c}_r", 0.70, 2e-3, "sama", "same"),
        Level("slip", f"{_slip(c)} or {_jw(c)} >= 0.96 or {s}_l = {s}_r", 0.12, 1e-3, "hampir sama", "nearly the same"),
        Level("part", f"least(length({c}_l), length({c}_r)) >= 3 and {part}", 0.03, 3e-3,
              "satu adalah bagian dari yang lain", "one is part of the other"),
        Level("near", f"{_jw(c)} >= 0.88 or {_jw(s)} >= 0.9", 0.04, 1e-2, "mirip", "alike"),
        Level("some", f"{_jw(c)} >= 0.75", 0.02, 6e-2, "agak mirip", "somewhat alike"),
        _else(0.09),
    )  # fmt: skip
