"""The page of background work: own jobs with progress, result, and failure in words; tried again from there."""

from __future__ import annotations

import pytest
from django.test import Client

from payung.access.actor import Actor, Refused, either
from payung.access.models import Event
from payung.jobs.kinds import Made, Outcome, job
from payung.jobs.models import Job
from payung.jobs.running import run_waiting
from payung.jobs.scope import everyones_jobs
from tests.jobs.kinds import give_room

from .conftest import SIZES
from .work import working

CAN = {"now": False}


@job("paged.export", "Membuat berkas")
def export(actor, tell, *, rows):
    tell("Menulis baris", 1, rows)
    if rows > 5 and not CAN["now"]:
        raise Refused(either("Terlalu banyak baris; pilih satu desa.", "Too many rows; choose a village."))
    return Outcome(
        "%(rows)s baris ditulis.", {"rows": rows}, file=Made("orang.csv", b"a;b\n", "text/csv", rows)
    )


@job("paged.move", "Menghitung")
def move(actor, tell):
    return Outcome("Selesai dihitung.", path="/rencana/")


@job("paged.broken", "Rusak")
def broken(actor, tell):
    raise ZeroDivisionError("rahasia-di-dalam")


@pytest.fixture(autouse=True)
def room():
    CAN["now"] = False
    give_room("paged", export, move, broken, named)


def opened(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_job_that_was_refused_says_why_and_is_tried_again(own_database, static_files, make_user):
    user = make_user("operator")
    asked = export.queue(Actor.of(user), rows=9, back="/daftar/")
    client = opened(user)
    assert "menunggu giliran" in client.get("/pekerjaan/").content.decode()
    run_waiting()
    page = client.get(f"/pekerjaan/{asked.pk}/").content.decode()
    assert "Terlalu banyak baris; pilih satu desa." in page
    assert 'href="/daftar/"' in page
    CAN["now"] = True
    answer = client.post(f"/pekerjaan/{asked.pk}/ulang/")
    assert answer.headers["Location"] == f"/pekerjaan/{asked.pk}/?tunggu=1"
    assert client.post(f"/pekerjaan/{asked.pk}/ulang/").status_code == 409, "it waits already"
    run_waiting()
    assert "9 baris ditulis." in client.get("/pekerjaan/").content.decode()
    taken = client.get(f"/pekerjaan/{asked.pk}/berkas/")
    assert taken.content == b"a;b\n"
    assert Event.objects.get(action="file.download").data["rows"] == 9


@job("paged.named", "Menghitung rencana")
def named(actor, tell, *, name):
    return Outcome("Selesai dihitung.")


def test_jobs_of_one_kind_are_told_apart_by_what_they_make(own_database, static_files, make_user):
    user = make_user("operator")
    for name in ("Tahun depan", "Separuh dana"):
        named.queue(Actor.of(user), name=name)
    page = opened(user).get("/pekerjaan/").content.decode()
    assert "Menghitung rencana: Tahun depan" in page and "Menghitung rencana: Separuh dana" in page


def test_the_page_is_of_jobs_and_not_of_occupations(own_database, static_files, make_user):
    """One Indonesian word has two meanings, and each its English."""
    client = opened(make_user("operator"))
    client.cookies["django_language"] = "en"
    for page in (client.get("/pekerjaan/"), client.get("/daftar/")):
        assert "Jobs" in page.content.decode()
        assert "Occupation" not in page.content.decode()
    assert "Occupation" in client.get("/orang/").content.decode()


def test_a_fault_of_the_program_shows_no_trace_of_it(own_database, static_files, make_user, caplog):
    user = make_user("operator")
    asked = broken.queue(Actor.of(user))
    run_waiting()
    page = opened(user).get(f"/pekerjaan/{asked.pk}/").content.decode()
    assert "Kesalahan program" in page
    assert "rahasia-di-dalam" not in page
    assert "ZeroDivision" not in page
    assert f"job {asked.pk}" in caplog.text


def test_nobody_opens_the_job_of_another_but_the_administrator(own_database, static_files, make_user):
    one, other, admin = make_user("operator"), make_user("operator"), make_user("admin")
    asked = export.queue(Actor.of(one), rows=2)
    run_waiting()
    for path in ("", "berkas/"):
        assert opened(other).get(f"/pekerjaan/{asked.pk}/{path}").status_code == 404
    assert opened(other).post(f"/pekerjaan/{asked.pk}/ulang/").status_code == 409
    assert "Membuat berkas" not in opened(other).get("/pekerjaan/").content.decode()
    assert "Membuat berkas" in opened(admin).get("/pekerjaan/").content.decode()
    assert opened(admin).get(f"/pekerjaan/{asked.pk}/berkas/").status_code == 404, "files are their owner's"
    assert Client().get("/pekerjaan/").status_code == 302


def test_who_waits_without_a_script_comes_to_the_result(own_database, static_files, make_user):
    user = make_user("operator")
    asked = move.queue(Actor.of(user))
    client = opened(user)
    waits = client.get(f"/pekerjaan/{asked.pk}/?tunggu=1").content.decode()
    assert 'http-equiv="refresh"' in waits
    run_waiting()
    answer = client.get(f"/pekerjaan/{asked.pk}/?tunggu=1")
    assert answer.headers["Location"] == "/rencana/"
    assert client.get(f"/pekerjaan/{asked.pk}/").status_code == 200


@pytest.mark.browser
@pytest.mark.parametrize("size", SIZES)
def test_the_page_of_jobs_moves_by_itself(site, make_user, looks_right, size):
    from playwright.sync_api import expect

    user = make_user("admin")
    actor = Actor.of(user)
    for rows in (2, 9):
        export.queue(actor, rows=rows)
    broken.queue(actor)
    page = site.open_as(user, size)
    page.goto("/pekerjaan/")
    expect(page.get_by_text("menunggu giliran").first).to_be_visible()
    looks_right(page, "jobs-waiting")
    asked = move.queue(actor)
    one = site.open_as(user, size)
    one.goto(f"/pekerjaan/{asked.pk}/?tunggu=1")
    looks_right(one, "job-waiting")
    with working():
        expect(page.get_by_text("2 baris ditulis.")).to_be_visible()
        one.wait_for_url("**/rencana/")
        expect(one.get_by_text("Selesai dihitung.")).to_be_visible()
    expect(page.get_by_text("Kesalahan program")).to_be_visible()
    looks_right(page, "jobs-ended")
    with everyones_jobs():
        failed = Job.objects.get(kind="paged.broken")
    page.goto(f"/pekerjaan/{failed.pk}/")
    looks_right(page, "job-failed")


def test_this_month_says_what_is_on_its_way(own_database, static_files, make_user):
    from payung.registry.jobs import match_waiting

    operator = make_user("operator")
    client = opened(operator)
    assert 'hx-get="?bagian=jalan"' in client.get("/bulan-ini/").content.decode()
    assert "Sedang berjalan sendiri" not in client.get("/bulan-ini/?bagian=jalan").content.decode()
    match_waiting.queue(None)
    shown = client.get("/bulan-ini/?bagian=jalan").content.decode()
    assert "Sedang berjalan sendiri: baris daftar sedang dicocokkan" in shown
    run_waiting()
    assert "Sedang" not in client.get("/bulan-ini/?bagian=jalan").content.decode()
