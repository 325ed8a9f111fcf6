"""Headers are the words that were written: none is read as a truth value, none is lost, none is cut off."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import openpyxl
import pytest
import yaml

from payung.exchange.branch import FIELDS, TemplateError, load_template, write_upload

HEADERS = [
    "NO", "NO REFERENSI", "AKSI", "KODE WADAH", "NIK", "NO PESERTA", "NAMA LENGKAP", "TEMPAT LAHIR", "TANGGAL LAHIR",
    "JENIS KELAMIN", "ALAMAT", "KELURAHAN", "KECAMATAN", "KOTA/KAB", "NO HP", "NAMA IBU KANDUNG", "JENIS PEKERJAAN",
    "PENGHASILAN", "PROGRAM", "BULAN MULAI", "BULAN AKHIR", "AHLI WARIS", "HUBUNGAN", "SUMBER DANA",
]  # fmt: skip
PACKAGE = Path(str(resources.files("payung")))
FILES = sorted(PACKAGE.rglob("*.y*ml"))
#: What YAML 1.1 takes for a truth value though nobody who writes a table means one.
SLIPS = {"y", "n", "yes", "no", "on", "off"}


def test_every_header_of_the_branchs_file(tmp_path):
    row = {field: "x" for field in FIELDS if field not in ("number", "income", "months")} | {"nik": "6" * 16}
    write_upload([row], tmp_path / "a.xlsx", load_template())
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert [cell.value for cell in sheet[1]] == HEADERS
    # Neighbours of one width are kept as one.
    widths = {at: one.width for one in sheet.column_dimensions.values() for at in range(one.min, one.max + 1)}
    for cell in sheet[1]:
        width = widths[cell.column]
        assert width >= len(cell.value) + 2
        if cell.value in ("NIK", "NO PESERTA", "NO HP"):
            assert width >= {"NIK": 18, "NO PESERTA": 13, "NO HP": 15}[cell.value], "seen whole"


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(PACKAGE)) for path in FILES])
def test_no_word_of_the_data_is_taken_for_a_truth_value(path):
    wrong = [
        f"line {event.start_mark.line + 1}: {event.value}"
        for event in yaml.parse(path.read_text(encoding="utf-8"))
        if isinstance(event, yaml.ScalarEvent) and event.style is None and event.value.lower() in SLIPS
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "word", ["NO", "No", "no", "YES", "Yes", "ON", "OFF", "1", "1.5", "2027-01-01", "null", "12:30"]
)
def test_a_header_that_yaml_reads_as_something_else_is_refused(tmp_path, word):
    path = tmp_path / "t.yaml"
    text = "columns:\n- {{header: {}, field: line_ref}}\n- {{header: NIK, field: nik}}\n"
    path.write_text(text.format(word))
    with pytest.raises(TemplateError, match="quotation marks"):
        load_template(path)
    path.write_text(text.format(f'"{word}"'))
    assert load_template(path).columns[0] == (word, "line_ref")
