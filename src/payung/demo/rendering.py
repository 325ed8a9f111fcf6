"""Turns damaged rows into the cells that one sender writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from payung.demo import damage, noise
from payung.demo.draw import Ints, chance, pick
from payung.demo.reference import REGENCY_NAMES, occupations, places, table, village_variants
from payung.demo.senders import HEADERS, Sender

Field = Callable[[Sender, pl.DataFrame, np.random.Generator], list[Any]]

_NOTES = ("", "", "", "", "aktif", "anggota lama", "mohon dibantu", "sudah lansia", "baru")
_SHORTER = (
    ("Tanjung ", "Tj. "),
    ("Sungai ", "Sei "),
    ("Karang ", "Kr. "),
    ("Kampung ", "Kp. "),
    ("Long ", "Lg. "),
)
_STATUS = ("Berusaha sendiri", "Berusaha dibantu buruh tidak tetap", "Pekerja bebas", "Pekerja keluarga")


def columns(sender: Sender) -> list[tuple[str, str]]:
    """Headers and fields of the sender's sheet, in order."""
    return [(head, field) for head, field in HEADERS[sender.habit].items() if field not in sender.without]


def cells(sender: Sender, rows: pl.DataFrame, rng: np.random.Generator) -> dict[str, list[Any]]:
    """Return the values of each field the sender writes, one per row.

    `rows` holds the damaged columns of `noise.dirty`, the parts d, m, y of the birth date as written, and
    (with a prefix `true_`) facts that a list copies without damage.
    """
    made: dict[str, list[Any]] = {}
    for _, field in columns(sender):
        made[field] = _FIELDS[field](sender, rows, rng)
    return made


def place_names(level: str) -> dict[str, str]:
    """Code -> name of the villages, or of the districts with level 'district'."""
    where = places()
    if level == "village":
        return dict(zip(where.code, where.name, strict=True))
    return dict(zip(where.district, where.district_name, strict=True))


def _text(column: str) -> Field:
    def field(sender: Sender, rows: pl.DataFrame, _: np.random.Generator) -> list[Any]:
        values = rows[column]
        return (values.str.to_uppercase() if sender.upper else values).to_list()

    return field


def _plain(column: str) -> Field:
    return lambda _, rows, __: rows[column].to_list()


def _mapped(column: str, words: dict[Any, Any]) -> Field:
    return lambda _, rows, __: [words.get(value) for value in rows[column].to_list()]


def _numbers(_: Sender, rows: pl.DataFrame, __: np.random.Generator) -> list[Any]:
    return list(range(1, rows.height + 1))


def _member_numbers(_: Sender, rows: pl.DataFrame, rng: np.random.Generator) -> list[Any]:
    return [f"A-{number:05d}" for number in (rng.permutation(rows.height) + 101).tolist()]


def _niks(sender: Sender, rows: pl.DataFrame, _: np.random.Generator) -> list[Any]:
    values = rows["nik"].to_list()
    if sender.nik == "text":
        return values
    whole = [value is not None and len(value) == 16 and value.isdigit() for value in values]
    if sender.nik == "fifteen":
        cut = damage.scientific if sender.file.endswith(".csv") else damage.fifteen_digits
        values = [cut(v, 1.0, 1.0) if ok else v for v, ok in zip(values, whole, strict=True)]
        whole = [ok and value.isdigit() for value, ok in zip(values, whole, strict=True)]
    return [int(v) if ok else v for v, ok in zip(values, whole, strict=True)]


def _birth_dates(sender: Sender, rows: pl.DataFrame, rng: np.random.Generator) -> list[Any]:
    """Dates in the sender's form, one in eight in another; of 'cell' senders one in eight is text."""
    n = rows.height
    own = 1 if sender.date == "cell" else int(sender.date)
    form = np.where(chance(rng, 0.12, n) & (sender.date != 0), pick(rng, noise.DATE_FORMS, n), own)
    text = noise.written_dates(rows.select("d", "m", "y").with_columns(form=pl.Series(form))).to_list()
    as_cell = chance(rng, 0.88, n) if sender.date == "cell" else np.zeros(n, np.bool_)
    known = rows["birth_date"].is_not_null().to_list()
    day, month, year = rows["d"].to_list(), rows["m"].to_list(), rows["y"].to_list()
    return [
        None if not known[i] else _date(year[i], month[i], day[i]) or text[i] if as_cell[i] else text[i]
        for i in range(n)
    ]


def _date(year: int, month: int, day: int) -> date | None:
    """Return the date, or None for a 29 February that a wrong year has made impossible."""
    return date(year, month, day) if day <= 28 or (month, day) != (2, 29) else None


def _birth_place_dates(sender: Sender, rows: pl.DataFrame, rng: np.random.Generator) -> list[Any]:
    when = _birth_dates(sender, rows, rng)
    where = _text("birth_place")(sender, rows, rng)
    return [", ".join(part for part in pair if part) or None for pair in zip(where, when, strict=True)]


def _villages(sender: Sender, rows: pl.DataFrame, rng: np.random.Generator) -> list[Any]:
    """Names as really written: official, as other registers spell them, with Desa or Kel., shortened."""
    where = places()
    names = dict(zip(where.code, where.name, strict=True))
    kinds = dict(zip(where.code, where.kind, strict=True))
    variants = village_variants()
    style, draw = rng.random(rows.height), rng.random(rows.height)
    made: list[Any] = []
    for code, look, choice in zip(rows["village_code"].to_list(), style, draw, strict=True):
        if code is None:
            made.append(None)
            continue
        name, others = names[code], variants.get(code)
        if look < 0.35 and others:
            name = others[int(choice * len(others))]
        elif look < 0.50:
            name = ("Kel. " if kinds[code] == "kelurahan" else "Desa ") + name
        elif look < 0.56:
            name = _shortened(name)
        elif look < 0.60:
            name = name.replace(" ", "") if choice < 0.5 else name.lower()
        name = name.replace("'", "\u2019") if sender.encoding == "cp1252" else name
        made.append(name.upper() if sender.upper else name)
    return made


def _shortened(name: str) -> str:
    for whole, short in _SHORTER:
        if name.startswith(whole):
            return short + name[len(whole) :]
    return name


def _by_village(values: Callable[[], list[str]]) -> Field:
    def field(sender: Sender, rows: pl.DataFrame, _: np.random.Generator) -> list[Any]:
        found = dict(zip(places().code, values(), strict=True))
        own = rows["true_village_code"].to_list()
        made = [
            found[written or true] for written, true in zip(rows["village_code"].to_list(), own, strict=True)
        ]
        return [value.upper() for value in made] if sender.upper else made

    return field


def _ktp_regencies(sender: Sender, rows: pl.DataFrame, _: np.random.Generator) -> list[Any]:
    names = dict(REGENCY_NAMES)
    for row in table("origins.csv").iter_rows(named=True):
        names[row["regency_code"]] = row["name"]
    made = [names[code] for code in rows["true_ktp_regency"].to_list()]
    return [name.upper() for name in made] if sender.upper else made


def _jobs(sender: Sender, rows: pl.DataFrame, rng: np.random.Generator) -> list[Any]:
    """Return a synonym as people say it; in one of ten rows the word on the identity card."""
    work = occupations()
    words = dict(zip(work.id, work.synonyms, strict=True))
    cards = dict(zip(work.id, work.ktp, strict=True))
    draw = rng.random(rows.height)
    made: list[Any] = []
    for job, u in zip(rows["occupation"].to_list(), draw, strict=True):
        if job is None:
            made.append(None)
        elif u < 0.1:
            made.append(cards[job])
        else:
            text = words[job][int((u - 0.1) / 0.9 * len(words[job]))]
            made.append(text.upper() if sender.upper else text.capitalize())
    return made


def _incomes(_: Sender, rows: pl.DataFrame, rng: np.random.Generator) -> list[Any]:
    gone = chance(rng, 0.12, rows.height)
    return [None if none else value for value, none in zip(rows["true_income"].to_list(), gone, strict=True)]


def _income_texts(sender: Sender, rows: pl.DataFrame, rng: np.random.Generator) -> list[Any]:
    style = rng.random(rows.height)
    made: list[Any] = []
    for value, look in zip(_incomes(sender, rows, rng), style, strict=True):
        dotted = None if value is None else f"{value:,}".replace(",", ".")
        if value is None:
            made.append(None)
        elif look < 0.5:
            made.append(f"Rp {dotted}")
        elif look < 0.75:
            made.append(dotted)
        elif look < 0.9:
            made.append(f"Rp. {dotted},-")
        else:
            made.append(f"{value / 1_000_000:g} juta".replace(".", ","))
    return made


def _notes(_: Sender, rows: pl.DataFrame, rng: np.random.Generator) -> list[Any]:
    return [_NOTES[i] or None for i in rng.integers(0, len(_NOTES), rows.height)]


def _status(_: Sender, rows: pl.DataFrame, rng: np.random.Generator) -> list[Any]:
    other: Ints = rng.integers(0, len(_STATUS), rows.height)
    wages = rows["true_wage_worker"].to_list()
    return ["Buruh/karyawan/pegawai" if paid else _STATUS[i] for paid, i in zip(wages, other, strict=True)]


def _job_ids(values: Callable[[], list[str]]) -> Field:
    def field(_: Sender, rows: pl.DataFrame, __: np.random.Generator) -> list[Any]:
        words = dict(zip(occupations().id, values(), strict=True))
        return [words.get(job) for job in rows["occupation"].to_list()]

    return field


_FIELDS: dict[str, Field] = {
    "number": _numbers,
    "member_number": _member_numbers,
    "nik": _niks,
    "name": _text("name"),
    "mother_name": _text("mother_name"),
    "birth_place": _text("birth_place"),
    "birth_date": _birth_dates,
    "birth_place_date": _birth_place_dates,
    "sex_lp": _mapped("sex", {"male": "L", "female": "P"}),
    "sex_words": _mapped("sex", {"male": "Laki-laki", "female": "Perempuan"}),
    "sex_english": _mapped("sex", {"male": "Male", "female": "Female"}),
    "address": _text("address"),
    "rt": _plain("true_rt"),
    "rw": _plain("true_rw"),
    "village": _villages,
    "village_code10": lambda _, rows, __: [
        code and code.replace(".", "") for code in rows["village_code"].to_list()
    ],
    "district": _by_village(lambda: places().district_name),
    "regency": _by_village(lambda: [REGENCY_NAMES[code] for code in places().regency]),
    "bps_village": _by_village(lambda: places().bps),
    "bps_district": _by_village(lambda: places().bps_district),
    "ktp_regency": _ktp_regencies,
    "phone": _plain("phone"),
    "job": _jobs,
    "job_ktp": _job_ids(lambda: occupations().ktp),
    "job_label": _job_ids(lambda: occupations().label),
    "income": _incomes,
    "income_text": _income_texts,
    "wage_worker": _mapped("true_wage_worker", {True: "Ya", False: "Tidak"}),
    "status": _status,
    "working": lambda _, rows, __: ["Ya"] * rows.height,
    "poverty_decile": _plain("true_poverty_decile"),
    "family_card": _plain("true_family_card"),
    "heir_name": _text("true_heir_name"),
    "heir_relation": _plain("true_heir_relation"),
    "heir_phone": _plain("true_heir_phone"),
    "note": _notes,
}
