"""Two different NIKs that stand, each in its own row, are never one person without a clerk."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

import polars as pl
import pytest

from payung.identity.nik import read as read_nik
from payung.identity.regions import load
from payung.matching import Linked, default, link, standing_niks
from payung.matching.clean import clean
from payung.matching.columns import standard
from payung.matching.standing import born_of, stands
from tests.matching.lists import made_list

_HOME = {"mother_name": "Hernawati Jalung Usat", "address": "Jl. Mawar 5 RT 01/02", "village_code": "65.71.01.1001",
         "phone": "081256429387"}  # fmt: skip
_SITI = {"name": "Siti Aminah", "sex": "P", "village_code": "65.71.01.1001"}
Row = dict[str, Any]


def _rows(*different: Row, **common: Any) -> list[Row]:
    return [{"id": "abcdefgh"[number], **common, **row} for number, row in enumerate(different)]


def _joined(rows: list[Row], **more: Any) -> Linked:
    """The rows among strangers, so that the prior is that of a list."""
    others = made_list(300, 5).drop("true_id").with_columns(id="other " + pl.col("id"))
    return link(pl.concat([pl.DataFrame(rows), others], how="diagonal"), model=default(), **more)


def _groups(found: Linked, rows: list[Row]) -> list[str]:
    ids = [row["id"] for row in rows]
    mine = found.clusters.filter(pl.col("id").is_in(ids)).group_by("cluster_id").agg(pl.col("id").sort())
    return sorted("".join(group) for group in mine["id"].to_list())


def _waiting(found: Linked) -> set[str]:
    """The pairs that a clerk sees."""
    low, high = found.report["doubtful"], found.report["same"]
    seen = found.pairs.filter(pl.col("probability").is_between(low, high, closed="left"))
    return {"".join(sorted(pair)) for pair in seen.select("id_l", "id_r").iter_rows()}


_RAHMI = {"sex": "P", "birth_date": "09-04-1991", **_HOME}
TWO = {
    "twins whose names are one letter apart": _rows(
        {"nik": "6571014904912101", "name": "Rahmi Sulobang"}, {"nik": "6571014904912102", "name": "Rahma Sulobang"},
        **_RAHMI),
    "twins, the serials not one after the other": _rows(
        {"nik": "6571014904910003", "name": "Dewi Lestari"}, {"nik": "6571014904910017", "name": "Devi Lestari"},
        **_RAHMI),
    "twins registered in two districts": _rows(
        {"nik": "6571014904910003", "name": "Nuraini Sulobang"},
        {"nik": "6571024904910001", "name": "Nuriani Sulobang"}, **_RAHMI),
    "twins of one list without sex": _rows(
        {"nik": "6571010904910003", "name": "Hasan Basri"}, {"nik": "6571010904910004", "name": "Hasin Basri"},
        birth_date="09-04-1991", **_HOME),
    "twins of one list without birth dates": _rows(
        {"nik": "6571010904910003", "name": "Hasan Basri"}, {"nik": "6571010904910004", "name": "Hasin Basri"},
        sex="L", **_HOME),
    "namesakes born on 1 January in one village": _rows(
        {"nik": "6571014101700001"}, {"nik": "6571014101700004"}, birth_date="01-01-1970", phone="081256429387",
        **_SITI),
    "namesakes born on 1 July, registered in two regencies": _rows(
        {"nik": "6571014107700001"}, {"nik": "6501014107700001"}, birth_date="01-07-1970", address="Jl. Pasar 3",
        phone="081256429387", **_SITI),
    "a rare name twice on one birthday": _rows(
        {"nik": "6571011708450001"}, {"nik": "6571011708450002"}, name="Gerungan Njau Lencau", sex="L",
        birth_date="17-08-1945", village_code="65.71.01.1001"),
    "father and son of one name whose dates look like a slip": _rows(
        {"nik": "6571011203650001", "birth_date": "12-03-1965"},
        {"nik": "6571011203850002", "birth_date": "12-03-1985"}, name="Laing Ibung Ajang", sex="L", **_HOME),
    "siblings named alike, a year apart": _rows(
        {"nik": "6571014904910001", "birth_date": "09-04-1991", "name": "Nurhayati Sulobang"},
        {"nik": "6571014904920001", "birth_date": "09-04-1992", "name": "Nurhayani Sulobang"}, sex="P", **_HOME),
    "one digit of the serial mistyped": _rows(
        {"nik": "6571011708450001"}, {"nik": "6571011708450007"}, name="Yohanes Laing", sex="L",
        birth_date="17-08-1945", **_HOME),
    "one digit of the district mistyped into another district": _rows(
        {"nik": "6571011708450001"}, {"nik": "6571021708450001"}, name="Yohanes Laing", sex="L",
        birth_date="17-08-1945", **_HOME),
    "two digits of the serial turned round, one birth date missing": _rows(
        {"nik": "6571011708450012", "birth_date": "17-08-1945"}, {"nik": "6571011708450021"}, name="Yohanes Laing",
        sex="L", **_HOME),
}  # fmt: skip


@pytest.mark.parametrize("rows", TWO.values(), ids=TWO)
@pytest.mark.parametrize("threshold", [None, 0.02])
def test_two_niks_that_stand_wait_for_a_clerk(rows: list[Row], threshold: float | None) -> None:
    found = _joined(rows, threshold=threshold)
    assert _groups(found, rows) == ["a", "b"]
    judged = dict(found.decisions.select("id", "decision").iter_rows())
    assert "same" not in (judged["a"], judged["b"])
    if rows[0]["name"] == rows[1]["name"]:
        assert "ab" in _waiting(found)


@pytest.mark.parametrize("rows", TWO.values(), ids=TWO)
def test_a_clerk_may_still_say_that_they_are_one(rows: list[Row]) -> None:
    again = rows + [{**row, "id": str(number)} for number, row in enumerate(rows)]
    said = pl.DataFrame({"id_l": ["a"], "id_r": ["b"], "answer": ["same"]})
    assert _groups(_joined(again, answers=said), again) == ["01ab"]
    said = said.with_columns(answer=pl.lit("ask"))
    assert _groups(_joined(again, answers=said), again) == ["0a", "1b"]


@pytest.mark.parametrize("rows", TWO.values(), ids=TWO)
def test_new_rows_against_people_known(rows: list[Row]) -> None:
    known = pl.concat([made_list(300, 5).drop("true_id"), pl.DataFrame(rows[:1])], how="diagonal")
    found = link(pl.DataFrame(rows[1:]), known, model=default())
    assert _groups(found, rows) == ["a", "b"]
    decision = found.decisions["decision"][0]
    assert decision == "doubtful" or (decision == "new" and rows[0]["name"] != rows[1]["name"])


_LAING = {"name": "Yohanes Laing", "sex": "L", "birth_date": "17-08-1945", **_HOME}
ONE = {
    "a serial digit lost": ("6571011708450001", "657101170845001"),
    "a district that never was": ("6571011708450001", "6571911708450001"),
    "a province that never was": ("6571011708450001", "2571011708450001"),
    "the birth day mistyped": ("6571011708450001", "6571011808450001"),
    "the birth month of no calendar": ("6571011708450001", "6571011718450001"),
    "the year mistyped": ("6571011708450001", "6571011708460001"),
    "a woman's number": ("6571011708450001", "6571015708450001"),
    "a serial of noughts": ("6571011708450001", "6571011708450000"),
    "no NIK": ("6571011708450001", None),
    "the same NIK in groups": ("6571011708450001", "65.71.01.170845.0001"),
}


@pytest.mark.parametrize("niks", ONE.values(), ids=ONE)
def test_a_nik_that_does_not_stand_keeps_nobody_apart(niks: tuple[str, str | None]) -> None:
    rows = _rows(*({"nik": nik} for nik in niks), **_LAING)
    assert _groups(_joined(rows), rows) == ["ab"]


_BETWEEN: dict[str, Row] = {
    "no NIK, the name of the first": {"name": "Rahmi Sulobang"},
    "a NIK that does not fit": {"name": "Rahmi Sulobang", "nik": "6571010904912101"},
    "a NIK one digit short": {"name": "Rahmi Sulobang", "nik": "657101490491210"},
    "no NIK, a name between": {"name": "Rahm Sulobang"},
    "no NIK and no name": {"name": None},
}


@pytest.mark.parametrize("between", _BETWEEN.values(), ids=_BETWEEN)
def test_a_third_row_never_brings_two_niks_together(between: Row) -> None:
    rows = [*TWO["twins whose names are one letter apart"], {"id": "c", **_RAHMI, **between}]
    for order in (rows, rows[::-1], [rows[2], rows[0], rows[1]]):
        assert not any({"a", "b"} <= set(group) for group in _groups(_joined(order), rows))


def test_a_row_that_fits_two_people_alike_is_given_to_neither() -> None:
    ends = TWO["namesakes born on 1 January in one village"]
    rows = [*ends, {"id": "c", **_SITI, "birth_date": "01-01-1970", "phone": "081256429387"}]
    found = _joined(rows)
    assert _groups(found, rows) == ["a", "b", "c"]
    assert {"ac", "bc"} <= _waiting(found)
    clear = [*TWO["twins whose names are one letter apart"], {"id": "c", **_RAHMI, "name": "Rahmi Sulobang"}]
    assert _groups(_joined(clear), clear) == ["ac", "b"]


def test_a_chain_of_rows_never_brings_two_niks_together() -> None:
    ends = TWO["namesakes born on 1 January in one village"]
    links = [
        {**_SITI, "birth_date": "01-01-1970", "phone": "081256429387", "id": str(number)}
        for number in range(6)
    ]
    found = _joined([ends[0], *links, ends[1]])
    assert not any({"a", "b"} <= set(group) for group in _groups(found, ends))
    assert found.report["rows"] == 308


def test_no_cluster_of_a_list_holds_two_niks_that_stand(people: pl.DataFrame, matched: Linked) -> None:
    own = clean(standard(people)[0]).select("own_nik").hstack([matched.clusters["cluster_id"]]).drop_nulls()
    assert own.height > 4_000
    assert own.group_by("cluster_id").agg(pl.col("own_nik").n_unique())["own_nik"].max() == 1


def test_niks_that_a_clerk_found_on_one_person_do_not_keep_rows_apart() -> None:
    known = pl.DataFrame([{**_LAING, "id": "p1", "nik": "6571011708450001",
                           "own_niks": "6571011708450001 6571011708450007"}])  # fmt: skip
    for nik, expected in (
        ("6571011708450007", "same"),
        ("6571011708450001", "same"),
        ("6571011708450003", "doubtful"),
    ):
        new = pl.DataFrame([{**_LAING, "id": "r1", "nik": nik}])
        assert link(new, known, model=default()).decisions["decision"].to_list() == [expected]


def test_which_niks_stand_for_people_with_many_rows() -> None:
    rows = pl.DataFrame(
        [
            {"id": "p1", "nik": "6571011708450001", "birth_date": "17-08-1945", "sex": "L"},
            {"id": "p1", "nik": "6571011708450007", "birth_date": "17-08-1945", "sex": None},
            {"id": "p2", "nik": "6571011708450003", "birth_date": "18-08-1945", "sex": "L"},
            {"id": "p3", "nik": None, "birth_date": "18-08-1945", "sex": "L"},
            {"id": "p4", "nik": "6571011708450009", "birth_date": None, "sex": None},
        ]
    )
    assert dict(standing_niks(rows).iter_rows()) == {
        "p1": "6571011708450001 6571011708450007", "p4": "6571011708450009",
    }  # fmt: skip


def test_one_nik_at_a_time_is_judged_as_in_a_table() -> None:
    niks = [
        "6571011708450001", "6571015708450001", "6571013002450001", "6571012902450001", "6571010001450001",
        "6571014001450001", "6571017208450001", "9971011708450001", "6571011708450000", "6404041708450001",
    ]  # fmt: skip
    for nik, (born, text) in [
        (nik, born) for nik in niks for born in ((None, None), (date(1945, 8, 17), "17-08-1945"))
    ]:
        for said, sex in ((None, None), (1, "L"), (2, "P")):
            row = pl.DataFrame([{"nik": nik, "birth_date": text, "sex": sex}])
            assert stands(nik, born, said) == (clean(standard(row)[0])["own_nik"][0] is not None), (
                nik,
                born,
                sex,
            )


@pytest.mark.parametrize("year", [45, 61, 62, 63, 70, 75, 78, 82, 90, 99, 1, 3, 0, 4, 8, 48, 60, 64, 72, 96])
@pytest.mark.parametrize("day", [29, 69])
def test_a_29_february_stands_only_in_years_that_had_one(day: int, year: int) -> None:
    nik = f"657101{day}02{year:02}0001"
    row = pl.DataFrame([{"nik": nik, "birth_date": None, "sex": None}])
    stood = clean(standard(row)[0])
    leap = year % 4 == 0
    assert stands(nik, None) == leap
    assert (stood["own_nik"][0] is not None) == leap
    assert (stood["dob"][0] is not None) == leap
    assert (born_of(nik) is not None) == leap
    assert read_nik(nik, regions=load(), today=date(2026, 11, 22)).valid == leap


def test_every_two_of_eight_namesakes_are_kept_apart() -> None:
    """Eight Siti Aminah of 1 January in one village, one after the other in the register."""
    rows = _rows(*({"nik": f"657101410170000{n}"} for n in range(1, 9)), birth_date="01-01-1970", **_SITI)
    found = _joined(rows)
    assert len(_groups(found, rows)) == 8
    assert all("".join(pair) in _waiting(found) for pair in combinations("abcdefgh", 2))
