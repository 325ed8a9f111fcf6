"""What registers say beyond the person is read from their own columns."""

from __future__ import annotations

from datetime import date

import pytest

from payung.exchange import intake, tables
from payung.exchange.deaths import judge_deaths
from payung.exchange.extras import judge_members, with_extras

TODAY = date(2026, 11, 22)


def rows(text: str):
    [table] = tables.read_file(text.encode(), name="daftar.csv").tables
    return with_extras(intake.judge(table, today=TODAY), today=TODAY)


def test_a_death_list_gives_the_day_of_death_and_needs_no_village():
    text = "NIK;Nama Almarhum/ah;Tgl Lahir;Tgl Meninggal\n6571010508680001;Andi Baso;05-08-1968;01-10-2026\n"
    [row] = rows(text).to_dicts()
    assert row["event_date"] == date(2026, 10, 1)
    # On a list of candidates the day of death says that this is none.
    assert not row["accepted"]
    assert {found["code"] for found in row["findings"]} == {"list_without_place", "status_dead"}
    [table] = tables.read_file(text.encode(), name="kematian.csv").tables
    [row] = judge_deaths(intake.judge(table, today=TODAY), today=TODAY).rows.to_dicts()
    assert row["accepted"]
    assert {found["code"] for found in row["findings"]} == {"list_without_place"}


def test_a_membership_begins_on_the_first_day_of_its_month():
    made = rows(
        "NIK;NAMA PESERTA;SEGMEN;TGL MULAI\n"
        "6571010508680001;Andi Baso;BPU;02-2026\n"
        "6571014508700002;Siti Aminah;BPU;15-03-2026\n"
    ).to_dicts()
    assert [row["event_date"] for row in made] == [date(2026, 2, 1), date(2026, 3, 15)]


def test_a_membership_paid_through_a_month_lasts_to_its_end():
    made = rows(
        "NIK;NAMA PESERTA;SEGMEN;LUNAS S/D;NO KPJ\n"
        "6571010508680001;Andi Baso;BPU;02-2027;123\n"
        "6571014508700002;Siti Aminah;PU;2026-12;124\n"
        "6571021203850003;Yohanes Laing;PU;2025-06;125\n"
    ).to_dicts()
    assert [row["event_until"] for row in made] == [date(2027, 2, 28), date(2026, 12, 31), date(2025, 6, 30)]
    assert [row["wage_worker"] for row in made] == [False, True, None]
    assert [row["extra"]["member_no"] for row in made] == ["123", "124", "125"]


def test_poverty_and_who_earns_are_read_where_they_are_given():
    [row] = rows(
        "NIK;Nama;Desa;Kecamatan;Desil Nasional;Disabilitas;Pencari Nafkah Tunggal\n"
        "6571010508680001;Andi;Karang Anyar;Tarakan Barat;3;Ya;tidak\n"
    ).to_dicts()
    assert row["extra"]["poverty_decile"] == 3
    assert row["extra"]["disability"] is True
    assert row["extra"]["sole_earner"] is False
    assert row["event_date"] is None


def test_a_list_with_a_header_and_no_row_is_read_as_empty():
    assert rows("NIK;Nama Almarhum/ah;Tgl Lahir;Tgl Meninggal\n").height == 0


@pytest.mark.parametrize("said", ["Meninggal", "Pindah", "Tidak Valid", "Hilang"])
def test_a_membership_stays_a_fact_whatever_the_extract_says_of_its_holder(said):
    text = f"NIK;NAMA PESERTA;KETERANGAN;LUNAS S/D\n6571010508680001;Andi Baso;{said};02-2027\n"
    [table] = tables.read_file(text.encode(), name="cabang.csv").tables
    judged = judge_members(intake.judge(table, today=TODAY))
    assert judged.rows["accepted"].to_list() == [True]
    assert any(told["code"].startswith("status_") for told in judged.rows["findings"][0])
