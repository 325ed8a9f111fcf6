"""Funds to test with: made by one user, approved by another, as everywhere."""

from __future__ import annotations

from datetime import date

import pytest

from payung.access.actor import Actor
from payung.database.scope import set_scope
from payung.funding.actions import add_payer, approve_fund, propose_fund
from payung.funding.models import Fund
from payung.registry.models import Eligibility, Person
from payung.values import Month

JANUARY = Month.of(2027, 1)
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Nobody logs in with a password here; hashing one slowly for every actor would be most of the time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def make_workers(db):
    """Eligible, verified workers: make_workers(30, "65.71.01.1001", "nelayan_subsisten"); more by keyword."""

    def make(
        count: int, region: str, trade: str, *, verified: bool = True, until: int = 99_999, **facts
    ) -> list[int]:
        set_scope(("65",))
        people = Person.objects.bulk_create(
            Person(
                name=f"Pekerja {n}",
                name_norm=f"PEKERJA {n}",
                region_code=region,
                occupation_id=trade,
                candidate=True,
                birth_date=date(1980, 1, 1),
                **facts,
            )
            for n in range(count)
        )
        Eligibility.objects.bulk_create(
            Eligibility(
                person=person,
                judged_on=TODAY,
                eligible=True,
                verified=verified,
                eligible_until=until,
                law_version="1",
                region_code=region,
            )
            for person in people
        )
        return [person.pk for person in people]

    yield make
    set_scope(())


@pytest.fixture
def make_fund(make_actor):
    """An active fund: make_fund("csr-1", {"2027-01": 1_000_000}); the money may come over several months."""
    pair: dict[str, Actor] = {}

    def make(code: str, cash: dict[str, int], *, kind: str = "company", **terms) -> Fund:
        if not pair:
            pair.update(operator=make_actor("operator"), approver=make_actor("approver"))
        payer = add_payer(pair["operator"], name=f"PT {code}", kind=kind)
        fund = propose_fund(
            pair["operator"],
            code=code,
            payer=payer,
            name=f"Dana {code}",
            cash=cash,
            first_month=JANUARY,
            end_month=JANUARY + 12,
            **terms,
        )
        return approve_fund(pair["approver"], fund.pk, today=TODAY)

    return make
