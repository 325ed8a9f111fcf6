"""What a machine may join unasked: namesakes, twins, father and son wait for a clerk, whatever their bits sum to."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from payung.matching import Linked, default, link
from payung.matching.decide import proven
from tests.matching.lists import made_list

Row = dict[str, Any]
_VILLAGE = "65.71.01.1001"
_PHONE, _STREET, _MOTHER = "081256429387", "Jl. Mawar 5 RT 01/02", "Hernawati Jalung Usat"
_HOME = {"mother_name": _MOTHER, "address": _STREET, "phone": _PHONE}


def _two(one: Row, other: Row, **common: Any) -> tuple[Row, Row]:
    return {**common, **one}, {**common, **other}


_NEW_YEAR = {"name": "Siti Aminah", "sex": "P", "birth_date": "01-01-1970"}
_RAHMI = {"name": "Rahmi Sulobang", "sex": "P", "birth_date": "09-04-1991", **_HOME}
_LAING = {"name": "Yohanes Laing Ibung", "sex": "L", "birth_date": "17-08-1965"}
#: Pairs for which a clerk is asked.
ASKED: dict[str, tuple[Row, Row]] = {
    "namesakes of 1 January": _two({}, {}, **_NEW_YEAR),
    "of one trade and birth place": _two({}, {}, **_NEW_YEAR, occupation="tani", birth_place="Tarakan"),
    "of 31 December": _two({}, {}, **_NEW_YEAR | {"birth_date": "31-12-1970"}),
    "of 1 July": _two({}, {}, **_NEW_YEAR | {"birth_date": "01-07-1970", "name": "Nur Hayati"}),
    "one with a NIK": _two({"nik": "6571014101700001"}, {}, **_NEW_YEAR),
    "one with a NIK that does not fit": _two(
        {"nik": "6571014101700001"}, {"nik": "6571014101710004"}, **_NEW_YEAR),
    "one with a NIK a digit short": _two({"nik": "6571014101700001"}, {"nik": "657101410170004"}, **_NEW_YEAR),
    "with mothers of one common name": _two({}, {}, **_NEW_YEAR, mother_name="Siti"),
    "with mothers of one rare name": _two({}, {}, **_NEW_YEAR, mother_name=_MOTHER),
    "of one street": _two({}, {}, **_NEW_YEAR, address="Jl. Mawar"),
    "a rare name on 1 January": _two({}, {}, name="Gerungan Njau Lencau", sex="L", birth_date="01-01-1961"),
    "written in two ways": _two({}, {"name": "SITTI AMINA"}, **_NEW_YEAR),
    "twins a letter apart": _two({}, {"name": "Rahma Sulobang"}, **_RAHMI),
    "twins, one NIK missing": _two({"nik": "6571014904910001"}, {"name": "Rahma Sulobang"}, **_RAHMI),
    "twins, one NIK a digit short": _two(
        {"nik": "6571014904910001"}, {"nik": "657101490491002", "name": "Rahma Sulobang"}, **_RAHMI),
    "twins of two words": _two({"name": "Dewi Lestari"}, {"name": "Devi Lestari"}, **_RAHMI),
    "a name cut short": _two({"name": "Yohanes"}, {}, **_LAING, **_HOME),
    "father and son, twenty years apart": _two({}, {"birth_date": "17-08-1985"}, **_LAING, **_HOME),
    "father and son, one birth date missing": _two({}, {"birth_date": None}, **_LAING, **_HOME),
    "father and son, one on 1 January": _two({}, {"birth_date": "01-01-1965"}, **_LAING, **_HOME),
    "one year apart in one house": _two({}, {"birth_date": "17-08-1966"}, **_LAING, **_HOME),
    "one NIK on father and son": _two(
        {"nik": "6571011708650001"}, {"nik": "6571011708650001", "birth_date": "03-02-1991"}, **_LAING, **_HOME),
}  # fmt: skip
#: Pairs with a proof of their own.
SURE: dict[str, tuple[Row, Row]] = {
    "one NIK": _two({"nik": "6571011708650001"}, {"nik": "6571011708650001"}, **_LAING),
    "one NIK, a slip in the name": _two(
        {"nik": "6571011708650001"}, {"nik": "6571011708650001", "name": "Yohanis Laing Ibung"}, **_LAING),
    "one NIK, 1 January": _two({"nik": "6571014101700001"}, {"nik": "6571014101700001"}, **_NEW_YEAR),
    "one NIK, no birth date": _two(
        {"nik": "6571011708650001"}, {"nik": "6571011708650001", "birth_date": None}, **_LAING),
    "name and birth date, one phone": _two({}, {}, **_LAING, **_HOME),
    "name in an old spelling": _two({}, {"name": "JOHANES LAING IBOENG"}, **_LAING, **_HOME),
    "a rare name and birth date": _two({}, {}, **_LAING),
    "1 January and one phone": _two({}, {}, **_NEW_YEAR | {"name": "Gerungan Njau Lencau"}, **_HOME),
    "day and month exchanged in one house": _two(
        {"birth_date": "07-08-1965"}, {"birth_date": "08-07-1965"}, **_LAING | {"birth_date": None}, **_HOME),
    "a NIK a digit short": _two({"nik": "6571011708650001"}, {"nik": "657101170865001"}, **_LAING, **_HOME),
}  # fmt: skip


def _judged(rows: tuple[Row, Row]) -> tuple[float, str, Linked]:
    two = [{"village_code": _VILLAGE, **row, "id": name} for name, row in zip("ab", rows, strict=True)]
    others = made_list(120, 5).drop("true_id").with_columns(id="other " + pl.col("id"))
    found = link(pl.concat([pl.DataFrame(two), others], how="diagonal"), model=default())
    pair = found.pairs.filter(pl.col("id_l").is_in(["a", "b"]) & pl.col("id_r").is_in(["a", "b"]))
    decision = found.decisions.filter(pl.col("id") == "b")["decision"][0]
    return (pair["probability"][0] if pair.height else 0.0), decision, found


@pytest.mark.parametrize("rows", ASKED.values(), ids=ASKED)
def test_a_clerk_is_asked(rows: tuple[Row, Row]) -> None:
    probability, decision, found = _judged(rows)
    assert probability < found.report["same"]
    assert decision != "same"


@pytest.mark.parametrize("rows", SURE.values(), ids=SURE)
def test_a_proof_joins_unasked(rows: tuple[Row, Row]) -> None:
    probability, decision, found = _judged(rows)
    assert probability >= found.report["same"]
    assert decision == "same"


def test_every_sure_pair_of_a_list_has_its_proof(matched: Linked) -> None:
    names = ("name", "nik", "birth_date", "address", "phone")
    rungs = {name: matched.pairs[f"gamma_{name}"].to_numpy() for name in names}
    sure = (matched.pairs["probability"] >= matched.report["same"]).to_numpy()
    assert sure.any()
    assert proven(rungs)[sure].all()
