"""The page of background work: own jobs with progress, result, and failure in words; tried again from there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client, RequestFactory

import payung.web
from payung.access.actor import Actor, Refused, either
from payung.access.models import Event
from payung.jobs import queue
from payung.jobs.kinds import Made, Outcome, job
from payung.jobs.models import Job
from payung.jobs.running import run_waiting
from payung.jobs.scope import everyones_jobs
from payung.web.pages import address
from tests.jobs.kinds import give_room

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


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["without a script", "with one"])
def test_who_comes_back_from_the_result_is_not_sent_on_again(db, static_files, make_actor, headers):
    actor = make_actor("operator")
    asked = move.queue(actor)
    run_waiting()
    client = opened(actor.user)
    address = f"/pekerjaan/{asked.pk}/?tunggu=1"
    first = client.get(address, headers=headers).headers
    assert first["HX-Redirect" if headers else "Location"] == "/rencana/"
    assert client.get("/rencana/").content.decode().count("Selesai dihitung.") == 1
    back = client.get(address, headers=headers)
    assert (back.status_code, back.headers.get("HX-Redirect")) == (200, None)
    shown = back.content.decode()
    assert 'href="/rencana/"' in shown and "hx-get" not in shown
    assert "Selesai dihitung." not in client.get("/rencana/").content.decode(), "it was told"


def test_links_to_what_came_of_a_job_are_its_owners(db, static_files, make_actor):
    owner, admin = make_actor("operator"), make_actor("admin")
    moved, made = move.queue(owner), export.queue(owner, rows=2)
    run_waiting()
    links = ('href="/rencana/">Buka hasil', f'href="/pekerjaan/{made.pk}/berkas/">Ambil berkas')
    for who in (owner, admin):
        client = opened(who.user)
        every = client.get("/pekerjaan/").content.decode()
        assert "Selesai dihitung." in every and "2 baris ditulis." in every
        each = [client.get(f"/pekerjaan/{job.pk}/").content.decode() for job in (moved, made)]
        for link, page in zip(links, each, strict=True):
            assert (link in every) == (link in page) == (who is owner)
    assert opened(admin.user).get(f"/pekerjaan/{moved.pk}/?tunggu=1").status_code == 200, (
        "nor are they sent there"
    )


def test_a_file_of_people_is_asked_for_by_todays_rights(db, static_files, make_actor):
    owner = make_actor("operator", "65.71")
    asked = export.queue(owner, rows=2)
    run_waiting()
    client = opened(owner.user)
    address = f"/pekerjaan/{asked.pk}/berkas/"
    rights = owner.user.assignments
    for role, region, gives in (
        ("operator", "65", True),
        ("operator", "65.71.01", False),
        ("operator", "65.72", False),
        ("budget", "65", False),
        ("village", "65.71", True),
    ):
        rights.all().delete()
        rights.create(role=role, region_code=region)
        answer = client.get(address)
        assert answer.status_code == (200 if gives else 403), (role, region)
        if not gives:
            assert "65.71, yang tidak lagi boleh Anda lihat" in answer.content.decode()
    assert Event.objects.filter(action="access.refused", data__job_id=asked.pk).count() == 3
    assert Event.objects.filter(action="file.download").count() == 2


def test_a_job_that_this_version_does_not_know_says_so_and_offers_nothing(db, static_files, make_actor):
    actor = make_actor("operator")
    asked = queue.add("paged.gone", "work", actor.user, arguments={})
    run_waiting()
    client = opened(actor.user)
    page = client.get(f"/pekerjaan/{asked.pk}/").content.decode()
    assert "Versi Payung ini tidak mengenal pekerjaan paged.gone" in page
    assert "Coba lagi" not in page
    again = client.post(f"/pekerjaan/{asked.pk}/ulang/")
    assert again.status_code == 409 and "tidak mengenal pekerjaan" in again.content.decode()


@pytest.mark.browser
def test_the_page_of_jobs_moves_by_itself(site, make_user, looks_right):
    from playwright.sync_api import expect

    user = make_user("admin")
    actor = Actor.of(user)
    for rows in (2, 9):
        export.queue(actor, rows=rows)
    broken.queue(actor)
    page = site.open_as(user, "phone")
    sent = []
    page.on("request", lambda request: sent.append(request) if "hx-request" in request.headers else None)
    page.goto("/pekerjaan/")
    expect(page.get_by_text("menunggu giliran").first).to_be_visible()
    looks_right(page, "jobs-waiting")
    asked = move.queue(actor)
    one = site.open_as(user, "phone")
    one.goto(f"/pekerjaan/{asked.pk}/?tunggu=1")
    looks_right(one, "job-waiting")
    with working():
        expect(page.get_by_text("2 baris ditulis.")).to_be_visible()
        one.wait_for_url("**/rencana/")
        expect(one.get_by_text("Selesai dihitung.")).to_be_visible()
    expect(page.get_by_text("Kesalahan program")).to_be_visible()
    assert sent and all(request.headers.get("x-by-itself") == "1" for request in sent)
    looks_right(page, "jobs-ended")
    with everyones_jobs():
        failed = Job.objects.get(kind="paged.broken")
    page.goto(f"/pekerjaan/{failed.pk}/")
    looks_right(page, "job-failed")


def test_every_page_that_asks_by_itself_says_so():
    """Else it would keep its user signed in: `every` and `reloads` mark what they ask."""
    from payung.access.middleware import BY_ITSELF, BY_ITSELF_PARAMETER
    from payung.web.templatetags.payung import every, reloads

    templates = Path(payung.web.__file__).parent / "templates"
    texts = {path: path.read_text("utf-8") for path in templates.rglob("*.html")}
    bare = re.compile(r"hx-trigger=[^>]*every|http-equiv=.refresh|setInterval|hx-(sse|ws)")
    assert not [path for path, text in texts.items() if bare.search(text)]
    asking = [path.name for path, text in texts.items() if re.search(r"{% (every|reloads) ", text)]
    assert {
        "on_their_way.html",
        "intake_state.html",
        "list.html",
        "panel.html",
        "variants_panel.html",
    } <= set(asking)
    assert f'hx-headers=\'{{"{BY_ITSELF}": "1"}}\'' in every(2)
    request = RequestFactory().get("/pekerjaan/", {"hal": "2"})
    assert f"url=/pekerjaan/?hal=2&amp;{BY_ITSELF_PARAMETER}=1" in reloads({"request": request}, 5)
    again = RequestFactory().get("/pekerjaan/", {BY_ITSELF_PARAMETER: "1"})
    assert address(again, hal="2") == "/pekerjaan/?hal=2", "a link is followed by its user"


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
    queue.add("planning.by_hand", "plans", operator, arguments={})
    assert "1 rencana sedang dihitung" in client.get("/bulan-ini/?bagian=jalan").content.decode()
