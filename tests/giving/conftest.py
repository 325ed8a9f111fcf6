"""A promise with everything it needs: workers who wait, and offers to make."""

from __future__ import annotations

from datetime import date

import pytest

from payung.giving.actions import Offer, pledge
from payung.values import Month
from tests.funding.conftest import make_workers  # noqa: F401  # a fixture

TODAY = date(2026, 11, 27)
DECEMBER = Month.of(2026, 12)


def offer(**other) -> Offer:
    base = {
        "donor": "company",
        "people": 10,
        "months": 6,
        "first_month": DECEMBER,
        "name": "PT Contoh",
        "contact": "0812 0000 0000",
    }
    return Offer(**{**base, **other})


@pytest.fixture
def make_promise(db):
    """make_promise(people=20, ...): a promise as it is written down from the public page."""
    count = iter(range(1000))

    def make(*, today: date = TODAY, origin: str = "192.0.2.1", key: str | None = None, **other):
        return pledge(offer(**other), key=key or f"kunci-{next(count)}", origin=origin, today=today)

    return make
