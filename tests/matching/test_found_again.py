"""One person whose two rows share little: a birth date that only the NIK gives, letters that changed places, titles."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from payung.matching import default, link
from payung.matching.clean import clean
from payung.matching.columns import standard
from payung.matching.names import fold_names, letters_of
from tests.matching.lists import made_list

_REST = {"sex": "P", "village_code": "71.02.03.2004", "occupation": "petani"}
_NIK = "7102035309610002"
#: rows that are one person: what each of the two says
ONE_PERSON: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "date only in the NIK": ({"name": "Rukiah", "nik": _NIK}, {"name": "Rukiah", "birth_date": "13-09-1961"}),
    "NIK cut to fifteen digits": ({"name": "Yunita", "nik": "7102035309610000"},
                                  {"name": "Yunita", "birth_date": "13-09-1961"}),
    "NIKs cut on both sides": ({"name": "Jamilah Pangka", "nik": "7102035309610000"},
                               {"name": "Jamilah Pangka", "nik": "7102035309610002", "birth_date": "13/09/1961"}),
    "date in the NIK, old spelling": ({"name": "Roekiah", "nik": _NIK}, {"name": "Rukiah", "birth_date": "13-09-1961"}),
    "date in the NIK, letters turned": ({"name": "Gadna Halim", "nik": _NIK},
                                        {"name": "Ganda Halim", "birth_date": "13-09-1961"}),
    "date in the NIK, a word lost": ({"name": "Rukiah Santosa", "nik": _NIK},
                                     {"name": "Rukiah", "birth_date": "1961-09-13"}),
    "first letters turned": ({"name": "Legawa", "birth_date": "13-09-1961"},
                             {"name": "Elgawa", "birth_date": "13-09-1961"}),
    "first letters turned, no village": ({"name": "Ribka Situmeang", "birth_date": "13-09-1961", "village_code": None},
                                         {"name": "Irbka Situmeang", "birth_date": "13-09-1961"}),
    "a title for a woman who teaches": ({"name": "Ustzh. Suriani", "birth_date": "13-09-1961"},
                                        {"name": "Suriani", "birth_date": "13-09-1961"}),
    "a title, year by age": ({"name": "Ustdzh Rosdiana Lasakka", "birth_date": "01-01-1961", "phone": "081256429387"},
                             {"name": "Rosdiana Lasakka", "birth_date": "13-09-1961", "phone": "081256429387"}),
    "a pastor": ({"name": "Pendeta Oktavina", "nik": _NIK}, {"name": "Oktavina", "birth_date": "13-09-1961"}),
    "binti without a space behind": ({"name": "Hasnawati bintiardan", "nik": _NIK}, {"name": "Hasnawati", "nik": _NIK}),
    "binti without a space before": ({"name": "Fitriabinti Lurhur", "birth_date": "13-09-1961"},
                                     {"name": "Fitria", "birth_date": "13-09-1961"}),
    "glued, no village": ({"name": "Yohanistanujaya", "birth_date": "13-09-1961", "village_code": None},
                          {"name": "Yohanis Tanujaya", "birth_date": "13-09-1961"}),
}  # fmt: skip


@pytest.mark.parametrize("rows", ONE_PERSON.values(), ids=ONE_PERSON)
def test_two_rows_of_one_person_meet(rows: tuple[dict[str, Any], dict[str, Any]]) -> None:
    mine = [{"id": "ab"[place], **_REST, **row} for place, row in enumerate(rows)]
    others = made_list(400, 5).drop("true_id").with_columns(id="other " + pl.col("id"))
    found = link(pl.concat([pl.DataFrame(mine), others], how="diagonal"), model=default())
    cluster = dict(found.clusters.iter_rows())
    assert cluster["a"] == cluster["b"], found.pairs.filter(pl.col("id_l") == "a")


def _clean(**row: Any) -> dict[str, Any]:
    return clean(standard(pl.DataFrame([{"name": "Rukiah", "phone": "081256429387", **row}]))[0]).row(
        0, named=True
    )


@pytest.mark.parametrize(
    ("row", "dob", "implied"),
    [
        ({"nik": _NIK}, 19610913, True),
        ({"nik": "7102035309610000"}, 19610913, True),
        ({"nik": "7102031309050001"}, 20050913, True),
        ({"nik": _NIK, "birth_date": "14-09-1961"}, 19610914, False),
        ({"nik": "7102035309610"}, None, False),
        ({"nik": "7102037309610002"}, None, False),
        ({"nik": "7102035313610002"}, None, False),
        ({"nik": "9902035309610002"}, None, False),
        ({"nik": "7102035309190002"}, None, False),
        ({"nik": "7102035309290002"}, None, False),
        ({"nik": "7102035309300002"}, 19300913, True),
        ({"nik": "7102035309150002"}, 20150913, True),
    ],
)
def test_only_a_valid_nik_gives_the_date_that_is_missing(
    row: dict[str, str], dob: int | None, implied: bool
) -> None:
    found = _clean(**row)
    assert (found["dob"], found["implied"]) == (dob, implied)


def test_a_date_out_of_the_nik_does_not_count_beside_that_nik() -> None:
    rows = pl.DataFrame([
        {"id": "a", "name": "Rukiah", "nik": _NIK},
        {"id": "b", "name": "Rukiah", "nik": _NIK, "birth_date": "13-09-1961"},
    ])  # fmt: skip
    pair = link(rows, model=default(), keep=0.0).pairs.row(0, named=True)
    assert (pair["gamma_birth_date"], pair["mw_birth_date"]) == (0, 0)


def test_letters_are_the_same_in_whatever_order() -> None:
    names = ["Ganda Halim", "Gadna Halim", "gaandahalim", "Ganda Salim", None, "王"]
    found = fold_names(pl.Series(names))["letters"].to_list()
    assert found[0] == found[1] == found[2] != found[3]
    assert found[4:] == [None, None]
    assert letters_of("GANTAHALIM") != found[0] == letters_of("GANDAHALIM")
