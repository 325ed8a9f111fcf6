"""Is this worker already known: while typing, and without scripts."""

from __future__ import annotations

from datetime import date

import pytest

from payung.access.actor import Actor, acting_as
from payung.access.models import User
from payung.registry.actions import load_file
from payung.registry.linking import match
from payung.registry.models import Person
from tests.registry.lists import ANDI, SITI, YOHANES, write_list


@pytest.mark.browser
def test_whether_a_worker_is_known_appears_while_typing(site, make_user, looks_right, tmp_path):
    operator = Actor.of(User.objects.get(username="operator"))
    path = write_list(tmp_path / "a.xlsx", [ANDI, SITI, YOHANES])
    with acting_as(operator):
        load_file(operator, path=path, file_name=path.name, today=date(2026, 11, 22))
        match(operator)
    page = site.open_as(make_user("operator"), "phone")
    page.goto("/orang/kenal/")
    looks_right(page, "lookup")
    page.get_by_label("Nama").press_sequentially("Andi Basso")
    page.get_by_label("Tanggal lahir").press_sequentially("5-8-1968")
    page.get_by_role("link", name="Andi Baso").wait_for()
    page.wait_for_timeout(600)
    looks_right(page, "lookup-found")
    page.get_by_label("Nama").fill("Zzz Qqq")
    page.get_by_label("Tanggal lahir").fill("")
    page.get_by_text("Belum dikenal di wilayah Anda").wait_for()


def test_the_look_up_works_without_scripts(own_database, make_user, tmp_path, client):
    operator = Actor.of(User.objects.get(username="operator"))
    path = write_list(tmp_path / "a.xlsx", [ANDI, SITI])
    with acting_as(operator):
        load_file(operator, path=path, file_name=path.name, today=date(2026, 11, 22))
        match(operator)
    client.force_login(make_user("village", "65.71"))
    answer = client.post("/orang/kenal/", {"nama": "Andi Baso", "lahir": "05-08-1968"})
    assert "Andi Baso" in answer.content.decode()
    assert "<html" in answer.content.decode()
    assert "Tanggal lahir" in client.post("/orang/kenal/", {"lahir": "kapan"}).content.decode()


@pytest.mark.browser
def test_the_order_of_trust_is_shown_and_set(site, make_user, looks_right, tmp_path):
    operator = Actor.of(User.objects.get(username="operator"))
    with acting_as(operator):
        for name, kind, spelt in (("a.xlsx", "candidates", "Andi Baso"), ("b.xlsx", "field", "Andi Bassoh")):
            path = write_list(tmp_path / name, [[ANDI[0], spelt, *ANDI[2:]]], title=name)
            load_file(operator, path=path, file_name=name, today=date(2026, 11, 22), kind=kind)
            match(operator)
        person = Person.objects.get()
    page = site.open_as(make_user("operator"))
    page.goto(f"/orang/{person.pk}/")
    page.get_by_text("sumbernya lebih dipercaya").wait_for()
    looks_right(page, "person-facts")
    page.get_by_role("link", name="Urutan kepercayaan sumber").click()
    looks_right(page, "trust")
    page.get_by_label("Daftar calon").select_option("1")
    page.get_by_label("Data kepesertaan cabang").select_option("4")
    page.get_by_label("Alasan").fill("daftar sudah diverifikasi")
    page.get_by_role("button", name="Pakai urutan ini").click()
    page.get_by_text("Urutan berlaku").wait_for()
    looks_right(page, "trust-set")
    page.goto(f"/orang/{person.pk}/")
    page.get_by_role("heading", name="Andi Baso", exact=True).wait_for()
