"""A promise: written once, priced by the law, agreed by two, ended in time, and nobody's secrets told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payung.access.actor import NotAllowed, Refused
from payung.access.models import Event
from payung.disclosure.rounding import Rounding
from payung.funding.actions import add_payer, approve_fund
from payung.funding.models import Fund, Payer, Waiting
from payung.funding.waiting import Part, count_waiting, mix, next_places, twentieths, waiting_in
from payung.giving import actions as donations
from payung.giving import queries as donation_queries
from payung.giving.models import Donation
from payung.giving.price import quote
from payung.law import contribution
from payung.values import Month
from tests.giving.conftest import DECEMBER, TODAY, offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(make_actor):
    return make_actor("operator"), make_actor("approver")


def test_a_promise_becomes_a_fund_that_two_people_agreed_to(make_promise, two):
    operator, approver = two
    made = make_promise(region_code="65.71", trade="nelayan_subsisten", people=20)
    assert made.standing == "pledged"
    checked = donations.check_donation(operator, made.pk, today=TODAY)
    fund = checked.fund
    assert (fund.status, fund.kind, fund.group_code) == ("proposed", "csr", "SC")
    assert (fund.regions, fund.trades, fund.package_months) == (["65.71"], ["nelayan_subsisten"], 6)
    assert fund.amount == made.amount
    with pytest.raises(NotAllowed):
        donations.approve_donation(operator, made.pk, today=TODAY)
    approved = donations.approve_donation(approver, made.pk, today=TODAY)
    assert approved.standing == "approved"
    assert Fund.objects.get(pk=fund.pk).accounts.get(kind="available").balance == made.amount


def test_nobody_approves_what_they_checked(make_promise, make_actor):
    budget = make_actor("budget")  # may do both
    made = make_promise()
    donations.check_donation(budget, made.pk, today=TODAY)
    with pytest.raises(Refused):
        donations.approve_donation(budget, made.pk, today=TODAY)
    assert Donation.objects.get(pk=made.pk).standing == "checked"


def test_every_step_twice_is_the_same_as_once(make_promise, two):
    operator, approver = two
    made = make_promise(key="satu")
    assert make_promise(key="satu").pk == made.pk
    first = donations.check_donation(operator, made.pk, today=TODAY)
    assert donations.check_donation(operator, made.pk, today=TODAY).fund_id == first.fund_id
    donations.approve_donation(approver, made.pk, today=TODAY)
    donations.approve_donation(approver, made.pk, today=TODAY)
    assert Fund.objects.count() == 1
    assert Fund.objects.get().accounts.get(kind="available").balance == made.amount


def test_a_promise_out_of_time_binds_nobody(make_promise, two, make_actor):
    operator, approver = two
    waiting, checked, running = make_promise(), make_promise(), make_promise()
    donations.check_donation(operator, checked.pk, today=TODAY)
    donations.check_donation(operator, running.pk, today=TODAY)
    donations.approve_donation(approver, running.pk, today=TODAY)
    later = TODAY + timedelta(days=31)
    assert donation_queries.late(later) == 2
    with pytest.raises(Refused):
        donations.check_donation(operator, waiting.pk, today=later)
    with pytest.raises(Refused):
        donations.approve_donation(approver, checked.pk, today=later)
    with pytest.raises(NotAllowed):
        donations.expire_donations(operator, today=later)
    assert donations.expire_donations(approver, today=later - timedelta(days=1)) == 0
    assert donations.expire_donations(approver, today=later) == 2
    assert donations.expire_donations(approver, today=later) == 0
    standings = {one.pk: one.standing for one in Donation.objects.select_related("fund")}
    assert standings == {waiting.pk: "expired", checked.pk: "expired", running.pk: "approved"}
    assert (
        Fund.objects.get(pk=checked.fund_id or Donation.objects.get(pk=checked.pk).fund_id).status
        == "rejected"
    )


def test_a_promise_is_carried_on_to_its_last_day_and_no_longer(make_promise, two):
    operator, approver = two
    made, over = make_promise(), make_promise()
    last = made.expires_on
    assert donation_queries.late(last) == 0
    donations.check_donation(operator, made.pk, today=last)
    assert donations.approve_donation(approver, made.pk, today=last).standing == "approved"
    with pytest.raises(Refused):
        donations.check_donation(operator, over.pk, today=last + timedelta(days=1))


@pytest.mark.parametrize(("months", "good"), [(0, False), (1, True), (12, True), (13, False)])
def test_a_promise_begins_within_the_next_twelve_months(make_promise, months, good):
    first = Month.containing(TODAY) + months
    if good:
        assert make_promise(first_month=first).first_month == first
    else:
        with pytest.raises(Refused):
            make_promise(first_month=first)


def test_rejecting_before_and_after_the_check(make_promise, two):
    operator, approver = two
    early, late = make_promise(), make_promise()
    with pytest.raises(Refused):
        donations.reject_donation(operator, early.pk, reason=" ")
    assert donations.reject_donation(operator, early.pk, reason="Nomor salah").standing == "rejected"
    donations.check_donation(operator, late.pk, today=TODAY)
    with pytest.raises(NotAllowed):
        donations.reject_donation(operator, late.pk, reason="Ragu")
    assert donations.reject_donation(approver, late.pk, reason="Ragu").standing == "rejected"
    with pytest.raises(Refused):
        donations.approve_donation(approver, late.pk, today=TODAY)


def test_one_address_cannot_flood_the_desk_and_a_retry_is_no_second_promise(make_promise, settings):
    settings.PAYUNG_PLEDGES_A_DAY = 3
    last = [make_promise(key=f"k{n}") for n in range(3)][-1]
    with pytest.raises(Refused, match="address"):
        make_promise(key="k3")
    assert make_promise(key="k2").pk == last.pk
    make_promise(key="elsewhere", origin="192.0.2.2")
    make_promise(key="tomorrow", today=TODAY + timedelta(days=1))
    settings.PAYUNG_PLEDGES_AN_HOUR = 5
    with pytest.raises(Refused, match="hour"):
        make_promise(key="more", origin="192.0.2.3")


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": 0},
        {"people": 100_001},
        {"months": 4},
        {"months": 1},
        {"region_code": "65.99"},
        {"trade": "penyihir"},
        {"name": " "},
        {"contact": ""},
        {"donor": "king"},
        {"first_month": DECEMBER - 1},
        {"first_month": DECEMBER + 24},
    ],
)
def test_what_cannot_be_promised_is_refused_in_a_sentence(make_promise, wrong):
    with pytest.raises(Refused) as refused:
        make_promise(**wrong)
    assert refused.value.sentence.endswith(".")
    assert not Donation.objects.exists()


def test_the_amount_that_was_shown_is_the_amount_that_is_written(make_promise, make_workers):
    seen = donations.price_of(offer(region_code="65.71")).total
    make_workers(100, "65.71.01.1001", "buruh_tani", income=2_000_000)
    count_waiting(Month.containing(TODAY))
    now = donations.price_of(offer(region_code="65.71")).total
    assert now > seen
    with pytest.raises(Refused, match="changed"):
        donations.pledge(offer(region_code="65.71"), key="a", origin="x", today=TODAY, shown=seen)
    made = donations.pledge(offer(region_code="65.71"), key="a", origin="x", today=TODAY, shown=now)
    assert made.amount == now


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(0, 25_000_000)),
            st.sampled_from(["transport", "other"]),
            st.integers(1, 500),
        ),
        min_size=1,
        max_size=4,
    ),
    st.integers(1, 100_000),
    st.sampled_from([3, 6, 12]),
    st.integers(Month.of(2026, 1).number, Month.of(2028, 1).number).map(Month),
    st.sampled_from(["company", "person", "anonymous"]),
)
def test_the_price_is_the_laws_month_by_month(parts, people, months, first, donor):
    made = quote(donor, [Part(*part) for part in parts], people, months, first)
    kind = "csr" if donor == "company" else "donor"
    whole = sum(
        n * contribution(income, kind, sector, first + ahead).total
        for income, sector, n in parts
        for ahead in range(months)
    )
    counted = sum(n for _, _, n in parts)
    assert people * whole <= made.total * counted < people * whole + counted
    assert made.contested is None or made.contested < made.total
    assert (
        sum((last.number - begin.number + 1) * one.total for begin, last, one in made.lowest.runs)
        == made.lowest.one.total
    )


def test_three_months_say_what_they_lose():
    short = quote("person", [Part(None, "other", 1)], 1, 3, DECEMBER)
    long = quote("person", [Part(None, "other", 1)], 1, 6, DECEMBER)
    assert (short.full_from, short.full_months) == (None, 0)
    assert long.full_months == 3
    assert short.contested is not None  # December 2026 is charged half under a contested reading
    assert quote("person", [Part(None, "other", 1)], 1, 12, Month.of(2027, 1)).contested is None


def test_who_waits_is_counted_by_place_trade_and_band(make_workers):
    make_workers(7, "65.71.01.1001", "buruh_tani", income=None)
    make_workers(33, "65.71.02.1001", "pengemudi_ojek_daring", income=1_250_000)
    make_workers(4, "65.01.01.2001", "buruh_tani", verified=False)
    paid = make_workers(5, "65.71.01.1001", "buruh_tani")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registry_person SET covered_until = %s WHERE id = ANY(%s)", [DECEMBER.number, paid]
        )
    count_waiting(Month.containing(TODAY))
    count_waiting(Month.containing(TODAY))
    assert sum(Waiting.objects.values_list("people", flat=True)) == 40
    how = Rounding(b"a key that only this test knows.")
    assert waiting_in("65.71", "", how) in range(30, 55, 5)
    assert waiting_in("65.71.01", "buruh_tani", how) in range(0, 25, 5)
    assert waiting_in("65.01", "", how) == 0
    assert not any(group.people for group in (*next_places(100, how)[1], *next_places(100, how)[2]))


def test_a_price_is_of_the_regency_in_twentieths_and_tells_neither_a_place_nor_a_person(make_workers):
    assert mix("65.71", "") == (Part(None, "other", 20),)
    make_workers(119, "65.71.01.1001", "buruh_tani", income=1_250_000)
    make_workers(101, "65.71.02.1001", "pengemudi_ojek_daring", income=2_000_000)
    make_workers(1, "65.71.02.1001", "buruh_tani", income=9_000_000)
    count_waiting(Month.containing(TODAY))
    both = mix("65.71", "")
    assert sum(part.people for part in both) == 20 and len(both) == 2
    # The same for every place in the town, and for every trade of one sector; one of a hundred is in no price.
    assert mix("65.71.01", "") == mix("65.71.02.1001", "") == mix("65.71.03", "") == both
    assert mix("65.71.01", "buruh_tani") == mix("65.71.02", "buruh_tani") == (Part(1_100_000, "other", 20),)
    # Nobody waits in the other regency: the whole is asked.
    assert mix("65.01.01", "") == both


@given(st.lists(st.integers(0, 400), min_size=1, max_size=6).filter(sum))
def test_twentieths_are_twenty_and_each_near_its_share(people):
    parts = [Part(at, "other", count) for at, count in enumerate(people)]
    told = {part.income: part.people for part in twentieths(parts)}
    assert sum(told.values()) == 20
    for at, count in enumerate(people):
        assert abs(told.get(at, 0) - 20 * count / sum(people)) < 1


def test_nobody_learns_who_gives_without_a_name(make_promise, two, make_actor):
    operator, _ = two
    nameless = make_promise(donor="anonymous", name="Bu Rahasia", contact="", listed=True)
    assert (nameless.name, nameless.listed) == ("", False)
    quiet = make_promise(donor="person", name="Pak Diam", contact="pak@diam.id")
    donations.check_donation(operator, nameless.pk, today=TODAY)
    donations.check_donation(operator, quiet.pk, today=TODAY)
    assert not Payer.objects.filter(name__contains="Diam").exists()
    assert set(Payer.objects.values_list("public", flat=True)) == {False}
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_enc::text || token_enc::text FROM giving_donation")
        assert "diam" not in str(cursor.fetchall())
    with pytest.raises(NotAllowed):
        donations.open_contact(make_actor("dprd"), quiet.pk)
    contact, token = donations.open_contact(operator, quiet.pk)
    assert contact == "pak@diam.id"
    assert donations.by_token(token) == quiet
    assert donations.by_token(token + "x") is None
    assert Event.objects.filter(action="donation.open_contact", actor=operator.user).count() == 1


def test_a_name_that_belongs_to_a_government_is_no_donors_name(make_promise, two):
    operator, _ = two
    add_payer(operator, name="Pemerintah Provinsi", kind="province")
    made = make_promise(name="Pemerintah Provinsi", listed=True)
    with pytest.raises(Refused):
        donations.check_donation(operator, made.pk, today=TODAY)
    assert Donation.objects.get(pk=made.pk).standing == "pledged"


def test_taking_back_naming_and_giving_again(make_promise, two):
    operator, approver = two
    made = make_promise()
    assert donations.set_listed(made, True).listed
    assert not donations.set_listed(made, False).listed
    assert donations.withdraw(made).state == "withdrawn"
    other = make_promise()
    donations.check_donation(operator, other.pk, today=TODAY)
    with pytest.raises(Refused):
        donations.withdraw(other)
    donations.approve_donation(approver, other.pk, today=TODAY)
    first = DECEMBER + 6
    seen = donations.price_of(donations.offer_again(other, first)).total
    again = donations.renew(other, first_month=first, origin="x", today=TODAY, shown=seen)
    assert donations.renew(other, first_month=first, origin="x", today=TODAY, shown=seen).pk == again.pk
    assert (again.renews_id, again.people, again.first_month) == (other.pk, other.people, first)
    assert donations.contact_of(again) == donations.contact_of(other)


def test_a_fund_approved_on_its_own_page_approves_its_promise(make_promise, two):
    operator, approver = two
    made = donations.check_donation(operator, make_promise().pk, today=TODAY)
    approve_fund(approver, made.fund_id, today=TODAY)
    assert Donation.objects.get(pk=made.pk).standing == "approved"
    assert donations.approve_donation(approver, made.pk, today=TODAY).standing == "approved"


def test_the_database_refuses_a_checked_promise_without_a_fund(make_promise):
    made = make_promise()
    with pytest.raises(IntegrityError), transaction.atomic():
        Donation.objects.filter(pk=made.pk).update(state="checked", pledged_at=Now())
