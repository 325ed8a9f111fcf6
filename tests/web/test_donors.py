"""A donation in a browser, from promise to certificate; the ledger; the desk."""

from __future__ import annotations

import gzip
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from payung.giving.models import Donation
from tests.giving.test_line import billed, decreed, paid


@pytest.mark.browser
def test_from_promise_to_certificate(site, counted, make_user, looks_right, tmp_path):
    donor = site.open_as(None, "phone")
    donor.set_default_timeout(60_000)
    donor.goto("/bantu/")
    looks_right(donor, "donors-help")
    donor.get_by_label("Di mana").select_option(label="Seluruh Kota Tarakan")
    donor.get_by_label("Berapa orang").fill("24")
    donor.get_by_label("3 bulan").check()
    donor.get_by_role("button", name="Lihat harga sekarang").click()
    expect(donor.get_by_text("Tiga bulan boleh, tetapi banyak hilang")).to_be_visible()
    donor.get_by_label("6 bulan").check()
    donor.get_by_role("button", name="Lihat harga sekarang").click()
    looks_right(donor, "donors-price")
    donor.get_by_role("button", name="Janjikan").click()
    expect(donor.locator(".error-summary")).to_be_visible()
    donor.problems.clear()  # the browser reports the status 422
    looks_right(donor, "donors-errors")
    donor.get_by_label("Nama perusahaan").fill("PT Contoh Peduli")
    donor.get_by_label("Telepon atau surel").fill("csr@contoh.id")
    donor.get_by_label("Sebutkan nama ini").check()
    donor.get_by_role("button", name="Janjikan").click()
    donor.wait_for_url("**/bantu/donasi/**")
    expect(donor.get_by_text("Belum ada yang perlu dibayar")).to_be_visible()
    looks_right(donor, "donors-mine-pledged")

    made = Donation.objects.get()
    for role, button, size in (
        ("operator", "Sudah diperiksa", "phone"),
        ("approver", "Setujui dana", "desk"),
    ):
        office = site.open_as(make_user(role), size)
        office.goto("/janji/")
        looks_right(office, f"donors-desk-{role}")
        office.get_by_role("link", name=made.reference).click()
        looks_right(office, f"donors-promise-{role}")
        office.get_by_role("button", name=button).click()
        expect(office.locator(".notice.good")).to_be_visible()

    made = Donation.objects.select_related("fund").get()
    assert made.standing == "approved"
    decreed(made, tmp_path)
    bill = billed(made)
    donor.reload()
    expect(donor.get_by_text(bill.payment_code).first).to_be_visible()
    looks_right(donor, "donors-mine-billed")
    paid(bill, tmp_path)
    donor.reload()
    expect(donor.get_by_text("Semua 24 orang")).to_be_visible()
    looks_right(donor, "donors-mine-paid")
    with donor.expect_download() as download:
        donor.get_by_role("link", name="Unduh sertifikat").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    donor.goto(f"/cek/{made.check_code}")
    expect(donor.get_by_text("PT Contoh Peduli")).to_be_visible()
    looks_right(donor, "donors-check")
    donor.go_back()
    donor.get_by_role("button", name="Perbarui janji").click()
    donor.wait_for_url("**/bantu/donasi/**")
    expect(donor.get_by_text("Janji baru dicatat")).to_be_visible()
    assert Donation.objects.get(renews=made).people == 24


@pytest.mark.browser
def test_the_ledger_and_the_help_page_in_both_sizes_and_languages(site, counted, looks_right):
    for language in ("id", "en"):
        page = site.open_as(None, language=language)
        page.goto("/buku-publik/")
        looks_right(page, f"ledger-{language}")
        page.goto("/bantu/?orang=100&bulan=12&sebagai=person")
        looks_right(page, f"donors-best-{language}")
    expect(page.get_by_role("heading", name="The price now by the law")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize(
    "path", ["/bantu/", "/bantu/?wilayah=65.71&orang=20&bulan=6&sebagai=company", "/buku-publik/"]
)
def test_public_pages_are_light_on_a_first_visit(site, counted, path):
    page = site.open_as(None, "phone")
    page.set_default_timeout(60_000)
    received = []
    page.on("requestfinished", lambda request: received.append(request.sizes()["responseBodySize"]))
    page.goto(path, wait_until="networkidle")
    assert 20_000 < sum(received) < 150_000


def test_a_price_asked_again_asks_the_database_nothing_and_is_each_visitors_own(
    counted, static_files, monkeypatch
):
    monkeypatch.setattr("payung.web.public.cache.figures_version", lambda: "first")
    for address in (
        "/bantu/?wilayah=65.71&pekerjaan=&orang=40&bulan=12&sebagai=company",
        "/bantu/?wilayah=&pekerjaan=&orang=40&bulan=6&sebagai=person",
    ):
        first = Client(enforce_csrf_checks=True).get(address).content.decode()
        client = Client(enforce_csrf_checks=True)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"{address}&kata=sisipan").content.decode()
        assert [query["sql"] for query in queries] == []
        assert "sisipan" not in page
        packed = Client().get(address, headers={"accept-encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        unpacked = gzip.decompress(packed.content).decode()
        assert _hidden(unpacked, "kunci") not in (_hidden(page, "kunci"), _hidden(first, "kunci"))
        assert _anybodys(unpacked) == _anybodys(page) and len(packed.content) < len(page) / 2
        for name in ("csrfmiddlewaretoken", "kunci"):
            assert _hidden(page, name) != _hidden(first, name)
        names = (
            "csrfmiddlewaretoken",
            "kunci",
            "jumlah",
            "wilayah",
            "pekerjaan",
            "orang",
            "bulan",
            "sebagai",
        )
        said = {name: _hidden(page, name) for name in names}
        answer = client.post("/bantu/janji/", {**said, "nama": "PT Contoh", "kontak": "csr@contoh.id"})
        assert answer.status_code == 302, answer.content.decode()
    assert Donation.objects.count() == 2
    monkeypatch.setattr("payung.web.public.cache.figures_version", lambda: "second")
    with CaptureQueriesContext(connection) as queries:
        Client().get(address)
    assert len(queries) > 0


def _anybodys(page: str) -> str:
    """A page without what is one visitor's own."""
    for name in ("csrfmiddlewaretoken", "kunci"):
        page = page.replace(_hidden(page, name), "")
    return page


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]
