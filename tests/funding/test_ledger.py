"""The ledger: money moves between accounts, never appears or vanishes, and no fund is overdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from payung.access.actor import NotAllowed, Refused
from payung.access.models import Event, User
from payung.funding.ledger import MOVES, Movement, move, post, post_within
from payung.funding.models import Account, Entry
from payung.funding.queries import balances, statement
from payung.funding.statements import statement_csv, statement_pdf

pytestmark = pytest.mark.django_db
DAY = date(2027, 1, 15)


def movement(fund, name: str, amount: int, key: str, day: date = DAY) -> Movement:
    debit, credit = MOVES[name]
    return Movement(fund.pk, debit, credit, amount, day, "test", None, key)


def test_an_approved_fund_has_its_money_available(make_fund):
    fund = make_fund("a", {"2027-01": 400_000, "2027-05": 300_000})
    now = balances([fund.pk])[fund.pk]
    assert (now["pledged"], now["available"]) == (0, 700_000)


def test_balances_on_a_day_count_what_was_in_force_by_then(make_fund):
    fund = make_fund("a", {"2027-01": 400_000, "2027-05": 300_000})

    def on(day: date) -> tuple[int, int]:
        found = balances([fund.pk], as_of=day)[fund.pk]
        return found["pledged"], found["available"]

    assert on(date(2026, 11, 21)) == (0, 0)
    assert on(date(2026, 11, 22)) == (700_000, 0)
    assert on(date(2027, 1, 1)) == (300_000, 400_000)
    assert on(date(2027, 4, 30)) == (300_000, 400_000)
    assert on(date(2027, 5, 1)) == (0, 700_000)


def test_a_whole_life_of_money_ends_in_paid_and_expired(make_fund, make_actor):
    fund, budget = make_fund("a", {"2027-01": 100_000}), make_actor("budget")
    for name, amount in (("commit", 80_000), ("uncommit", 5_000), ("bill", 60_000), ("pay", 60_000)):
        post(budget, [movement(fund, name, amount, name)])
    found = balances([fund.pk])[fund.pk]
    assert found == {
        "pledged": 0,
        "available": 25_000,
        "committed": 15_000,
        "billed": 0,
        "paid": 60_000,
        "refunded": 0,
        "expired": 0,
    }
    assert Account.objects.filter(fund=fund, kind="world").get().balance == -100_000


def test_the_same_key_posts_once(make_fund, make_actor):
    fund, budget = make_fund("a", {"2027-01": 100_000}), make_actor("budget")
    first = post(budget, [movement(fund, "commit", 60_000, "k")])
    again = post(budget, [movement(fund, "commit", 60_000, "k")])
    assert (first.new, first.amount, again.new, again.repeated, again.amount) == (1, 60_000, 0, 1, 0)
    assert balances([fund.pk])[fund.pk]["committed"] == 60_000


def test_a_key_cannot_stand_for_another_movement(make_fund, make_actor):
    fund, budget = make_fund("a", {"2027-01": 100_000}), make_actor("budget")
    post(budget, [movement(fund, "commit", 60_000, "k")])
    with pytest.raises(Refused, match="another movement"):
        post(budget, [movement(fund, "commit", 1, "other"), movement(fund, "commit", 60_001, "k")])
    assert balances([fund.pk])[fund.pk]["committed"] == 60_000


def test_overdraft_is_refused_naming_fund_balance_and_amount(make_fund, make_actor):
    fund, budget = make_fund("laut", {"2027-01": 100_000}), make_actor("budget")
    with pytest.raises(Refused) as refusal:
        post(budget, [movement(fund, "commit", 99_999, "one"), movement(fund, "commit", 2, "two")])
    assert "Dana laut" in refusal.value.sentence
    assert "Rp100.000" in refusal.value.sentence
    assert "Rp100.001" in refusal.value.sentence
    assert not Entry.objects.filter(debit="available").exists()
    assert balances([fund.pk])[fund.pk]["available"] == 100_000


def test_one_overdrawn_fund_refuses_the_whole_posting(make_fund, make_actor):
    rich, poor = make_fund("kaya", {"2027-01": 100_000}), make_fund("kurang", {"2027-01": 10})
    with pytest.raises(Refused, match="kurang"):
        post(make_actor("budget"), [movement(rich, "commit", 50, "r"), movement(poor, "commit", 50, "p")])
    assert balances([rich.pk])[rich.pk]["committed"] == 0


def test_move_joins_the_callers_transaction(make_fund, make_actor):
    fund, operator = make_fund("a", {"2027-01": 100_000}), make_actor("operator")

    def commit(amount: int) -> None:
        move(
            operator,
            "commit",
            {fund.pk: amount},
            cause="decree",
            cause_id=7,
            key="decree:7",
            effective_on=DAY,
        )

    with pytest.raises(RuntimeError), transaction.atomic():
        commit(70_000)
        raise RuntimeError
    assert balances([fund.pk])[fund.pk]["committed"] == 0
    with transaction.atomic():
        commit(70_000)
    entry = Entry.objects.get(debit="available")
    assert (entry.key, entry.cause, entry.cause_id) == (f"decree:7:commit:{fund.pk}", "decree", 7)


def test_posting_needs_its_permission_and_leaves_one_event(make_fund, make_actor):
    fund = make_fund("a", {"2027-01": 100_000})
    with pytest.raises(NotAllowed):
        post(make_actor("dprd"), [movement(fund, "commit", 1, "k")])
    before = Event.objects.count()
    post(make_actor("budget"), [movement(fund, "commit", 1, f"k{n}") for n in range(5)])
    assert Event.objects.count() == before + 1


def test_entries_and_balances_cannot_be_edited(make_fund):
    fund = make_fund("a", {"2027-01": 100_000})
    for sql in (
        "UPDATE funding_entry SET amount = 1",
        "DELETE FROM funding_entry",
        "UPDATE funding_account SET balance = 1",
        "DELETE FROM funding_account",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert balances([fund.pk])[fund.pk]["available"] == 100_000


def test_a_statement_runs_from_opening_to_closing_balance(make_fund, make_actor):
    fund, budget = make_fund("a", {"2027-01": 100_000, "2027-03": 50_000}), make_actor("budget")
    post(budget, [movement(fund, "commit", 30_000, "1", date(2027, 1, 20))])
    post(budget, [movement(fund, "bill", 10_000, "2", date(2027, 2, 3))])
    found = statement(fund, first=date(2027, 1, 10), last=date(2027, 2, 28))
    assert (found.opening["available"], found.opening["committed"]) == (100_000, 0)
    assert [(line.entry.credit, line.available, line.spent) for line in found.lines] == [
        ("committed", 70_000, 30_000),
        ("billed", 70_000, 30_000),
    ]
    assert found.closing == balances([fund.pk], as_of=date(2027, 2, 28))[fund.pk]
    assert statement(fund, limit=2).more == 4


def test_a_statement_is_written_as_csv_and_pdf(make_fund, make_actor):
    fund, budget = make_fund("a #1 [x]", {"2027-01": 100_000}), make_actor("budget")
    post(budget, [Movement(fund.pk, "available", "committed", 5_000, DAY, "decree", 7, "k", "=1+1")])
    found = statement(fund)
    text = statement_csv(found).splitlines()
    assert len(text) == 4
    assert text[3].startswith("2027-01-15,available,committed,5000,95000,5000,decree,7,k,")
    assert text[3].endswith(",'=1+1")
    pdf = statement_pdf(found, owner="Dinas", printed_on=DAY)
    assert pdf.startswith(b"%PDF")
    assert statement_pdf(statement(fund, last=date(2020, 1, 1)), owner="D", printed_on=DAY).startswith(
        b"%PDF"
    )


def test_an_entry_cannot_name_a_fund_or_a_user_that_does_not_exist(make_fund, make_actor):
    fund, budget = make_fund("a", {"2027-01": 100_000}), make_actor("budget")
    with pytest.raises(IntegrityError):
        post(budget, [Movement(10**9, "world", "pledged", 5, DAY, "t", None, "k")])
    stranger = replace(budget, user=User(pk=10**9))
    with pytest.raises(IntegrityError), transaction.atomic():
        post_within(stranger, [movement(fund, "commit", 5, "k")])
