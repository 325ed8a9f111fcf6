"""Columns that are numbered: by person ('NIK_1', 'NIK_2'), or to tell one from another of its name."""

from __future__ import annotations

import pytest

from payung.exchange import columns, intake, tables
from payung.exchange.headings import without_number
from tests.exchange import sheets
from tests.exchange.people import TODAY, person

#: NIK, name, birth date and sex of a person.
FIELDS = ("NIK", "Nama", "Tgl Lahir", "JK")
HOME = ["Karang Anyar", "Tarakan Barat"]


def judged(rows: list[list[str]]) -> list[intake.Judged]:
    """The people of a CSV file, read in this process."""
    sent = tables.read_here(sheets.csv_text(rows).encode(), "a.csv", tables.Limits())
    return intake.judge_file(sent, today=TODAY)


def names_of(rows: list[list[str]]) -> list[str]:
    return [name for one in judged(rows) for name in one.rows["name"]]


def told(n: int) -> list[str]:
    return person(n)[1:5]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        *(("NIK_1", "nik"), ("nik_2", "nik"), ("NIK.1", "nik"), ("NIK (2)", "nik"), ("nama_1", "name")),
        *(("Nama Lengkap 2", "name"), ("tgl_lahir_1", "birth_date"), ("NIK_x", "nik"), ("nama_lengkap_y", "name")),
        *(("anggota[1]/nik", "nik"), ("anggota_2/nama", "name"), ("NIK...3", "nik"), ("Nama1", "name")),
        *(("Anggota 1 / NIK", "nik"), ("anggota/2/jenis_kelamin", "sex"), ("no_kk_1", "family_card")),
        *(("No HP 1", "phone"), ("Alamat 2", "address"), ("Desa_1", "village"), ("JK_2", "sex")),
        *(("Nama Ibu_1", "mother_name"), ("nama_ayah_1", ""), ("Nama KRT 1", ""), ("nik_istri_2", "")),
        *(("Kolom 3", ""), ("Kelompok 2", ""), ("Umur_1", ""), ("Ahli Waris 1 / NIK", "")),
    ],
)  # fmt: skip
def test_a_number_behind_a_name_leaves_it_its_name(header: str, field: str) -> None:
    found = columns.field_of(header)
    assert (found[0] if found else "") == field


@pytest.mark.parametrize(
    "header", ["NIK", "B4K2", "Q12", "RT 01", "403 NIK", "L/P", "", "12", "Tgl/Bln/Th", "_1", "x"]
)
def test_a_name_without_such_a_number_is_whole(header: str) -> None:
    bare, number = without_number(header)
    assert number == "" or header == "RT 01"
    assert bare == header or number


ANEW = {
    "suffix _1": [f"{field}_1" for field in FIELDS],
    "suffix of pandas": [f"{field}.1" for field in FIELDS],
    "brackets": [f"{field} (2)" for field in FIELDS],
    "repaired by R": [f"{field}...7" for field in FIELDS],
    "glued": ["NIK2", "Nama2", "Tgl Lahir2", "Kelamin2"],
}
BY_PERSON = {
    "numbered": [[f"{field}_{n}" for field in FIELDS] for n in (1, 2)],
    "small, glued": [[f"{field}{n}" for field in ("nik", "nama", "tgllahir", "kelamin")] for n in (1, 2)],
    "blanks": [[f"{field} {n}" for field in ("NIK", "Nama", "Tgl Lahir", "Kelamin")] for n in (1, 2)],
    "kobo repeats": [
        [f"anggota[{n}]/{field}" for field in ("nik", "nama", "tgl_lahir", "jk")] for n in (1, 2)
    ],
    "kobo groups": [[f"anggota_{n}/{field}" for field in ("nik", "nama", "tgl_lahir", "jk")] for n in (1, 2)],
    "path": [[f"anggota/{n}/{field}" for field in ("nik", "nama", "tgl_lahir", "jk")] for n in (1, 2)],
    "odk": [[f"anggota-{n}-{field}" for field in ("nik", "nama", "tgl_lahir", "jk")] for n in (1, 2)],
    **{kind: [list(FIELDS), again] for kind, again in ANEW.items()},
}


@pytest.mark.parametrize("heads", BY_PERSON.values(), ids=BY_PERSON)
@pytest.mark.parametrize("by_field", [False, True], ids=["by person", "by field"])
def test_numbered_columns_are_several_people_of_one_household(heads: list[list[str]], by_field: bool) -> None:
    def laid(parts: list[list[str]]) -> list[str]:
        return [cell for pair in (zip(*parts, strict=True) if by_field else parts) for cell in pair]

    rows = [
        ["No KK", "Desa", "Kecamatan", *laid(heads)],
        ["6571010101200001", *HOME, *laid([told(0), told(1)])],
        ["6571010101200002", *HOME, *laid([told(2), told(3)])],
        ["6571010101200003", *HOME, *laid([told(4), [""] * 4])],
    ]
    assert sorted(names_of(rows)) == sorted(person(n)[2] for n in range(5))
    for one in judged(rows):
        assert one.rows["accepted"].all(), one.report["findings"]
        assert set(one.rows["village_code"]) == {"65.71.01.1001"}
        assert one.rows["birth_date"].null_count() == 0
        assert one.rows["family_card"].null_count() == 0


@pytest.mark.parametrize("again", [*ANEW.values(), [f"{field}_y" for field in FIELDS]])
def test_the_columns_of_a_joined_list_are_the_same_people_again(again: list[str]) -> None:
    first = [f"{field}_x" for field in FIELDS] if again[0].endswith("_y") else list(FIELDS)
    rows = [[*first, "Desa", "Kecamatan", *again], *([*told(n), *HOME, *told(n)] for n in range(3))]
    rows[3][-1] = ""
    assert names_of(rows) == [person(n)[2] for n in range(3)]


@pytest.mark.parametrize(
    "heads",
    [
        *(["NIK_1", "Nama_1", "Tgl Lahir_1", "JK_1"], ["NIK (2)", "Nama (3)", "Tgl Lahir (4)", "JK (5)"]),
        *(
            ["NIK_1", "Nama", "Tgl Lahir", "JK"],
            ["data.nik_2", "data.nama_2", "data.tgl_lahir_2", "data.jk_2"],
        ),
    ],
)
def test_one_number_is_one_person(heads: list[str]) -> None:
    rows = [[*heads, "Desa_1", "Kecamatan_1", "No HP 1", "No HP 2"]]
    rows += [[*told(n), *HOME, "081234567890", "081234567891"] for n in range(2)]
    [one] = judged(rows)
    assert one.rows["accepted"].all(), one.report["findings"]
    assert one.rows["birth_date"].null_count() == 0
    assert one.rows["phone"].null_count() == 0
