"""The forms that lists come in: OpenSID, SIAK and its books, BDT, KUSUKA, Simluhtan, e-RDKK, DTSEN, Kobo."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from payung.exchange import columns, intake
from payung.identity import nik, occupations, regions
from tests.exchange import sheets
from tests.exchange.people import TODAY, judged, person

#: What a form's column holds of a person of these tests, by the field it means.
_OF = {
    "nik": 1, "name": 2, "birth_date": 3, "sex": 4, "village": 5, "district": 6, "occupation": 7, "no": 0,
}  # fmt: skip
_MORE = {
    "birth_place": "Tarakan",
    "mother_name": "Hadijah",
    "address": "Jl. Contoh 1",
    "rt": "003",
    "rw": "001",
    "regency": "Kota Tarakan",
    "province": "Kalimantan Utara",
    "family_card": "6571010101100001",
    "phone": "081234567890",
}
#: form -> (its columns, the fields that must be found and where)
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "OpenSID export": (
        "alamat dusun rw rt nama no_kk nik sex tempatlahir tanggallahir agama_id pendidikan_kk_id"
        " pendidikan_sedang_id"
        " pekerjaan_id status_kawin kk_level warganegara_id ayah_nik nama_ayah ibu_nik nama_ibu"
        " golongan_darah_id",
        {
            "name": "nama",
            "nik": "nik",
            "family_card": "no_kk",
            "birth_date": "tanggallahir",
            "mother_name": "nama_ibu",
        },
    ),
    "SIAK": (
        "Nomor KK|NIK|Nama Penduduk|Status|Tempat Lahir|Tanggal Lahir|Kelamin|NIK Ayah|Ayah|NIK"
        " Ibu|Ibu|Status Kawin|SHDK"
        "|Agama|Kecamatan|Desa/Kel|Alamat|RW|RT|Pendidikan|Pekerjaan|Petugas Registrasi|Tgl Ubah"
        "|Petugas Entri|Tgl Entri",
        {
            "nik": "NIK",
            "name": "Nama Penduduk",
            "sex": "Kelamin",
            "mother_name": "Ibu",
            "village": "Desa/Kel",
        },
    ),
    "SIAK's database": (
        "NO_KK NIK NAMA_LGKP JENIS_KLMIN TMPT_LHR TGL_LHR NAMA_LGKP_IBU JENIS_PKRJN NAMA_KEL"
        " NAMA_KEC NAMA_KAB NAMA_PROP",
        {
            "name": "NAMA_LGKP",
            "birth_date": "TGL_LHR",
            "sex": "JENIS_KLMIN",
            "village": "NAMA_KEL",
            "province": "NAMA_PROP",
        },
    ),
    "civil registry's book 2012": (
        "NO|NIK|NAMA|JK|TMPT LHR|TGL LHR|KTPEL|AGAMA|STATUS|HUB. KEL|PENDIDIKAN|PEKERJAAN|NAMA IBU"
        "|NAMA AYAH|NO.AKTE LAHIR",
        {"name": "NAMA", "birth_place": "TMPT LHR", "birth_date": "TGL LHR", "mother_name": "NAMA IBU"},
    ),
    "civil registry's book 2016": (
        "No|Nama Lengkap|NIK|Tempat Lahir|Tgl/Bln/Th|JK|SHDK|Agama|Pendidikan Terakhir|Pekerjaan|Ibu|Ayah",
        {"name": "Nama Lengkap", "birth_date": "Tgl/Bln/Th", "mother_name": "Ibu"},
    ),
    "BDT": (
        "ruta_6 (1)|Provinsi (3)|Kab/Kota (5)|Kecamatan (7)|Desa/Kelurahan (9)|Nama SLS (11)"
        "|Alamat (12)|Nama KRT (13)"
        "|Jumlah ART (14)|Nomor urut ART|Nama ART|NIK|HubKRT|jenis kelamin|Umur anggota rumah"
        " tangga|Lapangan usaha",
        {"name": "Nama ART", "nik": "NIK", "village": "Desa/Kelurahan (9)", "no": "Nomor urut ART"},
    ),
    "Regsosek": (
        "401 No. urut|402 Nama anggota keluarga|403 NIK|405 Jenis kelamin|406 Tanggal lahir|108"
        " Kelurahan/Desa|107 Kecamatan",
        {
            "name": "402 Nama anggota keluarga",
            "nik": "403 NIK",
            "birth_date": "406 Tanggal lahir",
            "sex": "405 Jenis kelamin",
        },
    ),
    "question numbers with points": (
        "1. NIK|2. Nama Lengkap|3. Tanggal Lahir|4. Jenis Kelamin|5. Desa/Kelurahan|6. Kecamatan"
        "|7. Pekerjaan",
        {
            "nik": "1. NIK",
            "name": "2. Nama Lengkap",
            "village": "5. Desa/Kelurahan",
            "occupation": "7. Pekerjaan",
        },
    ),
    "question numbers of a block": (
        "B4K2_NAMA B4K3_NIK B4K5_TGL_LAHIR B4K6_JENIS_KELAMIN R105_DESA R104_KECAMATAN",
        {"nik": "B4K3_NIK", "name": "B4K2_NAMA", "birth_date": "B4K5_TGL_LAHIR", "village": "R105_DESA"},
    ),
    "question letters": (
        "a) NIK|b) Nama|c) Tgl Lahir|d) L/P|e) Desa|f) Kec",
        {"nik": "a) NIK", "name": "b) Nama", "sex": "d) L/P", "district": "f) Kec"},
    ),
    "question numbers in Roman": (
        "IV.1 NIK|IV.2 Nama|IV.3 Tanggal Lahir|I.4 Desa|I.3 Kecamatan",
        {"nik": "IV.1 NIK", "name": "IV.2 Nama", "village": "I.4 Desa"},
    ),
    "Kobo": (
        "_index start end identitas/nama_lengkap identitas/nik identitas/tanggal_lahir"
        " identitas/jenis_kelamin lokasi/desa"
        " lokasi/kecamatan pekerjaan/pekerjaan pekerjaan/pekerjaan/nelayan _id _uuid _submission_time",
        {
            "name": "identitas/nama_lengkap",
            "nik": "identitas/nik",
            "occupation": "pekerjaan/pekerjaan",
            "village": "lokasi/desa",
        },
    ),
    "Kobo, groups in groups": (
        "data/identitas/nik data/identitas/nama data/identitas/tgl_lahir data/alamat/desa"
        " data/alamat/kecamatan",
        {"nik": "data/identitas/nik", "name": "data/identitas/nama", "village": "data/alamat/desa"},
    ),
    "ODK": (
        "data-identitas-nik data-identitas-nama data-identitas-tanggal_lahir data-lokasi-desa"
        " data-lokasi-kecamatan",
        {"nik": "data-identitas-nik", "name": "data-identitas-nama", "village": "data-lokasi-desa"},
    ),
    "groups with points": (
        "ART.NIK ART.NAMA ART.TGL_LAHIR KRT.NAMA KRT.NIK LOKASI.DESA LOKASI.KECAMATAN",
        {"nik": "ART.NIK", "name": "ART.NAMA", "village": "LOKASI.DESA"},
    ),
    "groups with underscores": (
        "identitas_nik identitas_nama identitas_tgl_lahir lokasi_desa lokasi_kecamatan ibu_nik"
        " ayah_nik foto_ktp",
        {"nik": "identitas_nik", "name": "identitas_nama", "village": "lokasi_desa"},
    ),
    "groups in words": (
        "IDENTITAS RESPONDEN/NIK|IDENTITAS RESPONDEN/Nama Lengkap|LOKASI/Desa|LOKASI/Kecamatan"
        "|AHLI WARIS/NIK|AHLI WARIS/Nama",
        {
            "nik": "IDENTITAS RESPONDEN/NIK",
            "name": "IDENTITAS RESPONDEN/Nama Lengkap",
            "village": "LOKASI/Desa",
        },
    ),
    "KUSUKA": (
        "No|Nomor KUSUKA|Nama Pelaku Usaha|NIK|Tempat Lahir|Tgl Lahir|Jenis Kelamin|Profesi"
        "|Provinsi|Kabupaten/Kota|Kecamatan"
        "|Desa/Kelurahan|Status Cetak|Nama Kapal|Ukuran Kapal (GT)",
        {"name": "Nama Pelaku Usaha", "occupation": "Profesi", "nik": "NIK", "village": "Desa/Kelurahan"},
    ),
    "Simluhtan": (
        "No|Nama Kelompok|Jabatan|Nama Anggota|NIK|L/P|Tgl. Lahir|Alamat|Desa|Kecamatan|Luas (Ha)",
        {"name": "Nama Anggota", "nik": "NIK", "village": "Desa"},
    ),
    "e-RDKK": (
        "Nama Penyuluh|Kode Kios Pengecer|Nama Kios Pengecer|Gapoktan|Nama Poktan|Nama Petani|KTP"
        "|Tempat Lahir|Tanggal Lahir"
        "|Nama Ibu Kandung|Alamat|Subsektor|Komoditas MT1|Luas Lahan (Ha) MT1",
        {"name": "Nama Petani", "nik": "KTP", "birth_date": "Tanggal Lahir", "address": "Alamat"},
    ),
    "e-RDKK by NIK": (
        "FARMER NIK|FARMER NAME|UREA|NPK|ZA|PROVINSI|KABUPATEN|KECAMATAN|DESA|JUMLAH BARIS ERDKK",
        {"name": "FARMER NAME", "nik": "FARMER NIK", "village": "DESA", "regency": "KABUPATEN"},
    ),
    "short names": (
        "NIK NAMA TGLLAHIR JNSKEL NMKEL NMKEC NMKAB NMPROV",
        {
            "birth_date": "TGLLAHIR",
            "sex": "JNSKEL",
            "village": "NMKEL",
            "district": "NMKEC",
            "regency": "NMKAB",
            "province": "NMPROV",
        },
    ),
    "DTSEN": (
        "nomor_induk_kependudukan nomor_kartu_keluarga nama tanggal_lahir jenis_kelamin"
        " kelurahan_desa kecamatan pekerjaan_ktp",
        {
            "nik": "nomor_induk_kependudukan",
            "name": "nama",
            "village": "kelurahan_desa",
            "family_card": "nomor_kartu_keluarga",
        },
    ),
}


def headers_of(text: str) -> list[str]:
    return text.split("|") if "|" in text else text.split()


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_forms_columns_are_recognised_and_its_people_read(form: tuple[str, dict[str, str]]) -> None:
    head, expected = headers_of(form[0]), form[1]
    mapping = columns.recognise(head)
    assert {name: mapping.header(name) for name in expected} == expected
    rows = []
    for n in range(3):
        cells = dict.fromkeys(head, "")
        for name, column in mapping.columns.items():
            cells[column] = person(n)[_OF[name]] if name in _OF else _MORE.get(name, "")
        rows.append(list(cells.values()))
    _, [one] = judged(sheets.xlsx({"Data": [head, *rows]}))
    assert one.rows["name"].to_list() == [person(n)[2] for n in range(3)]
    assert one.rows["nik"].to_list() == [person(n)[1] for n in range(3)]


@pytest.mark.parametrize(
    "header",
    [
        *(
            "Nama KRT",
            "Nama Kapal",
            "NIK Ibu",
            "ibu_nik",
            "ayah/nik",
            "KRT.NAMA",
            "Ahli Waris / NIK",
            "foto_ktp",
            "Nama Penyuluh",
        ),
        *(
            "pekerjaan/pekerjaan/nelayan",
            "NIK Ayah",
            "Nama Poktan",
            "Nama Kios Pengecer",
            "Jumlah ART (14)",
            "kapal/nama",
        ),
        *(
            "KEMATIAN / Tempat",
            "Jenis Kelamin / L",
            "Suami / Nama",
            "403",
            "1.",
            "_id",
            "Petugas/Nama",
            "Nama SLS (11)",
        ),
    ],
)
def test_columns_about_others_are_not_the_workers(header: str) -> None:
    assert columns.field_of(header) is None


@pytest.mark.parametrize(
    ("header", "field"),
    [
        *((f"{path}nik", "nik") for path in (
            "A/B/", "I. IDENTITAS/", "Bagian I: Identitas > ", "identitas|", "pendataan-identitas-", "GRP_A/",
            "survei_2026/Identitas/", "Blok 4. Identitas/", "A>B>", "Form>identitas>",
        )),
        ("TTL / Tanggal", "birth_date"), ("TTL / Tgl", "birth_date"), ("TTL / Kota", "birth_place"),
        ("TTL / Tempat", "birth_place"),
        ("Rincian 401: NIK", "nik"), ("Kolom 2 NIK", "nik"), ("Pertanyaan 3. Nama Lengkap", "name"),
        ("Soal 4. Jenis Kelamin", "sex"), ("Variabel 12 - Tanggal Lahir", "birth_date"),
        ("NIK ABK", "nik"), ("NIK Nakhoda", "nik"), ("NIK Pembudidaya", "nik"), ("NIK Responden", "nik"),
        ("NAMA PELAKU USAHA KELAUTAN DAN PERIKANAN", "name"), ("Nama Pelaku Utama", "name"),
    ],
)  # fmt: skip
def test_a_column_behind_its_groups_and_questions(header: str, field: str) -> None:
    found = columns.field_of(header)
    assert found is not None and found[0] == field


def test_three_digit_codes_beside_names_leave_the_village_known() -> None:
    head = [
        "Kode Provinsi",
        "Kode Kab/Kota",
        "Kecamatan",
        "Kode Kecamatan",
        "Desa/Kelurahan",
        "Kode Desa/Kelurahan",
        "NIK",
        "Nama ART",
    ]
    rows = [
        ["65", "71", "TARAKAN BARAT", "030", "KARANG ANYAR", code, *person(n)[1:3]]
        for n, code in enumerate(("001", "2", "003"))
    ]
    _, [one] = judged(sheets.xlsx({"Data": [head, *rows]}))
    assert one.rows["village_code"].to_list() == ["65.71.01.1001"] * 3
    assert not {"village_unknown", "outside_province", "name_missing"} & one.report["findings"].keys()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *((text, "nik_missing") for text in ("0", "00", "0.0", "'0", " 0 ", "-", "--", "", "000", "NULL", "nihil")),
        *((text, "nik_temporary") for text in (
            "0650101200100001", "0657101100100012", "0.6501.0120.0100.001", "0650105200700003", "0720101200100001",
        )),
    ],
)  # fmt: skip
def test_what_stands_for_a_nik_that_is_not_there(text: str, code: str) -> None:
    assert nik.read(text, regions=regions.load(), today=TODAY).findings == (code,)


@pytest.mark.parametrize(
    ("number", "name"),
    [("9", "PETANI/PEKEBUN"), ("11", "NELAYAN/PERIKANAN"), ("5", "PEGAWAI NEGERI SIPIL (PNS)"), ("84", "PEDAGANG"),
     ("19.0", "BURUH HARIAN LEPAS"), ("15", "KARYAWAN SWASTA"), ("20", "BURUH TANI/PERKEBUNAN"), ("10", "PETERNAK"),
     ("27", "TUKANG KAYU"), ("81", "SOPIR")],
)  # fmt: skip
def test_an_occupation_by_its_number_is_that_occupation(number: str, name: str) -> None:
    def judge(text: str, header: str) -> dict[str, Any]:
        table = sheets.csv_text(
            [["nik", "nama", "desa", "kecamatan", header], [*person(0)[1:3], *person(0)[5:7], text]]
        )
        return judged(table.encode(), "a.csv")[1][0].rows.row(0, named=True)

    by_number, by_name = judge(number, "pekerjaan_id"), judge(name, "pekerjaan")
    assert by_number["occupation"] == by_name["occupation"] == occupations.find(name)[0]
    assert by_number["wage_worker"] == by_name["wage_worker"]


@pytest.mark.parametrize(
    "cells",
    [
        ["abc", "def", "ghi"], ["19xx", "20yy", "lahir"], ["Kamis", "Jumat", "Sabtu"], ["1", "2", "3"],
        ["Nelayan", "Petani", "Buruh"],
        ["??", "??", "??"], ["17 Agustus", "1 Mei", "2 Mei"], ["32-13-1980", "40-01-1970", "99-99-1999"],
        ["x", "", "y"],
        ["1e5", "2e5", "3e5"], ["L", "P", "L"],
    ],
)  # fmt: skip
def test_a_birth_date_column_that_is_all_unreadable_is_said_once(cells: list[str]) -> None:
    head = ["NIK", "Nama", "Tgl Lahir (asli)", "Desa", "Kecamatan"]
    rows = [[*person(n)[1:3], cell, *person(n)[5:7]] for n, cell in enumerate(cells)]
    _, [one] = judged(sheets.csv_text([head, *rows]).encode(), "a.csv")
    assert one.report["findings"].get("birth_date_column_unreadable") == 1
    assert one.report["unreadable"] == [{"column": "Tgl Lahir (asli)", "example": cells[0]}]
    found = [f for f in one.rows["findings"][0].to_list() if f["code"] == "birth_date_column_unreadable"]
    assert found == [
        {"code": "birth_date_column_unreadable", "severity": "warns", "column": head[2], "value": cells[0]}
    ]
    mended = [[*row[:2], person(n)[3], *row[3:]] if n == 1 else row for n, row in enumerate(rows)]
    _, [one] = judged(sheets.csv_text([head, *mended]).encode(), "a.csv")
    assert "birth_date_column_unreadable" not in one.report["findings"]
    assert one.report["unreadable"] == []


@pytest.mark.parametrize(("last", "full"), [(65_535, False), (65_536, True), (65_537, False)])
def test_a_sheet_that_is_full_was_probably_cut_off(last: int, full: bool) -> None:
    from payung.exchange import tables

    rows = [
        f"657101{1 + n % 28:02d}0{1 + n % 9}{60 + n % 30}{1 + n // 9000:04d};Orang;Karang Anyar;Tarakan Barat"
        for n in range(last - 1)
    ]
    sent = tables.read_file("\n".join(["NIK;Nama;Desa;Kecamatan", *rows]).encode(), name="a.csv")
    [one] = intake.judge_file(sent, today=date(2026, 11, 22))
    assert ("sheet_full" in one.report["findings"]) is full
    if full:
        [found] = [f for f in one.rows["findings"][-1].to_list() if f["code"] == "sheet_full"]
        assert (found["severity"], found["value"]) == ("warns", "65536")
