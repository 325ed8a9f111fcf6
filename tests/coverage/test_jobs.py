"""Long files of people are made by a job, for whoever asked and within their regions; short ones at once."""

from __future__ import annotations

import pytest

from payung.access.actor import acting_as
from payung.access.models import Event
from payung.coverage import jobs
from payung.coverage.models import Notice
from payung.jobs.running import run_waiting
from tests.coverage.scene import actor
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
