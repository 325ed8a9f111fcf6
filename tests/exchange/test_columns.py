"""Recognising columns by name, correcting and keeping a mapping."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.exchange import columns
from payung.exchange.columns import ColumnMapping, recognise


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("NIK", "nik"),
        ("N I K", "nik"),
        ("No. KTP", "nik"),
        ("NIK (16 digit)", "nik"),
        ("nomor_induk_kependudukan", "nik"),
        ("ID Number (NIK)", "nik"),
        ("NAMA LENGKAP*", "name"),
        ("Nama Lengkap (sesuai KTP)", "name"),
        ("nama", "name"),
        ("Full Name", "name"),
        ("Nama Legkap", "name"),
        ("Nama Ibu Kandung", "mother_name"),
        ("Mother's Name", "mother_name"),
        ("Nomor Kartu Keluarga", "family_card"),
        ("Tempat/Tgl Lahir", "birth"),
        ("Tgl. Lahir", "birth_date"),
        ("TANGGAL LAHIR", "birth_date"),
        ("L/P", "sex"),
        ("Jenis Kelamin", "sex"),
        ("RT/RW", "rt_rw"),
        ("Desa / Kelurahan", "village"),
        ("kelurahan_desa", "village"),
        ("kode_kelurahan_desa", "village_code"),
        ("kode_kecamatan", "district_code"),
        ("Kec.", "district"),
        ("Kab/Kota", "regency"),
        ("No. HP/WA", "phone"),
        ("HP/WA", "phone"),
        ("Mata Pencaharian", "occupation"),
        ("pekerjaan_ktp", "occupation"),
        ("Penghasilan per Bulan (Rp)", "income"),
        ("PENGHASILAN/BLN", "income"),
        ("Penerima Upah (Ya/Tidak)", "wage_worker"),
        ("status_dalam_pekerjaan_utama", "wage_worker"),
        ("Nama Ahli Waris", "heir_name"),
        ("Hubungan Ahli Waris", "heir_relation"),
        ("No HP Ahli Waris", "heir_phone"),
        ("Tgl Lahir Anggota", "birth_date"),
        ("Tempat Lahir Peserta", "birth_place"),
        ("Jenis Kelamin Pekerja", "sex"),
        ("Alamat Nelayan Ybs", "address"),
        ("No HP Petani", "phone"),
        ("TTL Calon Peserta", "birth"),
        ("Nomor HP Pelaku Usaha", "phone"),
        ("Tanggal Lahir Tenaga Kerja", "birth_date"),
        ("Pekerjaan Warga", "occupation"),
        ("Nama Ibu Kandung Peserta", "mother_name"),
        ("No KK Penduduk", "family_card"),
        ("5. Desa/Kelurahan Responden", "village"),
        ("Yang salah", "returned"),
    ],
)
def test_columns_by_name(header: str, name: str) -> None:
    found = columns.field_of(header)
    assert found is not None
    assert found[0] == name


@pytest.mark.parametrize(
    "header",
    [
        "Nama Kepala Keluarga",
        "Keterangan",
        "Email",
        "Kode Pos",
        "NPWP",
        "Tanggal",
        "Umur",
        "NIK Ibu",
        "No Anggota",
        "Nomor Peserta",
        "Kode Petani",
        "Jumlah Anggota",
        "Nama Kelompok Petani",
        "Status Warga",
        "",
        "x",
    ],
)
def test_columns_that_mean_something_else(header: str) -> None:
    assert columns.field_of(header) is None


def test_the_columns_of_dtsen() -> None:
    headers = [
        *(
            "nomor_kartu_keluarga",
            "nomor_induk_kependudukan",
            "nama",
            "tanggal_lahir",
            "jenis_kelamin",
            "alamat",
        ),
        *("kode_kecamatan", "kecamatan", "kode_kelurahan_desa", "kelurahan_desa", "kabupaten_kota_ktp"),
        *("status_bekerja", "pekerjaan_ktp", "desil_nasional"),
    ]
    mapping = recognise(headers)
    assert mapping.code_system == "bps"
    # Where someone is registered is not where someone lives.
    assert mapping.header("regency") is None
    assert mapping.header("village") == "kelurahan_desa"
    assert mapping.unmapped(headers) == ["kabupaten_kota_ktp", "status_bekerja", "desil_nasional"]


def test_the_address_on_the_card_serves_where_there_is_no_other() -> None:
    assert recognise(["NIK", "Nama", "kelurahan_desa_ktp"]).header("village") == "kelurahan_desa_ktp"


def test_the_surest_column_wins() -> None:
    mapping = recognise(["Nama Penerima", "Nama Lengkap", "NIK Peserta", "NIK"])
    assert (mapping.header("name"), mapping.header("nik")) == ("Nama Lengkap", "NIK")


def test_a_mapping_is_corrected_saved_and_used_again() -> None:
    headers = ["Nomor", "Sebutan", "Identitas"]
    mapping = recognise(headers).corrected("name", "Sebutan").corrected("nik", "Identitas")
    assert mapping.corrected("sex", "Sebutan").header("name") is None
    assert mapping.corrected("name", None).header("name") is None
    again = ColumnMapping.from_json(json.dumps(mapping.to_json()))
    assert again == mapping
    assert again.fits(headers)
    assert not again.fits(["NIK", "Nama"])
    with pytest.raises(ValueError, match="nickname"):
        mapping.corrected("nickname", "Sebutan")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"columns": 1}', '{"columns": {"x": "y"}}', '{"columns": {"nik": 1}}', "null",
     '{"columns": {"nik": "NIK"}, "code_system": "un"}'],
)  # fmt: skip
def test_what_is_no_mapping(text: str) -> None:
    with pytest.raises(ValueError, match=r"mapping|code_system"):
        ColumnMapping.from_json(text)


@given(st.text(max_size=60))
def test_any_header_is_a_field_or_not(header: str) -> None:
    found = columns.field_of(header)
    assert found is None or found[0] in columns.SYNONYMS


@given(st.lists(st.sampled_from([s for many in columns.SYNONYMS.values() for s in many]), unique=True))
def test_each_field_has_one_column_and_each_column_one_field(headers: list[str]) -> None:
    mapping = recognise(headers)
    assert len(set(mapping.columns.values())) == len(mapping.columns)
    assert ColumnMapping.from_json(mapping.to_json()) == mapping


def test_no_synonym_means_two_fields() -> None:
    seen: dict[str, str] = {}
    for name, synonyms in columns.SYNONYMS.items():
        for synonym in synonyms:
            assert seen.setdefault(columns.header_key(synonym), name) == name
