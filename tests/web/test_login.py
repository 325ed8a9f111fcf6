"""The way in: who may open what, and what a wrong password is told."""

import re

import pytest
from django.test import Client
from playwright.sync_api import expect


@pytest.mark.browser
def test_logging_in_and_out(site, make_user, looks_right):
    make_user("operator", "65", "petugas")
    page = site.open_as(None, "phone")
    page.goto("/masuk/")
    looks_right(page, "login")
    page.get_by_label("Nama pengguna").fill("petugas")
    page.get_by_label("Kata sandi").fill("salah-sekali")
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("alert").get_by_text("kata sandi salah")).to_have_count(1)
    looks_right(page, "login-wrong")
    page.get_by_label("Kata sandi").fill("rahasia-sekali")
    page.get_by_role("button", name="Masuk").click()
    page.get_by_role("button", name="Keluar").click()
    expect(page.get_by_role("link", name="Masuk")).to_have_count(1)


@pytest.mark.browser
def test_the_language_is_indonesian_until_chosen(site):
    page = site.open_as()
    page.goto("/masuk/")
    assert page.locator("html").get_attribute("lang") == "id"
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page).to_have_url(re.compile("/masuk/$"))


@pytest.mark.django_db
def test_what_is_taken_from_a_user_is_gone_at_their_next_page(static_files, make_actor):
    user = make_actor("operator").user
    client = Client()
    client.force_login(user)
    assert client.get("/orang/").status_code == 200
    user.assignments.all().delete()
    assert client.get("/orang/").status_code == 403
    user.assignments.create(role="operator", region_code="65")
    assert client.get("/orang/").status_code == 200
    user.is_active = False
    user.save(update_fields=["is_active"])
    assert client.get("/orang/").url.startswith("/masuk/")


@pytest.mark.django_db
def test_a_foreign_address_is_not_followed_after_choosing_a_language():
    assert Client().get("/bahasa/en/?next=https://jahat.example/").headers["Location"] == "/"
