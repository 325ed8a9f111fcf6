"""What cleaning must bring together and what it must keep apart."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.matching.clean import clean
from payung.matching.columns import standard
from payung.matching.names import fold_names
from payung.matching.one_name import fold_name
from tests.matching.lists import made_list


def cleaned(**fields: str | None) -> dict[str, object]:
    table, _ = standard(pl.DataFrame({name: [value] for name, value in fields.items()}))
    return clean(table).row(0, named=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Soeharto", "Suharto"),
        ("Djoko Tjahjono", "Joko Cahjono"),
        ("Muh. Ridwan", "Mochammad Ridwan"),
        ("M. Ridwan", "MUHAMMAD RIDWAN"),
        ("St. Aminah", "SITI AMINAH"),
        ("Hj. Siti Aminah", "Sitti Amina"),
        ("Syarifuddin", "Sarifudin"),
        ("Fauzi", "Pauji"),
        ("Khairul", "Hairul"),
        ("Budi Santoso, S.Pd", "BUDI  SANTOSO"),
        ("Budi Santoso S.E.", "Budi Santoso"),
        ("Budi bin Ahmad", "BUDI"),
        ("O'hara", "OHARA"),
    ],
)
def test_spellings_of_one_name_meet(one: str, other: str) -> None:
    folded = fold_names(pl.Series([one, other]))["full"].to_list()
    assert folded[0] == folded[1]


@pytest.mark.parametrize(
    ("one", "other"), [("Ali", "Alo"), ("Siti", "Sri"), ("Rahma", "Rahmat"), ("Adi", "Edi")]
)
def test_different_names_stay_apart(one: str, other: str) -> None:
    folded = fold_names(pl.Series([one, other]))["full"].to_list()
    assert folded[0] != folded[1]


def test_father_is_told_apart_from_the_name() -> None:
    row = fold_names(pl.Series(["Udin bin La Ode"])).row(0, named=True)
    assert (row["full"], row["father"]) == ("UDIN", "LA ODE")


def test_token_order_and_spaces() -> None:
    rows = fold_names(pl.Series(["Nur Aini", "Aini Nur", "Nuraini"])).to_dicts()
    assert rows[0]["sorted"] == rows[1]["sorted"]
    assert rows[0]["joined"] == rows[2]["joined"]


@pytest.mark.parametrize(
    "name", ["محمد علي", "😀 Budi 😀", "🙂", "", "   ", ".", "H.", "x" * 100_000, "a\nb\tc", "\x00"]
)
def test_any_text_is_survived(name: str) -> None:
    row = cleaned(name=name)
    assert row["full"] is None or isinstance(row["full"], str)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.one_of(st.none(), st.text(max_size=40)), min_size=1, max_size=20))
def test_folding_keeps_the_rows(names: list[str | None]) -> None:
    out = fold_names(pl.Series(names, dtype=pl.String))
    assert out.height == len(names)
    for given_name, full in zip(names, out["full"].to_list(), strict=True):
        if given_name is None:
            assert full is None


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(alphabet="ABDEHIJKLMNORSTU '.,-", max_size=30), min_size=1, max_size=10))
def test_folding_does_not_depend_on_the_other_rows(names: list[str]) -> None:
    together = fold_names(pl.Series(names)).to_dicts()
    alone = [fold_names(pl.Series([name])).row(0, named=True) for name in names]
    assert together == alone


@pytest.mark.parametrize(
    "text",
    ["1985-08-17", "17-08-1985", "17/08/1985", "17.08.1985", "19850817", "17 Agustus 1985", "17 Ags 85", "17-8-85",
     "1985-08-17T00:00:00", "17 AUG 1985", "17 Agoestoes 1985", "17 Agust. 85", "17-VIII-1985", "17/viii/85",
     "8/17/1985", "08-17-85", "Tarakan, 17 Agustuss 1985", "Sabtu, 17 Augustus 1985", "17 AGST 1985"],
)  # fmt: skip
def test_dates_as_lists_write_them(text: str) -> None:
    assert cleaned(name="x", birth_date=text)["dob"] == 19850817


@pytest.mark.parametrize("text", ["31-02-1985", "abc", "1985", "00-00-0000", "32/13/1985", "17-08-0785"])
def test_no_date_is_made_up(text: str) -> None:
    assert cleaned(name="x", birth_date=text)["dob"] is None


@settings(deadline=None, max_examples=30)
@given(st.dates())
def test_every_real_date_is_read(born: object) -> None:
    from datetime import date

    assert isinstance(born, date)
    read = cleaned(name="x", birth_date=born.isoformat())["dob"]
    assert read == (int(f"{born:%Y%m%d}") if 1000 <= born.year <= 2100 else None)


@pytest.mark.parametrize(
    "nik",
    [
        "0000000000000000",
        "1111111111111111",
        "1234567890123456",
        "6571010000000000",
        "6,57101E+15",
        "-",
        "12",
    ],
)
def test_placeholders_and_damaged_niks_carry_no_weight(nik: str) -> None:
    assert cleaned(nik=nik, name="x")["nik"] is None


@pytest.mark.parametrize(
    "nik", ["'6571014508680001", "6571 0145 0868 0001", "65.71.01.450868.0001", "657IO14508680001"]
)
def test_niks_as_typed(nik: str) -> None:
    row = cleaned(nik=nik, name="x", birth_date="05-08-1968")
    assert (row["nik"], row["sex"], row["own_nik"]) == ("6571014508680001", 2, "6571014508680001")


def test_phone_prefixes() -> None:
    phones = {
        cleaned(name="x", phone=text)["phone"]
        for text in ("0812-3755-7890", "+62 81237557890", "6281237557890")
    }
    assert phones == {"81237557890"}


def test_address_parts() -> None:
    one = cleaned(name="x", address="Jl. Mawar No. 5 RT 03/RW 02", village_code="65.71.01.1001")
    other = cleaned(name="x", address="JALAN MAWAR NO 5 RT.3 RW.2", village_code="6571011001")
    for column in ("street", "unit", "village", "district", "regency"):
        assert one[column] == other[column] is not None


_SIGNS = "ABDEFGHIJKLMNOPQRSTUVWXYZaeiou  .,'’-/0é\u0301ßﬁİعمﷺ"


#: signs that Python's tables of Unicode know; Polars' may be newer
_KNOWN = st.characters(codec="utf-8", exclude_categories=["Cn", "Co"])


@given(st.lists(st.text(_SIGNS, max_size=30) | st.text(_KNOWN, max_size=12), min_size=1, max_size=30))
@settings(deadline=None, max_examples=60)
def test_one_name_folds_as_a_column_of_names_does(names: list[str]) -> None:
    column = fold_names(pl.Series(names, dtype=pl.String)).to_dicts()
    assert [fold_name(name) for name in names] == column


def test_names_of_lists_fold_alike_one_by_one() -> None:
    names = [
        *made_list(3_000, 8)["name"].drop_nulls().unique(),
        "BIN",
        "Hj.",
        "Bin Ali",
        "H. bin Haji",
        "M",
        "Budi, S.E.",
    ]
    assert [fold_name(name) for name in names] == fold_names(pl.Series(names)).to_dicts()
