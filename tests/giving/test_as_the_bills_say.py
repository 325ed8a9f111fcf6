"""A donor's steps, certificate and renewal say what the bills say, month by month; a new promise stands in a queue."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.coverage.models import Bill
from payung.giving import actions as donations
from payung.giving import certificate, gifts
from payung.giving.queries import unchecked
from payung.values import Month
from payung.web.giving.public import _renewal, steps
from tests.coverage.scene import actor

TODAY = date(2026, 11, 30)
JANUARY = Month.of(2027, 1)


def gift(bills: str, decreed: int, *, first: Month = JANUARY, months: int = 12, last: Month | None = None):
    """A gift whose bills are P (paid), R (reconciled), S (sent), A (approved), H (half paid); `decreed` months."""
    states = {"P": "paid", "R": "reconciled", "S": "sent", "A": "approved", "H": "sent"}
    made = gifts.Gift(
        SimpleNamespace(
            fund_id=1, standing="approved", people=10, months=months, first_month=first, amount=1, pk=1
        )
    )
    made.bills = [
        Bill(
            month=first + n,
            state=states[sign],
            amount=1_000,
            paid=1_000 if sign in "PR" else 400 if sign == "H" else 0,
            people=10,
            expires_on=TODAY,
        )
        for n, sign in enumerate(bills)
    ]
    made.people, made.decreed_months = 10 if decreed else 0, decreed
    made.last_month = last or (first + (decreed - 1) if decreed else None)
    return made


#: Bills, months decreed, and how the steps *code issued* and *proof matched* stand.
STEPS = [
    ("", 0, "todo", "todo"),
    ("", 12, "todo", "todo"),
    ("S", 12, "part 1 dari 12", "todo"),
    ("A", 1, "done", "todo"),
    ("H", 1, "done", "todo"),
    ("P", 1, "done", "done"),
    ("P", 12, "part 1 dari 12", "part 1 dari 12"),
    ("PS", 2, "done", "part 1 dari 2"),
    ("SP", 2, "done", "part 1 dari 2"),
    ("RPH", 3, "done", "part 2 dari 3"),
    ("RRR", 3, "done", "done"),
    ("PPPPPPPPPPPS", 12, "done", "part 11 dari 12"),
    ("PRPRPRPRPRPR", 12, "done", "done"),
    ("PP", 1, "done", "done"),
]


@pytest.mark.parametrize(("bills", "decreed", "billed", "paid"), STEPS)
def test_a_step_is_done_when_the_bills_say_so(bills, decreed, billed, paid):
    told = steps(gift(bills, decreed))
    assert [f"{one.state} {one.note}".strip().removesuffix(" bulan") for one in told[-2:]] == [billed, paid]


@given(bills=st.text("PRSAH", max_size=14), decreed=st.integers(0, 14))
def test_nothing_is_done_while_a_month_is_unpaid(bills, decreed):
    made = gift(bills, decreed)
    unpaid = any(sign in "SAH" for sign in bills) or decreed > len(bills)
    last = steps(made)[-1]
    assert (last.state == "done") == (bool(bills) and not unpaid)
    assert made.all_paid == (last.state == "done")
    assert made.settled == 1_000 * sum(sign in "PR" for sign in bills)
    assert made.settled <= made.paid


SPANS = [
    ([0], "Januari 2027"),
    ([0, 1], "Januari 2027 – Februari 2027"),
    ([0, 2], "Januari 2027, Maret 2027"),
    ([2, 0, 3], "Januari 2027, Maret 2027 – April 2027"),
    ([0, 1, 2, 11], "Januari 2027 – Maret 2027, Desember 2027"),
    ([11, 12], "Desember 2027 – Januari 2028"),
]


@pytest.mark.parametrize(("places", "words"), SPANS)
def test_a_certificate_names_the_months_that_are_paid_and_no_other(places, words):
    assert certificate._span([JANUARY + n for n in places]) == words


#: When a gift begins, its months, the last month decreed, and the first month of the same gift again.
RENEWALS = [
    (Month.of(2027, 1), 12, None, Month.of(2028, 1)),
    (Month.of(2027, 1), 12, Month.of(2027, 12), Month.of(2028, 1)),
    (Month.of(2027, 1), 6, Month.of(2027, 6), Month.of(2027, 7)),
    (Month.of(2027, 1), 6, Month.of(2027, 9), Month.of(2027, 10)),
    (Month.of(2027, 1), 6, Month.of(2027, 4), Month.of(2027, 7)),
    (Month.of(2026, 12), 3, Month.of(2027, 2), Month.of(2027, 3)),
    (Month.of(2026, 1), 6, Month.of(2026, 6), Month.of(2026, 12)),
    (Month.of(2025, 1), 12, Month.of(2025, 12), Month.of(2026, 12)),
    (Month.of(2026, 6), 6, Month.of(2026, 11), Month.of(2026, 12)),
    (Month.of(2027, 11), 12, Month.of(2028, 10), Month.of(2028, 11)),
]


@pytest.mark.parametrize(("first", "months", "last", "again"), RENEWALS)
def test_a_renewal_begins_after_the_last_month_of_the_gift(monkeypatch, first, months, last, again):
    monkeypatch.setattr(donations, "offer_again", lambda donation, month: month)
    monkeypatch.setattr(donations, "price_of", lambda month: SimpleNamespace(total=5))
    told = _renewal(gift("", 0, first=first, months=months, last=last), TODAY)
    assert told["first"] == again
    far = again > Month.of(2027, 11)
    assert ("price" in told) is not far
    if far:
        assert told["from_month"] + 12 == again


@given(
    begin=st.integers(-24, 12), months=st.sampled_from([3, 6, 12]), decreed=st.none() | st.integers(-24, 30)
)
def test_a_renewal_never_overlaps(begin, months, decreed):
    now = Month.containing(TODAY)
    made = gift("", 0, first=now + begin, months=months, last=None if decreed is None else now + decreed)
    again = made.renews_from(TODAY)
    assert again > now
    assert again > made.donation.first_month + (months - 1)
    assert made.last_month is None or again > made.last_month


@pytest.mark.django_db
def test_a_new_promise_stands_in_a_queue_until_it_is_checked(make_promise):
    month = Month.containing(TODAY)
    before = unchecked()
    made = make_promise(today=TODAY, first_month=month + 1)
    other = make_promise(today=TODAY, first_month=month + 1)
    assert unchecked() == before + 2
    donations.check_donation(actor("operator"), made.pk, today=TODAY)
    donations.withdraw(other)
    assert unchecked() == before
