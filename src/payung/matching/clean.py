"""From text as sent to columns that can be compared: one row in, one row out, every rule a column expression."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import polars as pl

from payung.identity.dates import ROMAN, month_number
from payung.identity.regions import load
from payung.matching import standing
from payung.matching.names import fold_names

#: dates that registries write when they do not know the day (day*100 is month*100+day here)
DEFAULT_DAYS = (101, 1231, 701)
#: no year before this one is read: lists of history are matched too, and a worker's 1872 is a date that differs
FIRST_YEAR = 1000
_PLACEHOLDERS = ("1234567890123456", "1234567891234567", "0123456789012345")
_SEX = {
    **dict.fromkeys(("L", "LK", "M", "MALE", "PRIA", "LAKI", "LAKI LAKI", "LAKI-LAKI", "1", "COWOK"), 1),
    **dict.fromkeys(("P", "PR", "F", "FEMALE", "WANITA", "PEREMPUAN", "2", "W"), 2),
}

#: rows below which starting threads costs more than it saves
_FEW = 10_000

#: columns of the clean table, beside uid: what the comparisons and blocking rules may use
CLEAN = (
    "nik", "nik12", "full", "joined", "sorted", "letters", "k1", "kl", "father", "dob", "day", "year", "default_day",
    "implied", "own_nik", "serial", "sex", "mother", "mother_k", "village", "near", "district", "regency", "street",
    "unit", "phone", "birth_place", "occupation",
)  # fmt: skip


def clean(table: pl.DataFrame) -> pl.DataFrame:
    """Return the clean table of a standard one (see `columns.standard`), in the same order, with `uid` as row number.

    own_nik: the NIK where it stands (see `standing`), serial: its last four digits; nik: digits, null when
    a placeholder or damaged by a
    spreadsheet (its first 12 digits stay in nik12); dob:
    yyyymmdd, day: month*100+day, default_day: a day that registries write when they know only the year; sex:
    1 male, 2 female, from the NIK where not given; implied: whether dob is the NIK's, because the row has none;
    letters: see `names.letters_of`; village, district, regency: digits of the code; near: the
    villages whose outlines touch this one's, where they are known; street and unit (RT/RW) from the address.
    """
    work = [(read, table[column]) for read, column in _READERS]
    if table.height < _FEW:
        out = pl.concat([read(column) for read, column in work], how="horizontal")
    else:
        with ThreadPoolExecutor(len(work)) as pool:
            out = pl.concat(pool.map(lambda job: job[0](job[1]), work), how="horizontal")
    implied = pl.when(pl.col("nik12").is_not_null()).then(
        pl.when(pl.col("nik12").str.slice(6, 2) > "40").then(2).otherwise(1).cast(pl.Int8)
    )
    return (
        out.rename({"sex": "said"})
        .with_columns(sex=pl.coalesce("said", implied), own_nik=standing.own_nik())
        .with_columns(serial=pl.col("own_nik").str.slice(12).cast(pl.Int32))
        .pipe(_with_births)
        .select(pl.int_range(pl.len(), dtype=pl.Int32).alias("uid"), *CLEAN)
    )


def _with_births(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that have no birth date with that of their NIK."""
    place = pl.int_range(pl.len(), dtype=pl.UInt32).alias("place")
    bare = rows.select("dob", "nik12", place).filter(pl.col("dob").is_null() & pl.col("nik12").is_not_null())
    found = bare.select("place", born=standing.born()).drop_nulls()
    at, dob = found["place"], found["born"].cast(pl.Int32)
    day = dob % 10_000
    given = {"dob": dob, "day": day, "year": dob // 10_000, "default_day": day.is_in(DEFAULT_DAYS)}
    implied = pl.repeat(False, rows.height, eager=True).scatter(at, True).alias("implied")
    return rows.with_columns(implied, *(rows[name].scatter(at, values) for name, values in given.items()))


def _mother(raw: pl.Series) -> pl.DataFrame:
    return fold_names(raw).select(mother="full", mother_k="k1")


def _sex(raw: pl.Series) -> pl.DataFrame:
    said = raw.str.strip_chars().str.to_uppercase()
    return said.replace_strict(_SEX, default=None, return_dtype=pl.Int8).alias("sex").to_frame()


def _occupation(raw: pl.Series) -> pl.DataFrame:
    return raw.str.strip_chars().str.to_lowercase().alias("occupation").to_frame()


def _nik(raw: pl.Series) -> pl.DataFrame:
    digits = (
        raw.str.to_uppercase().str.replace(r"^.*E\+.*$", "").str.replace_many(["O", "I", "L"], ["0", "1", "1"])
        .str.replace_all(r"[^0-9]", "").alias("d")
    )  # fmt: skip
    usable = (
        pl.col("d").str.len_chars().is_between(6, 20)
        & ~pl.col("d").is_in(_PLACEHOLDERS)
        & ~pl.col("d").str.contains("^(?:0+|1+|2+|3+|4+|5+|6+|7+|8+|9+)$")
        & ~pl.col("d").str.contains("0{8,}$")
    )
    frame = digits.to_frame().lazy().with_columns(d=pl.when(usable).then("d"))
    whole = pl.col("d").str.len_chars() == 16
    day = pl.col("d").str.slice(6, 2).cast(pl.Int32, strict=False)
    month = pl.col("d").str.slice(8, 2).cast(pl.Int32, strict=False)
    dated = whole & (day.is_between(1, 31) | day.is_between(41, 71)) & month.is_between(1, 12)
    damaged = whole & pl.col("d").str.ends_with("000")
    return frame.select(
        nik=pl.when(~damaged.fill_null(False)).then("d"),
        nik12=pl.when(dated).then(pl.col("d").str.slice(0, 12)),
    ).collect()


#: words that stand where a month may, so many at most; a list has hardly more spellings of twelve names
_MONTH_WORDS = 1_000


def _months(dates: pl.DataFrame) -> dict[str, str]:
    """Return the number of every month that is written as a word, of whatever age and with whatever slip."""
    words = dates["p1"].unique(maintain_order=True).drop_nulls()
    found = words.filter(words.str.contains("^[A-Z]+$")).head(_MONTH_WORDS).to_list()
    return {word: str(number) for word in found if (number := month_number(word) or ROMAN.get(word.lower()))}


def births(raw: pl.Series) -> pl.DataFrame:
    """Day first (17-08-1985, 17 Agustus 85), year first (1985-08-17, 19850817); each distinct text read once.

    A place before the date (Tarakan, 17-08-1985) is passed over; 08/17/1985 can only be read month first.
    A two-digit year above 15 is in the 1900s: workers are at least about ten years old.
    """
    if raw.null_count() == raw.len():
        kinds = {"dob": pl.Int32, "day": pl.Int32, "year": pl.Int32, "default_day": pl.Boolean}
        return _nothing(kinds, raw.len())
    parts = (
        raw.unique().alias("raw").to_frame().lazy()
        .with_columns(
            t=pl.col("raw").str.to_uppercase().str.replace(r"^[^0-9]+", "").str.replace(r"[T ]\d\d:\d\d.*$", "")
            .str.replace(r"^(\d{4})(\d{2})(\d{2})$", "$1-$2-$3").str.replace(r"\.0$", "")
        )
        .with_columns(pl.col("t").str.extract_all(r"\d+|[A-Z]+").alias("parts"))
        .with_columns(*(pl.col("parts").list.get(n, null_on_oob=True).alias(f"p{n}") for n in range(3)))
        .collect()
    )  # fmt: skip
    names = _months(parts)
    months = [
        pl.col(f"p{n}").replace(list(names), list(names.values())).cast(pl.Int32, strict=False)
        for n in range(3)
    ]
    dates = (
        parts.lazy()
        .with_columns(*(month.alias(f"n{n}") for n, month in enumerate(months)))
        .with_columns(first=pl.col("p0").str.len_chars() == 4)
        .with_columns(
            y=pl.when("first").then("n0").otherwise("n2"),
            d=pl.when("first").then("n2").otherwise("n0"),
            short=pl.when("first").then(False).otherwise(pl.col("p2").str.len_chars() == 2),
        )
        .with_columns(
            y=pl.when("short").then(pl.col("y") + pl.when(pl.col("y") > 15).then(1900).otherwise(2000)).otherwise("y")
        )
        .with_columns(turned=~pl.col("first") & (pl.col("n1") > 12) & (pl.col("d") <= 12))
        .with_columns(
            n1=pl.when("turned").then("d").otherwise("n1"), d=pl.when("turned").then("n1").otherwise("d")
        )
        .with_columns(date=_date_or_null())
    )  # fmt: skip
    day = pl.col("date").dt.month().cast(pl.Int32) * 100 + pl.col("date").dt.day()
    table = dates.select(
        "raw",
        dob=pl.col("date").dt.year() * 10000 + day,
        day=day,
        year=pl.col("date").dt.year(),
        default_day=day.is_in(DEFAULT_DAYS),
    ).collect()
    return (
        raw.alias("raw").to_frame()
        .join(table, on="raw", how="left", maintain_order="left", nulls_equal=True)
        .drop("raw")
    )  # fmt: skip


def _date_or_null() -> pl.Expr:
    whole = (
        pl.col("y").is_between(FIRST_YEAR, 2100)
        & pl.col("n1").is_between(1, 12)
        & pl.col("d").is_between(1, 31)
    )
    text = pl.format("{}-{}-{}", pl.col("y"), pl.col("n1"), pl.col("d"))
    return pl.when(whole).then(text).str.to_date("%Y-%m-%d", strict=False)


def _region(raw: pl.Series) -> pl.DataFrame:
    digits = raw.str.replace_all(r"[^0-9]", "").alias("d").to_frame()
    long = pl.col("d").str.len_chars()
    codes = digits.select(
        village=pl.when(long >= 10).then(pl.col("d").str.slice(0, 10)),
        district=pl.when(long >= 6).then(pl.col("d").str.slice(0, 6)),
        regency=pl.when(long >= 4).then(pl.col("d").str.slice(0, 4)),
    )
    return codes.with_columns(
        near=pl.col("village").replace_strict(near_villages(), default=None, return_dtype=pl.String)
    )


@cache
def near_villages() -> dict[str, str]:
    """For each village of the province whose neighbours are known, their codes (digits, with blanks between)."""
    regions = load()
    return {
        village.code.replace(".", ""): " ".join(code.replace(".", "") for code in neighbours)
        for village in regions.villages()
        if (neighbours := regions.neighbours(village.code))
    }


def _address(raw: pl.Series) -> pl.DataFrame:
    """Street without its title and number, and RT/RW as one number (rt*1000+rw)."""
    if raw.null_count() == raw.len():
        return _nothing({"street": pl.String, "unit": pl.Int32}, raw.len())
    distinct = raw.unique()
    upper = pl.col("raw").str.to_uppercase()
    unit = upper.str.extract_groups(r"RT[^0-9A-Z]{0,3}0*(\d{1,3})(?:[^0-9]{1,6}0*(\d{1,3}))?")
    table = distinct.alias("raw").to_frame().with_columns(
        unit=unit.struct[0].cast(pl.Int32, strict=False) * 1000
        + unit.struct[1].cast(pl.Int32, strict=False).fill_null(0),
        street=upper.str.replace_all(r"\b(?:RT|RW)\b.*$", "")
        .str.replace_all(r"\b(?:JL|JLN|JALAN|GANG|GG|DUSUN|DSN|NO|NOMOR|KP|KAMPUNG|RT|RW|BLOK)\b", " ")
        .str.replace_all(r"[^\p{L}0-9]+", ""),
    ).with_columns(street=pl.when(pl.col("street").str.len_chars() > 2).then("street"))  # fmt: skip
    return (
        raw.alias("raw").to_frame()
        .join(table, on="raw", how="left", maintain_order="left", nulls_equal=True)
        .select("street", "unit")
    )  # fmt: skip


def phones(raw: pl.Series) -> pl.DataFrame:
    """Digits without the country's code and leading noughts; null for what cannot be a phone number."""
    if raw.null_count() == raw.len():
        return _nothing({"phone": pl.String}, raw.len())
    digits = raw.str.replace_all(r"[^0-9]", "").str.strip_chars_start("0").str.replace("^62", "")
    digits = digits.str.strip_chars_start("0").alias("phone")
    frame = digits.to_frame()
    usable = pl.col("phone").str.len_chars().is_between(7, 14) & ~pl.col("phone").str.contains(
        r"^\d{0,3}(?:0{6,}|1{6,}|2{6,}|3{6,}|4{6,}|5{6,}|6{6,}|7{6,}|8{6,}|9{6,})$|123456789"
    )
    return frame.select(pl.when(usable).then("phone").alias("phone"))


def _nothing(schema: dict[str, type[pl.DataType]], rows: int) -> pl.DataFrame:
    return pl.DataFrame(
        {name: pl.repeat(None, rows, dtype=kind, eager=True) for name, kind in schema.items()}
    )


def _birth_place(raw: pl.Series) -> pl.DataFrame:
    if raw.null_count() == raw.len():
        return _nothing({"birth_place": pl.String}, raw.len())
    distinct = raw.unique().alias("raw")
    table = distinct.to_frame().with_columns(
        out=pl.col("raw")
        .str.to_uppercase()
        .str.replace_all(r"\b(?:KAB|KABUPATEN|KOTA|KEC|DESA)\b", " ")
        .str.replace_all(r"[^\p{L}]+", "")
    )
    table = table.with_columns(out=pl.when(pl.col("out") != "").then("out"))
    return (
        raw.alias("raw").to_frame()
        .join(table, on="raw", how="left", maintain_order="left", nulls_equal=True)
        .select(birth_place="out")
    )  # fmt: skip


#: what is read from which column, side by side
_READERS: tuple[tuple[Callable[[pl.Series], pl.DataFrame], str], ...] = (
    (fold_names, "name"), (_mother, "mother_name"), (births, "birth_date"), (_nik, "nik"), (_address, "address"),
    (_region, "village_code"), (phones, "phone"), (_sex, "sex"), (_birth_place, "birth_place"),
    (_occupation, "occupation"),
)  # fmt: skip
