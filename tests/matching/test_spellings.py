"""Old and new spellings of one name are compared, and reach a clerk or better."""

from __future__ import annotations

import polars as pl
import pytest

from payung.identity import reference
from payung.matching import default, link
from payung.matching.names import _folded
from payung.matching.one_name import fold_name
from tests.matching.lists import made_list

SPELLINGS = [
    ("Yusuf", "JUSUP"),
    ("Nur Hayati", "NURHAJATI"),
    ("Djoko Soesilo", "Joko Susilo"),
    ("Soekarno", "Sukarno"),
    ("Tjahjono", "Cahyono"),
    ("Njoman Sudarja", "Nyoman Sudarya"),
    ("Sjarifuddin", "Syaripudin"),
    ("Chalid Mawardi", "Khalid Mawardi"),
    ("Chandra", "Candra"),
    ("Christina Laing", "Kristina Laing"),
    ("Zainal Arifin", "Jaenal Aripin"),
    ("Fauziah", "Paujiah"),
    ("Syamsuddin", "Sjamsoedin"),
    ("Moehammad Jahja", "Muh. Yahya"),
    ("Abdoellah", "Abdullah"),
    ("Sri Wahyuni", "SRIWAHJUNI"),
    ("Achmad Jani", "Ahmad Yani"),
    ("Siti Nurjannah", "St. Noerdjanah"),
    ("Yohanes", "Johannes"),
    ("Maryati", "Marjati"),
    ("Surya Wijaya", "SURJA WIDJAJA"),
    ("Abdul Rahman", "Abdulrachman"),
    ("Bahruddin", "Bahrudin"),
    ("Kiay Mojo", "Kiai Modjo"),
]
_COMMON = {"birth_date": "17-08-1955", "sex": "L", "village_code": "65.71.01.1001"}


def _bits(left: str, right: str, **more: str) -> tuple[float, float] | None:
    """Probability and weight of two rows of these names among strangers; None where they are not compared."""
    rows = [{"id": "a", "name": left, **_COMMON, **more}, {"id": "b", "name": right, **_COMMON, **more}]
    others = made_list(200, 5).drop("true_id").with_columns(id="other " + pl.col("id"))
    found = link(pl.concat([pl.DataFrame(rows), others], how="diagonal"), model=default(), keep=0.0)
    pair = found.pairs.filter((pl.col("id_l") == "a") & (pl.col("id_r") == "b"))
    return None if pair.is_empty() else pair.select("probability", "weight").row(0)


@pytest.mark.parametrize(("left", "right"), SPELLINGS)
def test_old_and_new_spelling_reach_a_clerk_or_better(left: str, right: str) -> None:
    bits = _bits(left, right, mother_name="Halimah")
    assert bits is not None and bits[0] >= 0.10


@pytest.mark.parametrize(("left", "right"), SPELLINGS)
def test_old_and_new_spelling_are_compared_without_a_mother(left: str, right: str) -> None:
    assert _bits(left, right) is not None


def test_whatever_the_names_who_shares_birth_date_village_sex_and_mother_is_compared() -> None:
    assert _bits("Bungsu", "Wahyudi", mother_name="Halimah") is not None


def test_every_known_spelling_is_compared() -> None:
    """Each spelling of the reference table beside its usual one, on one birthday in one village; but for the few that
    lose their first letter (Hasnawati, Asnawati) also without a mother."""
    pairs = [
        (row["canonical"], row["variant"])
        for row in reference.rows("name_variants.csv")
        if row["canonical"].casefold() != row["variant"].casefold()
    ]
    missing = {mother: _not_compared(pairs, mother) for mother in (None, "Halimah")}
    assert missing["Halimah"] == []
    assert len(missing[None]) <= 0.03 * len(pairs)


def _not_compared(pairs: list[tuple[str, str]], mother: str | None) -> list[tuple[str, str]]:
    rows = []
    for number, names in enumerate(pairs):
        born = f"{2 + number % 25:02}-{1 + number // 25 % 12:02}-{1950 + number // 300}"
        rows += [
            {**_COMMON, "id": f"{side}{number}", "name": name, "birth_date": born, "mother_name": mother}
            for side, name in zip("ab", names, strict=True)
        ]
    found = link(pl.DataFrame(rows), model=default(), keep=0.0)
    compared = {(one[1:], other[1:]) for one, other in found.pairs.select("id_l", "id_r").iter_rows()}
    return [names for number, names in enumerate(pairs) if (str(number), str(number)) not in compared]


def test_one_name_is_folded_as_a_column_of_them() -> None:
    words = [word for pair in SPELLINGS for name in pair for word in name.replace(".", "").split()]
    words += [
        "Iyan",
        "Ian",
        "Yan",
        "Sity",
        "Ayyub",
        "Wahyyu",
        "Zakariya",
        "Yyi",
        "Hendry",
        "Aisyah",
        "I",
        "Y",
        "Yi",
    ]
    alone = pl.DataFrame({"word": words}).select(_folded(pl.col("word")))["word"]
    for word, folded in zip(words, alone.to_list(), strict=True):
        full = fold_name(f"{word} Laing")["full"]
        assert full in (f"{folded} LAING", "LAING"), word
