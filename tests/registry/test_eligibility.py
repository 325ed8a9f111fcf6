"""Judging everybody and judging one person are the same law: same layers, same day, same meaning of alive."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.access.actor import acting_as
from payung.registry.eligibility import explain_person, judge_everyone
from payung.registry.models import Eligibility, Person
from payung.values import Month
from tests.examples import examples

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)

#: A programme of a regency that takes people from 21 up to 59, from two regencies, fishers and farmers of any kind.
LAYER = """
layer: kabupaten
title: {id: "Program kabupaten", en: "Programme of a regency"}
sources: {surat: "https://contoh.id/surat"}
parameters:
  - name: upper
    title: {id: "Belum 60 tahun", en: "Below 60"}
    unit: criterion
    rules: ["2.5"]
    fact: birth_date
    test: age_below
    needs: {id: "tanggal lahir", en: "date of birth"}
    values:
      - {from: 2015-07-01, value: 60, citation: {id: "Surat", en: "Letter"}, source: surat, confidence: one-source}
  - name: lower
    title: {id: "Sudah 21 tahun", en: "At least 21"}
    unit: criterion
    rules: ["2.6"]
    fact: birth_date
    test: age_at_least
    needs: {id: "tanggal lahir", en: "date of birth"}
    values:
      - {from: 2015-07-01, value: 21, citation: {id: "Surat", en: "Letter"}, source: surat, confidence: one-source}
"""


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        yield actor


@pytest.fixture(params=["national", "kaltara", "regency"])
def layers(request, settings, tmp_path):
    """The criteria laid over the national ones, and the age at which enrolment ends by them."""
    path = tmp_path / "kabupaten.yaml"
    path.write_text(LAYER, encoding="utf-8")
    settings.PAYUNG_CRITERIA = {"national": [], "kaltara": ["kaltara"], "regency": [str(path)]}[request.param]
    return 60 if request.param == "regency" else 65


def make(number: int, **facts) -> Person:
    values = {"birth_date": date(1980, 1, 1), "region_code": "65.71.01.1001", **facts}
    return Person.objects.create(
        name=f"Orang {number}",
        name_norm=f"ORANG {number}",
        candidate=True,
        nik_hash=f"{number:064d}".encode(),
        **values,
    )


def judged(operator, on: date) -> dict[int, Eligibility]:
    judge_everyone(operator, on=on)
    return {one.person_id: one for one in Eligibility.objects.select_related("person")}


PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "birth_date": st.none()
            | st.dates(date(1955, 1, 1), date(2012, 12, 31))
            | st.integers(17, 66).map(lambda years: TODAY.replace(year=TODAY.year - years)),
            "died_on": st.none() | st.integers(-400, 400).map(lambda days: TODAY + timedelta(days=days)),
            "wage_worker": st.sampled_from([None, True, False]),
            "region_code": st.sampled_from(["65.71.01.1001", "65.01", "65.03.02.2001"]),
        }
    ),
    min_size=1,
    max_size=8,
)


def test_everybody_is_judged_as_one_person_would_be(operator, layers):
    numbers = count()

    @settings(max_examples=examples(30))
    @given(people=PEOPLE, days=st.integers(-500, 500))
    def agree(people, days):
        on = TODAY + timedelta(days=days)
        made = [make(next(numbers), **facts) for facts in people]
        answers = judged(operator, on)
        for person in made:
            alone = explain_person(person, on)
            together = answers[person.pk]
            assert (together.eligible, sorted(together.reasons)) == (alone.eligible, sorted(alone.reasons))

    agree()


@pytest.mark.parametrize(
    ("died", "on", "alive"),
    [
        (None, TODAY, True),
        (date(2026, 11, 23), TODAY, True),
        (date(2027, 5, 1), TODAY, True),
        (date(2026, 11, 22), TODAY, False),
        (date(2026, 11, 21), TODAY, False),
        (date(2026, 11, 22), date(2026, 11, 21), True),
        (date(2026, 6, 1), date(2026, 1, 31), True),
        (date(2026, 6, 1), date(2026, 5, 31), True),
        (date(2026, 6, 1), date(2026, 6, 1), False),
        (date(2020, 1, 1), TODAY, False),
    ],
)
def test_who_dies_later_was_alive_that_day_for_one_and_for_all(operator, died, on, alive):
    person = make(1, died_on=died)
    answer = judged(operator, on)[person.pk]
    assert bool(answer.eligible) is alive
    assert explain_person(person, on).eligible is alive


@pytest.mark.parametrize(
    "born",
    [
        date(1962, 1, 1),
        date(1962, 1, 31),
        date(1964, 2, 29),
        date(1966, 12, 31),
        date(1967, 12, 1),
        date(1980, 3, 15),
        date(1990, 6, 30),
        date(1999, 11, 22),
        date(2001, 7, 1),
        date(2003, 12, 31),
    ],
)
def test_the_last_month_is_the_one_before_the_birthday_that_ends_it(operator, layers, born):
    person = make(1, birth_date=born)
    last = Month(judged(operator, TODAY)[person.pk].eligible_until)
    birthday = Month.of(born.year + layers, born.month)
    assert last == birthday - 1
    for month, over in ((birthday + 1, True), (last, False)):
        reasons = explain_person(person, month.first_day).reasons
        assert any(name.endswith((".upper", ".max_age")) for name in reasons) is over
