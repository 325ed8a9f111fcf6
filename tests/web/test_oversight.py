"""The sheet, the map and the public page: seen by whom they are for, fast, and without small counts."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import expect

from .work import working


@pytest.mark.browser
def test_the_public_page_and_its_map(site, counted, looks_right):
    page = site.open_as()
    page.goto("/")
    looks_right(page, "front")
    expect(page.locator(".ladder li")).to_have_count(7)
    expect(page.locator("a.area")).to_have_count(55)
    page.locator("a.area").nth(3).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/peta/?wilayah=65." in url)


@pytest.mark.browser
@pytest.mark.parametrize("address", ["/", "/peta/", "/peta/?tingkat=village"])
def test_public_pages_are_light_on_a_first_visit(site, counted, address):
    page = site.open_as(None, "phone")
    received = []
    page.on("requestfinished", lambda request: received.append(request.sizes()["responseBodySize"]))
    page.goto(address, wait_until="networkidle")
    assert 20_000 < sum(received) < 150_000


@pytest.mark.browser
def test_the_sheet(site, counted, make_user, looks_right):
    page = site.open_as(make_user("dprd"))
    page.goto("/pengawasan/")
    looks_right(page, "sheet")
    expect(page.get_by_role("button", name="Cetak")).to_be_visible()
    expect(page.get_by_role("link", name="Orang", exact=True)).to_have_count(0)


@pytest.mark.browser
def test_the_map_goes_down_by_keyboard(site, counted, make_user, looks_right):
    member = make_user("dprd")
    page = site.open_as(member)
    page.goto("/pengawasan/peta/?tingkat=regency")
    looks_right(page, "map-regency")
    page.goto("/pengawasan/peta/?ukuran=cakupan")
    looks_right(page, "map-district")
    page.goto("/pengawasan/peta/?wilayah=65.02&tingkat=village&ukuran=berakhir")
    looks_right(page, "map-village")
    page.goto("/pengawasan/peta/?tingkat=regency")
    page.get_by_role("link", name="Kota Tarakan").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**wilayah=65.71**")
    expect(page.locator("a.area")).to_have_count(4)


@pytest.mark.browser
def test_pages_before_anything_was_counted(site, make_user, looks_right):
    page = site.open_as()
    page.goto("/")
    looks_right(page, "front-empty")
    page = site.open_as(make_user("dprd"))
    page.goto("/pengawasan/peta/")
    looks_right(page, "map-empty")
    page.goto("/pengawasan/")
    looks_right(page, "sheet-empty")
    with working():
        page.get_by_role("button", name="Hitung sekarang").click()
        expect(page.get_by_text("Tangga perlindungan")).to_be_visible()


def test_a_warm_public_page_asks_the_database_nothing(counted, static_files):
    from django.db import connection

    client = Client()
    first = client.get("/", headers={"accept-encoding": "gzip"})
    with CaptureQueriesContext(connection) as queries:
        again = client.get("/", headers={"accept-encoding": "gzip"})
    assert again.content == first.content
    assert len(queries) == 0
    assert client.get("/", headers={"if-none-match": first.headers["ETag"]}).status_code == 304


def test_what_somebody_asked_for_or_was_told_is_not_kept_for_others(counted, static_files, make_user):
    client = Client()
    client.get("/?rahasia=1")
    assert "rahasia" not in Client().get("/").content.decode()
    member = Client()
    member.force_login(make_user("dprd"))
    assert "Keluar" in member.get("/").content.decode()
    assert "Keluar" not in Client().get("/").content.decode()


def test_few_queries_however_many_people(counted, static_files, make_user):
    from django.db import connection

    client = Client()
    client.force_login(make_user("dprd"))
    for address in ("/pengawasan/", "/pengawasan/peta/", "/pengawasan/peta/?wilayah=65.02&tingkat=village"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= 12, [q["sql"][:80] for q in queries]


def test_a_map_is_drawn_once_for_each_count_of_the_figures(counted, static_files, make_user, monkeypatch):
    from django.db import transaction

    from payung.access.actor import everyone_visible
    from payung.access.models import Event
    from payung.oversight import actions
    from payung.registry.models import Person
    from payung.web.oversight import mapping

    drawn = []
    draw = mapping.maps.draw
    monkeypatch.setattr(mapping.maps, "draw", lambda *asked: drawn.append(asked[0]) or draw(*asked))
    member = Client()
    member.force_login(make_user("dprd"))
    address = "/pengawasan/peta/?tingkat=village"

    def map_and_table() -> str:
        return member.get(address).content.decode().partition("<figure")[2]

    first = map_and_table()
    assert map_and_table() == first
    assert drawn == ["village"]
    member.get(address + "&ukuran=cakupan")
    english = Client()
    english.force_login(make_user("dprd"))
    english.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english.get(address)
    assert drawn == ["village"] * 3
    with transaction.atomic(), everyone_visible():
        assert Person.objects.filter(region_code__startswith="65.71").update(candidate=False)
    Event.objects.create(action="load", subject="intake")
    assert actions.refresh_if_changed(timezone.localdate())
    assert map_and_table() != first
    assert drawn == ["village"] * 4


def test_the_map_kept_for_one_reader_shows_another_no_link_that_is_refused(counted, static_files, make_user):
    address = "/peta/?wilayah=65.01.01&tingkat=village"
    links = {}
    for role, region in (("dprd", "65"), ("donor", "65"), ("village", "65.01.01.2007"), ("dprd", "65.71")):
        reader = Client()
        reader.force_login(make_user(role, region))
        links[role, region] = set(re.findall(r'href="(/desa/[\d.]+/)"', reader.get(address).content.decode()))
        assert {reader.get(link).status_code for link in links[role, region]} <= {200}
    assert len(links["dprd", "65"]) > 1
    assert links["village", "65.01.01.2007"] == {"/desa/65.01.01.2007/"}
    assert not links["donor", "65"] and not links["dprd", "65.71"]


def test_only_those_who_oversee_see_the_sheet(static_files, own_database, make_user):
    client = Client()
    assert client.get("/pengawasan/").headers["Location"] == "/masuk/?next=/pengawasan/"
    client.force_login(make_user("village", "65.71.01.1001"))
    assert client.get("/pengawasan/").status_code == 403


def test_the_csv_rounds_what_the_sheet_rounds(counted, static_files, make_user):
    client = Client()
    client.force_login(make_user("dprd"))
    lines = client.get("/pengawasan/angka.csv").content.decode().splitlines()
    assert len(lines) == 1 + 5 + 55
    cells = [cell for line in lines[1:] for cell in line.split(",")[3:]]
    assert not {"1", "2", "3", "4"} & set(cells)
    districts = [line.split(",")[3:] for line in lines[1:] if len(line.split(",")[1]) == 8]
    assert len(districts) == 55 and all(int(cell) % 5 == 0 for row in districts for cell in row)


def test_figures_are_published_once_and_by_those_who_may(counted, static_files, make_user):
    member, operator = Client(), Client()
    member.force_login(make_user("dprd"))
    operator.force_login(make_user("operator"))
    assert member.post("/pengawasan/terbitkan/").status_code == 403
    for _ in range(2):
        assert operator.post("/pengawasan/terbitkan/").status_code == 302
    page = member.get("/pengawasan/").content.decode()
    assert page.count("sidik ") == 1
    assert "Terbitkan angka" not in page
