"""Random sequences of the month's actions: after each, the books, the bills and the covers still agree."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from payung.access.actor import Actor, Refused, acting_as
from payung.access.models import Assignment, User
from payung.coverage.actions import (
    apply_answer,
    approve_amendment,
    approve_bills,
    approve_decree,
    close_month,
    compare,
    find_changes,
    load_statement,
    make_bills,
    make_uploads,
    match_by_hand,
    propose_addition,
    propose_alteration,
    propose_amendment,
    propose_change,
    propose_decree,
    record_receipt,
    record_refund,
    reject_amendment,
    reject_change,
    send_bills,
    take_back_match,
)
from payung.coverage.affordable import OutOfMoney
from payung.coverage.ahead import ahead, people_decreed
from payung.coverage.annex import annex_on
from payung.coverage.models import (
    Amendment,
    AnnexLine,
    Bill,
    BillLine,
    CoverMonth,
    Credit,
    Decree,
    Difference,
    MonthlyChange,
    Payment,
    PaymentMatch,
    Registration,
)
from payung.coverage.queries import STATES
from payung.coverage.standing import everyone_on, some_on, standing_on
from payung.funding.models import Account, Entry, Plan
from payung.law import contribution
from payung.registry.models import Eligibility, Occupation, Person
from payung.values import Month, Period
from tests.coverage.scene import (
    START,
    TODAY,
    Programme,
    accept,
    actor,
    make_fund,
    make_plan,
    read_sheet,
    refuse,
    write_answer,
    write_statement,
)

LATER = date(2027, 12, 1)
#: What each person declares, and until which month after the start the age lets them be enrolled (None: no end).
INCOMES = [None, 3_000_000, None, 1_500_000, 6_000_000, None, None, 2_000_000]
UNTIL = [None, 3, None, 4, None, None, 4, 2]
#: Who drives for a living: half price for who pays by themselves, until March of the year.
DRIVERS = (2, 4, 6)


@cache
def price(income: int | None, sector: str, kind: str, month: int) -> int:
    """Return what the law asks for a month, worked out one by one."""
    return contribution(income, kind, sector, Month(month)).total


def other_operator() -> Actor:
    user, _ = User.objects.get_or_create(username="operator-lain")
    Assignment.objects.get_or_create(user=user, role="operator", region_code="65")
    return Actor.of(user)


class Programmes(RuleBasedStateMachine):
    """Whatever users do, in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.scope = acting_as(actor("operator"))
        self.operator = self.scope.__enter__()
        self.approver = actor("approver")
        self.other = other_operator()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name)
        self.made = Programme(6).build()
        # The workers' own money pays for four months only.
        self.made.funds.append(make_fund("SENDIRI", 3_000_000, "self", "SL", months=4))
        self.count = 0
        self.answered: list[list[dict[str, str]]] = []
        self.stood: dict[int, int] = {}
        self.people = self.made.persons + self.made.queue
        driving = Occupation.objects.filter(sector="transport").order_by("pk")[0]
        for at, person in enumerate(self.people):
            Person.objects.filter(pk=person.pk).update(
                income=INCOMES[at], occupation=driving if at in DRIVERS else None
            )
            Eligibility.objects.create(
                person=person,
                judged_on=TODAY,
                eligible=True,
                eligible_until=None if UNTIL[at] is None else START.number + UNTIL[at],
                law_version="x",
                region_code=person.region_code,
            )

    def teardown(self) -> None:
        self.scope.__exit__(None, None, None)
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)
        self.folder.cleanup()

    def number(self) -> str:
        self.count += 1
        return f"N{self.count}"

    @rule(first=st.integers(0, 2), months=st.integers(1, 4), who=st.integers(0, 5), fund=st.integers(0, 2))
    def another_plan(self, first, months, who, fund):
        plan = make_plan((self.made.persons[who], self.made.funds[fund], first, months))
        propose_decree(self.operator, plan_id=plan.pk, number=self.number(), dated=TODAY, signer="G")

    @rule()
    def propose(self):
        for plan in Plan.objects.filter(status="approved", decrees__isnull=True):
            propose_decree(self.operator, plan_id=plan.pk, number=self.number(), dated=TODAY, signer="G")

    @rule()
    def approve(self):
        decree = Decree.objects.filter(status="proposed").first()
        if decree:
            with suppress(Refused), transaction.atomic():
                approve_decree(self.approver, decree_id=decree.pk, today=TODAY)

    @rule(answer=st.lists(st.booleans(), min_size=1, max_size=6), again=st.booleans())
    def exchange(self, answer, again):
        for decree in Decree.objects.filter(status="approved"):
            for one in make_uploads(self.operator, decree_id=decree.pk, out_dir=self.path):
                lines = [line for line in read_sheet(one.path) if line["AKSI"] == "TAMBAH"]
                rows = [
                    accept(line, int(one.upload_id) * 10 + at) if good else refuse(line)
                    for at, (line, good) in enumerate(zip(lines, answer * 6, strict=False))
                ]
                if rows:
                    self.answered.append(rows)
                    file = write_answer(self.path / f"{self.number()}.csv", rows)
                    for _ in range(1 + again):
                        apply_answer(self.operator, path=file, today=TODAY)

    @precondition(lambda self: self.answered)
    @rule(which=st.integers(0, 20), order=st.randoms(use_true_random=False), part=st.integers(1, 6))
    def answer_late(self, which, order, part):
        """Part of an answer to an older upload again, in another order, some rows otherwise; by another operator.

        Some of its people may have been taken out since.
        """
        rows = self.answered[which % len(self.answered)]
        chosen = order.sample(rows, min(part, len(rows)))
        rows = [refuse({**row, "NO PESERTA": ""}) if order.random() < 0.3 else row for row in chosen]
        file = write_answer(self.path / f"{self.number()}.csv", rows)
        assert apply_answer(self.other, path=file, today=TODAY).unknown == 0

    @rule(who=st.integers(0, 5), month=st.integers(0, 4))
    def leave(self, who, month):
        with suppress(Refused):
            propose_change(
                self.operator,
                person_id=self.made.persons[who].pk,
                kind="moved",
                from_month=START + month,
                evidence="Surat",
            )

    @rule(who=st.integers(0, 7), fund=st.integers(0, 2), first=st.integers(0, 8), months=st.integers(1, 4))
    def join(self, who, fund, first, months):
        decree = Decree.objects.filter(status="approved").first()
        if decree:
            with suppress(Refused):
                propose_addition(
                    self.operator,
                    decree_id=decree.pk,
                    person_id=self.people[who].pk,
                    fund_id=self.made.funds[fund].pk,
                    months=Period(START + first, START + first + months),
                    evidence="Nota dinas",
                    today=TODAY,
                )

    @rule(who=st.integers(0, 5), fund=st.integers(0, 2), first=st.integers(0, 5), months=st.integers(0, 4))
    def change(self, who, fund, first, months):
        with suppress(Refused):
            propose_alteration(
                self.operator,
                person_id=self.made.persons[who].pk,
                from_month=START + first,
                fund_id=self.made.funds[fund].pk,
                end_month=START + first + months if months else None,
                evidence="Surat",
                today=TODAY,
            )

    @rule(who=st.integers(0, 7), income=st.sampled_from([None, 900_000, 2_500_000]))
    def declare(self, who, income):
        """Another income is known from now on; what is decreed stays as it was decreed."""
        Person.objects.filter(pk=self.people[who].pk).update(income=income)

    @precondition(lambda self: CoverMonth.objects.exists())
    @rule(who=st.integers(0, 5), month=st.integers(0, 3), fund=st.integers(0, 2), pause=st.integers(0, 3))
    def lapse_and_come_back(self, who, month, fund, pause):
        """Somebody leaves and, some months later, is taken in again, maybe by another fund."""
        self.leave(who, month)
        self.amend(good=True)
        self.join(who, fund, month + pause, 2)
        self.amend(good=True)

    @rule(month=st.integers(0, 4))
    def grow_old(self, month):
        """Whoever is near the age that ends it leaves after the last month that the law allows."""
        find_changes(self.operator, month=START + month)

    @rule()
    def turn_down(self):
        change = MonthlyChange.objects.filter(state="proposed", amendment=None).first()
        if change:
            reject_change(self.approver, change_id=change.pk, reason="uji")

    @rule(who=st.integers(0, 5))
    def die(self, who):
        Person.objects.filter(pk=self.made.persons[who].pk, died_on__isnull=True).update(
            died_on=date(2027, 2, 2)
        )
        find_changes(self.operator, month=START + 1)

    @rule(good=st.booleans())
    def amend(self, good):
        for decree in Decree.objects.filter(status="approved"):
            with suppress(OutOfMoney), transaction.atomic():
                propose_amendment(self.operator, decree_id=decree.pk, number=self.number(), dated=TODAY)
        for amendment in Amendment.objects.filter(status="proposed"):
            try:
                with transaction.atomic():
                    if good:
                        approve_amendment(self.approver, amendment_id=amendment.pk, today=TODAY)
                    else:
                        reject_amendment(self.approver, amendment_id=amendment.pk, reason="uji")
            except Refused:
                reject_amendment(self.approver, amendment_id=amendment.pk, reason="uji")

    @rule(month=st.integers(0, 4), approve=st.booleans(), twice=st.booleans())
    def bill(self, month, approve, twice):
        refused = self.refused()
        made = make_bills(self.operator, month=START + month, today=TODAY).bills
        for line in BillLine.objects.filter(bill__in=made).select_related("line"):
            assert (line.person_id, line.line.decree_id, line.line.amendment_id) not in refused
        if twice:
            assert not make_bills(self.other, month=START + month, today=LATER).bills
        if approve:
            approve_bills(self.approver, month=START + month)
            send_bills(self.other if twice else self.operator, month=START + month)

    def refused(self):
        """Whom the branch refused for which decree or amendment."""
        found = Registration.objects.filter(state="refused")
        return set(found.values_list("person_id", "upload__decree_id", "upload__amendment_id"))

    @rule(month=st.integers(0, 4), alone=st.booleans(), answered=st.booleans())
    def close(self, month, alone, answered):
        close_month(
            self.operator,
            month=START + month,
            out_dir=self.path,
            today=TODAY,
            approver=None if alone else self.approver,
            without_answers=not answered,
        )

    @rule(fund=st.integers(0, 1), amount=st.integers(1, 60))
    def refund(self, fund, amount):
        """The branch pays excess back: within what the fund has, or it is refused and stays to be told."""
        row = f"06/02/2027;PENGEMBALIAN {self.number()};0;{amount}.000"
        file = self.path / f"{self.number()}.csv"
        file.write_text(f"Tanggal;Keterangan;Debet;Kredit\n{row}\n")
        load_statement(self.operator, path=file, today=TODAY)
        back = Payment.objects.filter(amount__lt=0).latest("pk")
        for who in (self.operator, self.other):
            with suppress(Refused), transaction.atomic():
                record_refund(who, payment_id=back.pk, fund_id=self.made.funds[fund].pk, today=TODAY)

    @precondition(lambda self: Bill.objects.exists())
    @rule(parts=st.lists(st.integers(1, 300), min_size=1, max_size=3), again=st.booleans())
    def pay(self, parts, again):
        bills = list(Bill.objects.order_by("pk"))
        lines = [
            ("05/02/2027", f"IURAN {bills[part % len(bills)].payment_code}", part * 1_000 + self.count)
            for part in parts
        ]
        file = write_statement(self.path / f"{self.number()}.csv", lines)
        for _ in range(1 + again):
            load_statement(self.operator, path=file, today=TODAY)

    @precondition(lambda self: Bill.objects.exists())
    @rule(which=st.integers(0, 20), part=st.integers(1, 120), again=st.booleans())
    def receipt(self, which, part, again):
        bills = list(Bill.objects.order_by("pk"))
        bill, number = bills[which % len(bills)], self.number()
        for _ in range(1 + again):
            record_receipt(
                self.operator,
                paid_on=TODAY,
                amount=part * 1_000,
                number=f"KW-{number:0>6}",
                words=bill.payment_code,
                today=TODAY,
            )
        if again:
            line = ("04/02/2027", f"TRF {bill.payment_code}", part * 1_000)
            file = write_statement(self.path / f"{self.number()}.csv", [line])
            load_statement(self.operator, path=file, today=TODAY)

    @precondition(lambda self: PaymentMatch.objects.filter(takes_back=None).exists())
    @rule(which=st.integers(0, 20), other=st.integers(0, 20))
    def correct(self, which, other):
        matches = list(PaymentMatch.objects.filter(takes_back=None).order_by("pk"))
        match = matches[which % len(matches)]
        take_back_match(self.operator, match_id=match.pk, reason="Salah", today=TODAY)
        bills = list(Bill.objects.order_by("pk"))
        bill = bills[other % len(bills)]
        with suppress(Refused), transaction.atomic():
            match_by_hand(
                self.operator,
                payment_id=match.payment_id,
                bill_id=bill.pk,
                amount=min(match.amount, bill.open_amount),
                today=TODAY,
            )

    @rule(month=st.integers(0, 4))
    def look(self, month):
        compare(self.operator, month=START + month, today=LATER)

    @invariant()
    def the_books_balance(self):
        for fund in self.made.funds:
            balances = dict(Account.objects.filter(fund=fund).values_list("kind", "balance"))
            assert sum(balances.values()) == 0
            for kind, balance in balances.items():
                assert balance >= 0 or kind == "world"
            bills = Bill.objects.filter(fund=fund)
            overpaid = sum(
                Credit.objects.filter(fund=fund, cause__in=["overpaid", "refunded"]).values_list(
                    "amount", flat=True
                )
            )
            paid = sum(bill.paid for bill in bills) + overpaid
            assert balances.get("paid", 0) == paid
            assert balances.get("billed", 0) == sum(bill.payable - bill.paid for bill in bills)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT a.income, a.sector, f.kind, c.month FROM coverage_covermonth c"
                    " JOIN coverage_annexline a ON a.id = c.line_id JOIN funding_fund f ON f.id = c.fund_id"
                    " WHERE c.fund_id = %s AND NOT EXISTS (SELECT 1 FROM"
                    " coverage_billline l WHERE l.person_id = c.person_id AND l.month = c.month)",
                    [fund.pk],
                )
                assert balances.get("committed", 0) == sum(price(*row) for row in cursor.fetchall())
            assert sum(Credit.objects.filter(fund=fund).values_list("amount", flat=True)) >= 0

    @invariant()
    def bills_equal_their_lines(self):
        for bill in Bill.objects.all():
            lines = list(BillLine.objects.filter(bill=bill))
            assert bill.people == len(lines)
            assert bill.amount == sum(line.jkk + line.jkm for line in lines)
            assert bill.paid == sum(bill.matches.values_list("amount", flat=True))
            assert (bill.state in ("paid", "reconciled")) == (
                bill.paid == bill.payable and bill.state != "draft"
            ) or (bill.payable == 0 and bill.state in ("draft", "approved"))

    @invariant()
    def every_line_costs_what_the_law_asks_and_keeps_the_bounds_of_fund_and_age(self):
        for line in AnnexLine.objects.select_related("fund"):
            months = range(line.first_month.number, line.end_month.number)
            case = (line.income, line.sector, line.fund.kind)
            assert line.amount == sum(price(*case, month) for month in months)
            if line.act != "add" or line.reason not in ("replacement", "joins", "changed"):
                continue
            if line.reason != "replacement":
                assert line.fund.first_month <= line.first_month
                assert line.end_month <= line.fund.end_month
            until = UNTIL[[person.pk for person in self.people].index(line.person_id)]
            assert until is None or line.end_month - START <= until + 1
        for line in BillLine.objects.select_related("line__fund"):
            decreed = line.line
            asked = price(decreed.income, decreed.sector, decreed.fund.kind, line.month.number)
            assert line.jkk + line.jkm == asked

    @invariant()
    def covers_equal_decrees_with_amendments(self):
        decreed = set()
        for decree in Decree.objects.filter(status="approved"):
            for row in annex_on(decree.pk, LATER):
                for month in range(row["first"], row["last"] + 1):
                    assert (row["person_id"], month) not in decreed, "two payers in a month"
                    decreed.add((row["person_id"], month))
        assert decreed == {
            (person, month.number) for person, month in CoverMonth.objects.values_list("person_id", "month")
        }

    @invariant()
    def what_is_kept_is_what_counting_anew_gives(self):
        day = (START + 1).first_day
        everyone = list(everyone_on(day))
        kept = standing_on(day)
        assert kept.counts() == {**dict.fromkeys(STATES, 0), **Counter(one["state"] for one in everyone)}
        assert [one["id"] for one in some_on(day)] == [one["id"] for one in everyone]
        months = Counter(month.number for month in CoverMonth.objects.values_list("month", flat=True))
        assert people_decreed(START, START + 7) == {
            number: months.get(number, 0) for number in range(START.number, START.number + 8)
        }
        bound: Counter[int] = Counter()
        for month, *_, people, others in ahead(START + 1, START).bound:
            bound[month] += people + others
            assert month != START.number + 1 or not others, "who is covered now is no other"
        assert bound == {number: people for number, people in months.items() if number >= START.number}

    @invariant()
    def no_answer_takes_a_registration_back(self):
        for pk, state in Registration.objects.values_list("pk", "state"):
            now = ("sent", "refused", "accepted").index(state)
            assert now >= self.stood.get(pk, 0)
            self.stood[pk] = now

    @invariant()
    def nothing_is_lost(self):
        for payment in Payment.objects.all():
            used = sum(payment.matches.values_list("amount", flat=True))
            used += sum(payment.credits.values_list("amount", flat=True))
            if payment.amount < 0:
                assert used in (0, payment.amount), (
                    "money that came back is told once and whole, or still open"
                )
                continue
            assert 0 <= used <= payment.amount
            if used < payment.amount and payment.same_as_id is None:
                item = Difference.objects.get(key=f"payment:{payment.pk}")
                assert item.state == "open", "what is not matched stays visible"
        for line in BillLine.objects.select_related("line", "bill"):
            assert (line.line.person_id, line.line.fund_id) == (line.person_id, line.bill.fund_id)
            assert line.line.first_month <= line.month < line.line.end_month
        assert not MonthlyChange.objects.filter(state="approved", amendment__isnull=True).exists()
        assert not Entry.objects.filter(amount__lte=0).exists()
        assert Month.of(2027, 1) == START


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Programmes,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_random_sequences_keep_every_promise():
    run(8, 14)


@pytest.mark.soak
@pytest.mark.django_db
def test_many_random_sequences_keep_every_promise():
    run(200, 30)
