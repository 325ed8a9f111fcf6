"""The law in the open: readable without logging in, no query, wrong input answered with a sentence."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from payung.law import contribution
from payung.values import Month

pytestmark = pytest.mark.django_db
PAGES = [
    "/hukum/",
    "/hukum/?lemah=1",
    "/hukum/contribution.bands/",
    "/hukum/hitung/iuran/",
    "/hukum/hitung/iuran/?penghasilan=3000000&pembayar=self&sektor=transport&bulan=2026-11&lama=1",
    "/hukum/hitung/masa/?dibayar=2026-01..2026-05&tanggal=2026-11-22",
    "/hukum/hitung/jkm/?meninggal=2026-11-22&dibayar=2023-01..2026-11&anak1=sd&sisa1=4&anak2=smp&sisa2=2",
    "/hukum/hitung/jkk/?kejadian=2026-03-01&penghasilan=1000000&akibat=partial&cacat=arm-right&ukuran=62.5",
    "/hukum/hitung/boleh/?lahir=1961-11-23&tanggal=2026-11-22&upah=tidak&wilayah=65.71",
    "/hukum/aturan/",
    "/hukum/pembacaan/",
    "/hukum/perubahan/?dari=2025-12-31&sampai=2026-12-31",
    "/hukum/reading.jkm_wait_unit/",
]
BAD = [
    "/hukum/hitung/iuran/?penghasilan=-1&pembayar=self&sektor=other&bulan=2026-11&lama=1",
    "/hukum/hitung/iuran/?penghasilan=1&pembayar=self&sektor=other&bulan=bukan&lama=1",
    "/hukum/hitung/iuran/?penghasilan=1&pembayar=self&sektor=other&bulan=2015-01&lama=1",
    "/hukum/hitung/iuran/?penghasilan=1&pembayar=self&sektor=other&bulan=2026-01&lama=500",
    "/hukum/hitung/masa/?dibayar=x&tanggal=2026-11-22",
    "/hukum/hitung/masa/?dibayar=2026-01&tanggal=2014-11-22",
    "/hukum/hitung/masa/?dibayar=2026-01&tanggal=9999-12-31",
    "/hukum/hitung/boleh/?lahir=2027-01-01&tanggal=2026-11-22",
    "/hukum/hitung/boleh/?tanggal=2026-11-22&wilayah=6571",
    "/hukum/hitung/jkm/?meninggal=2026-11-22&dibayar=2026-01&anak1=sekolah",
    "/hukum/hitung/jkm/?meninggal=2026-11-22&dibayar=2026-01&anak1=smp&sisa1=5",
    "/hukum/hitung/jkk/?kejadian=2026-03-01",
    "/hukum/hitung/jkk/?kejadian=2026-03-01&penghasilan=1&akibat=partial",
    "/hukum/hitung/jkk/?kejadian=2026-03-01&penghasilan=1&akibat=partial&cacat=scalp&ukuran=5",
    "/hukum/hitung/jkk/?kejadian=2026-03-01&penghasilan=1&akibat=partial&cacat=thumb-left&ukuran=5",
    "/hukum/perubahan/?dari=x",
    "/hukum/perubahan/?dari=2026-12-31&sampai=2026-01-01",
]


def speaking(lang):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = lang
    return client


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_without_login_and_asks_the_database_for_nothing_but_how_often(path):
    from django.db import connection

    with CaptureQueriesContext(connection) as queries:
        response = Client().get(path)
    assert response.status_code == 200
    assert [query["sql"] for query in queries if "access_attempt" not in query["sql"]] == []
    assert len(response.content) < 150_000


def test_an_answer_shows_its_figures_and_where_they_come_from():
    page = Client().get(PAGES[4]).content.decode()
    assert "Rp18.150" in page
    assert "PP 50/2025" in page
    death = Client().get("/hukum/hitung/jkm/?meninggal=2026-11-22&dibayar=2026-01..2026-11").content.decode()
    assert "Rp42.000.000" in death


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("path", BAD)
def test_wrong_input_is_a_sentence_and_never_an_error_page(path, lang):
    page = speaking(lang).get(path)
    assert page.status_code == 422
    told = re.findall(r"<li>(.*?)</li>", re.split("error-summary", page.content.decode())[1])
    words = re.sub(r"<[^>]*>", "", " ".join(told))
    assert len(words) > 20
    assert bool(re.search(r"\b(the|a|is|at|must|to|this|required)\b", words)) == (lang == "en"), words


def test_the_value_of_today_is_shown_not_one_of_the_future():
    page = Client().get("/hukum/?q=selain+transportasi").content.decode()
    told = re.search(r"<td>([^<]*)</td>", page)[1]
    today = contribution(None, "self", "other", Month.containing(timezone.localdate()))
    assert told == ("50%" if today.total == 8_400 else "100%")


def test_an_answer_is_in_the_language_of_the_page():
    path = PAGES[6]
    for lang, word, other in (
        ("id", "dengan jumlah anak 2", "with children"),
        ("en", "with children 2", "dengan"),
    ):
        page = speaking(lang).get(path).content.decode()
        assert word in page
        assert other not in page
        assert "two-sources" not in page
        assert "wage_multiple" not in page


def test_figures_of_a_partial_disability_and_of_a_person_who_may_enrol():
    accident = Client().get(PAGES[7]).content.decode()
    assert "Rp20.000.000" in accident
    enrol = Client().get(PAGES[8]).content.decode()
    assert "Syarat satu per satu" in enrol
    unsure = Client().get("/hukum/hitung/boleh/?tanggal=2026-11-22").content.decode()
    assert "belum dapat dipastikan" in unsure
    assert "perlu: tanggal lahir" in unsure


def test_what_does_not_exist_is_not_found():
    assert Client().get("/hukum/tidak.ada/").status_code == 404
    assert Client().get("/hukum/hitung/tidak/").status_code == 404


@pytest.mark.browser
@pytest.mark.parametrize("path", [PAGES[0], PAGES[2], *PAGES[4:12]])
def test_the_law_reads_well(site, looks_right, path):
    page = site.open_as()
    page.goto(path)
    looks_right(page, "law" + path.partition("?")[0].replace("/", "-"))
