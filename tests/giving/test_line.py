"""A promise through the whole line: its people, its bills, its proof, its certificate, and never a name."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.db import transaction
from django.utils import timezone

from payung.access.actor import Refused, acting_as, everyone_visible
from payung.claims.models import Case
from payung.coverage import actions as coverage
from payung.coverage.models import Bill
from payung.giving import actions as donations
from payung.giving import gifts
from payung.giving.certificate import certificate
from payung.giving.models import Donation
from payung.registry.models import Person
from payung.values import Month
from tests.coverage.scene import (
    accept,
    actor,
    make_person,
    make_plan,
    read_sheet,
    write_answer,
    write_statement,
)
from tests.giving.conftest import offer


def started(people: int, **other) -> Donation:
    """A promise for a town, approved, for the month after this one."""
    today = timezone.localdate()
    made = donations.pledge(
        offer(people=people, region_code="65.71", first_month=Month.containing(today) + 1, **other),
        key=f"baris-{people}",
        origin="192.0.2.1",
        today=today,
    )
    donations.check_donation(actor("operator"), made.pk, today=today)
    return donations.approve_donation(actor("approver"), made.pk, today=today)


def decreed(donation: Donation, tmp_path, villages=("65.71.01.1001", "65.71.02.1001")) -> list[Person]:
    """Its people decreed, sent to the branch and accepted."""
    first = donation.first_month
    day = first.first_day
    with transaction.atomic(), everyone_visible():
        people = [make_person(n, villages[n % len(villages)]) for n in range(donation.people)]
        plan = make_plan(*[(person, donation.fund, 0, donation.months) for person in people])
        plan.lines.update(first_month=first.number, end_month=(first + donation.months).number)
    with acting_as(actor("operator")) as operator:
        made = coverage.propose_decree(operator, plan_id=plan.pk, number="SK 1", dated=day, signer="Gubernur")
        coverage.approve_decree(actor("approver"), decree_id=made.pk, today=day)
        for one in coverage.make_uploads(operator, decree_id=made.pk, out_dir=tmp_path):
            lines = [accept(line, n) for n, line in enumerate(read_sheet(one.path))]
            for line in lines:
                line["TGL MULAI"] = day.strftime("%d-%m-%Y")
            answer = write_answer(tmp_path / "jawaban.csv", lines)
            coverage.apply_answer(operator, path=answer, upload_id=one.upload_id, today=day)
    return people


def billed(donation: Donation) -> Bill:
    """The bill of its first month, sent."""
    month = donation.first_month
    with acting_as(actor("operator")) as operator:
        coverage.make_bills(operator, month=month, today=month.first_day)
        coverage.approve_bills(actor("approver"), month=month)
        coverage.send_bills(operator, month=month)
    return Bill.objects.get(month=month.number, fund=donation.fund)


def paid(bill: Bill, tmp_path) -> None:
    day = bill.expires_on.strftime("%d/%m/%Y")
    path = write_statement(tmp_path / f"koran-{bill.pk}.csv", [(day, bill.payment_code, bill.payable)])
    with acting_as(actor("operator")) as operator:
        coverage.load_statement(operator, path=path, today=bill.expires_on)


@pytest.mark.django_db
def test_a_promise_until_it_is_proved(tmp_path, client):
    donation = started(24, listed=True)
    address = f"/bantu/donasi/{donations.token_of(donation)}/"
    with pytest.raises(Refused):
        certificate(gifts.gift(donation), timezone.localdate())
    assert client.get(f"{address}sertifikat.pdf").status_code == 409
    decreed(donation, tmp_path)
    bill = billed(donation)
    page = client.get(address).content.decode()
    assert bill.payment_code in page
    assert "Unduh sertifikat" not in page
    assert "belum ada bukti bayar" in client.get(f"/cek/{donation.check_code}").content.decode()
    paid(bill, tmp_path)
    made = gifts.gift(donation)
    assert made.confirmed
    assert (made.people, made.active, made.active_months, made.outside) == (24, 24, 24, 0)
    assert (made.paid, made.month) == (bill.payable, donation.first_month)
    assert len(made.villages) == 2 and all(row.active % 5 == 0 <= row.active for row in made.villages)
    assert made.months_left(donation.first_month) == 5
    assert made.claims == []
    page = client.get(address).content.decode()
    assert "Semua 24 orang" in page
    assert "Orang 00" not in page
    assert client.get(address)["Cache-Control"] == "private, no-store"
    file = client.get(f"{address}sertifikat.pdf")
    assert file.content.startswith(b"%PDF")
    check = client.get(f"/cek/{donation.check_code.lower()}/").content.decode()
    assert "PT Contoh" in check
    assert "1 dari 6 bulan terbukti lunas" in check
    assert client.get("/cek/AAAAA-AAAAA").status_code == 404
    donations.set_listed(donation, False)
    assert "PT Contoh" not in client.get(f"/cek/{donation.check_code}").content.decode()


@pytest.mark.django_db
def test_claims_are_told_for_a_gift_of_many_and_never_for_a_few(tmp_path):
    donation = started(24)
    people = decreed(donation, tmp_path)
    paid(billed(donation), tmp_path)

    def case(person: Person, **other) -> None:
        with acting_as(actor("operator")) as operator:
            Case.objects.create(
                kind="jkm",
                person=person,
                event_on=donation.first_month.last_day,
                owed=10_000_000,
                opened_by=operator.user,
                region_code=person.region_code,
                **other,
            )

    case(people[0], state="paid", paid_amount=10_000_000, paid_on=donation.first_month.last_day)
    case(people[1], state="refused")
    claims = gifts.gift(donation).claims
    assert [(one.kind, one.cases, one.owed, one.paid, one.paid_rupiah) for one in claims] == [
        ("jkm", 1, 10_000_000, 1, 10_000_000)
    ]


@pytest.mark.django_db
def test_a_gift_of_few_shows_no_place_and_no_claim(tmp_path, client):
    donation = started(3)
    decreed(donation, tmp_path, villages=("65.71.01.1001", "65.71.01.1002", "65.71.02.1001"))
    paid(billed(donation), tmp_path)
    made = gifts.gift(donation)
    assert (made.people, made.claims) == (3, None)
    assert made.villages == made.trades == []
    assert (
        "agar tidak ada keluarga"
        in client.get(f"/bantu/donasi/{donations.token_of(donation)}/").content.decode()
    )


@pytest.mark.django_db
def test_people_outside_the_donors_choice_are_told(tmp_path):
    donation = started(10, trade="buruh_tani")
    decreed(donation, tmp_path, villages=("65.71.01.1001",))  # of no trade
    assert gifts.gift(donation).outside == 10


@pytest.mark.django_db
def test_what_is_not_paid_in_time_can_be_closed_by_two(tmp_path, client):
    donation = started(6)
    decreed(donation, tmp_path)
    bill = billed(donation)
    after = bill.expires_on.replace(year=bill.expires_on.year + 1)
    assert gifts.unpaid(bill.expires_on) == set()
    assert gifts.unpaid(after) == {donation.pk}
    assert gifts.gift(donation).overdue(after)
    change = donations.propose_closing(actor("operator"), donation.pk)
    assert (change.kind, change.status, change.fund_id) == ("close", "proposed", donation.fund_id)


@pytest.mark.django_db
class TestPages:
    """The pages answer in few statements, say what is wrong at the field, and keep to their users."""

    @pytest.fixture(autouse=True)
    def fresh(self):
        caches["pages"].clear()

    def choice(self, **other):
        return {
            "wilayah": "65.71",
            "pekerjaan": "",
            "orang": "10",
            "bulan": "6",
            "sebagai": "company",
            **other,
        }

    def test_a_promise_is_written_by_the_form_and_once_only(self, client):
        page = client.get("/bantu/", self.choice())
        assert page.status_code == 200
        form = page.context["promise"]
        said = {
            **self.choice(),
            "nama": "PT Contoh",
            "kontak": "0812",
            "kunci": form.initial["kunci"],
            "jumlah": form.initial["jumlah"],
        }
        first = client.post("/bantu/janji/", said)
        assert first.status_code == 302
        assert client.post("/bantu/janji/", said)["Location"] == first["Location"]
        made = Donation.objects.get()
        assert (made.amount, made.people, made.region_code) == (form.initial["jumlah"], 10, "65.71")
        assert client.get(first["Location"]).status_code == 200
        stale = client.post("/bantu/janji/", {**said, "kunci": "lain", "jumlah": "1"})
        assert stale.status_code == 422
        assert "Jumlahnya berubah" in stale.content.decode()
        assert f'value="{made.amount}"' in stale.content.decode()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"orang": "0"},
            {"orang": "x"},
            {"bulan": "4"},
            {"wilayah": "11"},
            {"pekerjaan": "z"},
            {"sebagai": "q"},
        ],
    )
    def test_a_wrong_choice_is_told_at_its_field(self, client, wrong):
        for answer in (
            client.get("/bantu/", self.choice(**wrong)),
            client.post("/bantu/janji/", self.choice(**wrong)),
        ):
            assert answer.status_code == 422
            assert "Ada yang perlu diperbaiki" in answer.content.decode()

    def test_a_machine_that_fills_every_field_promises_nothing(self, client):
        said = {**self.choice(), "nama": "x", "kontak": "x", "situs": "http://x", "kunci": "k", "jumlah": "1"}
        assert client.post("/bantu/janji/", said).status_code == 422
        assert not Donation.objects.exists()

    def test_an_unknown_address_is_not_found_and_get_changes_nothing(self, client):
        assert client.get("/bantu/donasi/tebakan/").status_code == 404
        assert client.get("/bantu/janji/").status_code == 405
        assert client.post("/bantu/donasi/tebakan/perbarui/").status_code == 404

    def test_the_desk_is_for_those_who_propose_and_approve(self, client):
        today = timezone.localdate()
        made = donations.pledge(
            offer(first_month=Month.containing(today) + 1), key="a", origin="x", today=today
        )
        assert client.get("/janji/").status_code == 302
        client.force_login(actor("dprd").user)
        assert client.get("/janji/").status_code == 403
        assert client.post(f"/janji/{made.pk}/putuskan/", {"tindakan": "periksa"}).status_code == 403
        client.force_login(actor("operator").user)
        assert made.reference in client.get("/janji/").content.decode()
        assert "0812 0000 0000" not in client.get(f"/janji/{made.pk}/").content.decode()
        opened = client.post(f"/janji/{made.pk}/putuskan/", {"tindakan": "kontak"})
        assert "0812 0000 0000" in opened.content.decode()
        client.post(f"/janji/{made.pk}/putuskan/", {"tindakan": "periksa"})
        assert client.post(f"/janji/{made.pk}/putuskan/", {"tindakan": "setujui"}).status_code == 403
        client.force_login(actor("approver").user)
        client.post(f"/janji/{made.pk}/putuskan/", {"tindakan": "setujui"})
        assert Donation.objects.get(pk=made.pk).standing == "approved"
        assert client.post("/janji/kedaluwarsa/").status_code == 302

    @pytest.mark.parametrize("path", ["/bantu/?orang=10&bulan=6&sebagai=person", "/buku-publik/", "/janji/"])
    def test_pages_keep_to_twelve_statements(self, client, path, django_assert_max_num_queries):
        if path == "/janji/":
            client.force_login(actor("operator").user)
        with django_assert_max_num_queries(12):
            assert client.get(path).status_code == 200
