"""The steps of the demo, each done by the user whose work it is, with the actions every face uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from django.db.models import F

from payung.access.actions import set_demo_password
from payung.access.actor import Actor, acting_as
from payung.access.models import User
from payung.claims.actions import run_desk
from payung.coverage import actions as coverage
from payung.coverage.models import Bill, Decree
from payung.demo import bank, branch, lists
from payung.funding import actions as funding
from payung.funding.loading import load_funds
from payung.funding.models import Fund, Plan
from payung.giving import actions as donations
from payung.giving.certificate import certificate
from payung.giving.gifts import gift
from payung.oversight.actions import rebuild
from payung.planning.actions import approve_plan, propose_plan
from payung.registry.actions import load_file, returned_file
from payung.registry.eligibility import judge_everyone
from payung.registry.linking import match
from payung.registry.models import Intake
from payung.values import Month, format_rupiah

_SIGNER = "Gubernur Kalimantan Utara"


class Line:
    """A province's lists on their way to protected people."""

    def __init__(self, out: Path, workers: int, seed: int, today: date, password: str) -> None:
        self.out = out
        self.workers = workers
        self.seed = seed
        self.today = today
        self.password = password
        self.now = Month.containing(today)
        self.january = Month.of(today.year, 1)

    def steps(self) -> list[tuple[str, Callable[[], str]]]:
        """Title and work of every step, in order; the work returns a sentence about what came of it."""
        return [
            ("Provinsi sintetis", self.province),
            ("Pengguna", self.users),
            ("Daftar dari desa dan dinas", self.candidates),
            ("Data kepesertaan cabang", self.members),
            ("Pencocokan orang", self.matching),
            ("Kelayakan menurut hukum", self.eligibility),
            ("Sumber dana", self.funds),
            ("Janji seorang donatur", self.promise),
            ("Rencana pembagian dana", self.plan),
            ("SK diusulkan dan ditetapkan", self.decree),
            ("Berkas ke cabang dan jawabannya", self.exchange),
            ("Tagihan bulanan", self.bills),
            ("Bukti bayar", self.payments),
            ("Daftar kematian", self.deaths),
            ("Angka pengawasan", self.figures),
            ("Sertifikat donatur", self.certificate),
            ("Rapat kerja dengan DPRD", self.meeting),
        ]

    @contextmanager
    def _as(self, username: str) -> Iterator[Actor]:
        with acting_as(Actor.of(User.objects.get(username=username))) as actor:
            yield actor

    def province(self) -> str:
        manifest = lists.write(self.out, workers=self.workers, seed=self.seed, today=self.today)
        self.files = manifest.files
        rows = sum(one.rows for one in manifest.files if one.kind == "list")
        count = sum(1 for one in manifest.files if one.kind == "list")
        return f"{self.workers} pekerja, {count} daftar dengan {rows} baris, di {self.out}"

    def users(self) -> str:
        with self._as("admin") as admin:
            names = ("operator", "penyetuju", "cabang", "anggaran", "dprd", "admin")
            for name in names:
                if not User.objects.get(username=name).has_usable_password():
                    set_demo_password(admin, username=name, password=self.password)
        return ", ".join(names)

    def _load(self, kinds: dict[str, str]) -> tuple[int, int, int]:
        rows = accepted = returned = 0
        with self._as("operator") as operator:
            for one in self.files:
                if one.kind not in kinds:
                    continue
                path = self.out / one.path
                intake, _ = load_file(
                    operator,
                    path=path,
                    file_name=path.name,
                    today=self.today,
                    kind=kinds[one.kind],
                    sender_name=one.sender,
                )
                rows, accepted, returned = (
                    rows + intake.rows,
                    accepted + intake.accepted,
                    returned + intake.returned,
                )
                back = returned_file(operator, intake_id=intake.pk) if intake.returned else None
                if back is not None:
                    folder = self.out / "returned"
                    folder.mkdir(exist_ok=True)
                    (folder / f"{intake.pk:03d} {back[0]}").write_bytes(back[1])
        return rows, accepted, returned

    def candidates(self) -> str:
        rows, accepted, returned = self._load({"list": Intake.Kind.CANDIDATES})
        return f"{rows} baris: {accepted} diterima, {returned} dikembalikan dengan alasan"

    def members(self) -> str:
        rows, accepted, _ = self._load({"branch": Intake.Kind.BRANCH})
        return f"{rows} baris, {accepted} diterima"

    def matching(self) -> str:
        with self._as("operator") as operator:
            run = match(operator)
        if run is None:
            return "tidak ada baris baru"
        return f"{run.new} orang dari {run.rows} baris; {run.doubtful} pasangan untuk petugas"

    def eligibility(self) -> str:
        with self._as("operator") as operator:
            answer = judge_everyone(operator, on=self.january.first_day)
        return f"{answer['eligible']} layak dari {answer['people']} calon; {answer['verified']} terverifikasi"

    def funds(self) -> str:
        with self._as("operator") as operator:
            loaded = load_funds(operator, self.out / "funds.json")
        with self._as("anggaran") as budget:
            for fund in loaded:
                if fund.status == Fund.Status.PROPOSED:
                    funding.approve_fund(budget, fund.pk, today=self.january.first_day)
        return f"{len(loaded)} sumber dana, {format_rupiah(sum(fund.amount for fund in loaded))}"

    def promise(self) -> str:
        """Make a company's promise on the public page before the year begins, checked and approved by two users."""
        before = self.january.first_day - timedelta(days=12)
        with self._as("operator") as operator:
            rebuild(operator, today=before)
            offer = donations.Offer(
                donor="company",
                people=max(self.workers // 250, 5),
                months=12,
                first_month=self.january,
                region_code="65.71",
                name="PT Contoh Peduli (rekaan)",
                contact="csr@contoh.invalid",
                listed=True,
            )
            made = donations.pledge(offer, key="demo", origin="demo", today=before)
            donations.check_donation(operator, made.pk, today=before)
        with self._as("penyetuju") as approver:
            self.donation = donations.approve_donation(approver, made.pk, today=before)
        return f"{made.reference}: {made.people} orang, 12 bulan, {format_rupiah(made.amount)}, disetujui dua orang"

    def certificate(self) -> str:
        made = gift(self.donation)
        if not made.confirmed:
            return "belum terbit: pembayarannya belum terbukti"
        path = self.out / "donors" / f"sertifikat-{self.donation.reference}.pdf"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(certificate(made, self.today))
        return (
            f"{path}, kode cek {self.donation.check_code}: {made.people} orang, {format_rupiah(made.paid)} terbukti; "
            f"halaman donatur /bantu/donasi/{donations.token_of(self.donation)}/"
        )

    def plan(self) -> str:
        name = f"Rencana {self.today.year}"
        made = Plan.objects.filter(name=name, status__in=[Plan.Status.APPROVED, Plan.Status.DECREED]).first()
        if made is None:
            with self._as("operator") as operator:
                made = propose_plan(
                    operator,
                    name=name,
                    first_month=self.january,
                    months=12,
                    today=self.january.first_day,
                )
            with self._as("penyetuju") as approver:
                made = approve_plan(approver, made.pk, today=self.january.first_day)
        self.plan_id = made.pk
        return str(made.report.get("sentence", {}).get("id", "")) or f"rencana nomor {made.pk}"

    def decree(self) -> str:
        number = f"500.15/K.1/{self.today.year}"
        dated = self.january.first_day + timedelta(days=4)
        with self._as("operator") as operator:
            decree = coverage.propose_decree(
                operator, plan_id=self.plan_id, number=number, dated=dated, signer=_SIGNER
            )
        if decree.status == Decree.Status.PROPOSED:
            with self._as("penyetuju") as approver:
                decree = coverage.approve_decree(approver, decree_id=decree.pk, today=dated)
        self.decree_id = decree.pk
        with self._as("operator"):
            return f"SK {number}: {decree.lines.count()} baris lampiran"

    def exchange(self) -> str:
        on = self.january.first_day + timedelta(days=9)
        people = pl.read_parquet(self.out / "truth" / "people.parquet")
        accepted = refused = 0
        with self._as("operator") as operator:
            made = coverage.make_uploads(operator, decree_id=self.decree_id, out_dir=self.out / "to-branch")
            for one in made:
                answer = self.out / "from-branch" / f"jawaban-{one.path.stem}.csv"
                answer.parent.mkdir(exist_ok=True)
                branch.write_answer(one.path, answer, people, self.seed, on)
                applied = coverage.apply_answer(operator, path=answer, upload_id=one.upload_id, today=on)
                accepted, refused = accepted + applied.accepted, refused + applied.refused
        return f"{len(made)} berkas dikirim; {accepted} diterima, {refused} ditolak cabang"

    def bills(self) -> str:
        months = list(range(self.january.number, self.now.number + 1))
        for number in months:
            month = Month(number)
            with self._as("operator") as operator:
                coverage.make_bills(operator, month=month, today=month.first_day)
            with self._as("penyetuju") as approver:
                coverage.approve_bills(approver, month=month)
            with self._as("operator") as operator:
                coverage.send_bills(operator, month=month)
        total = sum(Bill.objects.values_list("amount", flat=True))
        return f"{Bill.objects.count()} tagihan untuk {len(months)} bulan, {format_rupiah(total)}"

    def payments(self) -> str:
        """Two statements: what payers paid in time, then what those paid who were reminded."""
        lines = matched = 0
        for number in (1, 2):
            path = self.out / "bank" / f"rekening-koran-{number}.csv"
            if not path.exists():
                path.parent.mkdir(exist_ok=True)
                path.write_text(bank.statement(self._owed(), self.seed + number), encoding="utf-8")
            with self._as("operator") as operator:
                loaded = coverage.load_statement(operator, path=path, today=self.today)
            lines, matched = lines + loaded.lines, matched + loaded.matched_amount
        return f"{lines} baris rekening koran; {format_rupiah(matched)} dicocokkan, {loaded.unmatched} belum cocok"

    def _owed(self) -> list[dict[str, Any]]:
        bills = (
            Bill.objects.filter(month__lte=self.now.number, paid__lt=F("amount"))
            .select_related("fund__payer")
            .order_by("month", "fund_id")
        )
        return [
            {
                "code": bill.payment_code,
                "amount": bill.amount - bill.paid,
                "due": min((bill.month + 1).first_day + timedelta(days=14), self.today - timedelta(days=7)),
                "payer": bill.fund.payer.name,
            }
            for bill in bills
        ]

    def deaths(self) -> str:
        rows, accepted, _ = self._load({"deaths": Intake.Kind.DEATHS})
        with self._as("operator") as operator:
            match(operator)
            run = run_desk(operator, today=self.today)
        return (
            f"{rows} kematian terdaftar, {accepted} dapat dicocokkan; {run.covered} terlindungi, "
            f"hak keluarga {format_rupiah(run.owed)}, {run.other_payer} dibayar pihak lain, "
            f"{run.never + run.lapsed + run.waiting} tidak tercatat terlindungi"
        )

    def figures(self) -> str:
        from payung.oversight.actions import record_outside
        from payung.oversight.queries import sheet

        with self._as("operator") as operator:
            rebuild(operator, today=self.today)
            made = sheet()
            active = made.total.active if made else 0
            for question, value in (
                ("active_wage", 4 * active),
                ("active_nonwage", active + active // 3),
                ("potential_wage", 7 * active),
                ("potential_nonwage", 5 * active),
            ):
                record_outside(
                    operator,
                    question=question,
                    value=str(value),
                    period=str(self.now),
                    source="Cabang BPJS Ketenagakerjaan (rekaan untuk provinsi sintetis)",
                    note="Contoh, bukan angka nyata: menunjukkan di mana angka cabang tampil",
                    today=self.today,
                )
            rebuild(operator, today=self.today)
        return "angka per bulan dan desa dihitung; angka rekaan cabang dicatat sebagai contoh"

    def meeting(self) -> str:
        from payung.cli.demo_meeting import hold
        from payung.oversight.cuts import recount

        with self._as("operator") as operator:
            said = hold(operator, Actor.of(User.objects.get(username="dprd")), today=self.today)
        recount(self.today)
        return said

    def summary(self) -> dict[str, Any]:
        """Return the ladder, the money and its end date as figures."""
        from payung.cli.report import summary

        return {**summary(self.today), "files": str(self.out.resolve()), "plan": self.plan_id}
