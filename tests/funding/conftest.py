"""Funds to test with: made by one user, approved by another, as everywhere."""

from __future__ import annotations

from datetime import date

import pytest

from payung.access.actor import Actor
from payung.funding.actions import add_payer, approve_fund, propose_fund
from payung.funding.models import Fund
from payung.values import Month

JANUARY = Month.of(2027, 1)


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
        return approve_fund(pair["approver"], fund.pk, today=date(2026, 11, 22))

    return make
