"""Who is protected on a date, by whom, until when; and what the pages of the month show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any

from payung import database
from payung.access.crypto import asked_hashes
from payung.coverage.models import Bill
from payung.database.statements import Statement
from payung.law.membership import Clock, clock
from payung.registry.models import Person
from payung.values import Month, Period

#: States of a person on a date, best first, with the sentence a page shows.
STATES = {
    "protected": "Terlindungi",
    "grace": "Terlindungi dalam masa tunggakan",
    "unpaid": "Terdaftar, iuran belum dibayar",
    "registering": "Ditetapkan, menunggu pendaftaran cabang",
    "refused": "Ditetapkan, ditolak cabang",
    "none": "Tidak tercatat di program ini",
}
_PAID = (Bill.State.PAID, Bill.State.RECONCILED)

_FOUND = Statement("coverage", "person_months")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of months with one payer, or without any (`fund` empty): a gap, named as such."""

    first: Month
    last: Month
    fund: str
    payer: str
    decree: str
    paid_months: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """One person on one date.

    `known` is whether there is any decree, bill or registration of the person that the session may see.
    `protected` is what the law's clock says of the months paid, once the branch has registered the person;
    `state` is one of STATES. `until` is the last day of the run of decreed months that `on` lies in.
    """

    person_id: int
    on: date
    known: bool
    protected: bool
    state: str
    fund: str
    payer: str
    member_no: str
    starts_on: date | None
    refusal: str
    until: date | None
    paid: tuple[Period, ...]
    clock: Clock
    history: tuple[Stretch, ...]

    def as_data(self, lang: str = "id") -> dict[str, Any]:
        """For machines: dates and months as text, the clock with its reasons."""
        return {
            "person": self.person_id,
            "on": self.on.isoformat(),
            "protected": self.protected,
            "state": self.state,
            "fund": self.fund or None,
            "payer": self.payer or None,
            "member_no": self.member_no or None,
            "starts_on": self.starts_on.isoformat() if self.starts_on else None,
            "refusal": self.refusal or None,
            "until": self.until.isoformat() if self.until else None,
            "clock": _told_data(self.paid, self.on, lang),
            "history": [
                {**asdict(one), "first": str(one.first), "last": str(one.last), "gap": not one.fund}
                for one in self.history
            ],
        }


def coverage_on(person_id: int, on: date) -> Coverage:
    """Return whether a person is protected on a date, by whom, until when, with the benefit clock and the history.

    One statement. Only people whom the session may see are told of; for others the answer is 'none'.
    """
    now = Month.containing(on).number
    found = _FOUND.prepared_dicts({"person": person_id})
    history = [row for row in found if row["registration"] is None]
    registrations = found[len(history) :]
    paid_months = [row["month"] for row in history if row["bill_state"] in _PAID]
    this = next((row for row in history if row["month"] == now and row["decreed"]), None)
    fund = this or next((row for row in reversed(history) if row["month"] <= now), None)
    registered = _registration(registrations, fund)
    accepted = registered is not None and registered["state"] == "accepted"
    started = registered["starts_on"] if registered is not None and accepted else None
    periods = tuple(_periods(paid_months))
    told = _told(periods, on)
    begun = accepted and (started is None or started <= on)
    protected = begun and told.jkk
    return Coverage(
        person_id,
        on,
        bool(history or registrations),
        protected,
        _state(
            this is not None, registered["state"] if registered else "", begun, now in paid_months, told.jkk
        ),
        fund["fund"] if fund and (this or protected) else "",
        fund["payer"] if fund and (this or protected) else "",
        registered["member_no"] if registered else "",
        started,
        registered["refusal"] if registered else "",
        _until(history, now) if this else None,
        periods,
        told,
        tuple(_stretches(history)),
    )


@lru_cache(maxsize=4096)
def _told(paid: tuple[Period, ...], on: date) -> Clock:
    """Return the law's clock; most people share their paid months with thousands of others."""
    return clock(paid, on)


@lru_cache(maxsize=4096)
def _told_data(paid: tuple[Period, ...], on: date, lang: str) -> dict[str, Any]:
    return _told(paid, on).as_data(lang)


def person_by_nik(nik: str) -> int | None:
    """Return the person who bears this NIK, among those the session may see; None if there is none."""
    found = Person.objects.filter(nik_hash__in=asked_hashes(nik)).values_list("merged_into_id", "pk").first()
    return None if found is None else found[0] or found[1]


def _registration(rows: list[dict[str, Any]], fund: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the registration with the fund that pays: an accepted one if any, else the latest."""
    if fund is None:
        return None
    own = [row for row in rows if row["decreed"] == (fund["decreed"] or fund["billed"])]
    accepted = [row for row in own if row["state"] == "accepted"]
    return (accepted or own)[-1] if own else None


def _state(decreed: bool, registration: str, begun: bool, paid_now: bool, jkk: bool) -> str:
    if begun and jkk:
        return "protected" if paid_now else "grace"
    if not decreed:
        return "none"
    if registration == "refused":
        return "refused"
    return "unpaid" if begun else "registering"


def _periods(months: list[int]) -> Iterator[Period]:
    for _, run in groupby(enumerate(sorted(set(months))), key=lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in run]
        yield Period(Month(numbers[0]), Month(numbers[-1] + 1))


def _until(history: list[dict[str, Any]], now: int) -> date:
    decreed = {row["month"] for row in history if row["decreed"]}
    last = now
    while last + 1 in decreed:
        last += 1
    return Month(last).last_day


def _stretches(history: list[dict[str, Any]]) -> Iterator[Stretch]:
    previous: int | None = None
    for (fund, payer, decree), group in groupby(
        history, key=lambda row: (row["fund"], row["payer"], row["decree"] or "")
    ):
        run = list(group)
        for _, part in groupby(enumerate(run), key=lambda pair: pair[1]["month"] - pair[0]):
            rows = [row for _, row in part]
            first, last = rows[0]["month"], rows[-1]["month"]
            if previous is not None and first > previous + 1:
                yield Stretch(Month(previous + 1), Month(first - 1), "", "", "", 0)
            paid = sum(row["bill_state"] in _PAID for row in rows)
            yield Stretch(Month(first), Month(last), fund, payer, decree, paid)
            previous = last


_SUMMARY = """
SELECT d.id, d.number, d.dated, d.signer, d.status, d.check_code, d.content_hash, d.plan_id, d.totals::text AS totals,
       coalesce(p.full_name, p.username) AS proposed_by, a.username AS decided_by, d.decided_at
  FROM coverage_decree d JOIN access_user p ON p.id = d.proposed_by_id
  LEFT JOIN access_user a ON a.id = d.decided_by_id
"""


def decree_summaries(decree_id: int | None = None) -> list[dict[str, Any]]:
    """Every decree (or one), latest first, with people, person-months and rupiah in all and by fund.

    `decided_by` and `decided_at` tell who approved or rejected it, as `status` says. The annex as first decreed, whole;
    amendments are told by `annex`. Whom two funds pay in turn counts once in all.
    """
    where, params = (" WHERE d.id = %s", [decree_id]) if decree_id else ("", [])
    found = database.dicts(_SUMMARY + where + " ORDER BY d.id DESC LIMIT 500", params)
    for one in found:
        totals = json.loads(one.pop("totals"))
        one["people"] = totals.get("people", 0)
        one["funds"] = [
            {**fund, "first": str(Month(fund["first"])), "last": str(Month(fund["last"]))}
            for fund in totals.get("funds", [])
        ]
        for name in ("months", "amount"):
            one[name] = sum(fund[name] for fund in one["funds"])
    return found


def decree_summary(decree_id: int) -> dict[str, Any]:
    """One decree as in `decree_summaries`."""
    return decree_summaries(decree_id)[0]


def bills_of(month: Month) -> list[dict[str, Any]]:
    """Return the bills of a month: code, fund, payer, people, rupiah (amount, credit, payable, paid), state, expiry."""
    return database.dicts(
        "SELECT b.id, b.payment_code AS code, f.name AS fund, f.group_code AS group, y.name AS payer, b.people,"
        " b.amount, b.credit, b.amount - b.credit AS payable, b.paid, b.state, b.expires_on"
        " FROM coverage_bill b JOIN funding_fund f ON f.id = b.fund_id JOIN funding_payer y ON y.id = f.payer_id"
        " WHERE b.month = %s ORDER BY b.amount DESC, b.id",
        [month.number],
    )
