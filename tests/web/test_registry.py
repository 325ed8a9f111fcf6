"""Lists and people: taking a file in, giving rows back, undoing; searching; one person's page."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import expect

from payung.access.actor import Actor, acting_as
from payung.access.models import Event
from payung.registry import linking
from payung.registry.models import Eligibility, Intake, IntakeMapping, Person
from tests.oversight.population import populate

from .work import followed, working

LIST = """DAFTAR PEKERJA RENTAN KELURAHAN SELUMIT PANTAI;;;;;;;
No;NIK;Nama Lengkap;Tempat, Tgl Lahir;L/P;Alamat;Desa/Kelurahan;Pekerjaan
1;6571014508680001;Siti Aminah;Tarakan, 05-08-1968;P;Jl. Mulawarman;Selumit Pantai;Nelayan
2;6571011203800002;Muh. Hasan;Tarakan, 12 Maret 1980;L;Jl. Gajah Mada;Selumit Pantai;Buruh harian
3;6.57101E+15;Rahmat;Tarakan, 1-1-1979;L;Jl. Yos Sudarso;Selumit Pantai;Petani
"""


@pytest.fixture
def sent(tmp_path) -> Path:
    path = tmp_path / "selumit.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


@pytest.fixture
def operator(own_database, make_user):
    return make_user("operator", username="petugas")


def load(user, path: Path, **more) -> Intake:
    from payung.registry.actions import load_file

    with acting_as(Actor.of(user)) as actor:
        return load_file(
            actor, path=path, file_name=path.name, today=timezone.localdate(), region_code="65.71", **more
        )[0]


@pytest.fixture
def as_operator(operator, static_files) -> Client:
    client = Client()
    client.force_login(operator)
    return client


@pytest.mark.browser
def test_a_list_goes_in_comes_back_and_is_undone(site, operator, looks_right, sent):
    page = site.open_as(operator, "desk")
    page.goto("/daftar/")
    looks_right(page, "intakes-empty")
    page.get_by_role("link", name="Muat daftar").first.click()
    page.get_by_label("Berkas", exact=True).set_input_files(str(sent))
    page.get_by_label("Pengirim").fill("Kelurahan Selumit Pantai")
    page.get_by_label("Wilayah").select_option("65.71")
    looks_right(page, "upload")
    page.get_by_role("button", name="Lihat hasilnya").click()
    page.wait_for_url("**/daftar/muat/*/")
    looks_right(page, "preview")
    expect(page.get_by_text("6571014508680001")).to_have_count(0)
    expect(page.get_by_text("Siti Aminah")).to_have_count(0)
    page.get_by_text("Arti tiap kolom").click()
    page.get_by_label("Alamat").select_option("Desa/Kelurahan")
    page.get_by_role("button", name="Periksa lagi").click()
    page.wait_for_load_state()
    expect(page.get_by_label("Alamat")).to_have_value("Desa/Kelurahan")
    page.get_by_text("Arti tiap kolom").click()
    page.get_by_label("Alamat").select_option("Alamat")
    page.get_by_label("Simpan pemetaan").check()
    with working():
        page.get_by_role("button", name="Muat daftar ini").click()
        page.wait_for_url("**/daftar/*/")
        expect(page.get_by_text("3 baris dibaca: 2 diterima, 1 dikembalikan")).to_be_visible()
        expect(page.get_by_text("halaman ini menyegarkan diri")).to_have_count(0)
    with acting_as(Actor.of(operator)):
        assert Person.objects.count() == 2, "matched without anybody pressing anything"
        assert Eligibility.objects.count() == 2, "and judged"
    looks_right(page, "intake")
    assert IntakeMapping.objects.get().sender_name == "Kelurahan Selumit Pantai"
    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh baris yang dikembalikan").click()
    assert download.value.suggested_filename == "selumit-dikembalikan.xlsx"
    page.locator("#selesai").get_by_label("Alasan").fill("Pindah ke luar provinsi")
    page.get_by_role("button", name="Tandai selesai").click()
    expect(page.get_by_text("Pindah ke luar provinsi")).to_be_visible()
    expect(page.locator("#selesai")).to_have_count(0)
    looks_right(page, "intake-settled")
    page.goto("/daftar/")
    looks_right(page, "intakes-settled")
    page.get_by_role("link", name="selumit.csv").click()
    page.locator("#batalkan").get_by_label("Alasan").fill("Salah berkas")
    page.get_by_role("button", name="Batalkan daftar").click()
    expect(page.get_by_role("button", name="Batalkan daftar")).to_have_count(0)
    assert Intake.objects.get().status == Intake.Status.UNDONE
    assert Event.objects.filter(action="undo", reason="Salah berkas").exists()


@pytest.mark.browser
def test_every_sheet_with_columns_of_its_own_can_be_corrected(site, operator, looks_right, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "RT 1"
    book.active.append(["NIK", "Si Anu", "Kelurahan"])
    book.active.append(["6571014508680001", "Siti Aminah", "Selumit Pantai"])
    second = book.create_sheet("RT 2")
    second.append(["No KTP", "Yang Bersangkutan", "Kelurahan"])
    second.append(["6571011203800002", "Muh. Hasan", "Selumit Pantai"])
    path = tmp_path / "dua-lembar.xlsx"
    book.save(path)
    page = site.open_as(operator, "phone")
    page.goto("/daftar/muat/")
    page.get_by_label("Berkas", exact=True).set_input_files(str(path))
    page.get_by_label("Wilayah").select_option("65.71")
    page.get_by_role("button", name="Lihat hasilnya").click()
    page.wait_for_url("**/daftar/muat/*/")
    page.get_by_role("region", name="Arti tiap kolom: lembar RT 1").get_by_label(
        "Nama", exact=True
    ).select_option("Si Anu")
    page.get_by_role("region", name="Arti tiap kolom: lembar RT 2").get_by_label(
        "Nama", exact=True
    ).select_option("Yang Bersangkutan")
    looks_right(page, "preview-two-sheets")
    with working():
        page.get_by_role("button", name="Muat daftar ini").click()
        page.get_by_text("2 baris dibaca: 2 diterima, 0 dikembalikan").wait_for()


@pytest.mark.browser
def test_a_file_can_be_dragged_in_and_a_bad_one_gets_a_sentence(site, operator, looks_right, tmp_path):
    page = site.open_as(operator, "phone")
    page.goto("/daftar/muat/")
    looks_right(page, "upload")
    page.get_by_role("button", name="Lihat hasilnya").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looks_right_after_422 = [p for p in page.problems if "422" not in p]
    assert looks_right_after_422 == []
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["bukan lembar kerja"], "rusak.xlsx"));
          const box = document.querySelector("[data-drop]");
          box.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }"""
    )
    assert page.evaluate("document.querySelector('input[type=file]').files[0].name") == "rusak.xlsx"
    page.get_by_role("button", name="Lihat hasilnya").click()
    page.get_by_text("rusak.xlsx:").wait_for()


@pytest.mark.browser
def test_people_and_one_person(site, operator, looks_right, sent):
    populate(400, today=timezone.localdate())
    load(operator, sent)
    with acting_as(Actor.of(operator)) as actor:
        linking.match(actor)
        covered = Person.objects.filter(pk__in=range(1, 401), nik_hash__isnull=False).order_by("pk")[3].pk
        hasan = Person.objects.get(name="Muh. Hasan").pk
    page = site.open_as(operator)
    page.goto("/orang/")
    looks_right(page, "people")
    page.goto(f"/orang/{covered}/")
    looks_right(page, "person-covered")
    page.goto("/orang/")
    page.get_by_label("Nama atau NIK").fill("muhammad has")
    page.get_by_role("button", name="Cari").click()
    page.wait_for_url("**cari=**")
    assert "has" not in page.url.split("?")[1].lower().split("=")[0]
    page.get_by_role("link", name="Muh. Hasan").click()
    looks_right(page, "person")
    page.get_by_role("button", name="Buka NIK").click()
    page.get_by_text("6571 0112 0380 0002").wait_for()
    assert Event.objects.filter(action="open_nik", subject_id=hasan, actor=operator).count() == 1
    page.goto("/orang/")
    page.get_by_label("Nama atau NIK").fill("6571 0112 0380 0002")
    page.get_by_role("button", name="Cari").click()
    page.wait_for_url("**cari=**")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_paging_by_key_reaches_everybody_once_and_back(as_operator, operator):
    populate(130, today=timezone.localdate())
    import re

    for sort in ("nama", "-nama", "wilayah", "-wilayah"):
        seen: list[str] = []
        address = f"/orang/?urut={sort}"
        pages = []
        while address:
            html = as_operator.get(address).content.decode()
            pages.append(re.findall(r'href="/orang/(\d+)/"', html))
            seen += pages[-1]
            found = re.search(r'href="([^"]+)" rel="next"', html)
            back = re.search(r'href="([^"]+)" rel="prev"', html)
            address = found[1].replace("&amp;", "&") if found else ""
        assert len(seen) == len(set(seen)) == 130
        html = as_operator.get(back[1].replace("&amp;", "&")).content.decode()
        assert re.findall(r'href="/orang/(\d+)/"', html) == pages[-2]


def test_a_name_is_found_by_its_start_else_by_a_later_word(as_operator):
    populate(60, today=timezone.localdate())
    start = as_operator.post("/orang/", {"cari": "Budi"}, follow=True).content.decode()
    assert "Budi" in start
    assert "Citra" not in start
    later = as_operator.post("/orang/", {"cari": "santoso"}, follow=True).content.decode()
    assert "memuat kata itu di tengah" in later
    assert "Santoso" in later


def test_what_is_searched_for_never_stands_in_an_address(as_operator):
    answer = as_operator.post("/orang/", {"cari": "Siti Aminah", "wilayah": "65.71"})
    assert answer.status_code == 302
    assert "siti" not in answer.headers["Location"].lower()
    assert "wilayah=65.71" in answer.headers["Location"]


def test_filters_count_what_the_tables_hold(as_operator, operator):
    populate(300, today=timezone.localdate())
    with acting_as(Actor.of(operator)):
        deep = Person.objects.filter(region_code__startswith="65.71").count()
        double = Person.objects.filter(sources__gt=1).count()
    assert f"{deep} orang" in as_operator.get("/orang/?wilayah=65.71").content.decode()
    assert f"{double} orang" in as_operator.get("/orang/?status=double").content.decode()
    for status in ("eligible", "not_eligible", "unverified", "covered", "uncovered", "ending", "died"):
        assert as_operator.get(f"/orang/?status={status}").status_code == 200


def test_another_regency_sees_neither_the_people_nor_the_list(static_files, operator, make_user, sent):
    populate(200, today=timezone.localdate())
    intake = load(operator, sent)
    with acting_as(Actor.of(operator)):
        elsewhere = Person.objects.filter(region_code__startswith="65.01").first().pk
    client = Client()
    client.force_login(make_user("operator", "65.03"))
    assert client.get(f"/orang/{elsewhere}/").status_code == 404
    assert client.post(f"/orang/{elsewhere}/nik/").status_code == 409
    assert client.get(f"/daftar/{intake.pk}/").status_code == 404
    assert client.post(f"/daftar/{intake.pk}/batal/", {"alasan": "x"}).status_code == 404
    assert "selumit.csv" not in client.get("/daftar/").content.decode()


def test_a_kept_file_is_its_uploaders_alone(as_operator, make_user, sent):
    with sent.open("rb") as file:
        answer = as_operator.post(
            "/daftar/muat/", {"file": file, "kind": "candidates", "sender_name": "", "region_code": "65.71"}
        )
    address = answer.headers["Location"]
    assert as_operator.get(address).status_code == 200
    other = Client()
    other.force_login(make_user("operator"))
    assert other.get(address).headers["Location"] == "/daftar/muat/"
    assert as_operator.get("/daftar/muat/abc/").headers["Location"] == "/daftar/muat/"


def test_the_rows_passed_over_are_shown_and_downloaded(as_operator, operator, sent):
    sent.write_text(LIST + ";JUMLAH;;;;;;3\n;Mengetahui,;;;;;;\n", encoding="utf-8")
    with sent.open("rb") as file:
        answer = as_operator.post(
            "/daftar/muat/", {"file": file, "kind": "candidates", "sender_name": "", "region_code": "65.71"}
        )
    shown = as_operator.get(answer.headers["Location"]).content.decode()
    assert "Tanda tangan di bawah daftar" in shown
    intake = load(operator, sent)
    page = as_operator.get(f"/daftar/{intake.pk}/").content.decode()
    assert "Baris yang dilewati" in page
    assert "Jumlah</dt><dd>1</dd>" in page
    got = as_operator.post(f"/daftar/{intake.pk}/dilewati/")
    assert 'filename="selumit-dilewati.xlsx"' in got.headers["Content-Disposition"]
    assert got.content.startswith(b"PK")
    as_operator.cookies["django_language"] = "en"
    assert "Signatures below the list" in as_operator.get(f"/daftar/{intake.pk}/").content.decode()


def test_a_birth_date_column_that_cannot_be_read_is_said_once(as_operator, operator, sent):
    sent.write_text(
        "NIK;Nama;Tgl Lahir;Desa;Kecamatan\n6571014508680001;Siti;lima;Karang Anyar;Tarakan Barat\n"
        "6571011203800002;Hasan;enam;Karang Anyar;Tarakan Barat\n",
        encoding="utf-8",
    )
    with sent.open("rb") as file:
        answer = as_operator.post(
            "/daftar/muat/", {"file": file, "kind": "candidates", "sender_name": "", "region_code": "65.71"}
        )
    words = "Kolom Tgl Lahir: tidak satu pun isinya terbaca sebagai tanggal, misalnya “lima”."
    assert as_operator.get(answer.headers["Location"]).content.decode().count(words) == 1
    intake = load(operator, sent)
    assert as_operator.get(f"/daftar/{intake.pk}/").content.decode().count(words) == 1


#: What sends a candidate back may leave one of the dead on the list; what does so of the dead is said so.
_HEAD = "NIK;Nama;Tanggal Lahir"
_DEATHS = f"{_HEAD};Tanggal Meninggal"
CONSEQUENCES = [
    ("candidates", _HEAD, ";Siti Aminah;05-08-1968", "NIK kosong", "Dikembalikan"),
    (
        "deaths",
        "NIK;Nama;Tanggal Lahir;Tanggal Meninggal",
        ";Siti;05-08-1968;01-10-2026",
        "NIK kosong",
        "Peringatan",
    ),
    ("deaths", _DEATHS, ";Siti;;01-10-2026", "NIK kosong", "Dikembalikan"),
    ("candidates", _HEAD, "657101450868;Siti;05-08-1968", "NIK", "Dikembalikan"),
    (
        "deaths",
        "NIK;Nama;Tanggal Lahir;Tanggal Meninggal",
        "657101450868;Siti;05-08-1968;01-10-2026",
        "NIK",
        "Peringatan",
    ),
    (
        "deaths",
        "NIK;Nama;Tanggal Lahir;Tanggal Meninggal",
        "6571014508680001;Siti;05-08-1968;10-2026",
        "hari",
        "Dikembalikan",
    ),
]


@pytest.mark.parametrize(("kind", "head", "row", "words", "consequence"), CONSEQUENCES)
def test_a_finding_says_what_it_did_to_rows_of_this_list(
    as_operator, operator, tmp_path, kind, head, row, words, consequence
):
    path = tmp_path / "daftar.csv"
    path.write_text(f"{head};Desa/Kelurahan\n{row};Selumit Pantai\n", encoding="utf-8")
    intake = load(operator, path, kind=kind)
    assert bool(intake.returned) is bool(intake.sent_back) is (consequence == "Dikembalikan")
    page = as_operator.get(f"/daftar/{intake.pk}/").content.decode()
    table = page[page.index(">Temuan</h2>") :]
    said = next(line for line in table.split("<tr>") if words in line)
    assert consequence in said
    assert "_" not in re.sub(r"<[^>]*>", "", said), "no codes for people to read"


def test_a_list_with_nobody_in_it_is_refused_on_the_page(as_operator, operator, sent):
    sent.write_text("NIK;Nama;Desa\n;JUMLAH;\n", encoding="utf-8")
    with sent.open("rb") as file:
        answer = as_operator.post(
            "/daftar/muat/", {"file": file, "kind": "candidates", "sender_name": "", "region_code": "65.71"}
        )
    done = followed(as_operator, as_operator.post(answer.headers["Location"], {"muat": "1"}))
    assert "tidak ada satu baris pun yang berisi orang" in done.content.decode()
    assert not Intake.objects.exists()


def test_a_long_file_is_read_by_a_job_before_it_is_shown(as_operator, sent, monkeypatch):
    from payung.web.registry import intakes

    monkeypatch.setattr(intakes, "_READ_AT_ONCE", 10)
    with sent.open("rb") as file:
        answer = as_operator.post(
            "/daftar/muat/", {"file": file, "kind": "candidates", "sender_name": "", "region_code": "65.71"}
        )
    address = answer.headers["Location"]
    shown = followed(as_operator, as_operator.get(address)).headers["Location"]
    assert shown.startswith(f"{address}?hasil=")
    page = as_operator.get(shown).content.decode()
    assert "Arti tiap kolom" in page
    assert "6571014508680001" not in page
    corrected = {"lembar-0": "", "judul-0": ["NIK", "Nama Lengkap"], "kolom-0-nik": "NIK", "periksa": "1"}
    again = followed(as_operator, as_operator.post(shown, corrected))
    assert again.headers["Location"].startswith(f"{address}?hasil=")
    assert again.headers["Location"] != shown
    loaded = followed(as_operator, as_operator.post(shown, {"muat": "1"}))
    assert loaded.headers["Location"] == f"/daftar/{Intake.objects.get().pk}/"


def test_a_list_is_on_its_way_while_its_own_rows_are(as_operator, operator, sent, tmp_path):
    from payung.jobs.running import run_waiting
    from payung.registry.jobs import judge_all, match_waiting

    def moves(intake) -> bool:
        page = as_operator.get(f"/daftar/{intake.pk}/").content.decode()
        part = as_operator.get(f"/daftar/{intake.pk}/?bagian=keadaan", headers={"HX-Request": "true"})
        assert "HX-Refresh" not in part.headers, "what somebody types is not lost"
        assert "<form" not in part.content.decode()
        assert ("hx-trigger" in page) == (part.status_code == 204)
        assert ("sedang dicocokkan" in page) == ("hx-trigger" in page)
        return "hx-trigger" in page

    first = load(operator, sent)
    assert not moves(first), "nothing that would match it waits"
    judge_all.queue(None)
    assert not moves(first), "nobody of it can be judged yet"
    match_waiting.queue(None)
    assert moves(first)
    run_waiting()
    assert not moves(first)
    match_waiting.queue(None)
    judge_all.queue(None)
    assert not moves(first), "that is another list's"
    other = tmp_path / "lain.csv"
    other.write_text(sent.read_text().replace("Siti Aminah", "Siti Aisyah").replace("0001;", "0011;"))
    assert moves(load(operator, other))
    assert not moves(first)
    with acting_as(Actor.of(operator)):
        Eligibility.objects.all().delete()
    assert moves(first), "its people are to be judged anew"


def test_few_queries_on_every_page(as_operator, operator, sent):
    from django.db import connection

    populate(120, today=timezone.localdate())
    intake = load(operator, sent)
    with acting_as(Actor.of(operator)):
        some = Person.objects.order_by("pk")[3].pk
    addresses = ["/daftar/", f"/daftar/{intake.pk}/", "/daftar/muat/", "/orang/", f"/orang/{some}/"]
    for address in [*addresses, "/orang/?status=uncovered&wilayah=65.01&urut=-wilayah"]:
        with CaptureQueriesContext(connection) as queries:
            assert as_operator.get(address).status_code == 200
        assert len(queries) <= 12, (address, [q["sql"][:80] for q in queries])
