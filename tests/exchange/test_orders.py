"""Day or month first: a column that contradicts itself is read by its NIKs, and says where it cannot be read."""

from __future__ import annotations

from datetime import date

import pytest

from payung.exchange import days, intake, tables
from tests.exchange import sheets

TODAY = date(2026, 11, 22)
#: NIKs of births on 5 August 1968, 12 March 1985, 12 September 1975, 1 July 1970, 25 January 1980.
NIKS = ["6571014508680001", "6571011203850012", "6571015209750027", "6571010107700004", "6571012501800003"]
BORN = [date(1968, 8, 5), date(1985, 3, 12), date(1975, 9, 12), date(1970, 7, 1), date(1980, 1, 25)]
UNSURE, FIRST = "birth_date_order_unsure", "birth_date_month_first"


def judged(births: list[str], niks: list[str]) -> intake.Judged:
    rows = [
        [nik, f"Orang {'ABCDE'[at]}", born, "Karang Anyar", "Tarakan Barat"]
        for at, (nik, born) in enumerate(zip(niks, births, strict=True))
    ]
    text = sheets.csv_text([["NIK", "Nama", "Tgl Lahir", "Desa", "Kecamatan"], *rows])
    return intake.judge(tables.read_here(text.encode(), "a.csv", tables.Limits()).tables[0], today=TODAY)


def codes(one: intake.Judged, at: int) -> set[str]:
    return {found["code"] for found in one.rows["findings"][at]}


@pytest.mark.parametrize(
    ("births", "month_first"),
    [
        # The first can be read both ways, the others show both orders; the NIK tells.
        (["08/05/1968", "13/12/1970", "09/25/1975"], True),
        (["05/08/1968", "13/12/1970", "09/25/1975"], False),
        (["8-5-68", "13-12-70", "9-25-75"], True),
        (["08.05.1968", "25.01.1980", "01.25.1980"], True),
        (["05.08.1968", "25.01.1980", "01.25.1980"], False),
        # A spreadsheet of other habits made dates of what it could, and left the rest as text.
        (["1968-05-08", "25/01/1980", "1985-12-03"], True),
        (["1968-08-05", "25/01/1980", "1985-03-12"], False),
        (["1968-05-08", "25-01-80", "1985-12-03 00:00:00"], True),
        (["1968-05-08 00:00:00", "25/01/1980", "1985-12-03 00:00:00"], True),
        (["1968-08-05 00:00:00", "25/01/1980", "1985-03-12 00:00:00"], False),
    ],
)
def test_the_nik_tells_what_a_contradicting_column_does_not(births: list[str], month_first: bool) -> None:
    niks = [NIKS[0], NIKS[4], NIKS[1]]
    one = judged(births, niks)
    assert one.rows["birth_date"][0] == BORN[0]
    assert (FIRST in codes(one, 0)) == month_first
    assert UNSURE not in codes(one, 0)
    assert one.rows["accepted"].all()


@pytest.mark.parametrize(
    ("births", "unsure"),
    [
        (["03/04/1968", "13/12/1970", "09/25/1975"], {0}),
        (["03/04/1968", "13/12/1970", "12/25/1975", "05/06/1980"], {0, 3}),
        (["04/04/1968", "13/12/1970", "12/25/1975"], set()),
        (["3 April 1968", "13/12/1970", "12/25/1975"], set()),
        (["1968-04-03", "13/12/1970", "1975-06-05"], {0, 2}),
        (["1968-04-03", "13/12/1970", "1975-06-25"], set()),
        (["1968-04-03", "03/12/1970", "1975-06-05"], set()),
        (["03/04/1968", "13/12/1970", "11/12/1975"], set()),
        (["03/04/1968", "12/13/1970", "11/12/1975"], set()),
        (["1968-04-04", "13/12/1970", "1975-06-05"], {2}),
    ],
)
def test_a_day_that_nobody_can_tell_is_said(births: list[str], unsure: set[int]) -> None:
    one = judged(births, ["" for _ in births])
    assert {at for at in range(len(births)) if UNSURE in codes(one, at)} == unsure
    died = days.read(one.raw["Tgl Lahir"].str.replace("19..", "2026"), today=TODAY)
    assert {at for at, code in enumerate(died["code"]) if code == "death_date_order_unsure"} == unsure


def test_one_slip_among_many_is_no_second_order() -> None:
    births = ["03/04/1968", "12/25/1970", *[f"{13 + n % 15}/0{1 + n % 9}/19{60 + n}" for n in range(30)]]
    cells = tables.pl.Series(births)
    assert not days.read(cells, today=TODAY)["code"].is_in(["death_date_order_unsure"]).any()
