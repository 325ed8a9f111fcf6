"""Dates in every form that people write them, and what is no day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.identity import dates

TODAY = date(2026, 11, 22)
BORN = date(1967, 7, 3)


@pytest.mark.parametrize(
    "text",
    [
        *("3 Djuli 1967", "3 DJULI 1967", "3-Djuli-67", "3 Juli 1967", "3 Jul. 1967", "3 July 1967", "July 3, 1967"),
        *("3-VII-1967", "3/vii/67", "03.VII.1967", "Senin, 3 Juli 1967", "Senin Pon, 3 Juli 1967"),
        *("Hari Senin tgl 3 Juli 1967", "3 Juli 1967 jam 04.00", "1967-07-02T16:00:00.000Z", "1967-07-03T00:00:00Z"),
        *("3–7–1967", "3,7,1967", "3_7_1967", "03 : 07 : 1967", "3 - 7 - '67", "1967.07.03", "1967/7/3", "3 Juli '67"),
        *("24656", "24656.5", "03071967", "19670703", "tgl 3 bln 7 thn 1967", "3rd July 1967", "1967 Juli 3"),
        *("3 Jully 1967", "３-７-１９６７", "3 Juli 1967.", "3 Juli 1967 M"),
    ],
)  # fmt: skip
def test_one_day_in_every_form(text: str) -> None:
    told = dates.read(text.rstrip("."), today=TODAY)
    assert told.date == BORN
    assert told.finding is None


@pytest.mark.parametrize(
    ("month", "names"),
    [
        (1, "Djanuari Januari Jan January Janauri"),
        (2, "Pebruari Februari Febuari Peb Feb Pebuari February"),
        (3, "Maret Mar Mrt Maart March"),
        (4, "April Apr Apl"),
        (5, "Mei May Mai"),
        (6, "Djuni Juni Jun June"),
        (7, "Djuli Juli Jul July"),
        (8, "Agoestoes Agustoes Agustus Agust Agt Ags Agu Aug August Augustus Agsutus"),
        (9, "September Sept Sep Septembr"),
        (10, "Oktober October Okt Oct Oktobr"),
        (11, "Nopember November Nop Nov Nopembr"),
        (12, "Desember December Disember Des Dec Desembr"),
    ],
)
@pytest.mark.parametrize(
    "form", ["3 {} 1967", "3-{}-67", "03.{}.1967", "3{}1967", "Senin, 3 {} 1967 pukul 04.00 WITA"]
)
def test_months_of_every_age_and_with_a_slip(month: int, names: str, form: str) -> None:
    for name in names.split():
        for written in (name, name.upper(), name.lower()):
            assert dates.read(form.format(written), today=TODAY).date == date(1967, month, 3)


@pytest.mark.parametrize("name", ["Foo", "Ju", "Senin", "Tarakan", "M", "Jxxx", "Junli"])
def test_what_is_no_month(name: str) -> None:
    assert dates.read(f"3 {name} 1967", today=TODAY).date is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1967",
            "07-1967",
            "1967-07",
            "Juli 1967",
            "Juli-67",
            "VII-1967",
            "00-07-1967",
            "1967-00-00",
            "00/00/1967",
        ),
        *(
            "sekitar 1967",
            "± 3-7-1967",
            "3-7-1967?",
            "3-7-1967 atau 4-7-1967",
            "awal Juli 1967",
            "3-4 Juli 1967",
        ),
        *("3 Juli", "7/67", "1967/1968", "jam 03.00", "30-02-1967", "3 s/d 4 Juli 1967"),
    ],
)
def test_what_is_no_day(text: str) -> None:
    assert dates.read(text, today=TODAY) == dates.DateReading(None, "birth_date_unreadable")


@pytest.mark.parametrize(
    ("text", "place", "day"),
    [
        ("Tarakan, 3 Djuli 1967", "Tarakan", "3 Djuli 1967"),
        ("Tarakan/03-07-1967", "Tarakan", "03-07-1967"),
        ("03-07-1967, Tarakan", "Tarakan", "03-07-1967"),
        ("3 Juli 1967 / Tanjung Selor", "Tanjung Selor", "3 Juli 1967"),
        ("Tarakan", "Tarakan", ""),
        ("3-7-1967", "", "3-7-1967"),
    ],
)
def test_place_and_day_of_one_cell(text: str, place: str, day: str) -> None:
    assert dates.split_birth(text) == (place, day)


FORMS = (
    *(
        "{d}-{m}-{y}",
        "{d:02d}/{m:02d}/{y}",
        "{y}-{m:02d}-{d:02d}",
        "{d}.{m}.{y}",
        "{d} {m} {y}",
        "{y}/{m}/{d}",
    ),
    *(
        "{d:02d}-{m:02d}-{y} jam 03.00",
        "{d}-{m}-{y} pukul 23:59 WITA",
        "{y}-{m:02d}-{d:02d} 00:00:00",
        "{d} - {m} - {y}",
    ),
    "{y}-{m:02d}-{d:02d}T07:30:00+08:00",
)


@given(st.dates(date(1920, 1, 1), date(2014, 12, 31)), st.sampled_from(FORMS))
def test_every_day_in_every_form_of_numbers(day: date, form: str) -> None:
    told = dates.read(form.format(d=day.day, m=day.month, y=day.year), today=TODAY)
    assert told.date == day


@given(st.dates(date(1920, 1, 1), date(2014, 12, 31)))
def test_a_month_first_column_reads_every_day_that_way(day: date) -> None:
    assert dates.read(f"{day.month}/{day.day}/{day.year}", today=TODAY, month_first=True).date == day


@given(st.lists(st.dates(date(1950, 1, 1), date(2005, 12, 31)), min_size=1, max_size=30), st.booleans())
def test_a_column_is_month_first_only_where_it_shows_it(days: list[date], months: bool) -> None:
    texts = [(f"{d.month}/{d.day}/{d.year}" if months else f"{d.day}/{d.month}/{d.year}", 1) for d in days]
    shown = months and any(d.day > 12 for d in days)
    assert dates.is_month_first(texts) == shown


@given(st.text(max_size=30))
def test_any_text_is_read(text: str) -> None:
    told = dates.read(text, today=TODAY)
    assert told.date is None or told.date <= TODAY
    dates.is_month_only(text)
    dates.is_month_first([(text, 1)])
    dates.split_birth(text)
