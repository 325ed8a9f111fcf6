"""An answer is understood or says that it is not: nobody refused stands as covered, nobody good is refused."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from payung.exchange.answer_words import meaning, sheet_is, together
from payung.exchange.branch_answer import read_answer
from payung.exchange.guard import UnreadableFile

TODAY = date(2027, 2, 3)

ACCEPTED = """Berhasil, kartu menyusul|OK|Sukses|Terdaftar BPU|DITERIMA|Diterima|terdaftar|AKTIF|Valid|Berhasil
Aktif per 01-02-2027|Terdaftar sebagai peserta BPU|Registered|Y|Ya|Sukses terdaftar|Disetujui|Lolos verifikasi
Sudah didaftarkan|Diterima - kartu dalam proses cetak|Berhasil didaftarkan|Aktif Bukan Penerima Upah|✓|ACCEPTED
Diterima, menunggu pembayaran iuran|Terdaftar, masa tunggu|Peserta aktif BPU|Terdaftar (BPU)|DITERIMA KC TARAKAN
Data valid|Berhasil didaftarkan di segmen BPU|Success|Aktif sejak Februari 2027|MS|Acc|TRUE|Proses berhasil
Verifikasi sukses|Proses OK|MS, aktif|Terdaftar, kartu dikirim via pos|Aktif, kartu diantar kurir|Terdaftar melalui JMO
Terdaftar, kartu elektronik via email|Aktif, kartu diambil di cabang|Peserta BPU aktif, kartu terlampir"""
REFUSED = """TERDAFTAR SEBAGAI PESERTA PU DI PT CONTOH|AKTIF DI SEGMEN PU|Terdaftar di perusahaan lain|PMI|AKTIF PU
Aktif pada badan usaha lain, tidak dapat didaftarkan|sudah terdaftar di perusahaan lain|PESERTA JASA KONSTRUKSI
Peserta PMI|tidak berhasil|Tidak diterima|Belum terdaftar di Dukcapil|gagal|GAGAL DAFTAR|Ditolak|NIK tidak valid
Ditolak: NIK tidak ditemukan|Tidak valid|invalid|NIK TIDAK DITEMUKAN|Usia > 65|Meninggal dunia|Data ganda|TMS
Tidak lolos|tdk berhasil|Terdaftar P.U.|Aktif di CV Maju|Kepesertaan aktif di segmen lain|TIDAK AKTIF|REJECTED|T
not registered|Sudah aktif sebagai PU|Aktif segmen Penerima Upah|Terdaftar di Jakon|Tidak terdaftar
tidak dapat diproses|Nama tidak sesuai|Terdaftar di segmen lain|Gagal, sudah terdaftar|Peserta Koperasi Sawit
Aktif sebagai karyawan PT Sawit|Nm beda dg Adminduk|DUPLIKASI DATA|Duplikasi NIK|NIK bermasalah|Dikembalikan
Berkas dikembalikan|FALSE|Nonaktif|INACTIVE|Kepesertaan nonaktif|Terdaftar di Taspen|Aktif di Asabri|Peserta Taspen
PPPK|Terdaftar sebagai PPPK|Aktif ASN|Sudah terdaftar Taspen|Dinonaktifkan"""
PENDING = """PENDING|PENDING, menunggu verifikasi|Proses|Dalam proses|Menunggu|Menunggu verifikasi Dukcapil
Belum diproses|belum terdaftar|On progress|Berkas diterima, sedang diproses|Diterima, sedang diverifikasi
Belum berhasil|Sedang dicek|Perlu perbaikan data|Berhasil dikirim ke Dukcapil|Data berhasil diunggah
Sukses upload|Berhasil diajukan|Dalam proses, berhasil dikirim|Verifikasi selesai"""
UNKNOWN = """lihat lampiran|SITI AMINAH|Budi Santoso|27020000000|X9|Sudah terdaftar|DITERIMA DENGAN CATATAN NIK SALAH
Suksesi|Aktif Hadi|Valid - Ditolak|1|Aktifah|terdaftarnya|Selesai|tidak selesai"""


def each(text):
    return [word for line in text.splitlines() for word in line.split("|")]


@pytest.mark.parametrize("word", each(ACCEPTED))
def test_good_words_are_never_a_refusal(word):
    assert meaning(word).state == "accepted"


@pytest.mark.parametrize("word", each(REFUSED))
def test_another_segment_a_reason_or_a_no_is_a_refusal(word):
    assert meaning(word).state == "refused"


@pytest.mark.parametrize("word", each(PENDING))
def test_what_waits_is_pending(word):
    assert meaning(word).state == "pending"


@pytest.mark.parametrize("word", each(UNKNOWN))
def test_what_is_not_understood_decides_nothing(word):
    assert meaning(word).state == "unknown"


ELSEWHERE = st.sampled_from(
    ["PT Contoh", "CV Maju", "segmen PU", "penerima upah", "jasa konstruksi", "PMI", "perusahaan lain", "segmen lain",
     "koperasi", "badan usaha lain", "P.U.", "wadah lain"]
)  # fmt: skip


@given(
    st.sampled_from(
        ["Terdaftar", "Aktif", "Peserta", "Sudah terdaftar", "Telah aktif", "Kepesertaan aktif", "Tercatat"]
    ),
    st.sampled_from([" ", " di ", " pada ", " sebagai ", " sebagai peserta ", " - ", ", ", " (", " as "]),
    ELSEWHERE,
    st.sampled_from([str, str.upper, str.lower, str.title]),
)
def test_whoever_is_active_elsewhere_is_refused_with_that_reason(verb, between, where, case):
    found = meaning(case(verb + between + where))
    assert (found.state, found.reason) == ("refused", "active_elsewhere")


@given(
    st.sampled_from(["tidak", "TDK", "belum", "gagal", "batal", "bukan", "not", "Tidak dapat", "belum bisa"]),
    st.sampled_from(
        ["diterima", "berhasil", "terdaftar", "valid", "aktif", "disetujui", "lolos", "ok", "didaftarkan"]
    ),
)
def test_a_negated_good_word_is_never_an_acceptance(no, good):
    assert meaning(f"{no} {good}").state in ("refused", "pending")


@given(st.text(max_size=40))
def test_any_text_has_a_meaning(text):
    assert meaning(text).state in ("accepted", "refused", "pending", "unknown", "blank")


@pytest.mark.parametrize(
    ("status", "reason", "remark", "sheet", "state"),
    [
        ("DITERIMA", "", "NIK tidak valid", "", "unknown"),
        ("AKTIF", "", "Peserta PU di PT Contoh", "", "refused"),
        ("DITERIMA", "lengkap", "", "", "accepted"),
        ("DITERIMA", "Usia > 65", "", "", "unknown"),
        ("DITOLAK", "Berhasil didaftarkan", "", "", "unknown"),
        ("DITOLAK", "Usia > 65", "", "", "refused"),
        ("DITOLAK", "entah", "", "", "refused"),
        ("", "entah", "", "", "refused"),
        ("", "", "entah", "", "unknown"),
        ("", "", "Berhasil, kartu menyusul", "", "accepted"),
        ("", "", "", "refused", "refused"),
        ("", "NIK tidak ditemukan", "", "refused", "refused"),
        ("", "", "Berhasil", "refused", "unknown"),
        ("DITERIMA", "", "", "refused", "unknown"),
        ("PENDING", "", "", "refused", "pending"),
        ("", "", "", "accepted", "accepted"),
        ("", "", "kartu di kantor", "accepted", "accepted"),
        ("", "NIK ganda", "", "accepted", "unknown"),
        ("", "", "", "", "blank"),
        ("PENDING", "", "NIK tidak ditemukan", "", "pending"),
    ],
)
def test_what_stands_beside_the_status_counts(status, reason, remark, sheet, state):
    assert together((status,), reason, remark, sheet).state == state


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        (("VALID", "GAGAL"), "unknown"),
        (("VALID", "DITERIMA"), "accepted"),
        (("", "DITERIMA"), "accepted"),
        (("VALID", "PENDING"), "pending"),
        (("GAGAL", "PENDING"), "unknown"),
        (("VALID", "entah"), "unknown"),
    ],
)
def test_two_status_columns_must_agree(statuses, state):
    assert together(statuses, "", "", "").state == state


@pytest.mark.parametrize(
    ("name", "about"),
    [
        ("DITOLAK", "refused"), ("GAGAL", "refused"), ("Data Reject", "refused"), ("Tidak diterima", "refused"),
        ("Tidak Valid", "refused"), ("TMS", "refused"), ("Daftar peserta yang ditolak", "refused"),
        ("Gagal Validasi", "refused"), ("TIDAK TERDAFTAR", "refused"), ("invalid", "refused"),
        ("DITERIMA", "accepted"), ("Berhasil", "accepted"), ("Terdaftar", "accepted"), ("Valid", "accepted"),
        ("Sheet1", ""), ("Hasil", ""), ("Diterima & Ditolak", ""), ("PESERTA", ""),
    ],
)  # fmt: skip
def test_a_sheets_name_says_what_its_people_are(name, about):
    assert sheet_is(name) == about


def table(*rows):
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


def book(sheets):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return out.getvalue()


def nik(n):
    return f"657101010380{n:04d}"


def states(content, name="jawaban.csv"):
    return read_answer(content, today=TODAY, name=name).rows["state"].to_list()


HEAD = ["NO REFERENSI", "NIK", "NAMA", "STATUS", "NO PESERTA"]


def row(n, status="DITERIMA", number=None, **cells):
    found = [f"U1-{n}", nik(n), f"ORANG {n}", status, str(27_000_000_000 + n) if number is None else number]
    for place, cell in cells.items():
        found[HEAD.index(place.replace("_", " "))] = cell
    return found


HEADERS = [
    ["No. Ref.", "No. KTP", "Nama TK", "Status Validasi", "KPJ"],
    ["NO REF", "NIK", "NAMA", "HASIL", "NO KPJ"],
    ["Nomor Referensi", "NIK KTP", "Nama Peserta", "Status Pendaftaran", "Nomor Peserta"],
    ["Ref", "e-KTP", "Nama Lengkap", "Hasil Verifikasi", "No. Kartu Peserta"],
    ["KODE REFERENSI", "Nomor Induk Kependudukan", "NAMA", "Sts", "NOMOR KPJ"],
    ["No. Referensi", "No NIK", "Nama Tenaga Kerja", "Status Kepesertaan", "No. BPJS TK"],
    ["ID Baris", "KTP", "Nama", "Hasil Validasi", "Kartu Peserta"],
    ["Reference", "NIK Peserta", "Name", "Result", "Member No"],
    ["NO. REF", "Nomor KTP", "Nama Calon Peserta", "Status Proses", "No.KPJ"],
    ["Ref. Baris", "NIK TK", "Nama Pekerja", "STATUS VERIFIKASI DATA", "No Kepesertaan"],
]


@pytest.mark.parametrize("head", HEADERS, ids=[head[0] for head in HEADERS])
def test_headers_by_any_of_their_words(head):
    read = read_answer(table(head, row(1), row(2, "GAGAL", "")), today=TODAY, name="x.csv").rows
    assert read["state"].to_list() == ["accepted", "refused"]
    assert read["member_no"].to_list() == ["27000000001", ""]
    assert read["nik"].to_list() == [nik(1), nik(2)]


@pytest.mark.parametrize(
    "reference",
    [
        "Referensi Payung", "REF. PAYUNG", "No Referensi Payung", "Payung Ref", "ID Payung", "Ref Pemda",
        "Referensi Kami", "Nomor Referensi Pengirim", "Referensi Dinas", "Kode Payung", "ID Data", "Kolom 1", "Kunci",
        "", "No Registrasi", "Kode",
    ],
)  # fmt: skip
@pytest.mark.parametrize("with_nik", [True, False])
def test_our_references_are_known_under_any_name(reference, with_nik):
    kept = [0, *([1] if with_nik else []), 2, 3, 4]
    rows = [[reference, *HEAD[1:]], row(1), row(2, "GAGAL", "")]
    sheets = {"a": [["HASIL PENDAFTARAN"], *([one[at] for at in kept] for one in rows)]}
    read = read_answer(book(sheets), today=TODAY, name="x.xlsx")
    assert read.rows.select("line_ref", "state").rows() == [("U1-1", "accepted"), ("U1-2", "refused")]
    assert read.unread == ()


def test_a_persons_row_is_no_row_of_headers_though_its_status_is_one_of_their_words():
    rows = [HEAD, row(1, "Valid"), row(2, "Valid"), row(3, "Status Data")]
    read = read_answer(table(*rows), today=TODAY, name="x.csv").rows
    assert read["state"].to_list() == ["accepted", "accepted", None]


@pytest.mark.parametrize(
    "sheets",
    [
        {"DITERIMA": [["NO", "NO REFERENSI", "NIK", "NO KPJ"], [1, "U1-1", nik(1), "27000000001"]],
         "DITOLAK": [["NO", "NO REFERENSI", "NIK", "ALASAN"], [1, "U1-2", nik(2), "NIK tidak ditemukan"]]},
        {"Berhasil": [["NO REFERENSI", "NO KPJ"], ["U1-1", "27000000001"]],
         "Gagal": [["NO REFERENSI", "NAMA"], ["U1-2", "B"]]},
        {"Hasil": [["PESERTA DITERIMA"], ["NO REFERENSI", "NIK", "NAMA"], ["U1-1", nik(1), "A"], [],
                   ["PESERTA DITOLAK"], ["NIK", "NO REFERENSI", "NAMA"], [nik(2), "U1-2", "B"]]},
        {"a": [HEAD, row(1), ["JUMLAH", 1, "", "", ""], ["Mengetahui"]],
         "REJECT": [["NO REFERENSI", "SEBAB"], ["U1-2", "x"]]},
        {"a": [HEAD, row(1), HEAD, row(2, "GAGAL", "")]},
        {"a": [HEAD, row(1), ["STATUS", "NO REFERENSI"], ["GAGAL", "U1-2"]]},
        {"Tidak Valid": [["NO REFERENSI", "KETERANGAN"], ["U1-2", "usia"]],
         "Valid": [["NO REFERENSI", "NIK"], ["U1-1", nik(1)]]},
        {"a": [["NO REFERENSI", "ALASAN PENOLAKAN", "NO PESERTA"], ["U1-1", "", "27000000001"], ["U1-2", "entah", ""]]},
        {"a": [["NO REFERENSI", "KETERANGAN"], ["U1-1", "Berhasil, kartu menyusul"], ["U1-2", "NIK tidak ditemukan"]]},
        {"a": [["NO REFERENSI", "STATUS"], ["u1 - 1", "Sukses"], ["U1–2", "Aktif di segmen PU"], ["TOTAL", "2"]]},
    ],
    ids=range(10),
)  # fmt: skip
def test_sheets_and_sections_say_what_their_people_are(sheets):
    read = read_answer(book(sheets), today=TODAY, name="x.xlsx")
    found = dict(read.rows.select("line_ref", "state").iter_rows())
    assert found == {"U1-1": "accepted", "U1-2": "refused"}
    assert read.unread == ()


def test_a_sheet_with_references_that_cannot_be_read_is_said():
    sheets = {
        "a": [HEAD, row(1)],
        "Lampiran": [["KODE", "ISI"], ["U1-2", "x"], ["U1-3", "y"]],
        "Catatan": [["halo"]],
    }
    read = read_answer(book(sheets), today=TODAY, name="x.xlsx")
    assert read.unread == (("Lampiran", 2),)
    with pytest.raises(UnreadableFile):
        read_answer(book({"Lampiran": sheets["Lampiran"]}), today=TODAY, name="x.xlsx")


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (["U1-1", "", nik(1), "ORANG 1", "DITERIMA"], "shifted"),
        (["U1-1", "ORANG 1", "DITERIMA", "27000000001", ""], "shifted"),
        (["U1-1", nik(1), "ORANG 1", "", "DITERIMA"], "number"),
        (["U1-1", nik(1), "ORANG 1", "ORANG 1", "DITERIMA"], "word"),
        (["U1-1", nik(1), "ORANG 1", "27000000001", "DITERIMA"], "word"),
        (row(1, number="2,7001E+10"), "number"),
        (row(1, number="2.7001E+10"), "number"),
        (row(1, number="27000"), "number"),
        (row(1, number="270000000011"), "number"),
        (row(1, number="2700000000A"), "number"),
        (row(1, number="DITERIMA"), "number"),
        (row(1, number=nik(1)), "number"),
        (row(1, "", "2,7001E+10"), "number"),
        (row(1, "PENDING"), "pending"),
        (row(1, "", ""), "blank"),
        (row(1, "entah"), "word"),
    ],
)
def test_what_cannot_be_told_decides_nothing(wrong, problem):
    read = read_answer(table(HEAD, wrong, row(2)), today=TODAY, name="x.csv").rows
    assert read["state"].to_list() == [None, "accepted"]
    assert read["problem"].to_list() == [problem, ""]
    assert read["member_no"].to_list() == ["", "27000000002"]


@pytest.mark.parametrize(
    "written",
    ["27000000001", "27 000 000 001", "2700-0000-001", "'27000000001", "KPJ 27000000001", "270.000.00001"],
)
def test_a_number_is_its_digits(written):
    assert (
        read_answer(table(HEAD, row(1, number=written)), today=TODAY, name="x").rows["member_no"][0]
        == "27000000001"
    )


def test_a_number_of_two_people_is_neithers():
    rows = [row(1, number="27000000009"), row(2, number="27000000009"), row(3), row(1, number="27000000009")]
    read = read_answer(table(HEAD, *rows), today=TODAY, name="x").rows
    assert read["problem"].to_list() == ["shared_number", "shared_number", "", "shared_number"]
    same = read_answer(table(HEAD, row(1), row(1)), today=TODAY, name="x").rows
    assert same["state"].to_list() == ["accepted"] * 2, "one person twice is one person"


def test_a_nik_that_a_spreadsheet_has_rounded_is_none():
    sheets = {
        "a": [
            HEAD,
            ["U1-1", 9171014308810003, "A", "DITERIMA", ""],
            ["U1-2", "6,5710E+15", "B", "DITERIMA", ""],
        ]
    }
    read = read_answer(book(sheets), today=TODAY, name="x.xlsx").rows
    assert read["nik"].to_list() == ["", ""]
    assert read["state"].to_list() == ["accepted"] * 2, "the reference is certain"


def test_every_word_is_listed_with_what_it_was_taken_for():
    rows = [row(1), row(2), row(3, "entah"), row(4, "Aktif di segmen PU"), row(5, "PENDING"), row(6, "", "")]
    words = read_answer(table(HEAD, *rows), today=TODAY, name="x").words
    assert {(one.text, one.taken, one.refusal, one.count) for one in words} == {
        ("DITERIMA", "accepted", "", 2),
        ("entah", "unknown", "", 1),
        ("Aktif di segmen PU", "refused", "active_elsewhere", 1),
        ("PENDING", "pending", "", 1),
        ("", "blank", "", 1),
    }


def test_signs_that_no_database_keeps():
    read = read_answer(book({"a": [HEAD, row(1, "DITERIMA")]}), today=TODAY, name="x.xlsx")
    assert read.rows["state"].to_list() == ["accepted"]
    content = b" " * 5000 + b"\n" + table(HEAD, row(1, NAMA="A\x00B"), row(2, "DI\x00TOLAK"))
    assert "\x00" not in "".join(read_answer(content, today=TODAY, name="x.csv").rows["refusal_text"])
    with pytest.raises(UnreadableFile):
        read_answer(table(HEAD, row(1, NAMA="x" * 140_000)), today=TODAY, name="x.csv")
