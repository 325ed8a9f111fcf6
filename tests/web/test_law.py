"""The law in the open: readable without logging in, no query, wrong input answered with a sentence."""

from __future__ import annotations

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db
PAGES = [
    "/hukum/",
    "/hukum/?lemah=1",
    "/hukum/contribution.bands/",
    "/hukum/hitung/iuran/",
    "/hukum/hitung/iuran/?penghasilan=3000000&pembayar=self&sektor=transport&bulan=2026-11",
    "/hukum/hitung/masa/?dibayar=2026-01..2026-05&tanggal=2026-11-22",
    "/hukum/hitung/jkm/?meninggal=2026-11-22&dibayar=2026-01..2026-11&anak=sd:4+smp:2",
    "/hukum/hitung/jkk/?kejadian=2026-03-01&penghasilan=1000000&akibat=death&bulan_tidak_bekerja=0",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_without_login_and_without_a_query(path):
    from django.db import connection

    with CaptureQueriesContext(connection) as queries:
        response = Client().get(path)
    assert response.status_code == 200
    assert len(queries) == 0
    assert len(response.content) < 150_000


def test_an_answer_shows_its_figures_and_where_they_come_from():
    page = Client().get(PAGES[4]).content.decode()
    assert "Rp18.150" in page
    assert "PP 50/2025" in page
    death = Client().get("/hukum/hitung/jkm/?meninggal=2026-11-22&dibayar=2026-01..2026-11").content.decode()
    assert "Rp42.000.000" in death


@pytest.mark.parametrize(
    "path",
    [
        "/hukum/hitung/iuran/?penghasilan=-1&pembayar=self&sektor=other&bulan=2026-11",
        "/hukum/hitung/iuran/?penghasilan=1&pembayar=self&sektor=other&bulan=bukan",
        "/hukum/hitung/masa/?dibayar=x&tanggal=2026-11-22",
        "/hukum/hitung/jkm/?meninggal=2026-11-22&dibayar=2026-01&anak=sekolah",
        "/hukum/hitung/jkk/?kejadian=2026-03-01",
    ],
)
def test_wrong_input_is_a_sentence_and_never_an_error_page(path):
    assert Client().get(path).status_code == 422


def test_what_does_not_exist_is_not_found():
    assert Client().get("/hukum/tidak.ada/").status_code == 404
    assert Client().get("/hukum/hitung/tidak/").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize("size", ["phone", "desk"])
@pytest.mark.parametrize("path", [PAGES[0], PAGES[2], PAGES[4], PAGES[6]])
def test_the_law_reads_well(site, looks_right, size, path):
    page = site.open_as(None, size)
    page.goto(path)
    looks_right(page, "law" + path.partition("?")[0].replace("/", "-"))
