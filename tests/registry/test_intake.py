"""A list comes in whole or not at all, once, and its bad rows go back as the sender's own sheet."""

from __future__ import annotations

import io
import logging
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from payung.access.actor import NotAllowed, Refused, acting_as
from payung.access.crypto import decrypt_json
from payung.access.models import Event
from payung.identity import nik as nik_reader
from payung.registry.actions import (
    load_file,
    passed_file,
    preview,
    returned_file,
    save_mapping,
    told_together,
    undo_intake,
)
from payung.registry.linking import match
from payung.registry.loading import RAW
from payung.registry.models import Intake, Person, Record

from .lists import ANDI, HEADERS, MARTHA, SITI, YOHANES, write_list

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
NO_NIK = ["", "Tanpa Nik", "L", "01-02-1980", "Karang Anyar", "Tarakan Barat", "Buruh"]
WRONG_DATE = ["6571013902680001", "Salah Nik", "L", "", "Karang Anyar", "Tarakan Barat", "Buruh"]


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        yield actor


def take(actor, path, **more):
    return load_file(actor, path=path, file_name=path.name, today=TODAY, **more)


def test_good_rows_become_records_and_bad_rows_are_kept_with_reasons(operator, tmp_path):
    intake, new = take(operator, write_list(tmp_path / "desa.xlsx", [ANDI, SITI, NO_NIK, WRONG_DATE]))
    assert new
    assert (intake.rows, intake.accepted, intake.returned) == (4, 2, 2)
    assert Record.objects.filter(accepted=True).count() == 2
    assert intake.findings["nik_missing"] == 1
    assert intake.findings["nik_date"] == 1


def test_the_same_file_again_changes_nothing(operator, tmp_path):
    path = write_list(tmp_path / "desa.xlsx", [ANDI, SITI])
    first, _ = take(operator, path)
    again, new = take(operator, path)
    assert again == first
    assert not new
    assert Record.objects.count() == 2
    assert Event.objects.filter(action="load").count() == 1


def test_niks_are_nowhere_in_the_database_as_text(operator, tmp_path):
    take(operator, write_list(tmp_path / "desa.xlsx", [ANDI]))
    match(operator)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'jsonb', 'bytea')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table} WHERE \"{column}\"::text LIKE '%{ANDI[0]}%'")
            assert cursor.fetchall()[0][0] == 0, f"{table}.{column}"


def test_names_and_niks_never_reach_a_log(operator, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    logging.getLogger("django.db.backends").setLevel(logging.WARNING)
    take(operator, write_list(tmp_path / "desa.xlsx", [ANDI, NO_NIK]))
    match(operator)
    said = caplog.text.lower()
    assert ANDI[0] not in said
    assert "andi baso" not in said
    assert "tanpa nik" not in said


def test_the_returned_sheet_is_the_senders_own_with_two_columns_more(operator, tmp_path):
    intake, _ = take(operator, write_list(tmp_path / "desa.xlsx", [ANDI, NO_NIK]))
    name, content = returned_file(operator, intake_id=intake.pk)
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    header = next(row for row in rows if row[1] == "NIK")
    assert list(header[: len(HEADERS)]) == HEADERS
    assert len([cell for cell in header if cell]) == len(HEADERS) + 2
    bad = rows[rows.index(header) + 1]
    assert bad[2] == "Tanpa Nik"
    assert "NIK" in bad[len(HEADERS)]
    assert name.endswith(".xlsx")
    assert Event.objects.filter(action="return_rows", subject_id=intake.pk).exists()


def test_a_mended_sheet_sent_again_updates_and_never_doubles(operator, tmp_path):
    intake, _ = take(operator, write_list(tmp_path / "desa.xlsx", [ANDI, NO_NIK]))
    match(operator)
    assert Person.objects.filter(candidate=True).count() == 1
    _, content = returned_file(operator, intake_id=intake.pk)
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in book.active.iter_rows():
        if row[2].value == "Tanpa Nik":
            row[1].value = "6571010102800007"
    mended = tmp_path / "desa-diperbaiki.xlsx"
    book.save(mended)
    again, _ = take(operator, mended)
    assert (again.rows, again.accepted) == (1, 1)
    match(operator)
    assert Person.objects.filter(candidate=True).count() == 2
    whole, _ = take(operator, write_list(tmp_path / "desa2.xlsx", [ANDI, ["6571010102800007", *NO_NIK[1:]]]))
    assert whole.accepted == 2
    match(operator)
    assert Person.objects.filter(candidate=True).count() == 2


def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(operator, tmp_path):
    def statements(rows):
        path = write_list(tmp_path / f"{len(rows)}.xlsx", rows)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            take(operator, path)
        return len(queries)

    few = [[f"65710105086800{n:02d}", f"Orang {n}", *ANDI[2:]] for n in range(1, 4)]
    many = [
        [f"6571010508{n // 90 + 10:02d}{n % 90 + 10:04d}", f"Orang Lain {n}", *ANDI[2:]] for n in range(400)
    ]
    assert statements(few) == statements(many)


def test_a_file_that_is_no_list_gets_one_sentence(operator, tmp_path):
    broken = tmp_path / "rusak.xlsx"
    broken.write_bytes(b"PK\x03\x04 this is not a workbook")
    with pytest.raises(Refused) as refusal:
        take(operator, broken)
    assert "rusak.xlsx" in refusal.value.sentence
    assert not Intake.objects.exists()


def test_rows_passed_over_are_counted_by_reason_and_can_be_read(operator, tmp_path):
    path = write_list(tmp_path / "desa.xlsx", [ANDI, ["", "JUMLAH", "", "", "", "", ""], SITI])
    assert preview(path, "desa.xlsx", today=TODAY)["passed_over"] == {"title": 1, "total": 1}
    intake, _ = take(operator, path)
    assert intake.passed_over == {"title": 1, "total": 1}
    name, content = passed_file(operator, intake_id=intake.pk)
    assert name == "desa-dilewati.xlsx"
    lines = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert [line[1:3] for line in lines[1:]] == [("1", "Di atas judul kolom"), ("5", "Jumlah")]
    assert Event.objects.filter(action="read_passed", subject_id=intake.pk).exists()


def test_the_rows_passed_over_are_nowhere_in_the_database_as_text(operator, tmp_path):
    take(operator, write_list(tmp_path / "desa.xlsx", [ANDI], title=f"Pendata {ANDI[0]} Rahasiawati"))
    row = Intake.objects.get()
    for told in (str(row.passed_over), bytes(row.passed_enc).decode("latin-1")):
        assert ANDI[0] not in told
        assert "Rahasia" not in told


@pytest.mark.parametrize(
    "people",
    [
        [],
        [["", "", "", "", "", "", ""]],
        [["", "JUMLAH", "", "", "", "", ""]],
        [["", "Mengetahui,", "", "", "", "", ""]],
        [["Nomor", "Nama Lengkap", "L/P", "Tgl Lahir", "Desa/Kelurahan", "Kecamatan", "Pekerjaan"]],
    ],
)
def test_a_file_with_nobody_in_it_is_refused_with_one_sentence(operator, tmp_path, people):
    with pytest.raises(Refused) as refusal:
        take(operator, write_list(tmp_path / "kosong.xlsx", people))
    assert "kosong.xlsx" in refusal.value.sentence
    assert "orang" in refusal.value.sentence
    assert not Intake.objects.exists()


def test_tables_beside_each_other_become_records_of_one_list(operator, tmp_path):
    book = openpyxl.Workbook()
    for left, right in zip(
        [HEADERS, ["1", *ANDI], ["2", *SITI]], [HEADERS, ["1", *YOHANES], ["2", *MARTHA]], strict=True
    ):
        book.active.append([*left, None, *right])
    book.save(tmp_path / "dua.xlsx")
    intake, _ = take(operator, tmp_path / "dua.xlsx")
    assert (intake.rows, intake.accepted) == (4, 4)
    assert Record.objects.filter(intake=intake).values("sheet").distinct().count() == 2


def test_a_list_of_another_region_is_not_taken(make_actor, tmp_path):
    tarakan = make_actor("operator", "65.71")
    with acting_as(tarakan), pytest.raises(NotAllowed):
        take(tarakan, write_list(tmp_path / "desa.xlsx", [ANDI]), region_code="65.01")


def test_an_undone_list_counts_no_longer_and_can_be_sent_again(operator, tmp_path):
    path = write_list(tmp_path / "desa.xlsx", [ANDI, SITI])
    intake, _ = take(operator, path)
    take(operator, write_list(tmp_path / "lain.xlsx", [SITI]))
    match(operator)
    assert Person.objects.filter(candidate=True).count() == 2
    undo_intake(operator, intake_id=intake.pk, reason="salah berkas")
    assert [p.name for p in Person.objects.filter(candidate=True)] == ["Siti Aminah"]
    _, new = take(operator, path)
    assert new
    match(operator)
    assert Person.objects.filter(candidate=True).count() == 2


def test_a_list_that_a_decree_rests_on_cannot_be_undone(operator, tmp_path):
    intake, _ = take(operator, write_list(tmp_path / "desa.xlsx", [ANDI]))
    match(operator)
    Person.objects.update(covered_until=2026 * 12)
    with pytest.raises(Refused):
        undo_intake(operator, intake_id=intake.pk)
    assert Intake.objects.get(pk=intake.pk).status == Intake.Status.LOADED


def test_a_corrected_mapping_is_used_again_for_the_same_sender(operator, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["NIK", "Si Anu", "Kampung"])
    book.active.append([YOHANES[0], YOHANES[1], "Karang Anyar"])
    path = tmp_path / "aneh.xlsx"
    book.save(path)
    shown = preview(path, "aneh.xlsx", today=TODAY)["sheets"][0]
    corrected = {"columns": {**shown["mapping"]["columns"], "name": "Si Anu"}, "code_system": None}
    save_mapping(operator, sender_name="Desa X", headers=shown["headers"], mapping=corrected)
    intake, _ = take(operator, path, sender_name="Desa X")
    assert Record.objects.get(intake=intake).name == "Yohanes Laing"


def test_a_preview_shows_no_full_nik_or_name(operator, tmp_path):
    shown = preview(write_list(tmp_path / "desa.xlsx", [MARTHA]), "desa.xlsx", today=TODAY)
    assert MARTHA[0] not in str(shown["sheets"][0]["sample"])
    assert MARTHA[1] not in str(shown["sheets"][0]["sample"])


def test_the_people_of_these_tests_have_right_niks():
    from payung.identity import regions

    for person in (ANDI, SITI, YOHANES, MARTHA):
        reading = nik_reader.read(person[0], regions=regions.load())
        assert reading.valid
        assert reading.sex == {"L": "male", "P": "female"}[person[2]]


def test_findings_and_extras_are_kept_as_json_that_sql_can_read(operator, tmp_path):
    path = tmp_path / "dtsen.csv"
    path.write_text(
        "NIK;Nama;Desa/Kelurahan;Kecamatan;Tgl Lahir;Desil Nasional;Pencari Nafkah Tunggal\n"
        f'{ANDI[0]};Andi "Baso";Karang Anyar;Tarakan Barat;06-08-1968;2;Ya\n',
        encoding="utf-8",
    )
    take(operator, path)
    match(operator)
    person = Person.objects.get()
    assert (person.poverty_decile, person.sole_earner) == (2, True)
    record = Record.objects.get()
    assert {found["code"] for found in record.findings} == {"name_signs", "nik_birth_date_differs"}
    assert record.extra["poverty_decile"] == 2
    assert decrypt_json(record.raw_enc, RAW)["Nama"] == 'Andi "Baso"'


def test_one_nik_on_two_names_of_one_delivery_goes_back_in_both_files(operator, tmp_path):
    thief = [SITI[0], "Kartini Lesmana", "P", "", "Karang Anyar", "Tarakan Barat", "Nelayan"]
    paths = [write_list(tmp_path / "rt-01.xlsx", [ANDI, SITI]), write_list(tmp_path / "rt-02.xlsx", [thief])]
    others = told_together(paths, today=TODAY)
    told = [take(operator, path, others=others[path])[0] for path in paths]
    assert [(one.accepted, one.returned) for one in told] == [(1, 1), (0, 1)]
    assert all(one.findings["nik_two_people"] == 1 for one in told)


def test_a_file_that_cannot_be_read_tells_the_others_nothing(operator, tmp_path):
    broken = tmp_path / "rusak.xlsx"
    broken.write_bytes(b"PK rusak")
    paths = [write_list(tmp_path / "desa.xlsx", [ANDI]), broken]
    assert all(one.height == 0 for one in (told_together(paths, today=TODAY)[path] for path in paths[:1]))


def test_rows_taken_with_something_to_check_can_be_sent_back_too(operator, tmp_path):
    other_sex = [SITI[0], SITI[1], "L", *SITI[3:]]
    intake, _ = take(operator, write_list(tmp_path / "desa.xlsx", [ANDI, other_sex]))
    assert (intake.accepted, intake.returned) == (2, 0)
    name, content = returned_file(operator, intake_id=intake.pk)
    assert name == "desa-dikembalikan.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(content))
    [sheet] = book.worksheets
    assert [[cell.value for cell in row[1:3]] for row in sheet.iter_rows()][-1] == SITI[:2]
    assert not any(cell.value == ANDI[1] for row in sheet.iter_rows() for cell in row)


def test_a_preview_judges_a_list_of_deaths_as_one(operator, tmp_path):
    path = tmp_path / "kematian.csv"
    path.write_text(
        "NIK;Nama Almarhum/ah;Tgl Lahir;Tgl Mati\n;Siti Aminah;05-08-1968;01-10-2026\n", encoding="utf-8"
    )
    [sheet] = preview(path, path.name, kind="deaths", today=TODAY)["sheets"]
    assert (sheet["report"]["accepted"], sheet["report"]["returned"]) == (1, 0)


def test_a_membership_extract_keeps_the_membership_of_a_dead_member(operator, tmp_path):
    path = tmp_path / "cabang.csv"
    path.write_text(
        "NIK;NAMA PESERTA;KETERANGAN;LUNAS S/D\n6571010508680001;Andi Baso;Meninggal;02-2027\n",
        encoding="utf-8",
    )
    intake, _ = take(operator, path, kind="branch")
    assert (intake.accepted, intake.findings["status_dead"]) == (1, 1)
