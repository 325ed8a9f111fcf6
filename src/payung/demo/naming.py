"""Official names, put together from components as the naming traditions of North Kalimantan do.

Groups are naming traditions only. They never leave this room: no table carries them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from payung.demo.draw import Flags, Floats, Ints, chance, pick_row
from payung.demo.reference import Places, table

GROUPS = [
    "bugis/makassar",
    "jawa/umum",
    "tidung/bulungan",
    "banjar",
    "bajau/suluk",
    "toraja",
    "dayak kenyah/kayan",
    "dayak lundayeh",
    "flores/timor",
    "tionghoa",
    "batak",
    "minahasa",
]
_CHRISTIAN = {"toraja", "dayak kenyah/kayan", "dayak lundayeh", "flores/timor", "batak", "minahasa"}
_FAMILY = {"toraja", "flores/timor", "tionghoa", "batak", "minahasa"}

#: shares by place, in the order of GROUPS. Tarakan follows the uncited shares in its encyclopedia page
#: (Bugis 33.57, Jawa 25.5, Banjar 7.49, Tidung and Bulungan 9.87, Toraja 4.42, Tionghoa 3.85), the rest is
#: judgement held to the published religion shares (Islam: Tarakan 85.65%, Malinau 33.75%, province 70.97%)
_SHARES = {
    "65.71": [33.6, 25.5, 9.9, 7.5, 7.0, 4.4, 1.5, 1.5, 3.5, 3.9, 1.0, 0.7],
    "65.01": [20, 29, 21, 5, 2, 3, 12, 1, 4, 1, 1, 1],
    "65.02": [13, 15, 13, 2, 0.5, 3, 30, 17, 4, 0.5, 1, 1],
    "65.03": [44, 14, 13, 3, 7, 5, 1, 4, 7, 1, 0.5, 0.5],
    "65.04": [22, 16, 42, 3, 1, 2, 8, 1, 3, 1, 0.5, 0.5],
}
_INTERIOR = {
    "65.01": [3, 4, 5, 1, 0, 1, 84, 1, 1, 0, 0, 0],
    "65.02": [2, 3, 1, 0, 0, 1, 82, 9, 2, 0, 0, 0],
    "65.03": [3, 3, 2, 0, 0, 1, 1, 88, 2, 0, 0, 0],
}


def group_shares(where: Places) -> Floats:
    """Weight of each naming group in each village: [village, group]."""
    rows = [
        _INTERIOR[regency] if inside and regency in _INTERIOR else _SHARES[regency]
        for regency, inside in zip(where.regency, where.interior, strict=True)
    ]
    return np.array(rows, dtype=np.float64)


@dataclass(frozen=True)
class Tokens:
    """All name components in one list, and for each use the weight of each component: [group, component]."""

    text: pl.Series
    given: tuple[Floats, Floats]
    second: tuple[Floats, Floats]
    last: Floats
    index: dict[str, int]


@lru_cache(maxsize=1)
def tokens() -> Tokens:
    """Return the name components. Frequencies fall with rank to the power 0.8; the ranking is fixed, not seeded."""
    rows = table("name_components.csv").filter(pl.col("role") != "title")
    connectives = ["Muhammad", "Abdul", "Siti", "bin", "binti", "Andi", "Nur"]
    text = list(dict.fromkeys(connectives + rows["token"].to_list()))
    index = {token: place for place, token in enumerate(text)}
    order = np.random.Generator(np.random.PCG64(20261122)).permutation(len(text))

    def weights(group: str, roles: set[str], sexes: set[str]) -> Floats:
        chosen = rows.filter(
            pl.col("group").eq(group) & pl.col("role").is_in(list(roles)) & pl.col("sex").is_in(list(sexes))
        )["token"].to_list()
        ranked = sorted({index[token] for token in chosen}, key=lambda place: int(order[place]))
        row = np.zeros(len(text))
        for rank, place in enumerate(ranked):
            row[place] = 1.0 / (rank + 4) ** 0.8
        return row / row.sum() if ranked else row

    def matrix(roles: set[str], sex: str) -> Floats:
        made = []
        for group in GROUPS:
            own = weights(group, roles, {sex, "U"})
            christian = weights("kristen umum", {"given"}, {sex})
            java = weights("jawa/umum", roles, {sex, "U"})
            if group in _CHRISTIAN:
                made.append(0.7 * christian + 0.3 * (own if own.any() else christian))
            elif group == "tionghoa":
                made.append(0.5 * christian + 0.5 * java)
            else:
                made.append(0.8 * own + 0.2 * java if own.any() else java)
        return np.array(made)

    last = []
    for group in GROUPS:
        own = weights(group, {"family", "patronym"}, {"U"})
        last.append(own if own.any() else matrix({"given"}, "L")[GROUPS.index(group)])
    return Tokens(
        text=pl.Series("token", text),
        given=(matrix({"given"}, "L"), matrix({"given"}, "P")),
        second=(matrix({"second"}, "L"), matrix({"second"}, "P")),
        last=np.array(last),
        index=index,
    )


def given_names(rng: np.random.Generator, group: Ints, female: Flags) -> Ints:
    """One given-name component per person."""
    return _by_sex(rng, tokens().given, group, female)


def last_names(rng: np.random.Generator, group: Ints) -> Ints:
    """One family name, father's name or patronym component per household head."""
    return pick_row(rng, tokens().last, group)


def compose(rng: np.random.Generator, group: Ints, female: Flags, given: Ints, last: Ints) -> pl.Series:
    """Whole official names from a given name and a family or father's name, as the group writes them.

    Family names and patronyms are always written; a father's name after bin or binti by one in five of
    the Muslim groups; a quarter of the names are a single word.
    """
    n = len(group)
    word = tokens().index
    family = np.isin(group, [GROUPS.index(name) for name in _FAMILY])
    christian = np.isin(group, [GROUPS.index(name) for name in _CHRISTIAN])
    bugis = group == GROUPS.index("bugis/makassar")
    muslim = ~christian & ~family
    style = rng.random(n)
    parts = np.full((n, 5), -1, dtype=np.int64)
    prefix = rng.random(n)
    parts[muslim & ~female & (prefix < 0.16), 0] = word["Muhammad"]
    parts[muslim & ~female & (prefix >= 0.16) & (prefix < 0.20), 0] = word["Abdul"]
    parts[muslim & female & (prefix < 0.09), 0] = word["Siti"]
    parts[muslim & female & (prefix >= 0.09) & (prefix < 0.15), 0] = word["Nur"]
    parts[bugis & (prefix >= 0.20) & (prefix < 0.25), 0] = word["Andi"]
    parts[:, 1] = given
    second = _by_sex(rng, tokens().second, group, female)
    two = (muslim & (style < np.where(bugis, 0.38, 0.52))) | (~muslim & chance(rng, 0.22, n))
    parts[two & (second != given), 2] = second[two & (second != given)]
    with_father = muslim & (style > 0.80) & (last != given)
    parts[with_father, 3] = np.where(female[with_father], word["binti"], word["bin"])
    parts[with_father, 4] = last[with_father]
    named = ~muslim & (last != given) & ~chance(rng, 0.06, n)
    parts[named, 4] = last[named]
    return join_parts(parts)


def join_parts(parts: Ints) -> pl.Series:
    """Names as text from component numbers per place (-1: nothing there)."""
    text = tokens().text
    columns = {}
    for place in range(parts.shape[1]):
        ids = pl.Series(parts[:, place])
        columns[f"p{place}"] = text.gather(ids.clip(0)).zip_with(
            ids >= 0, pl.repeat(None, len(ids), dtype=pl.String, eager=True)
        )
    return pl.DataFrame(columns).select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True)).to_series()


def _by_sex(rng: np.random.Generator, weights: tuple[Floats, Floats], group: Ints, female: Flags) -> Ints:
    stacked = np.concatenate(weights)
    return pick_row(rng, stacked, group + len(GROUPS) * female.astype(np.int64))
