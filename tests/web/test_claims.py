"""A death and an accident walked from report to payment in a browser, and the page that anybody may ask."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from payung.access.actor import Actor, acting_as, everyone_visible, public_action
from payung.access.acts import Act
from payung.access.crypto import encrypt, encrypt_json, nik_hash
from payung.access.models import User
from payung.claims.models import Case
from payung.claims.personal_codes import codes_for
from payung.identity.personal_code import written
from payung.registry.loading import RAW
from payung.registry.models import Intake, Person, Record
from payung.web.claims import status
from tests.claims.scene import build, protected

from .work import working

NIK = "6571014508680001"


@pytest.fixture
def people(own_database, static_files, make_user):
    """Two covered people; the first page of a process, which reads the whole program, is behind us."""
    Client().get("/masuk/")
    with acting_as(Actor.of(make_user("operator"))):
        return protected(2, build(200))


def know(person: Person, **facts) -> None:
    """Writes what a list would have told of a person."""
    with transaction.atomic(), everyone_visible():
        Person.objects.filter(pk=person.pk).update(**facts)


def the_case(person: Person) -> Case:
    with transaction.atomic(), everyone_visible():
        return Case.objects.get(person=person)


def code_for(person: Person) -> str:
    """The personal code of somebody, made where there is none."""
    actor = Actor.of(User.objects.get(username="operator"))
    with transaction.atomic(), everyone_visible():
        return codes_for(actor, [person.pk])[person.pk]


def opened(site, user, size: str = "desk"):
    """A page with patience: these walk through many."""
    page = site.open_as(user, size)
    page.set_default_timeout(40_000)
    return page


def photograph() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(out, "JPEG")
    return out.getvalue()


def step(page, to: str, **fields: str) -> None:
    """Takes the next step of a case on its page."""
    page.locator("#ke").select_option(to)
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)
    page.get_by_role("button", name="Catat langkah").click()
    page.locator("[role=status], .alert, .notice").first.wait_for()


def agree(page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Setujui").click()


@pytest.mark.browser
def test_a_death_from_report_to_payment(site, people, make_user, looks_right):
    person = people[0]
    page = opened(site, make_user("operator"))
    second = opened(site, make_user("approver"))
    page.goto(f"/orang/{person.pk}/")
    page.get_by_role("link", name="Lapor kematian").click()
    looks_right(page, "claims-report-death")
    page.get_by_label("Meninggal").fill((timezone.localdate() - timedelta(days=4)).isoformat())
    page.get_by_label("Bukti").fill("Surat keterangan desa 12/2026")
    page.get_by_role("button", name="Kirim laporan").click()
    page.get_by_text("Laporan dicatat").wait_for()

    second.goto("/klaim/")
    looks_right(second, "claims-desk-report")
    second.get_by_role("button", name="Konfirmasi").click()
    second.get_by_text("Keputusan dicatat.").wait_for()

    know(person, heir_name="Siti Aminah", heir_relation="istri", heir_phone="081234567890")
    page.goto("/klaim/")
    looks_right(page, "claims-desk")
    page.get_by_role("link", name=person.name).click()
    address = page.url
    looks_right(page, "claims-case-new")
    expect(page.get_by_text("Siti Aminah (istri)")).to_be_visible()
    page.get_by_role("button", name="Catat: sudah diberi tahu").click()
    step(page, "checked")
    step(page, "gathering")
    page.locator("#butir").select_option("kartu keluarga")
    page.locator("#berkas-isi").set_input_files(
        {"name": "../../kk.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    )
    page.get_by_role("button", name="Unggah").click()
    expect(page.get_by_role("link", name="Unduh (")).to_have_count(1)
    looks_right(page, "claims-case-papers")
    expect(page.locator("#butir")).not_to_have_value("kartu keluarga")
    expect(page.get_by_role("link", name="081234567890")).to_have_attribute("href", "tel:081234567890")
    page.locator("#berkas-isi").set_input_files(
        {"name": "kk.jpg", "mimeType": "image/jpeg", "buffer": b"MZ" + bytes(100)}
    )
    page.get_by_role("button", name="Unggah").click()
    expect(page.get_by_text("Berkas harus PDF atau foto")).to_be_visible()
    page.problems.clear()  # the browser notes every answer that is a refusal
    page.get_by_role("link", name="Kembali").click()
    page.wait_for_url(address)
    step(page, "submitted", nomor="JKM/7")
    expect(page.get_by_text("Menurut hukum Rp42.000.000; bila berbeda")).to_be_visible()
    step(page, "decided", jumlah="42000000")
    looks_right(page, "claims-case-waiting")
    expect(page.get_by_role("button", name="Setujui")).to_have_count(0)
    agree(second, address)
    page.goto(address)
    step(page, "paid", jumlah="10.000.000", alasan="Cabang membayar sebagian")
    agree(second, address)
    page.goto(address)
    looks_right(page, "claims-case-paid")
    facts = page.locator("section[aria-labelledby=hak]").inner_text()
    assert "-Rp32.000.000" in facts
    assert "Cabang membayar sebagian" in facts
    assert the_case(person).state == "paid"


@pytest.mark.browser
def test_an_accident_from_report_to_payment(site, people, make_user, looks_right):
    person = people[1]
    page = opened(site, make_user("operator"))
    second = opened(site, make_user("approver"))
    page.goto(f"/orang/{person.pk}/")
    page.get_by_role("link", name="Lapor kecelakaan kerja").click()
    looks_right(page, "claims-report-accident")
    happened = timezone.localtime() - timedelta(hours=30)
    page.get_by_label("Waktu kecelakaan").fill(happened.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_label("Tempat").fill("Dermaga Beringin")
    page.get_by_label("Sedang mengerjakan apa").fill("Menurunkan ikan dari kapal")
    page.get_by_label("Saksi").fill("Amat, Usman")
    page.get_by_role("button", name="Kirim laporan").click()
    expect(page.get_by_text(re.compile("Sisa 1[78] jam"))).to_be_visible()
    address = page.url
    looks_right(page, "claims-accident-new")
    page.locator("#waktu").fill((happened + timedelta(hours=20)).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Catat laporan").click()
    page.locator("#perawatan").fill("RSUD Tarakan, rawat inap 3 hari")
    page.locator("#biaya").fill("750000")
    page.locator("#akibat").select_option("partial")
    page.locator("#hari").fill("21")
    page.locator("#angkut-sea").fill("400000")
    page.locator("#cacat-1").select_option(index=1)
    page.locator("#persen-1").fill("40")
    page.locator("#homecare").fill("1.500.000")
    page.locator("#alat-glasses").fill("600000")
    page.get_by_role("button", name="Simpan dan hitung lagi").click()
    looks_right(page, "claims-accident-facts")
    expect(page.locator("#cacat-3")).to_be_attached()
    case = the_case(person)
    assert (case.snapshot["id"]["homecare"], case.snapshot["id"]["aids"]) == (1_500_000, 600_000)
    assert case.snapshot["id"]["disability"] > 0
    assert case.snapshot["id"]["transport"] == 400_000
    step(page, "checked")
    step(page, "gathering")
    step(page, "submitted", nomor="JKK/3")
    step(page, "decided", jumlah=str(case.owed))
    agree(second, address)
    page.goto(address)
    step(page, "paid", jumlah=str(case.owed))
    agree(second, address)
    page.goto(address)
    looks_right(page, "claims-accident-paid")
    step(page, "closed", alasan="Keluarga menerima")
    expect(page.get_by_text("Kasus pindah: Selesai.")).to_be_visible()
    expect(page.get_by_role("button", name="Catat langkah")).to_have_count(0)
    assert the_case(person).state == "closed"


@pytest.mark.browser
def test_a_refusal_is_contested_and_the_look_back_is_read(site, people, make_user, looks_right):
    operator, approver = make_user("operator"), make_user("approver")
    from payung.claims.actions import decide_report, move, report_death

    today = timezone.localdate()
    with acting_as(Actor.of(operator)) as actor:
        report = report_death(
            actor,
            person_id=people[0].pk,
            died_on=today - timedelta(days=9),
            evidence="Surat desa",
            today=today,
        )
    with acting_as(Actor.of(approver)) as actor:
        decide_report(actor, report_id=report.pk, confirm=True)
    page, second = opened(site, operator), opened(site, approver)
    page.goto("/klaim/tinjau/")
    looks_right(page, "claims-lookback")
    expect(page.get_by_text("1 hak belum diajukan")).to_be_visible()
    case = the_case(people[0])
    with acting_as(Actor.of(operator)) as actor:
        for to in ("checked", "gathering", "submitted"):
            move(actor, case_id=case.pk, to=to)
    page.goto(f"/klaim/{case.pk}/")
    step(page, "refused", alasan="Cabang: nama tidak ada di basis data")
    agree(second, f"/klaim/{case.pk}/")
    page.goto(f"/klaim/{case.pk}/")
    step(page, "contested", alasan="Bukti bayar Oktober dilampirkan")
    looks_right(page, "claims-case-contested")
    assert the_case(people[0]).state == "contested"


@pytest.mark.browser
def test_anybody_may_ask_about_themselves(site, people, looks_right):
    person = people[0]
    know(person, nik_hash=nik_hash(NIK))
    page = opened(site, None, "phone")
    page.goto("/")
    page.get_by_role("link", name="Apakah saya terlindungi?").click()
    looks_right(page, "claims-status")
    for code, said in ((written(code_for(person)), "Rp42.000.000"), ("", "surat kematian almarhum")):
        page.goto("/cek-perlindungan/")
        page.get_by_label("NIK").fill(NIK)
        page.get_by_label("Kode pribadi").fill(code)
        page.get_by_role("button", name="Cek").click()
        page.get_by_text(said).first.wait_for()
        looks_right(page, f"claims-status-{'code' if code else 'none'}")
    assert page.locator("#tanya").is_visible()
    page.goto("/cek-perlindungan/")
    page.get_by_role("link", name="Saya tidak punya kode").click()
    looks_right(page, "claims-status-without-code")
    page.goto("/cek-perlindungan/")
    page.get_by_label("NIK").fill(NIK)
    page.get_by_label("Kode pribadi").fill("K7M2")
    page.get_by_role("button", name="Cek").click()
    page.get_by_role("alert").wait_for()
    page.problems.clear()  # the console tells of the 422 that was asked for
    looks_right(page, "claims-status-slip")
    assert person.name not in page.content()


@pytest.mark.browser
def test_codes_are_printed_from_the_village_and_the_person(site, people, make_user, looks_right):
    with public_action(Act.STATUS_GUESSED) as deed:
        deed.data = {"kind": "address", "address": "203.0.113.9"}
    page = opened(site, make_user("operator"))
    page.goto("/bulan-ini/")
    page.get_by_role("link", name="Tanda orang menebak").click()
    page.get_by_text("203.0.113.9").wait_for()
    looks_right(page, "claims-codes")
    page.goto(f"/kode/{people[0].region_code}/")
    looks_right(page, "claims-codes-village")
    with page.expect_download() as village:
        page.get_by_role("button", name="Unduh slip").first.click()
    assert village.value.suggested_filename.endswith(".pdf")
    know(people[0], nik_enc=encrypt(NIK, "nik"))
    page.goto(f"/orang/{people[0].pk}/")
    page.get_by_role("link", name="Kode pribadi").click()
    looks_right(page, "claims-code")
    page.get_by_label("Alasan").fill("Slip hilang")
    page.get_by_role("button", name="Ganti kode").click()
    page.get_by_text("Kode lama tidak berlaku lagi").wait_for()
    looks_right(page, "claims-code-renewed")


@pytest.mark.browser
def test_a_clerk_says_who_died(site, people, make_user, looks_right):
    person = people[0]
    know(person, name="Teddy Manullang", name_norm="teddy manullang")
    user = make_user("operator")
    with acting_as(Actor.of(user)), transaction.atomic(), everyone_visible():
        stranger = Person.objects.create(name="MANULLANG TEDDY", region_code="65", candidate=False)
        intake = Intake.objects.create(
            kind="deaths",
            file_name="kematian.xlsx",
            sha256="x",
            region_code="65",
            rows=1,
            accepted=1,
            loaded_by=user,
        )
        Record.objects.create(
            intake=intake, row_no=7, person=stranger, accepted=True, raw_enc=encrypt_json({}, RAW), region_code="65",
            name="MANULLANG TEDDY", name_norm="manullang teddy", birth_date=person.birth_date,
            event_date=timezone.localdate(),
        )  # fmt: skip
    page = opened(site, user)
    page.goto("/klaim/")
    page.get_by_role("link", name="Mungkin orang kita").click()
    page.get_by_text("nama mirip 100%").wait_for()
    looks_right(page, "claims-possible")
    page.locator("li", has_text="nama mirip 100%").get_by_role("button", name="Ini orangnya").click()
    page.get_by_text("Laporan dicatat").wait_for()
    with transaction.atomic(), everyone_visible():
        assert person.death_reports.get().state == "proposed"


def test_pages_say_no_to_those_they_are_not_for(own_database, static_files, people, make_user):
    client = Client()
    assert client.get("/klaim/").status_code == 302
    client.force_login(make_user("dprd"))
    for address in (
        "/klaim/",
        "/klaim/tinjau/",
        "/klaim/daftar.csv",
        f"/klaim/kematian/lapor/?orang={people[0].pk}",
    ):
        assert client.get(address).status_code == 403
    client.force_login(make_user("operator"))
    for address in ("/klaim/999999/", "/klaim/berkas/999999/", "/klaim/kematian/lapor/?orang=x"):
        assert client.get(address).status_code in (404, 409)


def test_a_name_is_searched_without_standing_in_the_address(own_database, static_files, people, make_user):
    client = Client()
    client.force_login(make_user("operator"))
    answer = client.post("/klaim/", {"tindakan": "cari", "nama": "Siti", "status": "", "jenis": "jkm"})
    assert "Siti" not in answer.headers["Location"]
    assert "jenis=jkm" in answer.headers["Location"]
    assert 'value="Siti"' in client.get(answer.headers["Location"]).content.decode()


def test_both_languages_fit_the_one_size(own_database, static_files, people):
    know(people[0], nik_hash=nik_hash(NIK))
    for language in ("id", "en"):
        client = Client()
        client.cookies["django_language"] = language
        answer = client.post("/cek-perlindungan/", {"nik": NIK, "code": code_for(people[0])})
        assert len(answer.content) == status.BYTES


@pytest.mark.browser
def test_a_death_list_finds_its_families_as_soon_as_it_is_loaded(
    site, people, make_user, looks_right, tmp_path
):
    """No second button: the list is matched, set against the covers, and says whom to tell."""
    known, died = people[0], timezone.localdate() - timedelta(days=2)
    born = known.birth_date
    day = born.day + (40 if known.sex == "female" else 0)
    nik = f"657101{day:02d}{born:%m%y}0007"
    know(known, nik_hash=nik_hash(nik), nik_enc=encrypt(nik, "nik"))
    path = tmp_path / "kematian.csv"
    path.write_text(
        f"NIK,Nama,Jenis Kelamin,Tanggal Lahir,Tanggal Meninggal\n{nik},{known.name},"
        f"{'P' if known.sex == 'female' else 'L'},{born},{died}\n"
        f"6571011702900009,Orang Lain,L,1990-02-17,{died}\n"
    )
    page = opened(site, make_user("operator"), "phone")
    page.goto("/daftar/muat/")
    page.get_by_label("Berkas", exact=True).set_input_files(str(path))
    page.get_by_label("Jenis daftar").select_option("deaths")
    page.get_by_role("button", name="Lihat hasilnya").click()
    page.wait_for_url("**/daftar/muat/*/")
    with working():
        page.get_by_role("button", name="Muat daftar ini").click()
        expect(page.get_by_role("heading", name="Siapa yang meninggal")).to_be_visible()
        expect(page.get_by_text("halaman ini menyegarkan diri")).to_have_count(0)
    shown = {
        label: page.locator(".figure", has_text=label).first.locator(".value").inner_text()
        for label in (
            "Orang yang dikenal",
            "Tidak dikenal",
            "Terlindungi saat meninggal",
            "Hak keluarga",
            "Sudah diberi tahu",
        )
    }
    assert list(shown.values()) == ["1", "1", "1", "Rp42.000.000", "0"]
    assert the_case(known).state == "reported"
    looks_right(page, "death-list")
    page.get_by_role("link", name="Beri tahu keluarganya").click()
    expect(page.get_by_text(known.name).first).to_be_visible()
