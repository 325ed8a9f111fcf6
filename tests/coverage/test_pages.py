"""The month's pages: they answer, keep to twelve statements, lead from one step to the next, and leak nothing."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from payung.access.actor import acting_as
from payung.access.crypto import decrypt
from payung.coverage.actions import (
    apply_answer,
    approve_decree,
    compare,
    make_bills,
    make_notices,
    make_uploads,
    propose_change,
    propose_decree,
)
from payung.coverage.models import Answer, Bill, CoverMonth, Decree, Difference, Registration
from payung.registry.models import Person
from payung.values import Month
from tests.coverage.scene import (
    START,
    TODAY,
    Programme,
    accept,
    actor,
    make_person,
    read_sheet,
    refuse,
    write_answer,
)
from tests.web.work import followed

pytestmark = pytest.mark.django_db
PAGES = (
    "/bulan-ini/",
    "/tinjauan/",
    "/tinjauan/?anggaran=1.000.000&tarif=50&orang=90&mulai=2027-03",
    "/sk/",
    "/perubahan/",
    "/cabang/",
    "/selisih/",
    "/tagihan/?bulan=2027-01",
    "/pembayaran/",
    "/pemberitahuan/?bulan=2027-06",
    "/cakupan/?pada=2027-01-20",
    "/cakupan/?pada=1990-01-01",
    "/cakupan/?pada=9999-12-31",
    "/cakupan/?pada=2027-01-20&status=registering&wilayah=65.71",
)


@pytest.fixture
def programme():
    with acting_as(actor("operator")) as operator:
        made = Programme().build()
        decree = propose_decree(
            operator, plan_id=made.plan.pk, number="SK 1/2027", dated=date(2027, 1, 4), signer="Gubernur"
        )
        made.decree = approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    return made


@pytest.fixture
def logged(client):
    def log_in(role, region="65"):
        client.force_login(actor(role, region).user)
        return client

    return log_in


def test_every_page_answers_before_there_is_any_fund(logged):
    client = logged("operator")
    for path in ("bulan-ini", "tinjauan", "cakupan", "sk", "tagihan", "cabang", "perubahan", "selisih",
                 "pembayaran", "pemberitahuan"):  # fmt: skip
        assert client.get(f"/{path}/").status_code == 200, path
    assert client.get("/tinjauan/?anggaran=1.000.000").status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_within_twelve_statements(programme, logged, path):
    with acting_as(actor("operator")) as operator:
        make_notices(operator, month=START + 5)
        propose_change(
            operator, person_id=programme.persons[0].pk, kind="moved", from_month=START + 2, evidence="Surat"
        )
    client = logged("operator")
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    assert response.status_code == 200
    assert len(queries) <= 12, [query["sql"][:120] for query in queries]
    text = response.content.decode()
    assert " style=" not in text
    assert " onclick=" not in text
    assert "<script>" not in text


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_not_for_everybody(logged, client, path):
    assert client.get(path).status_code == 302
    assert logged("donor").get(path).status_code == 403


def test_the_month_from_decree_to_payment_by_clicks(programme, logged, tmp_path):
    client = logged("operator")
    page = client.get(f"/sk/{programme.decree.pk}/").content.decode()
    assert "Orang 0003" in page
    assert decrypt(programme.persons[3].nik_enc, "nik") not in page
    done = followed(client, client.post("/cabang/", {"tindakan": "buat", "sk": programme.decree.pk}))
    assert "2 berkas siap diunduh" in client.get(done.headers["Location"]).content.decode()
    with acting_as(actor("operator")) as operator:
        files = make_uploads(operator, decree_id=programme.decree.pk, out_dir=tmp_path)
    download = client.get(f"/cabang/{files[0].upload_id}/berkas.xlsx")
    assert download.content[:2] == b"PK"
    for number, one in enumerate(files):
        path = write_answer(
            tmp_path / f"{number}.csv",
            [accept(x, number * 50 + n) for n, x in enumerate(read_sheet(one.path))],
        )
        answer = SimpleUploadedFile(path.name, path.read_bytes())
        seen = client.post("/cabang/", {"berkas": answer}, follow=True)
        assert "DITERIMA" in seen.content.decode()
        assert "Belum ada yang diterapkan" in seen.content.decode()
        with acting_as(actor("operator")):
            assert Registration.objects.filter(state="accepted").count() == number * 5, (
                "nothing is applied yet"
            )
        address = seen.redirect_chain[-1][0]
        done = followed(client, client.post(address))
        assert "5 diterima" in client.get(done.headers["Location"]).content.decode()
    assert logged("approver").get(address).status_code == 403
    client = logged("operator")
    for asked in (client.get, client.post):
        again = asked(address, follow=True).content.decode()
        assert "5 diterima" in again and "alert-danger" not in again, (
            "the file is forgotten, for it was applied"
        )
    last = Answer.objects.latest("pk")
    client = logged("operator")
    taken = client.post("/cabang/", {"tindakan": "tarik", "jawaban": last.pk, "alasan": "Salah"}, follow=True)
    assert "ditarik kembali" in taken.content.decode()
    seen = client.post("/cabang/", {"berkas": SimpleUploadedFile(path.name, path.read_bytes())}, follow=True)
    followed(client, client.post(seen.redirect_chain[-1][0]))
    with acting_as(actor("operator")):
        assert Registration.objects.filter(state="accepted").count() == 10
    broken = client.post("/cabang/", {"berkas": SimpleUploadedFile("x.csv", b"a;b\n1;2\n")}, follow=True)
    assert broken.redirect_chain[-1][0] == "/cabang/"
    assert "NO REFERENSI" in broken.content.decode()
    client.post("/tagihan/", {"tindakan": "buat", "bulan": "2027-01"})
    assert Bill.objects.filter(state="draft").count() == 2
    logged("approver").post("/tagihan/", {"tindakan": "setujui", "bulan": "2027-01"})
    client = logged("operator")
    client.post("/tagihan/", {"tindakan": "kirim", "bulan": "2027-01"})
    bill = Bill.objects.filter(state="sent").first()
    lines = f"Tanggal;Keterangan;Debet;Kredit\r\n05/02/2027;{bill.payment_code};{bill.amount};0\r\n"
    lines += "06/02/2027;SETORAN;67.200,00;0\r\n"
    koran = SimpleUploadedFile("koran.csv", lines.encode())
    followed(client, client.post("/pembayaran/", {"berkas": koran}))
    assert Bill.objects.get(pk=bill.pk).state == "paid"
    with acting_as(actor("operator")):
        open_ = Difference.objects.get(kind="payment_unmatched", state="open")
    other = Bill.objects.exclude(pk=bill.pk).get()
    client.post("/pembayaran/", {"pembayaran": open_.detail["payment"], "tagihan": other.pk})
    assert Bill.objects.get(pk=other.pk).paid == 67_200
    assert "Orang 0001" in client.get(f"/tagihan/{bill.pk}/").content.decode()
    told = client.get(f"/orang/{programme.persons[0].pk}/cakupan.json?pada=2027-01-20").json()
    assert told["protected"] is (bill.fund_id == programme.funds[0].pk)
    assert "Orang 0001" in client.get("/cakupan.csv?pada=2027-01-20").content.decode()


def test_why_the_branch_refused_somebody_is_told_in_words(programme, logged, tmp_path, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date(2027, 1, 20))
    with acting_as(actor("operator")) as operator:
        file = make_uploads(operator, decree_id=programme.decree.pk, out_dir=tmp_path)[0]
        line = read_sheet(file.path)[0]
        apply_answer(operator, path=write_answer(tmp_path / "j.csv", [refuse(line)]))
        refused = Registration.objects.get(state="refused").person_id
    page = logged("operator").get(f"/orang/{refused}/").content.decode()
    assert "NIK tidak dikenal Dukcapil" in page
    assert "nik_unknown" not in page


def test_the_approver_decides_and_the_public_can_check_the_code(programme, logged, client):
    with acting_as(actor("operator")) as operator:
        propose_change(
            operator, person_id=programme.persons[0].pk, kind="moved", from_month=START + 2, evidence="Surat"
        )
    operator = logged("operator")
    operator.post("/perubahan/", {"tindakan": "susun", "sk": programme.decree.pk, "nomor": "SK 1a"})
    amendment = programme.decree.amendments.get()
    refused = operator.post(f"/sk/perubahan/{amendment.pk}/putuskan/", {"putusan": "setuju"})
    assert refused.status_code == 403
    logged("approver").post(f"/sk/perubahan/{amendment.pk}/putuskan/", {"putusan": "setuju"})
    amendment.refresh_from_db()
    assert amendment.status == "approved"
    client.logout()
    page = client.get(f"/cek/{programme.decree.check_code}")
    assert page.status_code == 200
    assert "SK 1a" in page.content.decode()
    assert "Orang" not in page.content.decode().replace("Orang dalam", "")
    assert client.get("/cek/AAAAA-AAAAA").status_code == 404


def test_the_approver_reads_an_amendment_line_by_line_before_deciding(programme, logged):
    client = logged("operator")
    ask = {"jenis": "moved", "mulai": "2027-03", "bukti": "Surat pindah 12"}
    gone, page = programme.persons[0], "/perubahan/usul/{}/"
    assert (
        "Wajib diisi"
        in client.post(page.format(programme.queue[0].pk), {**ask, "jenis": "joins"}).content.decode()
    )
    assert client.post(page.format(gone.pk), ask).status_code == 302
    sent = client.post(
        "/perubahan/", {"tindakan": "susun", "sk": programme.decree.pk, "nomor": "SK 1a"}, follow=True
    )
    text = sent.content.decode()
    assert "Surat pindah 12" in text
    assert gone.name in text
    assert decrypt(gone.nik_enc, "nik") not in text
    amendment = programme.decree.amendments.get()
    pdf = client.get(f"/sk/perubahan/{amendment.pk}/daftar.pdf")
    assert pdf.content[:5] == b"%PDF-"
    approver = logged("approver")
    assert "Tetapkan" in approver.get(f"/sk/perubahan/{amendment.pk}/").content.decode()
    approver.post(f"/sk/perubahan/{amendment.pk}/putuskan/", {"putusan": "setuju"})
    assert "Tempat kosong" in approver.get("/perubahan/").content.decode(), "nobody in the queue was eligible"


def test_a_receipt_a_wrong_match_and_the_branchs_code_are_set_right_by_clicks(programme, logged):
    client = logged("operator")
    client.post("/tagihan/", {"tindakan": "buat", "bulan": "2027-01"})
    logged("approver").post("/tagihan/", {"tindakan": "setujui", "bulan": "2027-01"})
    client = logged("operator")
    bill = Bill.objects.order_by("pk").first()
    address = f"/tagihan/{bill.pk}/"
    client.post(address, {"tindakan": "kode", "kode": "7700123456", "sampai": "2027-03-01"})
    bill.refresh_from_db()
    assert (bill.payment_code, str(bill.expires_on)) == ("7700123456", "2027-03-01")
    receipt = {"tindakan": "kuitansi", "tanggal": "2026-02-05", "jumlah": "84.000", "nomor": "KW-001"}
    assert "Tulis rupiah" in client.post("/pembayaran/", {**receipt, "jumlah": "banyak"}).content.decode()
    client.post("/pembayaran/", {**receipt, "keterangan": "7700123456"})
    bill.refresh_from_db()
    assert bill.state == "paid"
    match = bill.matches.get()
    client.post(address, {"tindakan": "tarik", "cocok": match.pk, "alasan": "Salah dana"})
    bill.refresh_from_db()
    assert (bill.state, bill.paid) == ("sent", 0)
    assert "Salah dana" in client.get(address).content.decode()
    assert "KW-001" in client.get("/pembayaran/").content.decode()


def test_a_difference_is_taken_over_by_another_owner(programme, logged):
    with acting_as(actor("operator")) as operator:
        make_bills(operator, month=START, today=TODAY)
        compare(operator, month=START, today=TODAY)
        item = Difference.objects.first()
    branch = logged("branch")
    assert "Saya tangani" in branch.get("/selisih/").content.decode()
    branch.post("/selisih/", {"nomor": item.pk, "tindakan": "ambil"})
    with acting_as(actor("operator")):
        assert Difference.objects.get(pk=item.pk).owner == actor("branch").user


def test_links_and_forms_bear_numbers_as_machines_write_them(programme, logged):
    """Above 999 a number for people has a dot, and a link with it leads nowhere."""
    with acting_as(actor("operator")):
        Person.objects.filter(pk=make_person(77).pk).update(id=41_000)
        person = Person.objects.get(pk=41_000)
        cover = {"month": START, "person": person, "fund": programme.funds[0], "line_id": 1}
        CoverMonth.objects.create(region_code=person.region_code, **cover)
        propose_change(
            actor("operator"), person_id=person.pk, kind="moved", from_month=START, evidence="Surat"
        )
    text = logged("operator").get("/perubahan/").content.decode()
    assert f'href="/orang/{person.pk}/"' in text
    assert person.pk > 999


def test_another_region_sees_neither_names_nor_coverage(programme, logged):
    client = logged("operator", "65.01")
    assert "Orang 0003" not in client.get(f"/sk/{programme.decree.pk}/").content.decode()
    assert client.get(f"/orang/{programme.persons[0].pk}/cakupan.json").status_code == 404
    assert len(client.get("/cakupan.csv?pada=2027-01-20").content.decode().splitlines()) == 1


def test_a_wrong_question_is_told_at_its_field(programme, logged):
    client = logged("operator")
    page = client.get("/tinjauan/?anggaran=banyak").content.decode()
    assert "Tulis rupiah" in page
    assert client.get("/tinjauan/?sampai=1999-01").status_code == 200
    assert Decree.objects.count() == 1
    assert Month.of(2027, 1) == START


def test_a_bills_lines_are_paged_by_person_and_none_is_lost(logged, monkeypatch):
    from payung.web.coverage import bills

    monkeypatch.setattr(bills, "_SIZE", 4)
    with acting_as(actor("operator")) as operator:
        made = Programme().build()
        decree = propose_decree(
            operator, plan_id=made.plan.pk, number="SK 1", dated=date(2027, 1, 4), signer="Gubernur"
        )
        approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
        bill = make_bills(operator, month=START, today=TODAY).bills[0]
    client = logged("operator")
    first = client.get(f"/tagihan/{bill.pk}/").context["page"]
    second = client.get(first.next_url).context["page"]
    shown = [line.person_id for line in (*first.items, *second.items)]
    assert len(first.items) == 4 and not second.next_url and second.first_url
    assert shown == [person.pk for person in made.persons[:5]]
    assert client.get(f"/tagihan/{bill.pk}/?setelah=x").status_code == 200
