"""The pages where an answer is looked at, applied and taken back, and where money came back, on phone and desk."""

from __future__ import annotations

from django.db import transaction

from payung.access.actor import Actor, acting_as
from payung.coverage.actions import approve_decree, load_statement, make_uploads, propose_decree
from tests.coverage.scene import TODAY, Programme, accept, actor, read_sheet, refuse, write_answer

from .work import working


def test_an_answer_is_looked_at_applied_and_taken_back(site, make_user, looks_right, tmp_path):
    user = make_user("operator")
    with acting_as(Actor.of(user)) as operator:
        with transaction.atomic():
            made = Programme().build()
            decree = propose_decree(
                operator, plan_id=made.plan.pk, number="SK 1", dated=TODAY, signer="Gubernur"
            )
            approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
        files = make_uploads(operator, decree_id=decree.pk, out_dir=tmp_path)
        statement = tmp_path / "koran.csv"
        statement.write_text(
            "Tanggal;Keterangan;Debet;Kredit\n05/02/2026;SETORAN LISTRIK;2.500.000;0\n"
            "06/02/2026;PENGEMBALIAN BPJS;0;67.200\n07/02/2026;SETORAN KAS DAERAH;0;9.000.000\n"
        )
        load_statement(operator, path=statement, today=TODAY)
    first, second, third, *rest = read_sheet(files[0].path)
    rows = [
        accept(first, 1),
        refuse(second),
        {**third, "STATUS": "lihat lampiran"},
        {**rest[0], "STATUS": "PENDING"},
    ]
    path = write_answer(tmp_path / "jawaban.csv", rows)
    page = site.open_as(user, "phone")
    page.goto("/cabang/")
    page.set_input_files("#berkas", str(path))
    page.get_by_role("button", name="Periksa jawaban").click()
    page.get_by_text("Kata cabang dan artinya").wait_for()
    assert page.get_by_text("Tidak dikenal, tidak diputus").is_visible()
    looks_right(page, "jawaban")
    with working():
        page.get_by_role("button", name="Terapkan jawaban").click()
        page.get_by_text("1 diterima, 1 ditolak, 2 tidak diputus").wait_for()
    looks_right(page, "cabang")
    page.get_by_label("Alasan").fill("Berkas salah")
    page.get_by_role("button", name="Tarik", exact=True).click()
    page.get_by_text("ditarik kembali.").wait_for()
    looks_right(page, "cabang-ditarik")
    page.goto("/pembayaran/")
    looks_right(page, "pembayaran")
