"""Faults as a programmer makes them: a month too few, a condition forgotten, the wrong way of rounding.

Each is one text of one file put in another's place, and the tests that must fail with it. Small ones, that compile and
look right: what no test notices here may be in the program one day.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "payung"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault: `old` stands once in the file (below `src/payung`) and becomes `new`; `tests` (below `tests`) notice."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def apply(self, source: Path) -> None:
        """Put the fault into a copy of the source. Raises ValueError where `old` does not stand there once."""
        path = source / self.file
        text = path.read_text("utf-8")
        if text.count(self.old) != 1:
            raise ValueError(f"{self.name}: {self.old!r} stands {text.count(self.old)} times in {self.file}")
        path.write_text(text.replace(self.old, self.new), "utf-8")


def _of(tests: str, file: str, *faults: tuple[str, str, str]) -> list[Mutant]:
    return [Mutant(name, file, old, new, tuple(tests.split())) for name, old, new in faults]


_CHECKER = " ".join(
    f"allocation/test_checker.py::test_{name}"
    for name in (
        "a_fund_pays_to_the_rupiah_what_its_people_cost",
        "rules_at_their_edges",
        "what_is_fixed_costs_money_and_covers",
        "each_broken_rule_has_its_code",
    )
)

APPROVALS = [
    *_of(
        "acts/test_approvals.py",
        "access/approvals.py",
        (
            "what was changed since it was proposed takes effect",
            "    if state not in model.TURNED_DOWN:\n        refuse_changed(rows)\n",
            "",
        ),
        ("a hash of nothing", "if not model.CONTENT:", "if model.CONTENT:"),
        (
            "who proposed decides",
            "refuse_own(actor, (proposer for row in rows for proposer in row.proposers()))",
            "",
        ),
    ),
    *_of(
        "acts/test_approvals.py",
        "coverage/models.py",
        ("a decree's hash holds nothing", 'CONTENT = piece("coverage", "decree_content")', 'CONTENT = ""'),
        (
            "an amendment's hash holds nothing",
            'CONTENT = piece("coverage", "amendment_content")',
            'CONTENT = ""',
        ),
    ),
    *_of(
        "acts/test_approvals.py",
        "coverage/amendments.py",
        ("changes of an amendment unchecked", "approvals.refuse_changed(carried)", "pass"),
    ),
]

DECREES = [
    *_of(
        "coverage/test_alterations.py coverage/test_changes.py coverage/test_line.py",
        "coverage/decrees.py",
        ("a month billed already is decreed", "    if billed:", "    if not billed and False:"),
        (
            "a month billed to another is decreed",
            "if elsewhere is not None:",
            "if elsewhere is None and False:",
        ),
        ("a decree binds no money", '                "commit",\n', '                "uncommit",\n'),
    ),
    *_of(
        "coverage/test_line.py",
        "coverage/sql/decree_second_payer.sql",
        ("the first doubled month is not seen", "c.month >= l.first_month", "c.month > l.first_month"),
    ),
    *_of(
        "coverage/test_line.py",
        "coverage/sql/decree_covers.sql",
        ("a decree covers a month too many", "l.end_month - 1)", "l.end_month)"),
    ),
    *_of(
        "coverage/test_queue_edges.py coverage/test_alterations.py",
        "coverage/alterations.py",
        (
            "a fund pays for a month after its term",
            "months.end > fund.end_month",
            "months.end > fund.end_month + 1",
        ),
        (
            "the last month of a fund is refused",
            "months.end > fund.end_month",
            "months.end >= fund.end_month",
        ),
        (
            "the last eligible month is refused",
            "months.end > Month(int(until) + 1)",
            "months.end > Month(int(until))",
        ),
        (
            "a month past the age is allowed",
            "months.end > Month(int(until) + 1)",
            "months.end > Month(int(until) + 2)",
        ),
        (
            "a second payer in the last month",
            "month__gte=months.first, month__lt=months.end)\n                .select",
            "month__gte=months.first, month__lt=months.end - 1)\n                .select",
        ),
        (
            "not judged eligible is let in",
            "judged is None or not judged.eligible or (",
            "judged is None or (",
        ),
    ),
    *_of(
        "coverage/test_changes.py coverage/test_queue_edges.py",
        "coverage/sql/changes_found.sql",
        (
            "the dead are paid one month more",
            "extract(month FROM p.died_on))::integer AS from_month",
            "extract(month FROM p.died_on) + 1)::integer AS from_month",
        ),
        (
            "the month of death is taken away",
            "extract(month FROM p.died_on))::integer AS from_month",
            "extract(month FROM p.died_on) - 1)::integer AS from_month",
        ),
        ("the aged lose their last month", "'aged', 4, e.eligible_until + 1", "'aged', 4, e.eligible_until"),
        ("the aged stay a month", "'aged', 4, e.eligible_until + 1", "'aged', 4, e.eligible_until + 2"),
        (
            "the aged of the last month but one stay",
            "e.eligible_until < %(last)s",
            "e.eligible_until < %(last)s - 1",
        ),
        ("whoever was accepted since is taken out", "AND a.state <> 'refused' AND a.id > r.id", "AND false"),
        (
            "a refusal by one fund ends another's cover",
            "AND c.fund_id = coalesce(found.fund_id, c.fund_id)",
            "",
        ),
        ("who moved within the fund's regions leaves", "payung_contains(g.code, p.region_code)", "false"),
    ),
    *_of(
        "coverage/test_alterations.py coverage/test_changes.py",
        "coverage/sql/amendment_leaving.sql",
        ("the month of leaving is kept", "c.month >= k.from_month", "c.month > k.from_month"),
        ("a refusal takes other funds' covers", "AND (k.kind <> 'refused' OR c.fund_id = k.fund_id)", ""),
        (
            "a billed month counts as free",
            "coalesce(max(b.month) FILTER (WHERE b.month IS NOT NULL), 0) + 1 AS unbilled",
            "coalesce(max(b.month) FILTER (WHERE b.month IS NOT NULL), 0) AS unbilled",
        ),
    ),
    *_of(
        "coverage/test_changes.py coverage/test_alterations.py",
        "coverage/amendments.py",
        (
            "billed months give their money back too",
            " WHERE d.billed IS NULL GROUP BY d.fund_id",
            " GROUP BY d.fund_id",
        ),
        ("money asked is not looked at again", "            require_money(amendment_id, amounts)\n", ""),
    ),
    *_of(
        "coverage/test_alterations.py",
        "coverage/affordable.py",
        (
            "the last rupiah is not enough",
            "change.fund_id] + _own(change, gives) < change",
            "change.fund_id] + _own(change, gives) <= change",
        ),
        ("what one takes is there for the next", "    money[change.fund_id] -= change.amount\n", ""),
    ),
]

BILLS = [
    *_of(
        "coverage/test_money_edges.py",
        "coverage/bills.py",
        (
            "a dearer law finds no money",
            '("commit", {fund: missing for fund, missing in short.items() if missing > 0})',
            '("commit", {})',
        ),
        (
            "a dearer law takes a month's money anew",
            "amount - committed.get(fund, 0) for fund, amount in amounts.items()}\n    payable",
            "amount for fund, amount in amounts.items()}\n    payable",
        ),
        (
            "excess used is billed again",
            "payable = {fund: amount - credit.get(fund, 0)",
            "payable = {fund: amount",
        ),
        ("excess used stays bound", '        ("uncommit", credit),\n', ""),
        (
            "excess of one fund pays all",
            "min(held.get(bill.fund_id, 0), bill.amount)",
            "min(sum(held.values()), bill.amount)",
        ),
        (
            "a bill paid by excess waits",
            '        sent.filter(credit=F("amount")).update(state=Bill.State.PAID)\n',
            "",
        ),
        ("a code expires on its day", "due if due >= today", "due if due > today"),
    ),
    *_of(
        "coverage/test_line.py coverage/test_month.py",
        "coverage/sql/bill_lines.sql",
        ("the refused are billed", "WHERE r.state = 'refused'", "WHERE false"),
        ("a refusal by one fund frees another", "AND r.fund_id = c.fund_id", ""),
        (
            "a refusal counts for every decree",
            "AND r.decree_id = l.decree_id AND r.amendment_id = coalesce(l.amendment_id, 0)",
            "",
        ),
    ),
    *_of(
        "coverage/test_for_one_and_for_all.py coverage/test_line.py",
        "coverage/sql/pieces/standing.sql",
        (
            "the refused are registering",
            "WHEN r.state = 'refused' THEN 'refused'",
            "WHEN r.state = 'refused' THEN 'registering'",
        ),
        (
            "the refused are protected",
            "CASE WHEN r.state = 'accepted' AND coalesce(r.starts_on, %(on)s) <= %(on)s AND m.last_paid",
            "CASE WHEN coalesce(r.starts_on, %(on)s) <= %(on)s AND m.last_paid",
        ),
        (
            "a bill sent protects",
            "b.state IN ('paid', 'reconciled')",
            "b.state IN ('sent', 'paid', 'reconciled')",
        ),
        (
            "grace ends a month early",
            "BETWEEN %(month)s - %(allowed)s AND",
            "BETWEEN %(month)s - %(allowed)s + 1 AND",
        ),
        (
            "the first day protects nobody",
            "%(on)s) <= %(on)s AND m.last_paid",
            "%(on)s) < %(on)s AND m.last_paid",
        ),
    ),
]

PAYMENTS = [
    *_of(
        "coverage/test_money_edges.py",
        "coverage/payments.py",
        (
            "excess beyond the fund's money",
            "if one.amount <= available.get(one.fund_id, 0):",
            "if one.fund_id in available:",
        ),
        ("two excesses take one fund's money", "            available[one.fund_id] -= one.amount\n", ""),
        (
            "excess of all the money is refused",
            "if one.amount <= available.get",
            "if one.amount < available.get",
        ),
        (
            "more than the excess is paid back",
            "        if amount > held:",
            "        if amount > held + 1_000_000_000:",
        ),
        ("all of the excess cannot be paid back", "        if amount > held:", "        if amount >= held:"),
    ),
    *_of(
        "coverage/test_money_edges.py",
        "coverage/payments.py",
        ("by hand more than the bill", "not 0 < amount <= bill.open_amount", "not 0 < amount"),
        (
            "by hand not the whole bill",
            "not 0 < amount <= bill.open_amount",
            "not 0 < amount < bill.open_amount",
        ),
        (
            "by hand more than the payment",
            "if amount > open_of.get(payment_id, 0):",
            "if payment_id not in open_of:",
        ),
        ("what was taken back finds its bill again", "if not payment.corrected\n        and (", "if ("),
    ),
    *_of(
        "coverage/test_money_edges.py",
        "coverage/payments.py",
        ("a fee is a payment", "and is_fee(payment.reference)", "and not payment.reference"),
        (
            "the dearest fee is a payment",
            "payment.left <= settings.PAYUNG_BANK_FEE_MOST",
            "payment.left < settings.PAYUNG_BANK_FEE_MOST",
        ),
        ("a contribution called a fee is none", "            and payment.left not in open_amounts\n", ""),
    ),
    *_of(
        "coverage/test_corrections.py coverage/test_fees.py coverage/test_money_back.py",
        "coverage/sql/payments_unsettled.sql",
        ("a receipt and its line pay twice", "   AND p.same_as_id IS NULL\n", ""),
        (
            "money that came back pays",
            "(p.amount - coalesce(m.sum, 0) - coalesce(c.sum, 0) - coalesce(r.sum, 0))",
            "(p.amount - coalesce(m.sum, 0) - coalesce(c.sum, 0))",
        ),
        (
            "what a person settled is open again",
            "d.key = 'payment:' || p.id AND d.state = 'settled'",
            "false",
        ),
    ),
    *_of(
        "exchange_branch/test_bank.py",
        "exchange/settling.py",
        ("excess of two funds goes to one", "if rest and len(funds) == 1:", "if rest and funds:"),
        ("bills together for less than they are", "        if total != rest:", "        if total < rest:"),
        (
            "the next bills of another payer",
            "bill.payer in payers and bill.id not in ids",
            "bill.id not in ids",
        ),
        ("a draft's payment is taken", "if any(code in text for code in held):", "if False:"),
        ("one of two near codes is guessed", "    if len(off) == 1:", "    if off:"),
        ("one of two payers is guessed", "    if len(named) == 1:", "    if named:"),
        (
            "the last day after is too late",
            "payment.day <= bill.due + AFTER",
            "payment.day < bill.due + AFTER",
        ),
        (
            "the first day before is too early",
            "bill.due - BEFORE <= payment.day",
            "bill.due - BEFORE < payment.day",
        ),
        (
            "part of a bill without its code",
            "if left[bill.id] == payment.open > 0",
            "if left[bill.id] >= payment.open > 0",
        ),
        ("a paid bill's code is no code", "| {fund for code, fund in done if code in text}", ""),
        ("a payer by one word of the name", "bool(words) and all(", "bool(words) and any("),
        (
            "any transfer of the amount pays",
            "if not named and len(near) == 1 and _ABOUT",
            "if not named and len(near) == 1 or _ABOUT",
        ),
    ),
]

QUEUE = [
    *_of(
        "coverage/test_queue_edges.py",
        "coverage/queue.py",
        ("the queue's last month is lost", "min(place.end, until + 1)", "min(place.end, until)"),
        (
            "the queue gives a month past the age",
            "min(place.end, until + 1)",
            "min(place.end, until + 2)",
        ),
        ("a place of no month", "or end <= place.first:", "or end < place.first:"),
        ("one person takes two places", "if candidate.person_id in taken or end", "if end"),
        (
            "a place for all the money is refused",
            "if amount > left[place.fund_id]:",
            "if amount >= left[place.fund_id]:",
        ),
        (
            "a place beyond the money",
            "            if amount > left[place.fund_id]:\n                continue\n",
            "",
        ),
        ("places share one money", "            left[place.fund_id] -= amount\n", ""),
    ),
    *_of(
        "coverage/test_queue_edges.py",
        "coverage/queue.py",
        (
            "a place stays empty behind who cannot take it",
            "        if not further & empty:\n",
            "        if True:\n",
        ),
    ),
    *_of(
        "coverage/test_queue_edges.py coverage/test_newcomers.py",
        "coverage/sql/queue_candidates.sql",
        ("who is covered in the last month takes the place", "c.month < w.upto", "c.month < w.upto - 1"),
        ("who is covered just after is passed over", "c.month < w.upto", "c.month <= w.upto"),
        ("who is covered in the first month takes the place", "c.month >= w.first", "c.month > w.first"),
        ("another payer's last month is paid twice", "- 1 < w.first, true)", "- 1 <= w.first, true)"),
        ("the fund's terms are not asked", "WHERE {terms}", "WHERE (true OR {terms})"),
    ),
    *_of(
        "coverage/test_queue_edges.py",
        "coverage/sql/queue_waiting.sql",
        ("who is not eligible takes a place", "AND e.eligible\n", "\n"),
        ("the dead take a place", "AND {living}", "AND (true OR {living})"),
        ("who is in another amendment takes a place", "AND m.status = 'proposed'", "AND false"),
        ("who has a change takes a place", "WHERE state <> 'rejected'", "WHERE false"),
    ),
    *_of(
        "coverage/test_queue_edges.py",
        "coverage/sql/queue_places.sql",
        (
            "a billed month is given on",
            "greatest(v.first_month, v.unbilled, CASE",
            "greatest(v.first_month, CASE",
        ),
        (
            "months kept by the same fund are given on",
            "CASE WHEN v.to_fund_id = v.fund_id THEN v.to_end ELSE 0 END",
            "0",
        ),
    ),
    *_of(
        "coverage/test_newcomers.py",
        "coverage/sql/pieces/ever_covered.sql",
        (
            "a member of another payer is a newcomer",
            "{person}.branch_until IS NOT NULL\n         OR EXISTS (SELECT 1 FROM coverage_covermonth",
            "EXISTS (SELECT 1 FROM coverage_covermonth",
        ),
        ("who is promised by a plan is a newcomer", "AND o.status = 'approved'", "AND false"),
    ),
]

TERMS = [
    *_of(
        "funding/test_terms.py",
        "funding/sql/pieces/may_pay.sql",
        ("in SQL the highest age is too old", "{fund}.max_age + 1)", "{fund}.max_age)"),
        (
            "in SQL the birthday is not yet",
            "birth_date <= %(today)s::date - make",
            "birth_date < %(today)s::date - make",
        ),
        ("in SQL the region is not asked", "payung_contains(r.code, {person}.region_code)", "true"),
        ("in SQL newcomers only is not asked", "(NOT {fund}.new_only OR NOT ({ever}))", "true"),
    ),
    *_of(
        "funding/test_terms.py",
        "allocation/terms.py",
        (
            "the highest age is too old",
            "self.ages[0] <= age <= self.ages[1]",
            "self.ages[0] <= age < self.ages[1]",
        ),
        (
            "in tables the highest age is too old",
            "is_between(*self.ages)",
            'is_between(*self.ages, closed="left")',
        ),
        (
            "newcomers and members are exchanged",
            "self.covered_only if not ever_covered",
            "self.covered_only if ever_covered",
        ),
    ),
    *_of(
        "funding/test_terms.py",
        "allocation/checker.py",
        ("to the checker the highest age is too old", 'facts["age"] <= ages[1]', 'facts["age"] < ages[1]'),
        (
            "to the checker any region does",
            'region == code or region.startswith(f"{code}.")',
            "region[:2] == code[:2]",
        ),
    ),
    *_of(
        "funding/test_terms.py",
        "funding/terms.py",
        (
            "a lowest age alone ends at none",
            "fund.max_age is not None else 200]",
            "fund.max_age is not None else 0]",
        ),
        (
            "a highest age alone is not kept",
            "fund.min_age is not None or fund.max_age is not None",
            "fund.min_age is not None",
        ),
        ("money after the last month is taken", "if month >= end_month:", "if month > end_month:"),
        ("who was ever covered is forgotten", "ever_covered=ever_covered", "ever_covered=False"),
    ),
]

CHECKER = _of(
    _CHECKER,
    "allocation/checker.py",
    ("the checker rounds down", "(due * percent + 50) // 100", "due * percent // 100"),
    ("the checker rounds up", "(due * percent + 50) // 100", "(due * percent + 99) // 100"),
    (
        "the checker rounds the sum",
        "sum((due * percent + 50) // 100 for due in dues)",
        "(sum(dues) * percent + 50) // 100",
    ),
    ("a price of another sector counts", 's in (None, sector or "")', "True"),
    ("a price of another payer counts", "k in (None, kind) and", ""),
    ("a price of another month counts", "if m == month and k", "if k"),
    ("spent to the last rupiah is too much", "if spent > cash:", "if spent >= cash:"),
    ("one rupiah too much is nothing", "if spent > cash:", "if spent > cash + 1:"),
    ("money of the month comes after it", "if released <= month", "if released < month"),
    ("what is fixed costs nothing", "[rows] if self.fixed is None else [rows, self.fixed]", "[rows]"),
    (
        "two payers in the month of change",
        'pl.col("first_month") <= pl.col("before")',
        'pl.col("first_month") < pl.col("before")',
    ),
    (
        "a gap of a month is none",
        'pl.col("first_month") > pl.col("before") + 1',
        'pl.col("first_month") > pl.col("before") + 2',
    ),
    (
        "the last month of others is paid too",
        'pl.col("first") <= pl.col("until")',
        'pl.col("first") < pl.col("until")',
    ),
    (
        "the last eligible month is too late",
        'pl.col("last") > pl.col("stop")',
        'pl.col("last") >= pl.col("stop")',
    ),
    (
        "a month past the age is lawful",
        'pl.col("last") > pl.col("stop")',
        'pl.col("last") > pl.col("stop") + 1',
    ),
    ("kept a month too few", "+ 1 < self.keep) & ~goes_on", "+ 1 < self.keep - 1) & ~goes_on"),
    (
        "a fund pays a month before its term",
        'pl.col("first_month") < first) |',
        'pl.col("first_month") < first - 1) |',
    ),
    (
        "a fund pays a month after its term",
        '(pl.col("last_month") > last)',
        '(pl.col("last_month") > last + 1)',
    ),
    ("as many as asked are too few", "if heads < least:", "if heads <= least:"),
    ("one more than asked is exact", "if most and heads > most:", "if most and heads > most + 1:"),
    (
        "half a package is a package",
        "if (last - first + 1) % lengths[fund]:",
        "if (last - first) % lengths[fund]:",
    ),
    ("what is fixed does not cover", 'pl.max_horizontal("until", "held").alias("until")', 'pl.col("until")'),
)

LAW = [
    *_of(
        "registry/test_eligibility.py",
        "registry/eligibility.py",
        ("the month of the birthday is eligible", "(limit or 0) * 12 - 1", "(limit or 0) * 12"),
        ("the last eligible month is lost", "(limit or 0) * 12 - 1", "(limit or 0) * 12 - 2"),
    ),
    *_of(
        "registry/test_eligibility.py",
        "registry/sql/pieces/alive.sql",
        ("who dies that day is alive", "{person}.died_on > {day}", "{person}.died_on >= {day}"),
    ),
    *_of(
        "registry/test_matching.py::test_a_person_with_an_open_pair_is_not_verified",
        "registry/sql/judgement_facts.sql",
        ("whose pair waits is verified", "AND waiting.person_id IS NULL AS verified", "AS verified"),
    ),
    *_of(
        "law/test_eligibility.py law/test_benefits.py",
        "law/enrolment.py",
        (
            "a year older on the day before",
            "((on.month, on.day) < (birth_date.month",
            "((on.month, on.day + 1) < (birth_date.month",
        ),
        (
            "the birthday is not yet",
            "((on.month, on.day) < (birth_date.month",
            "((on.month, on.day) <= (birth_date.month",
        ),
        (
            "the highest age may still enrol",
            "age(fact, on) < limit + extra",
            "age(fact, on) <= limit + extra",
        ),
        ("the lowest age may not yet", "age(fact, on) >= limit + extra", "age(fact, on) > limit + extra"),
    ),
    *_of(
        "law/test_contribution.py law/test_lists.py",
        "law/pricing.py",
        (
            "the first rupiah of a band is the last of the one below",
            "bisect_right(starts, income) - 1",
            "bisect_right(starts, income - 1) - 1",
        ),
        ("half a rupiah is none", "int(share + Fraction(1, 2))", "int(share)"),
        ("due in the month itself", "last = (month + 1).last_day", "last = month.last_day"),
        (
            "relief halves JKM twice",
            "part(jkm_full, charged.value)",
            "part(jkm_full, charged.value, charged.value)",
        ),
    ),
    *_of(
        "law/test_contribution.py",
        "law/months.py",
        (
            "a month's price is rounded down",
            'return -((-pl.col("total") * 100) // pl.col("monthly_due"))',
            'return (pl.col("total") * 100) // pl.col("monthly_due")',
        ),
    ),
    *_of(
        "law/test_benefits.py",
        "law/accident.py",
        (
            "the declared income is the wage",
            "wage, _ = base_income(law, accident.income, accident.on)",
            "wage = accident.income or base_income(law, None, accident.on)[0]",
        ),
        (
            "a month of a tier too few",
            "min(until, accident.off_months + 1) - tier",
            "min(until, accident.off_months) - tier",
        ),
        (
            "the days after a tier are of the tier",
            "<= accident.off_months + 1][-1]",
            "<= accident.off_months][-1]",
        ),
        (
            "a death by accident below the floor",
            "max(_multiple(law, on, wage, percent), floor)",
            "_multiple(law, on, wage, percent)",
        ),
        ("a limit for all aids together", "costs[kind] = costs.get(kind, 0) + cost", "costs[kind] = cost"),
    ),
    *_of(
        "law/test_benefits.py",
        "law/benefit.py",
        (
            "the scholarship ends a year late",
            "_age_after(child.birth_date, on, elapsed) >= end_age",
            "_age_after(child.birth_date, on, elapsed) > end_age",
        ),
        (
            "before 2019 a child of the age still studies",
            "age(one.birth_date, on) < end_age",
            "age(one.birth_date, on) <= end_age",
        ),
        (
            "every child has a scholarship",
            'sum_step("scholarship", title, each[:most])',
            'sum_step("scholarship", title, each)',
        ),
        (
            "the smallest scholarships are counted",
            "key=lambda step: -step.value)",
            "key=lambda step: step.value)",
        ),
    ),
    *_of(
        "law/test_benefits.py",
        "law/death.py",
        (
            "in the wait the whole is paid",
            "    if level == FULL:\n        steps",
            "    if level != NONE:\n        steps",
        ),
        (
            "a scholarship without its years",
            "children if cover.scholarship else ()",
            "children if cover.jkm == FULL else ()",
        ),
    ),
    *_of(
        "law/test_clock.py law/test_wait.py law/test_benefits.py",
        "law/cover.py",
        (
            "the wait ends when either is met",
            "return max(by_months, by_days)",
            "return min(by_months, by_days)",
        ),
        (
            "the third unpaid month is uncovered",
            "return terms.unpaid if self._third_covered",
            "return terms.unpaid - 1 if self._third_covered",
        ),
        ("a lapse restarts nothing", '        if restart == "lapse":', '        if restart == "never":'),
        (
            "a wait of a month less",
            "            if left <= end - first:\n                month = first + left\n",
            "            if left <= end - first:\n                month = first + left - 1\n",
        ),
        ("months of the future count as paid", "(first, min(end, self.now + 1))", "(first, end)"),
    ),
    *_of(
        "law/test_benefits.py claims/test_clocks.py",
        "law/claims.py",
        (
            "a first report a day early",
            'timedelta(hours=law.value("jkk.report_hours", on))',
            'timedelta(hours=law.value("jkk.report_hours", on) - 24)',
        ),
        (
            "a right of 29 February lapses early",
            "date(day.year + years, 3, 1)",
            "date(day.year + years, 2, 28)",
        ),
    ),
]

CLAIMS = [
    *_of(
        "claims/test_clock_edges.py",
        "claims/clocks.py",
        (
            "paid on the last day is late",
            "        return self.end > self.due\n",
            "        return self.end >= self.due\n",
        ),
        (
            "the branch's clock a day early",
            "add_working_days(one.submitted_on, allowed)",
            "add_working_days(one.submitted_on, allowed - 1)",
        ),
        ("a day's compensation too much", "(told.end - told.due).days)", "(told.end - told.due).days + 1)"),
        ("reported in the last minute is late", "end > due)", "end >= due)"),
        (
            "a stay of just the days is late",
            "self.working_days > self.allowed",
            "self.working_days >= self.allowed",
        ),
        (
            "a stay counts from when it was typed",
            '    if "on" in step.details:\n        return date.fromisoformat(step.details["on"])\n',
            "",
        ),
        ("the clock of a paid claim runs on", "end = today if running else one.paid_on", "end = today"),
    ),
    *_of(
        "claims/test_workdays.py claims/test_cases.py",
        "claims/workdays.py",
        (
            "the day itself counts",
            "for n in range(1, (end - start).days + 1)",
            "for n in range(0, (end - start).days + 1)",
        ),
        (
            "the last day does not count",
            "for n in range(1, (end - start).days + 1)",
            "for n in range(1, (end - start).days)",
        ),
        ("the last decreed year is calculated", "day.year <= last_year", "day.year < last_year"),
        ("Saturday is a working day", "day.weekday() < 5", "day.weekday() < 6"),
    ),
    *_of(
        "claims/test_standing_edges.py",
        "claims/desk.py",
        (
            "who died on the first day was not covered",
            'row["starts_on"] <= died)',
            'row["starts_on"] < died)',
        ),
        (
            "who died on the first of the month was not covered",
            "paid[0].first.first_day <= died",
            "paid[0].first.first_day < died",
        ),
        (
            "who waits is lapsed",
            'without = Standing.WAITING if row["decreed"]',
            'without = Standing.LAPSED if row["decreed"]',
        ),
    ),
    *_of(
        "claims/test_desk.py claims/test_other_payer.py",
        "claims/sql/desk_dead.sql",
        ("a bill sent is a month paid", "AND b.state IN ('paid', 'reconciled')", ""),
        ("the dead of every region", "payung_contains(r.code, p.region_code)", "true"),
    ),
]

OTHERS = [
    *_of(
        "disclosure/test_rounding.py disclosure/test_lines.py disclosure/test_ladder.py",
        "disclosure/rounding.py",
        ("four people are shown", "LEAST = 5", "LEAST = 4"),
        ("five people are few", "0 < count < LEAST", "0 < count <= LEAST"),
        (
            "nobody may be somebody",
            "        if count <= 0:\n            return 0\n        return max(0, (count",
            "        return max(0, (count",
        ),
    ),
    *_of(
        "disclosure/test_ladder.py",
        "disclosure/ladder.py",
        ("few others of a rung are told", "and not is_small(whole - people)", ""),
        ("a change of few is told", "if all(map(_far, changes)):", "if True:"),
    ),
    *_of(
        "disclosure/test_lines.py",
        "disclosure/lines.py",
        ("one line alone is withheld", "(len(found) < 2 or _few(", "(_few("),
        (
            "few together are withheld",
            "(len(found) < 2 or _few(lines[key] for key in found))",
            "len(found) < 2",
        ),
    ),
    *_of(
        "giving/test_promises.py giving/test_line.py",
        "giving/actions.py",
        (
            "a promise ends on its last day",
            "if donation.expires_on < today:",
            "if donation.expires_on <= today:",
        ),
        ("a promise of today is expired", "filter(expires_on__lt=today)", "filter(expires_on__lte=today)"),
        (
            "a promise for this month",
            "now < offer.first_month <= now + 12",
            "now <= offer.first_month <= now + 12",
        ),
        (
            "not for the twelfth month",
            "now < offer.first_month <= now + 12",
            "now < offer.first_month < now + 12",
        ),
        (
            "one more from an address",
            "if here >= settings.PAYUNG_PLEDGES_A_DAY:",
            "if here > settings.PAYUNG_PLEDGES_A_DAY:",
        ),
    ),
    *_of(
        "giving/test_as_the_bills_say.py giving/test_line.py",
        "giving/gifts.py",
        ("a claim among twenty is not told", "made.people >= CLAIMS_LEAST", "made.people > CLAIMS_LEAST"),
        (
            "a renewal overlaps by a month",
            "([self.last_month] if self.last_month else [])]) + 1",
            "([self.last_month] if self.last_month else [])])",
        ),
        (
            "a code is overdue on its day",
            "any(bill.expires_on < today for",
            "any(bill.expires_on <= today for",
        ),
    ),
    *_of(
        "coverage/test_notices.py",
        "coverage/sql/notices_ending.sql",
        ("who goes on is told of an end", "n.month = c.month + 1", "n.month = c.month + 2"),
    ),
    *_of(
        "identity/test_regions.py",
        "identity/regions.py",
        ("a code that begins alike is within", 'inner.startswith(f"{outer}.")', "inner.startswith(outer)"),
    ),
    *_of(
        "coverage/test_for_one_and_for_all.py coverage/test_double.py",
        "registry/sql/pieces/shown_by_branch.sql",
        (
            "another payer's last month is not shown",
            "p.branch_until >= date_trunc('month', {day})",
            "p.branch_until > date_trunc('month', {day}) + interval '20 day'",
        ),
        (
            "a membership to come is shown",
            "p.branch_since < date_trunc('month', {day}) + interval '1 month'",
            "p.branch_since < date_trunc('month', {day}) + interval '2 month'",
        ),
    ),
]

MUTANTS: list[Mutant] = [
    *APPROVALS, *DECREES, *BILLS, *PAYMENTS, *QUEUE, *TERMS, *CHECKER, *LAW, *CLAIMS, *OTHERS,
]  # fmt: skip
