"""A small programme: funds with money, people, an approved plan; and the branch's answers to its uploads."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import openpyxl
from django.db import transaction

from payung.access.actor import Actor, everyone_visible
from payung.access.crypto import encrypt, nik_hash
from payung.access.models import Assignment, User
from payung.coverage.notices import Channel
from payung.funding.ledger import Movement, post
from payung.funding.models import Fund, Payer, Plan, PlanLine
from payung.registry.models import Person
from payung.values import Month

TODAY = date(2027, 2, 3)
START = Month.of(2027, 1)


def actor(role: str, region: str = "65") -> Actor:
    user, _ = User.objects.get_or_create(username=f"{role}-{region}")
    Assignment.objects.get_or_create(user=user, role=role, region_code=region)
    return Actor.of(user)


def make_fund(code: str, money: int, kind: str = "apbd", group: str = "SG", months: int = 12) -> Fund:
    proposer, approver = actor("operator").user, actor("approver").user
    payer, _ = Payer.objects.get_or_create(name=f"Pembayar {code}", kind="province")
    fund = Fund.objects.create(
        code=code,
        payer=payer,
        name=f"Dana {code}",
        kind=kind,
        group_code=group,
        amount=money,
        first_month=START,
        end_month=START + months,
        status="active",
        proposed_by=proposer,
        decided_by=approver,
    )
    moves = [("world", "pledged"), ("pledged", "available")]
    post(
        actor("operator"),
        [
            Movement(fund.pk, debit, credit, money, START.first_day, "test", None, f"{code}:{debit}")
            for debit, credit in moves
        ],
    )
    return fund


def make_person(number: int, region: str = "65.71.01.1001", income: int | None = None) -> Person:
    nik = f"657101{(number % 28) + 1:02d}0380{number:04d}"
    return Person.objects.create(
        name=f"Orang {number:04d}",
        name_norm=f"ORANG {number:04d}",
        nik_enc=encrypt(nik, "nik"),
        nik_hash=nik_hash(nik),
        sex="male",
        birth_date=date(1980, 3, number % 28 + 1),
        region_code=region,
        income=income,
        occupation=None,
    )


def make_plan(*lines: tuple[Person, Fund | None, int, int], approved: bool = True) -> Plan:
    """Lines are (person, fund or None for the queue, first month offset, months)."""
    plan = Plan.objects.create(
        name="Rencana",
        first_month=START,
        end_month=START + 12,
        input_hash="x",
        proposed_by=actor("operator").user,
        status="approved" if approved else "proposed",
        decided_by=actor("approver").user if approved else None,
    )
    PlanLine.objects.bulk_create(
        PlanLine(
            plan=plan,
            person=person,
            fund=fund,
            first_month=START + first if fund else None,
            end_month=START + first + months if fund else None,
            rank=None if fund else rank,
            region_code=person.region_code,
        )
        for rank, (person, fund, first, months) in enumerate(lines)
    )
    return plan


@dataclass
class Programme:
    """Two funds, `people` persons split between them for six months, two in the queue."""

    people: int = 10
    money: int = 20_000_000
    funds: list[Fund] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    queue: list[Person] = field(default_factory=list)
    plan: Plan | None = None

    def build(self) -> Programme:
        with transaction.atomic(), everyone_visible():
            self.funds = [make_fund("PROV", self.money), make_fund("CSR", self.money, "csr", "SC")]
            self.persons = [make_person(number) for number in range(self.people)]
            self.queue = [make_person(number) for number in range(self.people, self.people + 2)]
            half = self.people // 2
            lines = [
                (person, self.funds[0 if at < half else 1], 0, 6) for at, person in enumerate(self.persons)
            ]
            self.plan = make_plan(*lines, *[(person, None, 0, 0) for person in self.queue])
        return self


def read_sheet(path: Path) -> list[dict[str, str]]:
    rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    headers = next(rows)
    return [dict(zip(headers, row, strict=True)) for row in rows]


def write_answer(path: Path, rows: list[dict[str, str]], headers: tuple[str, ...] = ()) -> Path:
    headers = headers or ("NO REFERENSI", "NIK", "STATUS", "NO PESERTA", "ALASAN", "TGL MULAI")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, headers, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def accept(line: dict[str, str], number: int) -> dict[str, str]:
    return {
        **line,
        "STATUS": "DITERIMA",
        "NO PESERTA": f"{30_000_000_000 + number}",
        "TGL MULAI": "01-01-2027",
    }


def refuse(line: dict[str, str], reason: str = "NIK tidak ditemukan di Dukcapil") -> dict[str, str]:
    return {**line, "STATUS": "DITOLAK", "ALASAN": reason}


def write_statement(path: Path, lines: list[tuple[str, str, int]]) -> Path:
    rows = ["Nomor Rekening;0110022003300", "", "Tanggal;Keterangan;Debet;Kredit;Saldo"]
    rows += [f"{day};{text};{amount:,}".replace(",", ".") + ",00;0,00;0,00" for day, text, amount in lines]
    path.write_text("\r\n".join(rows) + "\r\n", encoding="cp1252")
    return path


def folder_channel(folder: Path) -> Channel:
    """A channel that appends each message to a file of its kind of recipient."""
    folder.mkdir(parents=True, exist_ok=True)

    def put(to: str, address: str, text: str) -> None:
        with (folder / f"{to}.txt").open("a", encoding="utf-8") as file:
            file.write(f"{address or '-'}\t{text}\n")

    return Channel("folder", "", put)
