"""Three months of a synthetic province closed by `payung close`, with 60 deaths, 200 moves and 500 refusals.

Usage: python bench/show_three_months.py [WORKERS] (default 30,000). Works in a database of its own and drops it.
Every step is what the users would do: lists in, decree, then each month `payung close` until only the payers are
waited for, the bank's statement, and `payung close` again. The branch refuses 500 people of the first files; in
February and in March 30 people are found dead by a list of deaths, and 100 letters say that somebody moved away.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("PAYUNG_HOME", str(Path.home() / ".cache" / "payung-bench"))
os.environ["DJANGO_SETTINGS_MODULE"] = "payung.config.settings"

YEAR = 2027
REFUSALS = 500
COMMAND = "from payung.cli.main import main; main()"
DEATHS, MOVES = 30, 100


def main() -> None:
    workers = int(sys.argv[1]) if len(sys.argv) > 1 else 30_000
    from bench.database import bench_database

    with bench_database(), tempfile.TemporaryDirectory() as folder:
        Show(Path(folder), workers).run()


class Show:
    """The province, its branch, its bank, and the people who work through the months."""

    def __init__(self, folder: Path, workers: int) -> None:
        from payung.access.actor import Actor
        from payung.access.models import User
        from payung.cli.demo_line import Line

        self.folder = folder
        self.line = Line(folder / "province", workers, 2026, date(YEAR, 1, 5), "a-password-of-a-show")
        self.operator = Actor.of(User.objects.get(username="operator"))
        self.refusals = REFUSALS
        self.answered: set[str] = set()

    def run(self) -> None:
        from payung.access.actor import acting_as
        from payung.values import Month

        for title, step in self.line.steps():
            print(f"{title}: {step()}")
            if step == self.line.decree:
                break
        with acting_as(self.operator):
            for number in (1, 2, 3):
                month = Month.of(YEAR, number)
                if number > 1:
                    self._deaths(month)
                    self._moves(month)
                self._close(month)
            self._tell()

    def _close(self, month: Any) -> None:
        day = month.first_day + timedelta(days=9)
        for _ in range(6):
            told = self._command(month, day)
            if not self._answer(day):
                break
        self._pay(month)
        later = (month + 1).first_day + timedelta(days=16)
        told = self._command(month, later)
        self._settle()
        told = self._command(month, later)
        waits = "; ".join(item["english"] for item in told["waiting"]) or "nothing"
        print(f"{month} closed: {told['closed']}, waits for: {waits}")

    def _command(self, month: Any, day: date) -> dict[str, Any]:
        command = [sys.executable, "-W", "ignore", "-c", COMMAND, "close", "--month", str(month)]
        command += ["--on", day.isoformat(), "--out", str(self.folder / "out"), "--approve-as", "penyetuju"]
        done = subprocess.run([*command, "--json"], capture_output=True, text=True, env=_environment())
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr)
        told: dict[str, Any] = json.loads(done.stdout)
        for step in told["steps"]:
            words = {name: value for name, value in step.items() if name not in ("step", "new")}
            if step["step"] in ("changes", "amendment", "bills", "payments", "differences") and any(
                words.values()
            ):
                print(f"  {month} {step['step']}: {words}")
        return told

    def _answer(self, day: date) -> bool:
        """The branch answers every file it has not answered; whether there was one."""
        from payung.coverage.actions import apply_answer
        from payung.demo.branch import REASONS, read_upload

        files = sorted(
            path for path in (self.folder / "out").glob("*.xlsx") if path.name not in self.answered
        )
        for path in files:
            rows = read_upload(path).rows(named=True)
            answer = self.folder / f"jawaban-{path.stem}.csv"
            with answer.open("w", newline="", encoding="cp1252", errors="replace") as file:
                writer = csv.writer(file, delimiter=";")
                writer.writerow(["NO REFERENSI", "NIK", "STATUS", "NO KPJ", "KETERANGAN", "TGL MULAI"])
                for at, row in enumerate(rows):
                    refuse = self.refusals > 0 and row["act"] == "TAMBAH" and at % 2 == 0
                    self.refusals -= refuse
                    words = list(REASONS.values())[at // 2 % len(REASONS)] if refuse else ""
                    number = "" if refuse else f"3{int(row['nik'][-10:]):010d}"
                    status = "DITOLAK" if refuse else "DITERIMA"
                    writer.writerow(
                        [row["line_ref"], row["nik"], status, number, words, f"{day.replace(day=1):%d-%m-%Y}"]
                    )
            apply_answer(self.operator, path=answer, today=day)
            self.answered.add(path.name)
        return bool(files)

    def _deaths(self, month: Any) -> None:
        """A list of deaths comes in and is matched, as any list is."""
        from payung.access.crypto import decrypt
        from payung.registry.actions import load_file
        from payung.registry.linking import match
        from payung.registry.models import Intake

        path = self.folder / f"kematian-{month}.csv"
        died = month.first_day - timedelta(days=20)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["NIK", "Nama", "Tanggal Lahir", "Tanggal Meninggal"])
            for person in self._covered(month, DEATHS):
                nik = decrypt(person.nik_enc, "nik")
                writer.writerow([nik, person.name, f"{person.birth_date:%d-%m-%Y}", f"{died:%d-%m-%Y}"])
        load_file(
            self.operator,
            path=path,
            file_name=path.name,
            today=month.first_day,
            kind=Intake.Kind.DEATHS,
            sender_name="Disdukcapil",
        )
        match(self.operator)

    def _moves(self, month: Any) -> None:
        from payung.coverage.actions import propose_change

        for number, person in enumerate(self._covered(month, MOVES), 1):
            propose_change(
                self.operator,
                person_id=person.pk,
                kind="moved",
                from_month=month,
                evidence=f"Surat pindah {number}",
            )

    def _covered(self, month: Any, count: int) -> list[Any]:
        """People covered in the month about whom no change waits, spread over the province."""
        from payung.registry.models import Person

        found = Person.objects.filter(cover_months__month=month, died_on=None, nik_enc__isnull=False).exclude(
            changes__state="proposed"
        )
        return sorted(found, key=lambda person: (person.nik_last4, person.pk))[:count]

    def _pay(self, month: Any) -> None:
        from payung.coverage.actions import load_statement
        from payung.coverage.models import Bill
        from payung.demo import bank

        for attempt in (1, 2):
            bills = [
                {
                    "code": bill.payment_code,
                    "amount": bill.open_amount,
                    "due": bill.expires_on,
                    "payer": bill.fund.payer.name,
                }
                for bill in Bill.objects.filter(month=month).select_related("fund__payer").order_by("pk")
                if bill.open_amount > 0
            ]
            if bills:
                path = self.folder / f"koran-{month}-{attempt}.csv"
                path.write_text(bank.statement(bills, YEAR * 10 + attempt + month.month), encoding="utf-8")
                load_statement(self.operator, path=path, today=(month + 1).first_day + timedelta(days=16))

    def _settle(self) -> None:
        """What a person looks at: each open difference is settled with a sentence."""
        from payung.coverage.actions import settle_difference
        from payung.coverage.models import Difference

        for item in Difference.objects.filter(state="open").order_by("pk"):
            words = "Biaya bank" if item.kind == "payment_unmatched" else "Dicek dengan cabang"
            settle_difference(self.operator, difference_id=item.pk, settlement=words)

    def _tell(self) -> None:
        from payung import database

        print("changes approved, and places taken by the next in the queue:")
        for kind, people, replaced in database.rows(
            "SELECT kind, count(*), count(replacement_id) FROM coverage_monthlychange WHERE state = 'approved'"
            " GROUP BY kind ORDER BY kind"
        ):
            print(f"  {kind}: {people} out, {replaced} replaced")
        print("differences, by kind and how they ended:")
        for kind, state, settlement, count in database.rows(
            "SELECT kind, state, settlement, count(*) FROM coverage_difference GROUP BY 1, 2, 3 ORDER BY 1, 3"
        ):
            print(f"  {kind}: {count} {state} {settlement}")
        for month, bills, people, amount, paid, states in database.rows(
            "SELECT month, count(*), sum(people), sum(amount), sum(paid + credit), string_agg(DISTINCT state, ', ')"
            " FROM coverage_bill GROUP BY month ORDER BY month"
        ):
            from payung.values import Month, format_rupiah

            print(
                f"  {Month(month)}: {bills} bills, {people} people, {format_rupiah(int(amount))} billed, "
                f"{format_rupiah(int(paid))} paid or carried, {states}"
            )
        twice = database.rows(
            "SELECT count(*) FROM (SELECT month, person_id FROM coverage_billline GROUP BY 1, 2 HAVING count(*) > 1) t"
        )[0][0]
        unequal = database.rows(
            "SELECT count(*) FROM coverage_bill b WHERE amount <> (SELECT sum(jkk + jkm) FROM coverage_billline l"
            " WHERE l.bill_id = b.id)"
        )[0][0]
        print(f"people with two payers in a month: {twice}; bills unlike their lines: {unequal}")


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src")}


if __name__ == "__main__":
    main()
