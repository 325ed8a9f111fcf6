"""People, funds, a decree, registrations and bills in any number, written by SQL: for tests of pages and figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from payung.access.actor import everyone_visible
from payung.access.models import User
from payung.coverage.decrees import keep_totals
from payung.coverage.models import Decree, Upload
from payung.database.planner import analyze
from payung.funding.models import Entry, Fund, Payer
from payung.values import Month

TODAY = date(2026, 11, 23)
NOW = Month.containing(TODAY)
_WRITTEN = (
    "registry_person",
    "registry_eligibility",
    "coverage_annexline",
    "coverage_covermonth",
    "coverage_registration",
    "coverage_billline",
    "coverage_bill",
)

_PEOPLE = """
INSERT INTO registry_person (name, name_norm, nik_hash, sex, birth_date, birth_place, address,
    region_code, occupation_id, income, heir_relation, sources, candidate)
SELECT given || ' ' || family, lower(given || ' ' || family),
       decode(md5('nik' || n), 'hex'),
       CASE WHEN n %% 3 = 0 THEN 'female' ELSE 'male' END, date '1960-01-01' + (n * 37 %% 15000), 'Tarakan',
       'Jl. Contoh ' || n %% 90, v.code, o.id, 1500000, '', 1 + n %% 2, n %% 50 <> 0
FROM generate_series(1, %(people)s) n
JOIN (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS all_of
      FROM registry_region WHERE level = 'village') v ON v.place = (n * 7919::bigint) %% v.all_of
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS all_of
      FROM registry_occupation) o ON o.place = (n * 104729::bigint) %% o.all_of
CROSS JOIN LATERAL (SELECT (ARRAY['Andi','Budi','Citra','Dewi','Eko','Fitri','Gunawan','Hasan','Indah','Joko'])
      [1 + n %% 10] AS given,
      (ARRAY['Santoso','Rahman','Lestari','Tidung','Ingan','Daeng','Lawai','Saputra','Hamid','Yusuf','Usat'])
      [1 + (n / 10) %% 11] AS family) w
"""

#: Who is what goes by a person's number within the population, whatever numbers the database has given before.
_STEPS = (
    """INSERT INTO registry_eligibility (person_id, judged_on, eligible, reasons, eligible_until, law_version,
                                         verified, region_code)
       SELECT id, %(today)s, (id - %(before)s) %% 13 <> 0,
              CASE WHEN (id - %(before)s) %% 13 = 0 THEN '["ABOVE_MAX_AGE"]'::jsonb ELSE '[]'::jsonb END,
              %(now)s + 120, 'test', (id - %(before)s) %% 7 <> 0, region_code
       FROM registry_person WHERE candidate""",
    """INSERT INTO coverage_annexline (decree_id, act, person_id, fund_id, first_month, end_month, amount, income,
                                       sector, reason, evidence, region_code, name, trade)
       SELECT %(decree)s, 'add', p.id, CASE WHEN (p.id - %(before)s) %% 4 = 0 THEN %(other)s ELSE %(fund)s END,
              %(now)s - %(past)s, %(now)s + 1 + (p.id - %(before)s) %% 5, 16800, 1500000, 'other', '', '',
              p.region_code, p.name, ''
       FROM registry_person p JOIN registry_eligibility e ON e.person_id = p.id
       WHERE e.eligible AND e.verified AND (p.id - %(before)s) %% 2 = 0""",
    """INSERT INTO coverage_covermonth (month, person_id, fund_id, line_id, region_code)
       SELECT m, person_id, fund_id, id, region_code
       FROM coverage_annexline, generate_series(first_month, end_month - 1) m""",
    """INSERT INTO coverage_registration (upload_id, person_id, fund_id, line_ref, state, member_no, starts_on,
                                          refusal, region_code)
       SELECT CASE WHEN fund_id = %(fund)s THEN %(upload)s ELSE %(upload_other)s END, person_id, fund_id,
              'L' || id, CASE WHEN (person_id - %(before)s) %% 11 = 0 THEN 'refused' ELSE 'accepted' END, 'K' || id,
              %(start)s::date, '', region_code
       FROM coverage_annexline""",
    """INSERT INTO coverage_billline (month, person_id, bill_id, jkk, jkm, region_code)
       SELECT c.month, c.person_id, b.id, 10000, 6800, c.region_code
       FROM coverage_covermonth c JOIN coverage_bill b ON b.fund_id = c.fund_id AND b.month = c.month""",
)


_MONEY = (
    ("world", "available", 2_000_000_000),
    ("available", "committed", 900_000_000),
    ("committed", "billed", 300_000_000),
    ("billed", "paid", 250_000_000),
)


@dataclass(frozen=True, slots=True)
class Population:
    """What `populate` made."""

    people: int
    fund_id: int
    other_id: int
    decree_id: int


def populate(
    people: int,
    *,
    past_months: int = 3,
    today: date = TODAY,
    write: Callable[[Any], None] | None = None,
) -> Population:
    """Writes a population with half of the eligible covered since `past_months` ago; bills paid but the last.

    `write` writes the people by a cursor instead, where more must be known of them.
    """
    now = Month.containing(today)
    operator = User.objects.get(username="operator")
    approver = User.objects.get(username="penyetuju")
    with transaction.atomic(), everyone_visible(), connection.cursor() as cursor:
        if write is None:
            cursor.execute(_PEOPLE, {"people": people})
        else:
            write(cursor)
        cursor.execute("SELECT min(id) - 1 FROM registry_person")
        before = cursor.fetchone()[0]
        payers = (("fund", Fund.Kind.APBD, "Pemprov Kaltara"), ("other", Fund.Kind.CSR, "PT Contoh Sawit"))
        funds = {name: _fund(kind, payer, operator, approver, now) for name, kind, payer in payers}
        decree = Decree.objects.create(
            number="560/1/2026",
            dated=today,
            signer="Gubernur",
            status=Decree.Status.APPROVED,
            check_code="ABC",
            proposed_by=operator,
            decided_by=approver,
        )
        uploads = {
            name: Upload.objects.create(
                fund=fund, decree=decree, month=now, file_name="f.xlsx", sha256=name, rows=0, made_by=operator
            )
            for name, fund in funds.items()
        }
        values: dict[str, object] = {
            "before": before,
            "today": today,
            "now": now.number,
            "past": past_months,
            "start": Month(now.number - past_months).first_day,
            "operator": operator.pk,
            "approver": approver.pk,
            "decree": decree.pk,
            "fund": funds["fund"].pk,
            "other": funds["other"].pk,
            "upload": uploads["fund"].pk,
            "upload_other": uploads["other"].pk,
        }
        cursor.execute(
            """INSERT INTO coverage_bill (fund_id, month, people, amount, credit, paid, state, payment_code,
                                          expires_on, proposed_by_id, decided_by_id, law)
               SELECT f, m, 0, 0, 0, 0, CASE WHEN m < %(now)s OR f = %(fund)s THEN 'reconciled' ELSE 'sent' END,
                      'K' || f || '-' || m, %(today)s, %(operator)s, %(approver)s, 'test'
               FROM unnest(ARRAY[%(fund)s, %(other)s]::bigint[]) f,
                    generate_series(%(now)s - %(past)s, %(now)s) m""",
            values,
        )
        for step in _STEPS:
            cursor.execute(step, values)
        keep_totals(decree.pk)
        for fund in funds.values():
            for place, (debit, credit, amount) in enumerate(_MONEY):
                Entry.objects.create(
                    fund=fund,
                    debit=debit,
                    credit=credit,
                    amount=amount,
                    effective_on=today,
                    cause="test",
                    key=f"seed-{fund.pk}-{place}",
                    actor=operator,
                )
    analyze(*_WRITTEN)  # as loading, decreeing and billing do for what they write
    return Population(people, funds["fund"].pk, funds["other"].pk, decree.pk)


def _fund(kind: str, payer: str, operator: User, approver: User, now: Month) -> Fund:
    return Fund.objects.create(
        code=kind.upper(),
        payer=Payer.objects.create(name=payer, kind=Payer.Kind.PROVINCE),
        name=f"Iuran {payer}",
        kind=kind,
        group_code=Fund.Group.SG,
        amount=2_000_000_000,
        first_month=Month(now.number - 23),
        end_month=Month(now.number + 13),
        status=Fund.Status.ACTIVE,
        proposed_by=operator,
        decided_by=approver,
    )
