"""What goes wrong between a worker and a row on a list, and how often.

The rates are assumptions, written down here and nowhere else; they were set before any matcher read the
lists and are not tuned to one. For scale: an audit in 2021 found 17% of the rows of the national welfare
register without a valid NIK (16.7 of 97 million). Here 12% of a village's rows have no NIK and about 11% of
those written are damaged.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from payung.demo import damage
from payung.demo.damage import Damage
from payung.demo.draw import Flags, Floats, Ints, chance, pick
from payung.demo.reference import occupations, places
from payung.values import Month

#: who wrote the row; the order of every tuple below
SOURCES = ("village", "agency", "association", "dtsen", "branch", "civil")
#: how careless each is, as a factor on all damage
CARE = np.array([1.2, 1.0, 1.4, 0.35, 0.15, 0.25])
#: share of rows where a value was left out
MISSING = {
    "nik": (0.12, 0.07, 0.15, 0.03, 0.004, 0.05),
    "sex": (0.03, 0.05, 0.15, 0.0, 0.0, 0.0),
    "birth_date": (0.06, 0.08, 0.25, 0.0, 0.0, 0.01),
    "birth_place": (0.15, 0.30, 0.50, 0.02, 0.05, 0.05),
    "mother_name": (0.75, 0.90, 0.97, 0.30, 0.05, 0.60),
    "address": (0.10, 0.20, 0.35, 0.03, 0.05, 0.10),
    "village_code": (0.01, 0.08, 0.20, 0.0, 0.05, 0.0),
    "phone": (0.25, 0.15, 0.10, 0.60, 0.20, 0.95),
    "occupation": (0.03, 0.02, 0.05, 0.25, 0.15, 0.30),
}
#: damage to a NIK that was written, as a share of rows (before CARE)
NIK: dict[Damage, float] = {
    damage.wrong_digit: 0.022,
    damage.swapped_digits: 0.009,
    damage.lost_digit: 0.007,
    damage.doubled_digit: 0.004,
    damage.placeholder: 0.006,
    damage.fifteen_digits: 0.013,
    damage.scientific: 0.004,
    damage.apostrophe: 0.012,
    damage.letters_for_digits: 0.005,
    damage.grouped: 0.008,
    damage.without_forty: 0.004,
}
#: another number of the household typed instead: the family card's, or the NIK of its first member
NIK_FAMILY_CARD = 0.009
NIK_OF_HEAD = 0.004
#: damage to a name, as a share of rows (before CARE)
NAME: dict[Damage, float] = {
    damage.other_spelling: 0.095,
    damage.old_spelling: 0.015,
    damage.wrong_letter: 0.035,
    damage.titled: 0.045,
    damage.with_father: 0.025,
    damage.word_lost: 0.035,
    damage.initialled: 0.030,
    damage.joined: 0.020,
    damage.turned: 0.008,
}
#: capitals, as typed, small letters; of all rows
CASE = (0.50, 0.45, 0.05)
#: a birth date written wrongly: day and month changed, year off by 1 or 10, day off, 1 January instead
DATE_WRONG = (0.010, 0.012, 0.008, 0.020)
#: ways of writing a date, and how common: ISO, 17-08-1945, 17/08/1945, 17 Agustus 1945, 17-8-45, 17 Agt 1945
DATE_FORMS = (0.25, 0.30, 0.22, 0.12, 0.05, 0.06)
SEX_WRONG = 0.005
PHONE_CHANGED = 0.10
PHONE_WRONG = 0.012
OTHER_VILLAGE = 0.03
OTHER_OCCUPATION = 0.12

_SHORT = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agt", "Sep", "Okt", "Nov", "Des"]
_LONG = [Month.of(2000, month).in_words().split()[0] for month in range(1, 13)]


def dirty(rows: pl.DataFrame, source: Ints, rng: np.random.Generator) -> pl.DataFrame:
    """`rows` as they would have been written down, row by row by `source` (index into SOURCES).

    Takes the columns of `workers.population` and gives nik, name, sex, birth_date (now text), birth_place,
    mother_name, address, village_code, phone (text as typed), occupation; null where left out.
    """
    care = CARE[source]
    woman = pl.repeat(True, rows.height, eager=True)
    written = {
        "nik": niks(rows, care, rng),
        "name": _cased(_of_sex(names(rows["name"], care, rng), rows["sex"] == "female"), rng),
        "sex": _sexes(rows["sex"], care, rng),
        "birth_date": birth_dates(rows["birth_date"], care, rng),
        "birth_place": _cased(rows["birth_place"], rng),
        "mother_name": _cased(_of_sex(names(rows["mother_name"], care, rng), woman), rng),
        "address": addresses(rows, rng),
        "village_code": villages(rows["village_code"], care, rng),
        "phone": phones(rows["phone"], care, rng),
        "occupation": jobs(rows["occupation"], care, rng),
    }
    return pl.DataFrame(
        {
            column: blank(values, chance(rng, np.array(MISSING[column])[source], rows.height))
            if column in MISSING
            else values
            for column, values in written.items()
        }
    )


def niks(rows: pl.DataFrame, care: Floats, rng: np.random.Generator) -> pl.Series:
    """NIKs with the damage of NIK, NIK_FAMILY_CARD and NIK_OF_HEAD."""
    mixed = rows.select(
        "nik", "family_card", head=pl.col("nik").sort_by("person_id").first().over("family_card")
    )
    draw = rng.random(rows.height) / care
    text = (
        pl.DataFrame({"draw": draw})
        .hstack(mixed)
        .select(
            pl.when(pl.col("draw") < NIK_FAMILY_CARD)
            .then("family_card")
            .when(pl.col("draw") < NIK_FAMILY_CARD + NIK_OF_HEAD)
            .then("head")
            .otherwise("nik")
        )
        .to_series()
    )
    return _damaged(text.alias("nik"), NIK, care, rng)


def names(text: pl.Series, care: Floats, rng: np.random.Generator) -> pl.Series:
    """Names with the damage of NAME; a name can be damaged in two ways at once."""
    once = {kind: rate * 0.85 for kind, rate in NAME.items()}
    twice = {kind: rate * 0.15 for kind, rate in NAME.items()}
    return _damaged(_damaged(text, once, care, rng), twice, care, rng)


def _of_sex(text: pl.Series, female: pl.Series) -> pl.Series:
    """Titles and bin or binti as they go with the sex."""
    women, men = text, text
    for hers, his in (("^Hj\\. ", "H. "), ("^Ibu ", "Bpk "), ("^Ustzh\\. ", "Ust. "), (" binti ", " bin ")):
        men = men.str.replace(hers, his)
    for his, hers in (("^H\\. ", "Hj. "), ("^Bpk ", "Ibu "), ("^Ust\\. ", "Ustzh. "), (" bin ", " binti ")):
        women = women.str.replace(his, hers)
    return women.zip_with(female, men)


def _damaged(
    text: pl.Series, kinds: dict[Damage, float], care: Floats, rng: np.random.Generator
) -> pl.Series:
    """Apply at most one kind per row, each with its rate times the row's `care`."""
    edges = np.cumsum(list(kinds.values()))
    kind = np.searchsorted(edges, rng.random(len(text)) / care)
    where, what = rng.random(len(text)), rng.random(len(text))
    values = text.to_list()
    places_, changed = [], []
    for number, change in enumerate(kinds):
        for place in np.flatnonzero(kind == number).tolist():
            places_.append(place)
            changed.append(change(values[place], where[place], what[place]))
    return text.scatter(places_, changed) if places_ else text


def birth_dates(days: pl.Series, care: Floats, rng: np.random.Generator) -> pl.Series:
    """Dates as text, in the forms of DATE_FORMS, some of them wrong as DATE_WRONG says."""
    form = pl.Series("form", pick(rng, DATE_FORMS, len(days)))
    return written_dates(date_parts(days, care, rng).with_columns(form))


def date_parts(days: pl.Series, care: Floats, rng: np.random.Generator) -> pl.DataFrame:
    """Day `d`, month `m`, year `y` of each date as written down, some of them wrong as DATE_WRONG says."""
    n = len(days)
    edges = np.cumsum(DATE_WRONG)
    kind = pl.Series("kind", np.searchsorted(edges, rng.random(n) / care))
    shift = pl.Series("shift", np.array([-1, 1, -10, 10])[rng.integers(0, 4, n)])
    day, month, year = (part.cast(pl.Int64) for part in _parts(pl.col("day")))
    swapped, year_off = (pl.col("kind") == 0) & (day <= 12), (pl.col("kind") == 1) & (day <= 28)
    new_year = pl.col("kind") == 3
    return pl.DataFrame({"day": days, "kind": kind, "shift": shift}).select(
        d=pl.when(swapped)
        .then(month)
        .when(pl.col("kind") == 2)
        .then(day % 28 + 1)
        .when(new_year)
        .then(1)
        .otherwise(day),
        m=pl.when(swapped).then(day).when(new_year).then(1).otherwise(month),
        y=pl.when(year_off).then(year + pl.col("shift")).otherwise(year),
    )


def _parts(day: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    return day.dt.day(), day.dt.month(), day.dt.year()


def written_dates(frame: pl.DataFrame) -> pl.Series:
    """Text from day `d`, month `m`, year `y` and `form` (index into DATE_FORMS)."""
    d2, m2 = (pl.col(c).cast(pl.String).str.zfill(2) for c in ("d", "m"))
    d, m, y = (pl.col(c).cast(pl.String) for c in "dmy")
    long, short = (
        pl.col("m").replace_strict(list(range(1, 13)), words, return_dtype=pl.String)
        for words in (_LONG, _SHORT)
    )
    forms = [
        pl.concat_str(y, pl.lit("-"), m2, pl.lit("-"), d2),
        pl.concat_str(d2, pl.lit("-"), m2, pl.lit("-"), y),
        pl.concat_str(d2, pl.lit("/"), m2, pl.lit("/"), y),
        pl.concat_str(d, pl.lit(" "), long, pl.lit(" "), y),
        pl.concat_str(d, pl.lit("-"), m, pl.lit("-"), y.str.slice(2)),
        pl.concat_str(d, pl.lit(" "), short, pl.lit(" "), y),
    ]
    chosen = forms[-1]
    for number, form in enumerate(forms[:-1]):
        chosen = pl.when(pl.col("form") == number).then(form).otherwise(chosen)
    return frame.select(chosen.alias("birth_date")).to_series()


def addresses(rows: pl.DataFrame, rng: np.random.Generator) -> pl.Series:
    """Street abbreviations, house numbers left out, RT written behind."""
    n = rows.height
    return (
        pl.DataFrame({"a": rows["address"], "rt": rows["rt"], "u": rng.random(n), "v": rng.random(n)})
        .with_columns(
            a=pl.when(pl.col("u") < 0.2)
            .then(pl.col("a").str.replace("Jl. ", "Jln. ", literal=True))
            .when(pl.col("u") < 0.3)
            .then(pl.col("a").str.replace("Jl. ", "Jalan ", literal=True))
            .when(pl.col("u") < 0.4)
            .then(pl.col("a").str.to_uppercase())
            .when(pl.col("u") < 0.5)
            .then(pl.col("a").str.replace(r" No\. \d+$", ""))
            .otherwise("a")
        )
        .select(
            pl.when(pl.col("v") < 0.35)
            .then(pl.concat_str("a", pl.lit(" RT. "), "rt"))
            .when(pl.col("v") < 0.45)
            .then(pl.concat_str(pl.lit("RT "), pl.col("rt").str.strip_chars_start("0")))
            .otherwise("a")
            .alias("address")
        )
        .to_series()
    )


def villages(codes: pl.Series, care: Floats, rng: np.random.Generator) -> pl.Series:
    """Village codes, some of them of another village of the same district."""
    where = places()
    by_district: dict[str, list[str]] = {}
    for code, district in zip(where.code, where.district, strict=True):
        by_district.setdefault(district, []).append(code)
    moved = np.flatnonzero(chance(rng, OTHER_VILLAGE * care, len(codes)))
    draws = rng.random(len(moved))
    values = codes.gather(moved).to_list()
    near = [by_district[code[:8]] for code in values]
    other = [group[int(draw * len(group))] for group, draw in zip(near, draws, strict=True)]
    return codes.scatter(moved, other) if len(moved) else codes


def phones(numbers: pl.Series, care: Floats, rng: np.random.Generator) -> pl.Series:
    """Phone numbers as typed: 0812..., +62..., 62..., with dashes or blanks; some changed, some mistyped."""
    n = len(numbers)
    fresh = pl.Series(rng.integers(10**7, 10**8, n)).cast(pl.String)
    number = numbers.str.slice(3)
    changed = pl.Series(chance(rng, PHONE_CHANGED, n)) & numbers.is_not_null()
    number = (number.str.slice(0, 3) + fresh).zip_with(changed, number)
    wrong = pl.Series(chance(rng, PHONE_WRONG * care, n))
    number = (number.str.slice(0, 9)).zip_with(wrong, number)
    frame = pl.DataFrame({"p": number, "u": rng.random(n)})
    p = pl.col("p")
    dashed = pl.concat_str(
        pl.lit("0"), p.str.slice(0, 3), pl.lit("-"), p.str.slice(3, 4), pl.lit("-"), p.str.slice(7)
    )
    return frame.select(
        pl.when(pl.col("u") < 0.66)
        .then(pl.concat_str(pl.lit("0"), p))
        .when(pl.col("u") < 0.78)
        .then(pl.concat_str(pl.lit("+62"), p))
        .when(pl.col("u") < 0.86)
        .then(pl.concat_str(pl.lit("62"), p))
        .when(pl.col("u") < 0.94)
        .then(dashed)
        .otherwise(p)
        .alias("phone")
    ).to_series()


def jobs(ids: pl.Series, care: Floats, rng: np.random.Generator) -> pl.Series:
    """Occupations, some of them another one of the same setting: people do several things."""
    work = occupations()
    by_setting: dict[str, list[str]] = {}
    for name, setting in zip(work.id, work.setting, strict=True):
        by_setting.setdefault(setting, []).append(name)
    setting_of = dict(zip(work.id, work.setting, strict=True))
    other = np.flatnonzero(chance(rng, OTHER_OCCUPATION * care, len(ids)))
    draws = rng.random(len(other))
    groups = [by_setting[setting_of[name]] for name in ids.gather(other).to_list()]
    chosen = [group[int(draw * len(group))] for group, draw in zip(groups, draws, strict=True)]
    return ids.scatter(other, chosen) if len(other) else ids


def blank(values: pl.Series, gone: Flags) -> pl.Series:
    """`values` with null where `gone`."""
    return pl.repeat(None, len(values), dtype=values.dtype, eager=True).zip_with(pl.Series(gone), values)


def _sexes(sex: pl.Series, care: Floats, rng: np.random.Generator) -> pl.Series:
    wrong = pl.Series(chance(rng, SEX_WRONG * care, len(sex)))
    return sex.replace_strict({"male": "female", "female": "male"}).zip_with(wrong, sex)


def _cased(text: pl.Series, rng: np.random.Generator) -> pl.Series:
    case = pl.Series(pick(rng, CASE, len(text)))
    return text.str.to_uppercase().zip_with(case == 0, text.str.to_lowercase().zip_with(case == 2, text))
