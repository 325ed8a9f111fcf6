"""The one definition of how two records are compared, used by every engine.

A comparison is a ladder of levels; a pair stands on the first rung whose condition holds. Conditions are SQL
that DuckDB and Spark both read once `for_dialect` has translated the few functions that differ. Fields are not
independent (a NIK holds a district, a birth date and a sex; a household shares an address, a phone and a
mother), so several rungs ask about a second field, and a few carry a fixed weight.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """One rung: `key` is its stable name, `m` and `u` the shares of matches and of others expected on it.

    fixed: the weight of the rung in bits where it must not be learned; m and u are then not trained. under: the rung
    of better agreement that this one never outweighs, whatever was learned.
    """

    key: str
    sql: str
    m: float
    u: float
    indonesian: str
    english: str
    fixed: float | None = None
    under: str | None = None


@dataclass(frozen=True)
class Comparison:
    """A ladder: name, the columns it reads, when it says nothing (null), its rungs from best to 'else'."""

    name: str
    columns: tuple[str, ...]
    null: str
    levels: tuple[Level, ...]
    indonesian: str
    english: str

    def level(self, key: str) -> Level:
        """Return the rung of this key."""
        return next(level for level in self.levels if level.key == key)


#: what several ladders ask of a pair, by the name under which an engine works it out once
SHARED = {"names_alike": "jaro_winkler_similarity(joined_l, joined_r)"}


def _both(column: str) -> str:
    return f"{column}_l is null or {column}_r is null"


_INITIAL = (
    "kl_l = kl_r and substr(full_l, 1, 1) = substr(full_r, 1, 1) and (full_l like '_ %' or full_r like '_ %')"
)
#: the given names fit, in whatever order; a shared family name alone does not make one person
_NEAR_NAME = (
    "(k1_l = k1_r or (k1_l = kl_r and kl_l = k1_r) or jaro_winkler_similarity(joined_l, joined_r) >= 0.88 "
    f"or ({_INITIAL}))"
)
_BORN_NEAR = "(dob_l = dob_r or (year_l = year_r and (day_l = day_r or default_day_l or default_day_r)))"
#: both birth dates known and no slip explains the difference: in one house, two people
_BORN_APART = "(dob_l is not null and dob_r is not null and abs(year_l - year_r) > 2 and day_l <> day_r)"
_PART = (
    "(contains(concat(' ', full_l, ' '), concat(' ', full_r, ' ')) "
    "or contains(concat(' ', full_r, ' '), concat(' ', full_l, ' ')))"
)
_SAME12 = "substr(nik_l, 1, 12) = substr(nik_r, 1, 12)"
#: two NIKs given out the same day to people with different names: twins
_TWINS = (
    f"(nik_l is not null and nik_r is not null and {_SAME12} and nik_l <> nik_r "
    "and length(nik_l) = 16 and length(nik_r) = 16 and jaro_winkler_similarity(joined_l, joined_r) < 0.93)"
)
#: two letters of a name changed places
_TURNED_LETTERS = (
    "(letters_l = letters_r and length(joined_l) = length(joined_r) and levenshtein(joined_l, joined_r) <= 2)"
)
#: what a household shares counts for one person only where name, birth date and NIK do not speak for two
_ONE_PERSON = (
    f"((jaro_winkler_similarity(joined_l, joined_r) >= 0.85 or {_PART} or ({_INITIAL}) "
    f"or (k1_l = kl_r and kl_l = k1_r and k1_l <> kl_l)) and not {_BORN_APART} and not {_TWINS})"
)
_WIDE_RARE = (
    ("rarest", "rarity_l = 0", 0.30, 1e-8),
    ("rare", "rarity_l = 1", 0.15, 1e-7),
    ("seldom", "rarity_l = 2", 0.12, 1e-6),
    ("common", "rarity_l = 3", 0.08, 4e-6),
    ("frequent", "rarity_l >= 4", 0.05, 2e-5),
)
#: a name that many have says little, in whatever way it is nearly the same
_NONE_COMMON = "not (rarity_l >= 3 or rarity_r >= 3)"
_RARE_WORDS = {
    "rarest": ("sangat jarang", "very rare"),
    "rare": ("jarang", "rare"),
    "seldom": ("agak jarang", "seldom"),
    "common": ("umum", "common"),
    "frequent": ("sangat umum", "very common"),
}

NAME = Comparison(
    "name",
    ("full", "joined", "sorted", "letters", "k1", "kl", "rarity"),
    _both("full"),
    (
        *(
            Level(
                f"same_{key}", f"full_l = full_r and {sql}", m, u,
                f"nama sama setelah ejaan diseragamkan; nama ini {_RARE_WORDS[key][0]}",
                f"same name once spelling is made one; the name is {_RARE_WORDS[key][1]}",
                under=None if place == 0 else f"same_{_WIDE_RARE[place - 1][0]}",
            )
            for place, (key, sql, m, u) in enumerate(_WIDE_RARE)
        ),
        Level("order", f"(sorted_l = sorted_r or joined_l = joined_r) and {_NONE_COMMON}", 0.02, 2e-6,
              "nama sama, urutan atau spasi berbeda", "same name, other order or spaces", under="same_seldom"),
        Level("order_common", "sorted_l = sorted_r or joined_l = joined_r", 0.02, 2e-4,
              "nama sama dan umum, urutan atau spasi berbeda", "same common name, other order or spaces",
              under="same_frequent"),
        Level("near95", f"jaro_winkler_similarity(joined_l, joined_r) >= 0.95 and {_NONE_COMMON}", 0.12, 2e-5,
              "nama hampir sama", "names nearly the same", under="order"),
        Level("near95_common", "jaro_winkler_similarity(joined_l, joined_r) >= 0.95", 0.04, 2e-4,
              "nama hampir sama, dan umum", "names nearly the same, and common", under="order_common"),
        Level("part", f"{_PART} and k1_l = k1_r", 0.06, 2e-4,
              "satu nama adalah bagian dari nama lainnya", "one name is part of the other", under="same_frequent"),
        Level("near90", f"jaro_winkler_similarity(joined_l, joined_r) >= 0.90 or {_TURNED_LETTERS}", 0.06, 3e-4,
              "nama mirip", "names alike", under="near95_common"),
        Level("initial", _INITIAL, 0.02, 1e-4, "nama depan disingkat satu huruf", "first name cut to its initial",
              under="near95_common"),
        Level("first", "k1_l = k1_r", 0.03, 4e-3, "kata utama pertama mirip", "first telling word alike",
              under="part"),
        Level("near82", "jaro_winkler_similarity(joined_l, joined_r) >= 0.82", 0.01, 5e-3,
              "nama agak mirip", "names somewhat alike", under="near90"),
        Level("last", "kl_l = kl_r or k1_l = kl_r or kl_l = k1_r", 0.01, 1e-2,
              "satu kata nama mirip", "one word of the name alike", under="first"),
        Level("else", "else", 0.005, 0.98, "nama berbeda", "different names", under="last"),
    ),
    "Nama", "Name",
)  # fmt: skip

_WHOLE = "length(nik_l) = 16 and length(nik_r) = 16"
_SAME_DATE = "substr(nik_l, 7, 6) = substr(nik_r, 7, 6)"
_SAME_ENDS = "substr(nik_l, 1, 6) = substr(nik_r, 1, 6) and substr(nik_l, 13, 4) = substr(nik_r, 13, 4)"
#: where a birth date is missing, an equal date inside both NIKs tells what the birth date would have told
_UNDATED = "(dob_l is null or dob_r is null or implied_l or implied_r)"

NIK = Comparison(
    "nik",
    ("nik", "own_nik", "serial", "full", "joined", "k1", "kl", "dob", "year", "day", "default_day", "implied"),
    _both("nik"),
    (
        Level("same", f"nik_l = nik_r and ({_NEAR_NAME} or full_l is null or full_r is null)", 0.75, 1e-9,
              "NIK sama", "same NIK"),
        Level("same_other_name", f"nik_l = nik_r and ({_BORN_NEAR} or {_UNDATED})", 0.01, 1e-10,
              "NIK sama, tanggal lahir tidak bertentangan, nama berbeda",
              "same NIK, birth dates do not disagree, names differ", 9.0, under="same"),
        Level("shared", "nik_l = nik_r", 0.003, 1e-8,
              "NIK sama tetapi nama dan tanggal lahir berbeda: mungkin NIK kepala keluarga",
              "same NIK but name and birth date differ: perhaps the head of household's", 1.0, under="same_other_name"),
        Level("serial_undated", f"{_WHOLE} and {_SAME12} and {_UNDATED}", 0.01, 1e-6,
              "12 angka pertama NIK sama, nomor urut berbeda", "first 12 digits of the NIK same, serial differs", 5.0),
        Level("twin", _TWINS, 0.001, 1e-6,
              "12 angka pertama NIK sama, nomor urut dan nama berbeda: kembar, atau tetangga sehari lahir",
              "first 12 digits of the NIK same, serial and name differ: twins, or neighbours born on one day", -25.0),
        Level("follow", f"{_SAME12} and abs(serial_l - serial_r) <= 9", 0.001, 1e-6,
              "12 angka pertama NIK sama, nomor urut berdekatan: dua orang yang didaftar berurutan",
              "first 12 digits of the NIK same, serials follow each other: two people registered one after the other",
              -9.0),
        Level("serial", f"{_WHOLE} and {_SAME12}", 0.01, 1e-6,
              "12 angka pertama NIK sama, nomor urut berbeda: mungkin orang lain yang lahir di hari dan tempat itu",
              "first 12 digits of the NIK same, serial differs: perhaps another person born that day and place", -4.5),
        Level("place_undated", f"{_WHOLE} and {_SAME_DATE} and {_UNDATED} and hamming(nik_l, nik_r) <= 2", 0.01, 1e-6,
              "NIK berbeda 1-2 angka di luar tanggal lahir", "NIKs differ in 1-2 digits outside the birth date", 6.0),
        Level("place_one", f"{_WHOLE} and {_SAME_DATE} and hamming(nik_l, nik_r) = 1", 0.03, 1e-6,
              "NIK berbeda satu angka pada kode wilayah", "NIKs differ in one digit of the region", 0.0),
        Level("place_two", f"{_WHOLE} and {_SAME_DATE} and hamming(nik_l, nik_r) = 2", 0.02, 1e-5,
              "tanggal dalam NIK sama, dua angka lain berbeda", "same date in the NIK, two other digits differ", -2.5),
        Level("date_other", f"{_WHOLE} and hamming(nik_l, nik_r) <= 2 and own_nik_l is not null "
              "and own_nik_r is not null and dob_l <> dob_r and not implied_l and not implied_r", 0.003, 2e-7,
              "NIK mirip, tetapi masing-masing cocok dengan tanggal lahirnya sendiri",
              "NIKs alike, but each fits its own birth date", -4.0),
        Level("date_undated", f"{_WHOLE} and {_SAME_ENDS} and {_UNDATED} and hamming(nik_l, nik_r) <= 2", 0.005, 2e-7,
              "NIK berbeda 1-2 angka pada tanggal lahir, tanggal lahir tidak diketahui",
              "NIKs differ in 1-2 digits of the birth date, a birth date is missing", 4.0),
        Level("date_typo", f"{_WHOLE} and {_SAME_ENDS} and hamming(nik_l, nik_r) <= 2 and dob_l = dob_r", 0.04, 1e-7,
              "NIK berbeda hanya 1-2 angka pada tanggal lahir, tanggal lahirnya sama",
              "NIKs differ only in 1-2 digits of the birth date, birth dates are the same", 5.5, under="length"),
        Level("length", "length(nik_l) <> length(nik_r) and levenshtein(nik_l, nik_r) <= 1", 0.03, 1e-7,
              "NIK kurang atau lebih satu angka", "one digit of the NIK lost or doubled", 8.0, under="same"),
        Level("two_digits", f"{_WHOLE} and hamming(nik_l, nik_r) <= 2", 0.02, 1e-6,
              "NIK berbeda dua angka", "NIKs differ in two digits", 3.0, under="date_typo"),
        Level("misfit", "own_nik_l is null or own_nik_r is null", 0.06, 0.10,
              "NIK berbeda, tetapi salah satunya tidak sah atau tidak cocok dengan barisnya",
              "different NIKs, but one is not valid or does not fit its row", under="two_digits"),
        Level("else", "else", 0.04, 0.90, "NIK berbeda", "different NIKs", under="misfit"),
    ),
    "NIK", "NIK",
)  # fmt: skip

BIRTH = Comparison(
    "birth_date",
    ("dob", "day", "year", "default_day", "implied", "nik"),
    # two NIKs are compared as they are: a date that only the NIK gives would count twice
    f"{_both('dob')} or ((implied_l or implied_r) and nik_l is not null and nik_r is not null)",
    (
        Level("same_default", "dob_l = dob_r and default_day_l", 0.06, 2e-3,
              "tanggal lahir sama, tetapi tanggal bawaan (mis. 1 Januari)",
              "same birth date, but one that registries write by default (1 January)", under="same"),
        Level("same", "dob_l = dob_r", 0.80, 5e-5, "tanggal lahir sama", "same birth date"),
        Level("swapped", "year_l = year_r and day_l % 100 = floor(day_r / 100) and day_r % 100 = floor(day_l / 100)",
              0.02, 2e-5, "hari dan bulan tertukar", "day and month swapped", under="same"),
        Level("year_default", "year_l = year_r and (default_day_l or default_day_r)", 0.03, 1e-3,
              "tahun sama, salah satu tanggal bawaan", "same year, one date is a default", under="same_default"),
        Level("day_of_month", "floor(dob_l / 100) = floor(dob_r / 100)", 0.03, 1.5e-3,
              "bulan dan tahun sama, hari berbeda", "same month and year, other day", under="swapped"),
        Level("month", "year_l = year_r and day_l % 100 = day_r % 100", 0.01, 6e-4,
              "hari dan tahun sama, bulan berbeda", "same day and year, other month", under="swapped"),
        Level("year", "day_l = day_r and not default_day_l and (abs(year_l - year_r) in (1, 10, 20) "
              "or year_l % 10 = year_r % 10 or floor(year_l / 10) = floor(year_r / 10))", 0.02, 6e-4,
              "hari dan bulan sama, tahun salah ketik", "same day and month, year mistyped", under="swapped"),
        Level("about", "abs(year_l - year_r) <= 2 and (default_day_l or default_day_r)", 0.01, 5e-3,
              "tahun kira-kira sama (dihitung dari umur?)", "year about the same (reckoned from age?)",
              under="year_default"),
        Level("same_year", "year_l = year_r", 0.01, 2e-2, "tahun sama saja", "only the year is the same",
              under="day_of_month"),
        Level("else", "else", 0.01, 0.96, "tanggal lahir berbeda", "different birth dates", under="same_year"),
    ),
    "Tanggal lahir", "Birth date",
)  # fmt: skip

SEX = Comparison(
    "sex",
    ("sex",),
    _both("sex"),
    (
        Level("same", "sex_l = sex_r", 0.985, 0.5, "jenis kelamin sama", "same sex"),
        Level(
            "else",
            "else",
            0.015,
            0.5,
            "jenis kelamin berbeda",
            "different sex",
            under="same",
        ),
    ),
    "Jenis kelamin",
    "Sex",
)

MOTHER = Comparison(
    "mother_name",
    ("mother", "mother_k", "mother_rarity"),
    _both("mother"),
    (
        Level("same_rare", "mother_l = mother_r and mother_rarity_l <= 1", 0.55, 2e-5,
              "nama ibu sama dan jarang", "same mother's name, a rare one"),
        Level("same", "mother_l = mother_r", 0.15, 4e-4, "nama ibu sama", "same mother's name", under="same_rare"),
        Level("near", "jaro_winkler_similarity(mother_l, mother_r) >= 0.9", 0.12, 2e-3,
              "nama ibu mirip", "mothers' names alike", under="same"),
        Level("key", "mother_k_l = mother_k_r", 0.06, 6e-3, "kata utama nama ibu mirip",
              "telling word of the mother's name alike", under="near"),
        Level("else", "else", 0.08, 0.99, "nama ibu berbeda", "different mothers", under="key"),
    ),
    "Nama ibu", "Mother's name",
)  # fmt: skip

PLACE = Comparison(
    "address",
    ("village", "near", "district", "regency", "street", "unit", "full", "joined", "k1", "kl", "nik", "dob", "year",
     "day"),
    "regency_l is null or regency_r is null",
    (
        Level("door", f"village_l = village_r and unit_l = unit_r and street_l = street_r and {_ONE_PERSON}",
              0.15, 1e-5,
              "desa, RT/RW dan jalan sama", "same village, RT/RW and street"),
        Level("street", f"village_l = village_r and street_l = street_r and {_ONE_PERSON}", 0.10, 5e-5,
              "desa dan jalan sama", "same village and street", under="door"),
        Level("unit", "village_l = village_r and unit_l = unit_r", 0.15, 2e-4,
              "desa dan RT/RW sama", "same village and RT/RW", under="street"),
        Level("village", "village_l = village_r", 0.40, 3e-3, "desa sama", "same village", under="unit"),
        Level("neighbour", "contains(near_l, village_r)", 0.03, 0.015,
              "desa bertetangga", "neighbouring villages", 1.0, under="village"),
        Level("district", "district_l = district_r", 0.08, 2e-2, "kecamatan sama", "same district", under="neighbour"),
        Level("regency", "regency_l = regency_r", 0.06, 0.2, "kabupaten sama", "same regency", under="district"),
        Level("else", "else", 0.06, 0.78, "kabupaten berbeda", "different regencies", under="regency"),
    ),
    "Alamat", "Address",
)  # fmt: skip

PHONE = Comparison(
    "phone",
    ("phone", "full", "joined", "k1", "kl", "nik", "dob", "year", "day"),
    _both("phone"),
    (
        Level("same", f"phone_l = phone_r and {_ONE_PERSON}", 0.60, 1e-7, "nomor telepon sama", "same phone number"),
        Level("household", "phone_l = phone_r", 0.01, 1e-6,
              "nomor telepon sama, nama atau tanggal lahir berbeda: satu rumah?",
              "same phone, names or birth dates differ: one household?", 1.0, under="same"),
        Level("near", f"length(phone_l) = length(phone_r) and hamming(phone_l, phone_r) <= 1 and {_ONE_PERSON}",
              0.04, 1e-6,
              "nomor telepon berbeda satu angka", "phone numbers differ in one digit", under="same"),
        Level("else", "else", 0.35, 0.999, "nomor telepon berbeda", "different phone numbers", under="household"),
    ),
    "Telepon", "Phone",
)  # fmt: skip

BIRTH_PLACE = Comparison(
    "birth_place",
    ("birth_place", "regency"),
    _both("birth_place"),
    (
        Level("same_near", "birth_place_l = birth_place_r and regency_l = regency_r", 0.50, 0.2,
              "tempat lahir sama, kabupaten sama", "same birth place, same regency", 0.35),
        Level("same", "birth_place_l = birth_place_r", 0.30, 0.03, "tempat lahir sama", "same birth place"),
        Level("near", "jaro_winkler_similarity(birth_place_l, birth_place_r) >= 0.9", 0.05, 0.01,
              "tempat lahir mirip", "birth places alike", under="same_near"),
        Level("else", "else", 0.15, 0.76, "tempat lahir berbeda", "different birth places", under="near"),
    ),
    "Tempat lahir", "Birth place",
)  # fmt: skip

FATHER = Comparison(
    "father_name",
    ("father",),
    _both("father"),
    (
        Level("near", "jaro_winkler_similarity(father_l, father_r) >= 0.9", 0.85, 2e-3,
              "nama ayah (bin/binti) cocok", "father's name (bin/binti) fits", 3.0),
        Level("else", "else", 0.15, 0.998, "nama ayah berbeda", "different father's names", -2.5, under="near"),
    ),
    "Nama ayah", "Father's name",
)  # fmt: skip

OCCUPATION = Comparison(
    "occupation",
    ("occupation",),
    _both("occupation"),
    (
        Level(
            "same",
            "occupation_l = occupation_r",
            0.6,
            0.15,
            "pekerjaan sama",
            "same occupation",
        ),
        Level(
            "else",
            "else",
            0.4,
            0.85,
            "pekerjaan berbeda",
            "different occupations",
            under="same",
        ),
    ),
    "Pekerjaan",
    "Occupation",
)

COMPARISONS: tuple[Comparison, ...] = (
    NAME, NIK, BIRTH, SEX, MOTHER, PLACE, PHONE, BIRTH_PLACE, FATHER, OCCUPATION,
)  # fmt: skip


def for_dialect(sql: str, dialect: str) -> str:
    """Return the condition in the dialect of an engine ('duckdb' or 'spark')."""
    if dialect == "duckdb":
        return sql
    return sql.replace("jaro_winkler_similarity(", "jaro_winkler(").replace("hamming(", "levenshtein(")


def level_of(comparison: Comparison, rung: int) -> Level | None:
    """Return the level of a rung: 1 is 'else', the best has the highest number; 0 says nothing and gives None."""
    return None if rung < 1 else comparison.levels[len(comparison.levels) - rung]
