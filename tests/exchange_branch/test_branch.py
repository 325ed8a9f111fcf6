"""Files to the branch keep NIKs whole; answers are understood however the branch words them."""

from datetime import date

import openpyxl
import pytest
import xlsxwriter

from payung.exchange.answer_words import REFUSALS, meaning
from payung.exchange.branch import TemplateError, load_template, write_upload
from payung.exchange.branch_answer import read_answer
from payung.exchange.guard import UnreadableFile
from payung.values import Month

TODAY = date(2027, 2, 3)
ROW = {
    "line_ref": "U1-1",
    "nik": "0000000000000001",
    "name": "ANI",
    "sex": "female",
    "birth_date": date(1980, 3, 1),
    "phone": "+6281234567890",
    "first_month": Month.of(2027, 1),
    "income": 1_500_000,
}


def test_the_file_keeps_text_as_text_and_gives_the_same_bytes_again(tmp_path):
    template = load_template()
    first = write_upload([ROW], tmp_path / "a.xlsx", template)
    second = write_upload([ROW], tmp_path / "b.xlsx", template)
    assert first == second
    assert first[0] == 1
    header, line = openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(values_only=True)
    told = dict(zip(header, line, strict=True))
    assert told["NIK"] == "0000000000000001"
    assert (told["JENIS KELAMIN"], told["TANGGAL LAHIR"], told["BULAN MULAI"]) == (
        "P",
        "01-03-1980",
        "2027-01",
    )
    assert told["PENGHASILAN"] == 1_500_000


def test_a_template_of_ones_own(tmp_path):
    path = tmp_path / "t.yaml"
    path.write_text("columns:\n- {header: Ref, field: line_ref}\n- {header: KTP, field: nik}\n")
    assert load_template(path).columns == (("Ref", "line_ref"), ("KTP", "nik"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("columns: 5", "columns"),
        ("columns:\n- {header: A, field: shoe}", "shoe"),
        ("columns:\n- {header: A, field: nik}", "line_ref"),
        ("[", "columns"),
    ],
)
def test_a_wrong_template_is_told_what_is_wrong(tmp_path, text, says):
    path = tmp_path / "t.yaml"
    path.write_text(text)
    with pytest.raises(TemplateError, match=says):
        load_template(path)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("NIK tidak ditemukan / tidak aktif di Dukcapil", "nik_unknown"),
        ("Sudah terdaftar aktif pada segmen/wadah lain", "active_elsewhere"),
        ("Usia tidak memenuhi syarat kepesertaan", "age"),
        ("Nama tidak sesuai data Dukcapil", "name_differs"),
        ("NIK_UNKNOWN", "nik_unknown"),
        ("peserta meninggal dunia", "died"),
        ("data ganda", "double"),
        ("entah", "other"),
    ],
)
def test_reasons_as_branches_word_them(words, code):
    assert meaning(words, reason_column=True).reason == code
    assert code in REFUSALS


def test_an_answer_with_titles_and_no_references(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        rows = [
            ["HASIL PENDAFTARAN PESERTA BPU"],
            [],
            ["NO", "NIK", "NAMA", "STATUS", "NO KPJ", "KODE", "KETERANGAN", "TGL MULAI"],
            [1, "6571010103800001", "ANI", "DITERIMA", 30000000001, "", "", "01-02-2027"],
            [
                2,
                "6571010103800002",
                "BUDI",
                "DITOLAK",
                "",
                "AGE",
                "Usia tidak memenuhi syarat kepesertaan",
                "",
            ],
            [3, "6571010103800003", "CITRA", "", "30000000003", "", "", "2027-02-01"],
        ]
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    told = read_answer(path, today=TODAY).rows
    assert told["state"].to_list() == ["accepted", "refused", "accepted"]
    assert told["member_no"].to_list() == ["30000000001", "", "30000000003"]
    assert told["refusal"].to_list() == ["", "age", ""]
    assert told["starts_on"].to_list() == [date(2027, 2, 1), None, date(2027, 2, 1)]
    assert told["row_no"].to_list() == [4, 5, 6]


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"NIK,NAMA\n1,2\n", b"\x00\x00", b"<html>"])
def test_a_file_that_is_no_answer_gets_one_sentence(content):
    with pytest.raises(UnreadableFile) as refused:
        read_answer(content, today=TODAY, name="x.csv")
    assert len(refused.value.message_id) > 10
