"""Meetings, questions about one person, cuts and the village sheet, as their users see and use them."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from payung.access.actor import Actor, acting_as
from payung.access.crypto import encrypt
from payung.access.models import Event
from payung.coverage.models import CoverMonth
from payung.parliament import meetings
from payung.registry.models import Person
from payung.values import Month


@pytest.fixture
def agreed(counted, make_user):
    """Two meetings with resolutions of every kind; the operator who recorded them."""
    Client().get("/masuk/")  # the first page of a process loads all rooms
    today = timezone.localdate()
    user = make_user("operator", username="pencatat")
    actor = Actor.of(user)
    with acting_as(actor):
        held = today - timedelta(days=40)
        made = meetings.record_meeting(
            actor,
            held_on=held,
            title="Raker Komisi IV dengan Disnaker dan BPJS",
            place="Ruang rapat DPRD",
            agenda="Anggaran tahun depan\nKriteria penerima",
            participants=[("DPRD Provinsi", "Syamsu"), ("BPJS Ketenagakerjaan", "Rina")],
        )
        meetings.change_meeting(
            actor,
            meeting_id=made.pk,
            place="Ruang rapat DPRD",
            agenda=made.agenda,
            minutes="Disepakati menutup celah sebelum akhir tahun.",
            participants=[("DPRD Provinsi", "Syamsu"), ("BPJS Ketenagakerjaan", "Rina")],
        )
        for text, days, indicator, target in (
            ("Aktifkan semua yang sudah ditetapkan SK", 30, "active", 2_000),
            ("Naikkan cakupan menjadi 90 persen", 90, "coverage", 900),
            ("Tulis kriteria penerima", 20, "", None),
            ("Samakan data dengan BPS", 90, "", None),
        ):
            meetings.resolve(
                actor,
                meeting_id=made.pk,
                text=text,
                owner="Dinas Tenaga Kerja",
                deadline=held + timedelta(days=days),
                today=today,
                indicator=indicator,
                target=target,
            )
    return user


@pytest.mark.browser
def test_from_a_meeting_to_a_confirmed_resolution(site, agreed, make_user, looks_right):
    page = site.open_as(agreed)
    page.goto("/pengawasan/rapat/")
    looks_right(page, "meetings")
    expect(page.get_by_text("2 tindak lanjut lewat tenggat")).to_be_visible()
    page.get_by_role("link", name="Raker Komisi IV dengan Disnaker dan BPJS", exact=True).click()
    looks_right(page, "meeting")
    page.get_by_label("Tindak lanjut", exact=True).fill("Kirim daftar desa yang kosong")
    page.get_by_label("Penanggung jawab").fill("Dinas PMD")
    page.get_by_label("Tenggat").fill(str(timezone.localdate() + timedelta(days=30)))
    page.get_by_label("Sasaran").fill("banyak")
    page.get_by_role("button", name="Tambah", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Sasaran").fill("")
    page.get_by_role("button", name="Tambah", exact=True).click()
    page.get_by_role("link", name="5. Kirim daftar desa yang kosong").click()
    page.get_by_label("Bukti bahwa ini selesai").fill("Surat 12/2026")
    page.get_by_role("button", name="Nyatakan selesai").click()
    looks_right(page, "resolution-claimed")
    member = site.open_as(make_user("dprd"))
    member.goto(page.url)
    member.get_by_role("button", name="Konfirmasi selesai").click()
    looks_right(member, "resolution-done")
    expect(member.locator(".lead-text .status-good")).to_have_count(1)
    member.goto("/pengawasan/rapat/")
    expect(member.get_by_role("button", name="Catat rapat")).to_have_count(0)
    member.get_by_role("link", name="1. Aktifkan semua yang sudah ditetapkan SK").click()
    looks_right(member, "resolution-measured")
    expect(member.get_by_role("button", name="Nyatakan selesai")).to_have_count(0)
    member.goto("/pengawasan/")
    expect(member.get_by_text("Lewat tenggat").first).to_be_visible()
    looks_right(member, "sheet-with-resolutions")


@pytest.mark.browser
def test_a_member_asks_and_sees_the_answer_only(site, counted, make_user, looks_right):
    with acting_as(Actor.of(make_user("operator"))):
        name = Person.objects.order_by("pk").first().name
    member = site.open_as(make_user("dprd"), "phone")
    member.goto("/pengawasan/tanya/")
    looks_right(member, "cases-empty")
    member.get_by_role("button", name="Kirim pertanyaan").click()
    expect(member.get_by_role("alert")).to_be_visible()
    member.get_by_label("Nama orangnya").fill(name)
    member.get_by_label("Kecamatan").select_option("65.71")
    member.get_by_label("Yang ingin diketahui").fill("Apakah ia terlindungi?")
    member.get_by_role("button", name="Kirim pertanyaan").click()
    looks_right(member, "cases-asked")
    expect(member.get_by_text("Menunggu jawaban")).to_be_visible()
    office = site.open_as(make_user("operator"), "phone")
    office.goto("/pengawasan/tanya/")
    looks_right(office, "cases-queue")
    office.get_by_role("link", name=name).click()
    looks_right(office, "case")
    office.get_by_label("Jawaban").select_option("protected")
    office.get_by_label("Penjelasan untuk penanya").fill("Hubungi 081234567890")
    office.get_by_role("button", name="Kirim jawaban").click()
    expect(office.get_by_role("alert")).to_be_visible()
    office.get_by_label("Penjelasan untuk penanya").fill("Terlindungi; kartunya di kantor desa.")
    office.get_by_role("button", name="Kirim jawaban").click()
    office.wait_for_url("**/pengawasan/tanya/")
    member.goto("/pengawasan/tanya/")
    looks_right(member, "cases-answered")
    expect(member.get_by_text("Terlindungi; kartunya di kantor desa.")).to_be_visible()
    expect(member.get_by_role("link", name=name)).to_have_count(0)


def test_a_member_cannot_open_the_offices_page_of_their_own_question(counted, static_files, make_user):
    client = Client()
    client.force_login(make_user("dprd"))
    sent = {"nama": "Siapa Saja", "wilayah": "65.71"}
    assert client.post("/pengawasan/tanya/", sent).status_code == 302
    assert client.get("/pengawasan/tanya/1/").status_code == 403
    assert client.get("/orang/").status_code == 403


@pytest.mark.browser
def test_the_cuts_by_form_and_by_link(site, counted, make_user, looks_right):
    page = site.open_as(make_user("dprd"))
    page.goto("/pengawasan/jelajah/")
    looks_right(page, "explore")
    page.get_by_role("link", name="Kota Tarakan").click()
    page.wait_for_url("**wilayah=65.71**")
    page.get_by_label("Baris").select_option("pekerjaan")
    page.get_by_label("Kolom").select_option("jk")
    page.get_by_role("button", name="Tampilkan").click()
    looks_right(page, "explore-trade-sex")
    expect(page.get_by_text("dibulatkan sendiri ke kelipatan 5")).to_be_visible()
    page.get_by_label("Hanya Umur").select_option("25")
    page.get_by_role("button", name="Tampilkan").click()
    looks_right(page, "explore-refused")
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto("/pengawasan/jelajah/?baris=bulan&ukuran=active")
    looks_right(page, "explore-months")
    page = site.open_as(make_user("dprd"), language="en")
    page.goto("/pengawasan/jelajah/?baris=umur&kolom=pembayar")
    looks_right(page, "explore-english")


def test_the_files_round_what_the_page_rounds(counted, static_files, make_user):
    client = Client()
    client.force_login(make_user("dprd"))
    query = "?wilayah=65.71&baris=pekerjaan&kolom=jk"
    lines = client.get(f"/pengawasan/jelajah/csv/{query}").content.decode("utf-8-sig").splitlines()
    cells = [cell for line in lines[1:] for cell in line.rsplit(",", 4)[1:]]
    assert len(cells) > 20 and all(int(cell) % 5 == 0 for cell in cells if cell.isdigit())
    book = client.get(f"/pengawasan/jelajah/xlsx/{query}").content
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert "dibulatkan ke kelipatan 5" in parts.read("xl/sharedStrings.xml").decode()
    for kind in ("csv", "xlsx"):
        refused = client.get(f"/pengawasan/jelajah/{kind}/?baris=pekerjaan&kolom=jk&umur=25")
        assert refused.status_code == 400
    odd = client.get("/pengawasan/jelajah/?wilayah=x&bulan=y&ukuran=z&baris=q&kolom=w")
    assert "Wilayah ini tidak dikenal" in odd.content.decode()


@pytest.mark.browser
def test_the_village_sheet(site, counted, make_user, looks_right, tmp_path, settings):
    user = make_user("village", "65.71.01")
    page = site.open_as(user, "phone")
    page.goto("/desa/")
    looks_right(page, "villages")
    page.locator("main .choices a").first.click()
    looks_right(page, "village")
    expect(page.get_by_role("link", name="Dengan daftar nama")).to_have_count(0)
    page.pdf(path=tmp_path / "desa.pdf")
    assert (tmp_path / "desa.pdf").read_bytes().count(b"/Type /Page\n") in (0, 1)
    settings.PAYUNG_VILLAGE_NAMES = True
    page.reload()
    page.get_by_role("link", name="Dengan daftar nama").click()
    looks_right(page, "village-names")
    expect(page.get_by_role("columnheader", name="RT")).to_be_visible()


def test_names_hang_on_the_wall_only_where_the_rule_allows(counted, static_files, make_user, settings):
    now = Month.containing(timezone.localdate())
    user = make_user("operator")
    with acting_as(Actor.of(user)):
        covered = CoverMonth.objects.filter(month=now).values_list("person_id", flat=True)
        person = Person.objects.get(pk=covered[0])
    client, member = Client(), Client()
    client.force_login(user)
    member.force_login(make_user("dprd"))
    Person.objects.filter(pk=person.pk).update(nik_enc=encrypt("6571010508681234", "nik"))
    here = f"/desa/{person.region_code}/?nama=1"
    assert person.name not in client.get(here).content.decode()
    settings.PAYUNG_VILLAGE_NAMES = True
    page = client.get(here).content.decode()
    assert person.name in page and "1234" not in page
    assert person.name not in member.get(here).content.decode()
    assert Event.objects.filter(action="village.names").count() == 1
    outside = Client()
    outside.force_login(make_user("village", "65.02"))
    assert outside.get("/desa/65.71.01.1001/?nama=1").status_code == 403
    assert client.get("/desa/65.71/").status_code == 404
    assert client.get("/desa/rumah/").status_code == 404


def test_pages_before_anything_was_counted(own_database, static_files, make_user):
    client = Client()
    client.force_login(make_user("operator"))
    for address in ("jelajah/", "rapat/", "tanya/"):
        assert client.get(f"/pengawasan/{address}").status_code == 200
    assert client.get("/pengawasan/jelajah/csv/").status_code == 400
    assert "belum pernah dihitung" in client.get("/desa/65.71.01.1001/").content.decode()


def test_the_paper_of_a_meeting(agreed, static_files, make_user):
    client = Client()
    client.force_login(make_user("dprd"))
    answer = client.get("/pengawasan/rapat/1/cetak/")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert client.post("/pengawasan/rapat/1/risalah/", {}).status_code == 403
    assert client.get("/pengawasan/rapat/99/").status_code == 404
    assert client.get("/pengawasan/rapat/tindak-lanjut/99/").status_code == 404


def test_bad_input_is_answered_with_sentences(agreed, static_files):
    client = Client()
    client.force_login(agreed)
    assert (
        "Ada yang perlu diperbaiki"
        in client.post("/pengawasan/rapat/", {"tanggal": "besok"}).content.decode()
    )
    bad = {"tempat": "x", "agenda": "y", "peserta": "tanpa titik koma"}
    answer = client.post("/pengawasan/rapat/1/risalah/", bad)
    assert answer.status_code == 200 and "“tanpa titik koma” tidak terbaca" in answer.content.decode()
    assert client.post("/pengawasan/rapat/1/berkas/", {}).status_code == 409
    assert client.post("/pengawasan/rapat/tindak-lanjut/1/putus/", {"tindakan": "selesai"}).status_code == 409
    assert client.post("/pengawasan/rapat/tindak-lanjut/3/putus/", {"tindakan": "lain"}).status_code == 409
