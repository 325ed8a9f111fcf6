"""The clerk's desk by keyboard: a pair side by side, decided with one key, taken back with a reason."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from payung.access.actor import Actor, acting_as
from payung.access.models import User
from payung.registry.actions import load_file
from payung.registry.linking import match
from payung.registry.models import Pair, Person
from tests.registry.lists import ANDI, MARTHA, SITI, YOHANES, write_list

from .work import followed

TODAY = date(2026, 11, 22)


@pytest.fixture
def pair(own_database, tmp_path) -> int:
    operator = Actor.of(User.objects.get(username="operator"))
    path = write_list(tmp_path / "a.xlsx", [ANDI, SITI, YOHANES])
    with acting_as(operator):
        load_file(operator, path=path, file_name=path.name, today=TODAY)
        run = match(operator)
        andi, yohanes = Person.objects.get(name="Andi Baso"), Person.objects.get(name="Yohanes Laing")
        return Pair.objects.create(
            run=run,
            record=yohanes.records.get(),
            person=andi,
            probability=0.6,
            weight=1.0,
            region_code=andi.region_code,
        ).pk


@pytest.mark.browser
def test_a_pair_is_judged_by_keyboard_and_taken_back(site, pair, make_user, looks_right):
    page = site.open_as(make_user("operator"), "phone")
    page.goto("/pasangan/")
    looks_right(page, "desk")
    expect(page.locator("mark")).not_to_have_count(0)
    # Both people side by side, also on a phone.
    left, right = (
        page.locator(f".pair tbody tr:first-child td:nth-child({n})").bounding_box() for n in (2, 3)
    )
    assert left["y"] == right["y"] and right["x"] + right["width"] <= page.viewport_size["width"]
    page.keyboard.press("b")
    page.get_by_text("Tidak ada pasangan yang menunggu").wait_for()
    looks_right(page, "desk-empty")
    page.goto("/pasangan/riwayat/")
    looks_right(page, "desk-history")
    page.get_by_placeholder("Alasan").fill("keliru")
    page.get_by_role("button", name="Batalkan").click()
    page.get_by_text("pasangan ini menunggu lagi").wait_for()
    expect(page.locator("button[value=same]")).to_be_visible()


@pytest.mark.browser
def test_a_pair_asked_of_the_village_waits_on_its_own_page(site, pair, make_user, looks_right):
    page = site.open_as(make_user("operator"), "phone")
    page.goto("/pasangan/")
    page.keyboard.press("t")
    page.get_by_text("Tidak ada pasangan yang menunggu").wait_for()
    page.get_by_role("link", name="Ditanyakan ke desa (1)").click()
    looks_right(page, "matching-village")
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh pertanyaan untuk desa").click()
    assert download.value.path().read_bytes().startswith(b"PK")
    page.get_by_role("link", name=f"Pasangan {pair}").click()
    expect(page.get_by_text("Ditanyakan ke desa oleh")).to_be_visible()
    looks_right(page, "matching-asked-pair")
    page.get_by_role("link", name="Catat jawaban desa").click()
    page.get_by_label("Dijawab oleh").fill("Ketua RT 03")
    page.get_by_role("button", name="Tidak tahu").click()
    page.get_by_text("Jawaban desa tersimpan").wait_for()
    page.goto("/pasangan/")
    expect(page.locator("button[value=same]")).to_be_visible()


PAGES = ("", "desa/", "riwayat/", "usulan/", "periksa/", "mutu/", "proses/", "proses/?periksa=1", "ganda/")


@pytest.fixture
def worked(own_database, tmp_path) -> None:
    """Lists of two senders, decisions of a clerk, one proposal, checks answered and waiting."""
    from payung.registry import labels
    from payung.registry.clerk import judge_pair
    from payung.registry.models import BlindCheck

    operator = Actor.of(User.objects.get(username="operator"))
    with acting_as(operator):
        for name, sender, people in (
            ("dinas-perikanan.xlsx", "Dinas Perikanan", [ANDI, SITI, YOHANES, MARTHA]),
            (
                "desa-karang-anyar.xlsx",
                "Desa Karang Anyar",
                [[r[0], r[1].upper(), *r[2:]] for r in (ANDI, SITI)],
            ),
        ):
            path = write_list(tmp_path / name, people, title=sender)
            load_file(operator, path=path, file_name=name, today=TODAY, sender_name=sender)
            run = match(operator)
        path = write_list(tmp_path / "menunggu.xlsx", [["6571010508690001", "Baru Sekali", *ANDI[2:]]])
        load_file(operator, path=path, file_name=path.name, today=TODAY)
        people = {person.nik_last4: person for person in Person.objects.all()}
        Person.objects.filter(name__in=["Yohanes Laing", "Martha Lawai"]).update(covered_until=2027 * 12 + 2)
        Person.objects.filter(name="Yohanes Laing").update(branch_until=date(2027, 12, 31))

        def pair(record: str, other: str) -> int:
            return Pair.objects.create(
                run=run,
                record=people[record].records.first(),
                person=people[other],
                probability=0.6,
                weight=1.0,
                region_code=people[other].region_code,
            ).pk

        judge_pair(operator, pair_id=pair("0003", "0004"), decision="same", reason="KK sama")
        judge_pair(operator, pair_id=pair("0004", "0001"), decision="different", reason="beda ayah")
        pair("0003", "0002")
        first = BlindCheck.objects.order_by("pk").first()
        labels.judge_blind(operator, check_id=first.pk, answer="different")


@pytest.mark.browser
def test_the_pages_of_the_desk_look_right(site, worked, make_user, looks_right):
    page = site.open_as(make_user("approver"))
    for name in PAGES:
        page.goto("/pasangan/" + name)
        looks_right(page, "matching-" + (name.strip("/").replace("/?", "-") or "desk-worked"))


@pytest.mark.browser
def test_a_second_clerk_approves_a_merge_of_two_covered_people(site, worked, make_user, looks_right):
    page = site.open_as(make_user("approver"), "desk")
    page.goto("/pasangan/usulan/")
    page.get_by_role("button", name="Setujui").click()
    page.get_by_text("Keputusan atas usulan tersimpan").wait_for()
    page.goto("/pasangan/periksa/")
    page.keyboard.press("s")
    page.get_by_text("Jawaban tersimpan").wait_for()


def test_pages_take_few_queries(worked, make_user, client):
    client.force_login(make_user("operator"))
    for name in PAGES:
        with CaptureQueriesContext(connection) as taken:
            assert client.get("/pasangan/" + name).status_code == 200, name
        # The look at what waits opens a transaction that sees everybody; its page also names the model in use.
        assert len(taken) <= (15 if "periksa=" in name else 12), (name, len(taken))


def test_who_proposed_does_not_decide(worked, client):
    from payung.registry.models import MergeProposal

    client.force_login(User.objects.get(username="operator"))
    assert "Usulan Anda sendiri" in client.get("/pasangan/usulan/").content.decode()
    client.post("/pasangan/usulan/", {"usulan": "1", "keputusan": "approve"})
    operator = Actor.of(User.objects.get(username="operator"))
    with acting_as(operator):
        assert MergeProposal.objects.get().state == "proposed"


def test_thresholds_are_accepted_on_the_page_with_a_reason(worked, make_user, client):
    from payung.registry import thresholds

    client.force_login(make_user("operator"))
    form = {"versi": "0", "sama": "98,5%", "ragu": "0,15", "alasan": "menurut 140 label"}
    client.post("/pasangan/mutu/ambang/", form)
    assert (thresholds.current().same, thresholds.current().doubtful) == (0.985, 0.15)
    client.post("/pasangan/mutu/ambang/", {**form, "sama": "banyak", "versi": "1"})
    assert thresholds.current().version == 1


def test_the_budget_officer_sees_money_and_no_names(worked, make_user, client):
    client.force_login(make_user("budget"))
    told = client.get("/pasangan/ganda/").content.decode()
    assert "Rp" in told
    assert "YOHANES" not in told.upper()
    assert client.get("/pasangan/ganda.csv").status_code == 403
    client.force_login(make_user("operator"))
    told = client.get("/pasangan/ganda.csv").content.decode()
    assert "Yohanes Laing" in told
    assert YOHANES[0] not in told
    # Nobody is bound to pay for anybody yet: no saving is claimed.
    assert "201600" not in told
    assert all(line.endswith(",0,0") for line in told.splitlines()[1:])


def test_what_waits_is_matched_from_the_page(worked, make_user, client):
    client.force_login(make_user("operator"))
    assert followed(client, client.post("/pasangan/proses/jalan/")).headers["Location"] == "/pasangan/proses/"
    operator = Actor.of(User.objects.get(username="operator"))
    with acting_as(operator):
        assert Person.objects.filter(name="Baru Sekali").exists()
