"""Who may be enrolled."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.law import LawError, LawFileError, eligible, eligible_table, national_law
from payung.law.enrolment import age

ON = date(2026, 11, 22)
GOOD = {"birth_date": date(1980, 1, 1), "wage_worker": False}


@pytest.mark.parametrize(
    ("born", "result"),
    [("1961-11-23", True), ("1961-11-22", False), ("2008-11-22", True), ("2008-11-23", False)],
)
def test_the_age_limits_to_the_day(born, result):
    assert eligible({**GOOD, "birth_date": date.fromisoformat(born)}, ON).eligible is result


def test_someone_of_exactly_65_is_shown_both_ways():
    answer = eligible({**GOOD, "birth_date": date(1961, 6, 1)}, ON)
    assert answer.eligible is False
    assert answer.reasons == ["eligible.max_age"]
    assert [(other.option, other.differs) for other in answer.readings] == [("through", {"eligible": True})]
    assert eligible({**GOOD, "birth_date": date(1960, 11, 22)}, ON).readings == ()


def test_a_wage_worker_is_shown_both_ways():
    answer = eligible({**GOOD, "wage_worker": True}, ON)
    assert (answer.eligible, answer.reasons) == (False, ["eligible.not_wage_worker"])
    assert answer.readings[0].option == "allowed"


def test_an_unknown_fact_is_unknown_and_says_what_it_needs():
    answer = eligible({"wage_worker": False}, ON)
    assert answer.eligible is None
    unknown = [item for item in answer.criteria if item.answer == "unknown"]
    assert {item.needs.en for item in unknown} == {"date of birth"}
    assert "needs:birth_date" in answer.reasons
    assert eligible({"birth_date": date(2030, 1, 1), "wage_worker": False}, ON).eligible is None


def test_a_no_outweighs_an_unknown():
    assert eligible({"wage_worker": True}, ON).eligible is False


def test_presumed_facts_are_said_to_be_presumed_and_can_be_denied():
    answer = eligible(GOOD, ON)
    assert {item.name for item in answer.criteria if item.answer == "presumed"} == {
        "eligible.working",
        "eligible.alive",
        "eligible.identity",
        "eligible.citizen",
    }
    for fact in ("working", "alive", "has_nik", "citizen"):
        assert eligible({**GOOD, fact: False}, ON).eligible is False


@pytest.mark.parametrize(
    ("resident", "result"),
    [("65", True), ("65.71.01.1001", True), ("64.01", False), ("6", False), (None, None)],
)
def test_a_province_lays_its_own_criteria_over_the_national_ones(resident, result):
    assert eligible({**GOOD, "resident": resident}, ON).eligible is True
    assert eligible({**GOOD, "resident": resident}, ON, ["kaltara"]).eligible is result


LAYER = """
layer: tarakan
parameters:
  - name: resident
    title: {id: KTP Tarakan, en: Tarakan card}
    unit: criterion
    fact: resident
    test: within_region
    needs: {id: wilayah, en: region}
    values: [{from: 2020-01-01, value: ["65.71"], citation: Perwali, source: Perwali, confidence: one-source}]
  - name: sector
    title: {id: Nelayan, en: Fisher}
    unit: criterion
    fact: occupation
    test: one_of
    needs: {id: pekerjaan, en: occupation}
    values: [{from: 2020-01-01, value: [fisher, fish_farmer], citation: Perwali, source: P, confidence: one-source}]
"""


def test_a_layer_of_ones_own(tmp_path):
    layer = tmp_path / "tarakan.yaml"
    layer.write_text(LAYER)
    facts = {**GOOD, "resident": "65.71.02", "occupation": "fisher"}
    assert eligible(facts, ON, [layer]).eligible is True
    assert eligible({**facts, "occupation": "farmer"}, ON, [layer]).reasons == ["tarakan.sector"]
    assert eligible({**facts, "resident": "65"}, ON, [layer]).eligible is None
    assert eligible({**facts, "resident": "65.01"}, ON, ["kaltara", layer]).reasons == ["tarakan.resident"]


def test_a_layer_that_is_not_there():
    with pytest.raises(LawFileError, match="no such file"):
        eligible(GOOD, ON, ["atlantis"])
    with pytest.raises(LawError, match="no value"):
        eligible(GOOD, date(2014, 1, 1))


def test_every_criterion_carries_its_article_source_and_confidence():
    for item in eligible(GOOD, ON, ["kaltara"]).as_data("en")["criteria"]:
        assert item["article"]
        assert item["source"]
        assert item["confidence"]


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.dates(date(2026, 1, 1), date(2060, 1, 1)))
def test_age_counts_birthdays(born, on):
    birthdays = sum(
        (year, born.month, born.day) <= (on.year, on.month, on.day) for year in range(born.year + 1, 2061)
    )
    assert age(born, on) == birthdays


@given(
    st.lists(
        st.tuples(
            st.none() | st.dates(date(1940, 1, 1), date(2027, 1, 1)),
            st.none() | st.booleans(),
            st.none() | st.sampled_from(["65", "65.71", "64.05", "65.01.02.2003"]),
            st.none() | st.booleans(),
        ),
        max_size=30,
    )
)
@settings(max_examples=60, deadline=None)
def test_a_table_answers_as_each_of_its_rows(rows):
    types = {"birth_date": pl.Date, "wage_worker": pl.Boolean, "resident": pl.Utf8, "working": pl.Boolean}
    frame = pl.DataFrame(rows, schema=types, orient="row")
    table = eligible_table(frame, ON, ["kaltara"])
    assert table.columns == [*frame.columns, "eligible", "reasons"]
    for row, answer in zip(frame.iter_rows(named=True), table.iter_rows(named=True), strict=True):
        single = eligible(row, ON, ["kaltara"])
        assert answer["eligible"] is single.eligible
        assert answer["reasons"] == single.reasons


def test_a_table_without_a_column_knows_nothing_of_it():
    table = eligible_table(pl.DataFrame({"birth_date": [date(1980, 1, 1)]}), ON)
    assert table.row(0, named=True)["eligible"] is None
    assert table.row(0, named=True)["reasons"] == ["needs:wage_worker"]


def test_a_table_read_otherwise():
    frame = pl.DataFrame({"birth_date": [date(1961, 6, 1)], "wage_worker": [False]})
    law = national_law().with_readings({"age_65": "through"})
    assert eligible_table(frame, ON)["eligible"].to_list() == [False]
    assert eligible_table(frame, ON, law=law)["eligible"].to_list() == [True]
