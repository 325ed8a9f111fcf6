"""Every answer reads in Indonesian and in English, without a name that only the code knows."""

from __future__ import annotations

import re
from datetime import date

import pytest

from payung.law import (
    Accident,
    Child,
    Loss,
    clock,
    contribution,
    eligible,
    jkk,
    jkm,
    late_payment,
    national_law,
    render_text,
)
from payung.law.steps import LANGUAGES
from payung.law.words import NAMES, PARTS, SENTENCES
from payung.values import Month, Period

LONG = [Period.parse("2016-01..2026-06"), Period.parse("2026-09..2026-10")]
LAX = national_law().with_readings({"disability_rows": "provisional"})
KIDS = [Child("sd", 4, date(2016, 1, 1)), Child("pt", 5), Child("tk", 2)]
LOSSES = [Loss("scalp", 20), Loss("hearing-both-db", 30), Loss("arm-right", 50), Loss("thumb-left")]
EVERYTHING = {
    "off_months": 14,
    "off_days": 3,
    "transport": [("sea", 1), ("land", 2), ("air", 3)],
    "medical": 5,
    "prosthesis": 6,
    "aids": [("glasses", 1), ("dentures", 2), ("hearing_aid", 3)],
    "homecare": 7,
    "children": KIDS,
}
ANSWERS = {
    "contribution": lambda: contribution(3_000_000, "csr", "transport", Month.of(2026, 11), True, months=12),
    "relief of 2020": lambda: contribution(
        None, "self", "other", Month.of(2020, 9), registered=Month.of(2020, 9)
    ),
    "excluded": lambda: contribution(None, "apbd", "other", Month.of(2026, 5)),
    "doubtful": lambda: contribution(None, "dbh", "other", Month.of(2026, 5)),
    "eligible": lambda: eligible({"birth_date": date(1961, 11, 20)}, date(2026, 11, 22), ["kaltara"]),
    "clock": lambda: clock(LONG, date(2026, 12, 22)),
    "clock to come": lambda: clock([Period.parse("2027-01..2027-06")], date(2026, 11, 22)),
    "clock never": lambda: clock([], date(2026, 11, 22)),
    "jkm": lambda: jkm(date(2026, 10, 5), LONG, KIDS),
    "jkm waiting": lambda: jkm(date(2026, 10, 5), LONG[1:], KIDS),
    "jkk death": lambda: jkk(Accident(date(2026, 10, 5), None, "death", **EVERYTHING), LONG),
    "jkk total before 2019": lambda: jkk(Accident(date(2019, 10, 5), 1, "total", **EVERYTHING), LONG),
    "jkk partial": lambda: jkk(Accident(date(2026, 10, 5), 5_000_000, "partial", losses=LOSSES), law=LAX),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_every_formula_and_input_has_its_words(what):
    for step in ANSWERS[what]().because.walk():
        if step.formula not in SENTENCES:
            for name in re.findall(r"[a-z][a-z_]*", step.formula):
                assert name in NAMES, (step.name, step.formula)
        for name in step.inputs:
            assert name in NAMES, (step.name, name)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("what", ANSWERS)
def test_an_answer_reads_without_names_of_the_code(what, lang):
    answer = ANSWERS[what]()
    text = render_text(answer.because, lang) + "".join(other.in_words(lang) for other in answer.readings)
    assert not re.findall(r"\b[a-z]+_[a-z_]+\b|\d{4}-\d\d-\d\d|\bNone\b|\bTrue\b|Text\(", text), text
    for other in answer.readings:
        assert set(other.differs) <= set(PARTS)
    data = answer.as_data(lang)
    assert data["because"][0]["text"]
    if lang == "id":
        plain = re.sub(r"\(pembacaan 'disability_rows' = provisional\)", "", text)
        for word in (" the ", " of ", " not ", " months", " years", "No copy"):
            assert word not in plain, (word, text)


def test_an_answer_shows_what_the_formula_was_given():
    text = render_text(contribution(3_000_000, "self", "transport", Month.of(2026, 11)).because)
    assert "Iuran JKK: Rp14.750   = dasar upah × tarif JKK × bagian yang ditagih" in text
    assert "dengan dasar upah Rp2.950.000; tarif JKK 1%; bagian yang ditagih 50%" in text
    assert "Rp2.700.000 sampai Rp3.199.999: dasar Rp2.950.000" in text


def test_a_late_payment_reads_in_both_languages():
    step = late_payment(date(2026, 10, 5), 48_000_000, 3)
    assert step.value == 1_440_000
    assert "nilai santunan × hari × persen" in render_text(step, "id")
    assert "benefit × days × per cent" in render_text(step, "en")
