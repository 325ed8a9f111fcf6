"""History, other people's figures, files and the public map: opened, looked at, and nothing small let out."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import expect

from payung.access.actor import Actor
from payung.oversight import actions, exports

SMALL = {"1", "2", "3", "4"}


@pytest.fixture
def member(counted, static_files, make_user):
    client = Client()
    client.force_login(make_user("dprd"))
    return client


@pytest.fixture
def corrected(counted, make_user):
    """A month published and then corrected; the two snapshots, first and second."""
    from django.db import connection

    operator = Actor.of(make_user("operator"))
    first = actions.publish(operator)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE coverage_bill SET state = 'paid' WHERE fund_id = %s", [counted.other_id])
    actions.rebuild(operator, today=timezone.localdate())
    return first, actions.publish(operator, reason="Bukti bayar PT Contoh menyusul")


@pytest.mark.browser
def test_history_sources_and_the_public_map_look_right(site, corrected, make_user, looks_right):
    first, second = corrected
    operator = make_user("operator")
    page = site.open_as(operator)
    for name, address in (
        ("history", "/pengawasan/riwayat/"),
        ("kept", f"/pengawasan/riwayat/{first.pk}/"),
        ("correction", f"/pengawasan/riwayat/{second.pk}/"),
        ("difference", f"/pengawasan/riwayat/{first.pk}/{second.pk}/"),
        ("sources", "/pengawasan/sumber/"),
    ):
        page.goto(address)
        looks_right(page, name)
    page = site.open_as()
    page.goto("/peta/?tingkat=regency&ukuran=cakupan")
    looks_right(page, "public-map")
    page.get_by_role("link", name="Kota Tarakan").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**wilayah=65.71**")
    expect(page.locator("a.area")).to_have_count(4)


def test_a_corrected_figure_says_so_and_the_old_one_can_still_be_opened(member, corrected):
    first, second = corrected
    old = member.get(f"/pengawasan/riwayat/{first.pk}/").content.decode()
    assert "Angka ini sudah dikoreksi" in old
    assert "Bukti bayar PT Contoh menyusul" in old
    new = member.get(f"/pengawasan/riwayat/{second.pk}/").content.decode()
    assert "Angka ini koreksi" in new
    assert "Aktif:" in new
    assert member.get(f"/pengawasan/riwayat/{first.pk}/lembar.pdf").content[:4] == b"%PDF"
    assert member.get("/pengawasan/riwayat/999999/").status_code == 404
    assert member.get(f"/pengawasan/riwayat/{first.pk}/999999/").status_code == 404
    assert member.post("/pengawasan/riwayat/koreksi/", {"bulan": "2026-10"}).status_code == 403


def test_a_correction_without_a_reason_or_month_is_a_sentence(counted, static_files, make_user):
    operator = Client()
    operator.force_login(make_user("operator"))
    assert operator.post("/pengawasan/riwayat/koreksi/", {"bulan": "besok"}).status_code == 404
    answer = operator.post("/pengawasan/riwayat/koreksi/", {"bulan": "2026-10", "sebab": ""}, follow=True)
    assert "belum pernah diterbitkan" in answer.content.decode()


def test_a_figure_of_others_is_recorded_or_refused_with_what_was_typed(counted, static_files, make_user):
    operator = Client()
    operator.force_login(make_user("operator"))
    given = {
        "question": "active_nonwage",
        "value": "banyak",
        "period": "2026-10",
        "source": "Cabang",
        "note": "",
    }
    refused = operator.post("/pengawasan/sumber/", given)
    assert refused.status_code == 422
    assert 'value="banyak"' in refused.content.decode()
    assert operator.post("/pengawasan/sumber/", {**given, "value": "31.900"}).status_code == 302
    assert "31.900" in operator.get("/pengawasan/sumber/").content.decode()
    actions.refresh_if_changed(timezone.localdate())
    assert "31.900" in operator.get("/pengawasan/").content.decode()


@pytest.mark.parametrize("name", [name for name, _title in exports.titles()])
def test_no_file_lets_a_small_count_out(member, name):
    answer = member.get(f"/pengawasan/angka.csv?tabel={name}")
    assert answer.status_code == 200
    header, *rows = [line.split(",") for line in answer.content.decode().splitlines() if '"' not in line]
    counts = [
        at for at, column in enumerate(header) if column in {*exports.REGION_COUNTS, "people", "covered"}
    ]
    assert not {row[at] for row in rows for at in counts} & SMALL
    if name in ("desa", "pekerjaan"):
        assert all(int(row[at]) % 5 == 0 for row in rows for at in counts)


def test_the_workbook_holds_every_table_and_the_indicator(member):
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(member.get("/pengawasan/angka.xlsx").content))
    assert len(book.sheetnames) == len(exports.titles())
    codes = [row[1] for row in book["Indikator"].iter_rows(values_only=True)]
    assert {"06.02.021", "RPJMD-2", "PARITRANA-1"} <= set(codes)
    assert member.get("/pengawasan/angka.csv?tabel=lain").status_code == 404


def test_the_papers_are_pdf(member):
    for address in ("/pengawasan/lembar.pdf", "/pengawasan/lampiran-desa.pdf"):
        answer = member.get(address)
        assert answer.content[:4] == b"%PDF", address
        assert len(answer.content) < 600_000


def test_a_warm_public_map_asks_nothing_and_is_kept_for_known_words_only(counted, static_files):
    from django.db import connection

    client = Client()
    for address in ("/peta/", "/peta/?wilayah=65.02&tingkat=village&ukuran=berakhir"):
        first = client.get(address, headers={"accept-encoding": "gzip"})
        assert first.status_code == 200
        assert len(first.content) < 60_000
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address, headers={"accept-encoding": "gzip"}).content == first.content
        assert len(queries) == 0
    assert client.get("/peta/?ukuran=xyz&tingkat=abc").content == client.get("/peta/").content
    for bad in ("99", "65.02.01.2001", "../etc", "65' OR 1=1"):
        assert client.get("/peta/", {"wilayah": bad}).status_code == 404
