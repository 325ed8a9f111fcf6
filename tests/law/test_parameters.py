"""The parameter files: what the schema refuses, what a draft changes, what the reference shows."""

from __future__ import annotations

import copy
import re
import tempfile
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.law import (
    LawError,
    LawFileError,
    changes,
    clock,
    contribution,
    eligible,
    eligible_table,
    national_law,
    reference,
    render_text,
)
from payung.law.reference import rules, write_reference
from payung.law.schema import read_files, safe_loader
from payung.law.steps import CONFIDENCE, LANGUAGES
from payung.law.store import CRITERIA, NATIONAL
from payung.values import Month, Period

GOOD = """
parameters:
  - name: tax.rate
    title: {id: Tarif, en: Rate}
    unit: percent
    values:
      - {from: 2020-01-01, to: 2020-12-31, value: 1, citation: PP 1, source: koran, confidence: text}
      - {from: 2021-01-01, value: 2, citation: PP 2, source: koran, confidence: derived}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "law.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_read(tmp_path):
    (found,) = read_files(write(tmp_path, GOOD))
    assert [found.at(day).value for day in (date(2020, 12, 31), date(2021, 1, 1))] == [1, 2]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("to: 2020-12-31", "to: 2021-06-30", "overlap"),
        ("to: 2020-12-31", "to: 2020-11-30", "gap"),
        ("from: 2021-01-01", "from: 2019-01-01", "overlaps"),
        ("from: 2021-01-01", "from: 2020-01-01", "overlaps"),
        (", citation: PP 2", "", "needs a citation"),
        (", source: koran, confidence: derived", ", confidence: derived", "needs a source"),
        ("confidence: derived", "confidence: sure", "'sure' is not allowed"),
        (", confidence: derived", "", "needs a confidence"),
        ("value: 2", "value: -2", "zero or more"),
        ("value: 2", "value: two", "zero or more"),
        ("value: 2,", "", "no 'value'"),
        ("from: 2021-01-01", "from: soon", "YYYY-MM-DD"),
        ("unit: percent", "unit: percents", "unit 'percents' is not allowed"),
        ("title: {id: Tarif, en: Rate}", "title: {id: Tarif}", "both 'id' and 'en'"),
        ("unit: percent", "unit: percent\n    colour: red", "unknown field 'colour'"),
        ("value: 2", "value: 2, vaule: 3", "unknown field 'vaule'"),
        ("- name: tax.rate", "- title: x", "every parameter is a mapping with a 'name'"),
        ("parameters:", "params:", "must hold 'parameters'"),
        ("parameters:", "parameters: [", "is not YAML"),
        ("unit: percent", "unit: reading", "has 'options'"),
        ("unit: percent", "unit: rupiah", "ok"),
        ("unit: percent", "unit: bands", "list of bands"),
        ("unit: percent", "unit: ladder", "list of levels"),
        ("unit: percent", "unit: losses", "list of rows"),
        ("unit: percent", "unit: table", "map names"),
        ("unit: percent", "unit: tiers", "from_month"),
        ("unit: percent", "unit: codes", "list of codes"),
        ("unit: percent", "unit: items", "list of texts"),
        ("unit: percent", "unit: criterion\n    fact: x\n    test: guess", "test 'guess' is not allowed"),
    ],
)
def test_what_the_schema_refuses(tmp_path, old, new, words):
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1) if "2020-01-01" not in new else GOOD.replace(old, new))
    if words == "ok":
        assert read_files(path)
        return
    with pytest.raises(LawFileError, match=re.escape(words)) as problem:
        read_files(path)
    assert "law.yaml" in str(problem.value)


@pytest.mark.parametrize(
    "bands", ["[{from: 1, base: 2}]", "[{from: 0, base: 2}, {from: 0, base: 3}]", "[{from: 0}]", "[]"]
)
def test_bands_that_an_income_could_fall_through(tmp_path, bands):
    text = GOOD.replace("unit: percent", "unit: bands").replace("value: 1", f"value: {bands}")
    with pytest.raises(LawFileError, match="band"):
        read_files(write(tmp_path, text))


def test_a_parameter_written_twice(tmp_path):
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(GOOD)
    with pytest.raises(LawFileError, match="twice"):
        read_files(tmp_path)


def test_folders_and_files_that_are_not_there(tmp_path):
    with pytest.raises(LawFileError, match="no such file"):
        read_files(tmp_path / "none.yaml")
    with pytest.raises(LawFileError, match=r"no \.yaml file"):
        read_files(tmp_path)


DRAFT = """
parameters:
  - name: jkm.wait_months
    values: [{from: 2027-01-01, to: 2027-12-31, value: 1, citation: Rancangan, source: R, confidence: unverified}]
  - name: jkm.wait_days
    values: [{from: 2027-01-01, to: 2027-12-31, value: 30, citation: Rancangan, source: R, confidence: unverified}]
"""


def test_a_draft_is_a_what_if_and_leaves_the_law_in_force_alone(tmp_path):
    law = national_law().with_drafts(write(tmp_path, DRAFT))
    history = [Period.parse("2027-01..2028-06")]
    on = date(2027, 2, 1)
    assert clock(history, on, law=law).jkm == "full"
    assert clock(history, on).jkm == "partial"
    cited = [
        item for item in clock(history, on, law=law).because.sources() if item.parameter == "jkm.wait_months"
    ]
    assert [item.draft for item in cited] == [True]
    assert "DRAFT" in render_text(clock(history, on, law=law).because, "en")
    late = [Period.parse("2028-01..2028-06")]
    assert clock(late, date(2028, 2, 5), law=law).jkm == "partial"
    assert law.value("jkm.wait_months", date(2026, 12, 31)) == 3
    assert law.value("jkm.wait_months", date(2028, 1, 1)) == 3
    assert [change.parameter for change in changes(date(2026, 12, 31), date(2027, 1, 1), law=law)] == [
        "contribution.charged_percent.other",
        "jkm.wait_days",
        "jkm.wait_months",
    ]


def test_a_draft_may_prolong_the_relief_and_add_a_parameter(tmp_path):
    text = """
parameters:
  - name: contribution.charged_percent.other
    values: [{from: 2027-01-01, to: 2027-06-30, value: 50, citation: R, source: R, confidence: unverified}]
"""
    law = national_law().with_drafts(write(tmp_path, text + GOOD.replace("parameters:\n", "")))
    totals = [contribution(None, "self", "other", Month.of(2027, n), law=law).total for n in (1, 6, 7)]
    assert totals == [8_400, 8_400, 16_800]
    assert law.value("tax.rate", date(2020, 5, 5)) == 1


def test_a_draft_cannot_change_the_unit_of_a_parameter(tmp_path):
    with pytest.raises(LawFileError, match="cannot be percent"):
        national_law().with_drafts(
            write(
                tmp_path,
                DRAFT.replace("- name: jkm.wait_months", "- name: jkm.wait_months\n    unit: percent"),
            )
        )


NEW_CRITERION = """
parameters:
  - name: eligible.decile
    title: {id: Desil satu, en: First decile}
    unit: criterion
    fact: decile
    test: one_of
    needs: {id: desil, en: decile}
    values: [{from: 2027-01-01, to: 2027-12-31, value: ["1"], citation: R, source: R, confidence: unverified}]
"""


def test_a_criterion_that_a_draft_adds_is_asked_only_while_it_holds(tmp_path):
    law = national_law().with_drafts(write(tmp_path, NEW_CRITERION))
    facts = {"birth_date": date(1980, 1, 1), "wage_worker": False}
    assert eligible(facts, date(2026, 11, 22), law=law).eligible is True
    assert eligible(facts, date(2027, 6, 1), law=law).reasons == ["needs:decile"]
    assert eligible({**facts, "decile": "1"}, date(2027, 6, 1), law=law).eligible is True
    assert eligible({**facts, "decile": "4"}, date(2027, 6, 1), law=law).eligible is False
    assert eligible(facts, date(2028, 1, 1), law=law).eligible is True
    table = pl.DataFrame([facts], schema={"birth_date": pl.Date, "wage_worker": pl.Boolean})
    assert eligible_table(table, date(2026, 11, 22), law=law)["eligible"].to_list() == [True]
    assert eligible_table(table, date(2027, 6, 1), law=law)["eligible"].to_list() == [None]


#: What somebody may type in the place of anything in a parameter file.
SLIPS = st.one_of(
    st.none() | st.booleans() | st.sampled_from([0, -1, 1.5, 10**30, float("nan"), float("inf")]),
    st.sampled_from(["", "x", "2020-01-01", "[", date(2020, 1, 1), date.max, datetime(2020, 1, 1)]),
    st.sampled_from([[], ["x"], [[]], [{}], [None], {}, {"id": "x"}, {"id": 1, "en": 2}, {1: 2}]),
)

DOCUMENTS = [
    yaml.load(file.read_text(encoding="utf-8"), Loader=safe_loader())
    for file in sorted([*NATIONAL.glob("*.yaml"), *CRITERIA.glob("*.yaml")])
]


@given(st.data())
@settings(max_examples=250, deadline=None)
def test_any_slip_in_any_place_of_a_file_is_read_or_refused_with_a_sentence(data):
    document = copy.deepcopy(data.draw(st.sampled_from(DOCUMENTS)))
    if document.get("parameters"):
        document["parameters"] = [data.draw(st.sampled_from(document["parameters"]))]
    place, parent, key = document, None, None
    while isinstance(place, dict | list) and place and (parent is None or data.draw(st.integers(0, 3))):
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        parent, place = place, place[key]
    if data.draw(st.booleans()):
        parent[key] = data.draw(SLIPS)
    elif isinstance(parent, dict):
        del parent[key]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "law.yaml"
        path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
        for ask in (
            lambda: read_files(path, known=national_law().parameters),
            lambda: national_law().with_drafts(path),
        ):
            try:
                ask()
            except LawFileError as problem:
                assert "law.yaml" in str(problem)


def test_an_unknown_reading_is_refused_by_name():
    with pytest.raises(LawError, match="no contested rule is called 'x'"):
        national_law().with_readings({"x": "y"})
    with pytest.raises(LawError, match="it can be"):
        national_law().with_readings({"age_65": "maybe"})
    with pytest.raises(LawError, match="no parameter"):
        national_law().value("x", date(2026, 1, 1))


def test_every_value_in_force_carries_article_source_confidence_and_both_languages():
    for parameter in national_law().parameters.values():
        assert parameter.title.id
        assert parameter.title.en
        for value in parameter.values:
            assert value.confidence in CONFIDENCE
            for lang in LANGUAGES:
                assert value.citation.read(lang).strip()
                source = value.source.read(lang)
                assert "http" in source or len(source) > 20, "a source is an address or says what it is"


def test_every_numbered_rule_is_modelled_or_listed_with_a_reason():
    numbered = {one.rule for one in rules()}
    for section, count in ((1, 13), (2, 14), (3, 11), (4, 10), (5, 25), (6, 14)):
        assert {f"{section}.{n}" for n in range(1, count + 1)} <= numbered
    named = {rule for one in national_law().parameters.values() for rule in one.rules}
    assert named <= numbered
    for one in rules():
        assert one.parameters or one.by or one.not_modelled, one.rule
        assert not (one.parameters and one.not_modelled), one.rule


def test_what_changed_between_two_days():
    found = changes(date(2025, 12, 31), date(2026, 4, 1))
    shares = [(c.parameter, c.on, c.before, c.after) for c in found if "charged_percent" in c.parameter]
    assert shares == [
        ("contribution.charged_percent.transport", date(2026, 1, 1), 100, 50),
        ("contribution.charged_percent.other", date(2026, 4, 1), 100, 50),
    ]
    assert changes(date(2026, 1, 1), date(2026, 1, 1)) == []
    with pytest.raises(LawError, match="before the first"):
        changes(date(2026, 1, 2), date(2026, 1, 1))


def test_the_reference_holds_every_parameter_with_its_history():
    data = {item["name"]: item for item in reference(lang="en")}
    assert set(data) == set(national_law().parameters)
    assert [row["value"] for row in data["jkm.lump_sum"]["history"]] == [16_200_000, 20_000_000]
    assert data["reading.age_65"]["options"]


def test_the_pages_in_the_documentation_are_those_of_the_parameters(tmp_path):
    kept = Path(__file__).parents[2] / "docs" / "reference" / "law"
    for page in write_reference(tmp_path):
        assert (kept / page.name).read_text(encoding="utf-8") == page.read_text(encoding="utf-8"), page.name


def test_an_explanation_reads_in_both_languages():
    answer = contribution(3_000_000, "self", "transport", Month.of(2026, 11))
    assert "Iuran JKK: Rp14.750" in render_text(answer.because)
    assert "JKK contribution: Rp14.750" in render_text(answer.because, "en")
    data = answer.because.as_data("en")
    assert data["steps"][0]["sources"][0]["confidence"] == "two-sources"
