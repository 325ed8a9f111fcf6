"""The dead, the moved and the invalid of another register are no candidates; the living are never made dead."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.exchange import intake, living, tables
from payung.exchange.deaths import judge_deaths
from payung.identity import findings
from tests.exchange import sheets

TODAY = date(2026, 11, 22)
NIK = "6571014508680001"
DEAD, MOVED, MISSING, INVALID = "status_dead", "status_moved", "status_missing", "status_invalid"


def judged(header: str, cell: str, name: str = "Siti Aminah", birth: str = "05-08-1968") -> intake.Judged:
    rows = [
        ["NIK", "Nama", "Tanggal Lahir", "Desa", "Kecamatan", header],
        [NIK, name, birth, "Karang Anyar", "Tarakan Barat", cell],
        ["6571011203850012", "Budi", "12-03-1985", "Karang Anyar", "Tarakan Barat", ""],
    ]
    content = sheets.xlsx({"Data": rows})
    return intake.judge(tables.read_file(content, name="a.xlsx").tables[0], today=TODAY)


def codes(one: intake.Judged) -> set[str]:
    return {told["code"] for told in one.rows["findings"][0]}


@pytest.mark.parametrize(
    ("header", "cell", "code"),
    [
        ("Status", "Meninggal", DEAD),
        ("STATUS", "MENINGGAL DUNIA", DEAD),
        ("Status Penduduk", "Mati", DEAD),
        ("Status Hidup", "Wafat", DEAD),
        ("Status (Hidup/Mati)", "MATI", DEAD),
        ("Keberadaan", "Alm", DEAD),
        ("Keterangan", "Meninggal dunia", DEAD),
        ("Ket.", "MD", DEAD),
        ("Ket", "M.D. 2025", DEAD),
        ("Keterangan", "sudah meninggal tgl 12-01-2026", DEAD),
        ("Keterangan", "ybs telah meninggal", DEAD),
        ("Keterangan", "Nelayan, meninggal dunia 2025", DEAD),
        ("Catatan", "Tidak di tempat; orangnya sudah meninggal", DEAD),
        ("Catatan", "Janda, meninggal dunia 3 Maret 2025", DEAD),
        ("Kolom 6", "meninggal", DEAD),
        ("", "meninggal", DEAD),
        ("Pekerjaan", "Meninggal", DEAD),
        ("No HP", "sudah meninggal", DEAD),
        ("Meninggal", "Ya", DEAD),
        ("Sudah Meninggal?", "v", DEAD),
        ("status_dasar", "2", DEAD),
        ("status_dasar", "2.0", DEAD),
        ("status_dasar", "MATI", DEAD),
        ("Status Dasar", "TIDAK TETAP", DEAD),
        ("Hasil Verifikasi", "Meninggal", DEAD),
        ("Status", "Pindah", MOVED),
        ("Status", "PINDAH KELUAR", MOVED),
        ("Status", "Pindah Luar Negeri", MOVED),
        ("Keterangan", "pindah ke Nunukan", MOVED),
        ("Keterangan", "sudah pindah ke Malaysia", MOVED),
        ("Ket", "ybs tidak berdomisili di desa ini", MOVED),
        ("Ket", "bukan warga RT 3", MOVED),
        ("Mutasi", "Mutasi keluar", MOVED),
        ("Pindah", "Ya", MOVED),
        ("status_dasar", "3", MOVED),
        ("status_dasar", "PENDATANG", MOVED),
        ("Status", "Hilang", MISSING),
        ("Keterangan", "tidak ditemukan di alamat", MISSING),
        ("Hasil Verifikasi", "Tidak ditemukan", MISSING),
        ("status_dasar", "4", MISSING),
        ("status_dasar", "PERGI", MISSING),
        ("Status", "Tidak Valid", INVALID),
        ("Status NIK", "NIK tidak valid", INVALID),
        ("Keterangan", "ganda", INVALID),
        ("Keterangan", "Data ganda", INVALID),
        ("Keterangan", "NIK tidak padan Dukcapil", INVALID),
        ("Validasi", "TIDAK PADAN", INVALID),
        ("status_dasar", "9", INVALID),
        ("Keterangan", "meninggal dunia, tidak ada ahli waris", DEAD),
        ("Keterangan", "Sudah meninggal (ahli waris: istri)", DEAD),
        ("Keterangan", "Meninggal, belum punya ahli waris", DEAD),
        ("Keterangan", "Data meninggal", DEAD),
        ("Keterangan", "Terdata meninggal", DEAD),
        ("Keterangan", "Sudah tiada", DEAD),
        ("Keadaan", "Meninggal", DEAD),
        ("Status Keberadaan Anggota Keluarga", "2. Meninggal", DEAD),
        ("Status Keberadaan ART", "Pindah", MOVED),
        ("Keberadaan Anggota Keluarga", "Tidak ditemukan", MISSING),
    ],
)
def test_what_a_register_says_of_the_person_sends_the_row_back(header: str, cell: str, code: str) -> None:
    one = judged(header, cell)
    assert codes(one) & {DEAD, MOVED, MISSING, INVALID} == {code}
    assert one.rows["accepted"].to_list() == [False, True]
    assert findings.kind(code).blocks
    assert one.report["findings"][code] == 1


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Status", "Hidup"),
        ("Status", "Cerai mati"),
        ("Status", "CM"),
        ("Status Perkawinan", "Cerai Mati"),
        ("Status", "Kawin"),
        ("Status Penduduk", "TIDAK TETAP"),
        ("Status", "2"),
        ("Keterangan", "kepala keluarga meninggal"),
        ("Keterangan", "KK meninggal dunia"),
        ("Keterangan", "janda (suami meninggal)"),
        ("Keterangan", "Janda (mati)"),
        ("Keterangan", "Suami sudah meninggal, tulang punggung"),
        ("Keterangan", "meninggal suaminya 2020"),
        ("Keterangan", "Ayah meninggal"),
        ("Keterangan", "istri: meninggal"),
        ("Keterangan", "ditinggal mati"),
        ("Keterangan", "anak meninggal 2 orang"),
        ("Keterangan", "mati lampu saat pendataan"),
        ("Keterangan", "masih hidup"),
        ("Keterangan", "belum meninggal"),
        ("Keterangan", "pindahan dari Bulungan"),
        ("Keterangan", "Pindah datang 2020"),
        ("Keterangan", "pindah KK"),
        ("Keterangan", "pindah RT 03"),
        ("Keterangan", "pindah alamat dalam desa"),
        ("Keterangan", "pindah kerja"),
        ("Keterangan", "belum pindah"),
        ("Keterangan", "KTP hilang"),
        ("Keterangan", "pergi melaut"),
        ("Keterangan", "usaha ganda"),
        ("Keterangan", "tidak ganda"),
        ("Keterangan", "Valid"),
        ("Keterangan", "Santunan kematian suami cair"),
        ("Status Orang Tua", "Meninggal"),
        ("Status Suami", "Meninggal"),
        ("Keterangan Ayah", "meninggal"),
        ("Status Rumah", "Pindah"),
        ("Keterangan", "Ahli waris: anak (istri meninggal)"),
        ("Keterangan", "Ahli waris meninggal"),
        ("Keterangan", "Hidup, ahli waris meninggal"),
        ("Keterangan", "Nelayan pindah haluan"),
        ("Keterangan", "pindah jenis usaha"),
        ("Keterangan", "Tiada"),
        ("Status Keluarga", "Meninggal"),
        ("Meninggal", "Tidak"),
        ("Meninggal", "-"),
        ("status_dasar", "1"),
        ("status_dasar", "TETAP"),
        ("status_dasar", "HIDUP"),
    ],
)
def test_the_living_are_not_made_dead(header: str, cell: str) -> None:
    one = judged(header, cell)
    assert not codes(one) & {DEAD, MOVED, MISSING, INVALID}
    assert one.rows["accepted"].all()


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Alm. Hasan",
            "ALM HASAN",
            "Alm.Hasan",
            "Almh. Siti",
            "Almarhum Hasan",
            "Almarhumah Siti",
            "(Alm) Hasan",
        ),
        *(
            "H. Alm. Hasan",
            "Bpk. Alm. Hasan",
            "Hasan (Alm)",
            "Hasan (alm.)",
            "Hasan, Alm.",
            "Hasan Alm",
            "Hasan/Alm",
        ),
        *(
            "Siti (Almh)",
            "Hasan - almarhum",
            "Hasan (Meninggal)",
            "Hasan (MD)",
            "†Hasan",
            "Alm. Ahmad bin Hasan",
        ),
    ],
)
def test_a_name_that_says_almarhum(name: str) -> None:
    one = judged("Keterangan", "", name)
    assert DEAD in codes(one)
    assert one.rows["accepted"].to_list() == [False, True]


@pytest.mark.parametrize(
    "name",
    [
        *("Almira", "Almaidah Sari", "Alman", "Salma", "Siti binti Alm. Hasan", "Ahmad bin (Alm) Hasan"),
        *(
            "Ahmad bin Hasan (alm)",
            "Siti binti Hasan, Alm.",
            "Janda Alm. Hasan",
            "Ibrahim Almunawar",
            "Hasan Almad",
        ),
    ],
)
def test_a_name_that_says_it_of_another_or_not_at_all(name: str) -> None:
    one = judged("Keterangan", "", name)
    assert DEAD not in codes(one)


@pytest.mark.parametrize(
    ("header", "cell", "name"),
    [
        ("Tgl Meninggal", "01-10-2026", "Alm. Siti Aminah"),
        ("Tgl Meninggal", "01-10-2026", "Siti Aminah (Almh)"),
    ],
)
def test_that_the_dead_are_dead_is_no_fault_of_a_list_of_deaths(header: str, cell: str, name: str) -> None:
    one = judged(header, cell, name)
    told = judge_deaths(one, today=TODAY)
    assert DEAD not in codes(told)
    assert told.rows["accepted"][0]


@given(st.text(max_size=40))
def test_any_cell_is_read(text: str) -> None:
    for sort in ("base", "said", "dead_flag", "moved_flag"):
        assert living.of_cell(text, sort) in (None, DEAD, MOVED, MISSING, INVALID)
    said = living.of_name(text)
    assert said is None or said == DEAD


@given(st.sampled_from(["suami", "istri", "ayah", "ibu", "anak", "kepala keluarga", "kk", "orang tua", "mertua"]),
       st.sampled_from(["meninggal", "sudah meninggal dunia", "wafat", "mati", "alm", "meninggal 2025", "MD"]),
       st.sampled_from(["{0} {1}", "{1} {0}nya", "{0}: {1}", "janda ({0} {1})", "{0}, {1}", "{1} ({0})"]))  # fmt: skip
def test_a_death_beside_a_relative_is_the_relatives(who: str, said: str, form: str) -> None:
    assert living.of_remark(form.format(who, said)) is None
