"""Who records payments need not see people: all of that work by somebody who holds no other permission there."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from payung.access.actor import acting_as
from payung.coverage import desk
from payung.coverage.actions import (
    load_statement,
    match_by_hand,
    match_payments,
    record_receipt,
    record_refund,
    settle_fees,
    take_back_match,
)
from payung.coverage.fees import open_fees
from payung.coverage.models import Bill, Difference, Payment, PaymentMatch, Statement
from tests.coverage.scene import TODAY, actor
from tests.coverage.test_money_back import billed
from tests.web.work import followed

pytestmark = pytest.mark.django_db

HEAD = "Tanggal;Keterangan;Debet;Kredit\n"


@pytest.fixture
def officer():
    with acting_as(actor("operator")) as operator:
        billed(operator)
    with acting_as(actor("budget")) as who:
        yield who


def loaded(officer, folder, rows):
    path = folder / f"k{len(list(folder.iterdir()))}.csv"
    path.write_text(HEAD + rows)
    return load_statement(officer, path=path, today=TODAY)


def test_what_matches_nothing_is_noted_and_given_to_a_bill_by_hand(officer, tmp_path):
    bill = Bill.objects.order_by("pk")[0]
    assert loaded(officer, tmp_path, f"02/02/2027;PEMBAYARAN;{bill.payable};0\n").unmatched == 1
    [waiting] = desk.open_payments()
    match_by_hand(officer, payment_id=waiting.pk, bill_id=bill.pk, amount=bill.payable, today=TODAY)
    assert Bill.objects.get(pk=bill.pk).state == "paid"
    match = PaymentMatch.objects.get()
    take_back_match(officer, match_id=match.pk, reason="Salah", today=TODAY)
    assert Difference.objects.get(key=f"payment:{waiting.pk}").state == "open"
    assert match_payments(officer, today=TODAY).unmatched == 1


def test_a_receipt_that_matches_nothing_is_kept(officer):
    record_receipt(officer, paid_on=date(2027, 2, 1), amount=5_000, number="KW-0017", words="x", today=TODAY)
    assert desk.open_payments().count() == 1


def test_fees_are_settled_and_stay_settled(officer, tmp_path):
    loaded(officer, tmp_path, "02/02/2027;BIAYA ADM;6.500;0\n")
    assert len(open_fees()) == 1
    settle_fees(officer, statement_id=Statement.objects.get().pk)
    assert open_fees() == []
    assert match_payments(officer, today=TODAY).unmatched == 0


def test_money_that_came_back_is_seen_and_named(officer, tmp_path):
    bill = Bill.objects.order_by("pk")[0]
    rows = f"02/02/2027;{bill.payment_code};{bill.payable + 10_000};0\n03/02/2027;PENGEMBALIAN;0;10.000\n"
    loaded(officer, tmp_path, rows)
    [back] = desk.money_back()
    assert back.about_payments
    record_refund(officer, payment_id=back.pk, fund_id=bill.fund_id, today=TODAY)
    match_payments(officer, today=TODAY)
    assert Difference.objects.get(kind="payment_returned").state == "settled"
    rows = f"04/02/2027;RETUR {bill.payment_code};0;{bill.payable}\n"
    assert loaded(officer, tmp_path, rows).returned == 1
    assert Bill.objects.get(pk=bill.pk).state == "sent"


def test_her_pages_answer(officer, tmp_path):
    loaded(
        officer, tmp_path, "02/02/2027;PEMBAYARAN;5.000;0\n03/02/2027;RETUR;0;7.000\n03/02/2027;SETORAN;0;1\n"
    )
    client = Client()
    client.force_login(officer.user)
    page = client.get("/pembayaran/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "PEMBAYARAN" in text
    assert "Semua pembayaran sudah cocok" not in text
    path = tmp_path / "baru.csv"
    path.write_text(HEAD + "02/02/2027;LAIN;9.000;0\n")
    with path.open("rb") as file:
        done = followed(client, client.post("/pembayaran/", {"berkas": file}))
    assert done.headers["Location"] == "/pembayaran/"
    assert "1 baris baru" in client.get("/pembayaran/").content.decode()
    receipt = {
        "tindakan": "kuitansi",
        "tanggal": "2026-02-01",
        "jumlah": "5.000",
        "nomor": "KW-1234",
        "keterangan": "",
    }
    assert client.post("/pembayaran/", receipt).status_code == 302
    assert Payment.objects.count() == 5


def test_she_gives_a_payment_to_a_bill_and_takes_it_back_through_the_pages(officer, tmp_path):
    bill = Bill.objects.order_by("pk")[0]
    loaded(officer, tmp_path, f"02/02/2027;PEMBAYARAN;{bill.payable};0\n")
    [waiting] = desk.open_payments()
    client = Client()
    client.force_login(officer.user)
    sent = client.post("/pembayaran/", {"pembayaran": waiting.pk, "tagihan": bill.pk})
    assert sent.status_code == 302
    match = PaymentMatch.objects.get()
    back = {"tindakan": "tarik", "cocok": match.pk, "alasan": "Salah tagihan"}
    assert client.post(f"/tagihan/{bill.pk}/", back).status_code == 302
    assert sum(PaymentMatch.objects.values_list("amount", flat=True)) == 0
    with acting_as(officer):
        assert Difference.objects.get(key=f"payment:{waiting.pk}").state == "open"
    assert "/selisih/" not in client.get("/pembayaran/").content.decode(), "a page she may not open"


def test_items_about_people_stay_hidden_from_her(officer):
    with acting_as(actor("operator")) as operator:
        Difference.objects.create(kind="unknown_line", key="x", region_code="65", owner=operator.user)
    with acting_as(officer):
        assert not Difference.objects.filter(kind="unknown_line").exists()
