"""Long work on covers is done by jobs: files of many people, decrees, bank statements, notices."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from payung.access.actor import acting_as
from payung.access.models import Event
from payung.coverage import jobs
from payung.coverage.actions import propose_decree
from payung.coverage.models import Notice
from payung.jobs.running import run_waiting
from tests.coverage.scene import TODAY, actor, make_fund, make_person, make_plan
from tests.web.work import followed

from .test_pages import programme  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    ["/sk/{}/lampiran.csv?pada=2027-01-20", "/sk/{}/lampiran.pdf", "/cakupan.csv?pada=2027-01-20"],
)
def test_a_long_file_is_made_by_a_job_and_says_the_same(client, programme, monkeypatch, address):  # noqa: F811
    user = actor("operator").user
    client.force_login(user)
    path = address.format(programme.decree.pk)
    at_once = client.get(path)
    assert at_once.status_code == 200
    monkeypatch.setattr(jobs, "MOST_ROWS", 3)
    waits = client.get(path)
    assert waits.headers["Location"].startswith("/pekerjaan/")
    assert client.get(path).headers["Location"] == waits.headers["Location"], "asked twice, made once"
    assert run_waiting() == 1
    number = int(waits.headers["Location"].split("/")[2])
    page = client.get(waits.headers["Location"]).content.decode()
    assert "baris siap diambil" in page
    made = client.get(f"/pekerjaan/{number}/berkas/")
    assert made.headers["Content-Disposition"] == at_once.headers["Content-Disposition"]
    assert made.content == at_once.content
    taken = Event.objects.filter(action="file.download").order_by("-id")
    assert [event.data["rows"] for event in taken[:2]] == [taken[0].data["rows"]] * 2
    client.force_login(actor("operator", "65.01").user)
    assert client.get(f"/pekerjaan/{number}/berkas/").status_code == 404


def test_a_decree_is_approved_by_a_job_for_whoever_did_not_propose_it(client, programme):  # noqa: F811
    with acting_as(actor("operator")) as operator:
        plan = make_plan((make_person(700), make_fund("LAIN", 10 * 16_800), 0, 2))
        decree = propose_decree(operator, plan_id=plan.pk, number="SK 2", dated=TODAY, signer="G")
    address = f"/sk/{decree.pk}/putuskan/"
    client.force_login(actor("approver").user)
    for _ in ("once", "again"):
        done = followed(client, client.post(address, {"putusan": "setuju"}))
        assert done.headers["Location"] == f"/sk/{decree.pk}/"
        assert "SK SK 2 ditetapkan; dananya terikat." in client.get(f"/sk/{decree.pk}/").content.decode()
    decree.refresh_from_db()
    assert decree.status == "approved"
    assert Event.objects.filter(action="decree.approve", subject_id=decree.pk).count() == 1
    client.force_login(actor("operator").user)
    assert client.post(address, {"putusan": "setuju"}).status_code == 403


def test_a_statement_is_loaded_by_a_job_that_says_all_of_it(client, programme):  # noqa: F811
    client.force_login(actor("operator").user)
    head = "Tanggal;Keterangan;Debet;Kredit\r\n"
    told = {}
    for name, lines in {
        "satu.csv": "05/02/2027;SETORAN A;67.200,00;0\r\n",
        "lagi.csv": "05/02/2027;SETORAN A;67.200,00;0\r\n",
        "depan.csv": "05/02/2099;SETORAN B;10.000,00;0\r\n",
    }.items():
        sent = SimpleUploadedFile(name, (head + lines).encode())
        done = followed(client, client.post("/pembayaran/", {"berkas": sent}))
        assert done.headers["Location"] == "/pembayaran/"
        told[name] = client.get("/pembayaran/").content.decode()
    assert "1 baris baru, 0 cocok" in told["satu.csv"]
    assert "sudah pernah dimuat; tidak ada yang berubah" in told["lagi.csv"]
    assert "1 baris bertanggal setelah hari ini, sampai 05-02-2099" in told["depan.csv"]
    broken = followed(
        client, client.post("/pembayaran/", {"berkas": SimpleUploadedFile("x.csv", b"a;b\n1;2\n")})
    )
    page = broken.content.decode()
    assert "x.csv" in page and "Ubah pilihan" in page and 'href="/pembayaran/"' in page


def test_notices_are_made_and_sent_by_jobs(client, programme):  # noqa: F811
    client.force_login(actor("operator").user)
    address = "/pemberitahuan/?bulan=2027-06"
    made = followed(client, client.post(address, {"tindakan": "buat"}))
    assert made.headers["Location"] == address
    with acting_as(actor("operator")):
        count = Notice.objects.filter(state="waiting").count()
    assert count
    assert f"{count} pemberitahuan baru dibuat." in client.get(address).content.decode()
    followed(client, client.post(address, {"tindakan": "kirim", "kepada": "payer"}))
    assert "0 terkirim lewat" in client.get(address).content.decode()
    with acting_as(actor("operator")):
        assert Notice.objects.filter(state="waiting").count() == count, "nobody has an address"
    assert client.post(address, {"tindakan": "kirim", "kepada": "worker"}).status_code == 404, "no channel"
    client.force_login(actor("approver").user)
    assert client.post(address, {"tindakan": "buat"}).status_code == 403
