"""Roles and what each may do. A role counts only within the region it was given for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The roles that a user may have in a region."""

    OPERATOR = "operator", "Operator program"
    APPROVER = "approver", "Penyetuju (kepala dinas)"
    BRANCH = "branch", "Petugas cabang BPJS Ketenagakerjaan"
    BUDGET = "budget", "Petugas anggaran"
    DPRD = "dprd", "Anggota DPRD"
    VILLAGE = "village", "Petugas desa/kelurahan"
    DONOR = "donor", "Donatur/perusahaan"
    ADMIN = "admin", "Administrator sistem"


class Permission(models.TextChoices):
    """Each write is one permission; reads of personal data are two: seeing people, opening a NIK."""

    SEE_PEOPLE = "see_people", _("Melihat data orang")
    OPEN_NIK = "open_nik", _("Membuka NIK lengkap")
    INTAKE = "intake", _("Memuat daftar")
    MATCH = "match", _("Memutuskan pasangan")
    ELIGIBILITY = "eligibility", _("Menilai kelayakan")
    PROPOSE_FUND = "propose_fund", _("Mengusulkan sumber dana")
    APPROVE_FUND = "approve_fund", _("Menyetujui sumber dana")
    PROPOSE_PLAN = "propose_plan", _("Mengusulkan rencana")
    APPROVE_PLAN = "approve_plan", _("Menyetujui rencana")
    PROPOSE_DECREE = "propose_decree", _("Mengusulkan SK")
    APPROVE_DECREE = "approve_decree", _("Menyetujui SK")
    EXCHANGE = "exchange", _("Bertukar berkas dengan cabang")
    BILL = "bill", _("Membuat tagihan")
    APPROVE_BILL = "approve_bill", _("Menyetujui tagihan")
    PAY = "pay", _("Mencatat bukti bayar")
    CLAIM = "claim", _("Menangani klaim")
    APPROVE_CLAIM = "approve_claim", _("Menyetujui keputusan klaim")
    HAND_OUT_CODE = "hand_out_code", _("Membagikan kode pribadi")
    SEE_MONEY = "see_money", _("Melihat dana")
    OVERSIGHT = "oversight", _("Melihat lembar pengawasan")
    RESOLUTION = "resolution", _("Mencatat tindak lanjut")
    CONFIRM_RESOLUTION = "confirm_resolution", _("Mengonfirmasi tindak lanjut")
    ASK_CASE = "ask_case", _("Menanyakan satu orang")
    ANSWER_CASE = "answer_case", _("Menjawab pertanyaan tentang satu orang")
    ADMINISTER = "administer", _("Mengelola pengguna")


P = Permission
GRANTS: dict[str, frozenset[str]] = {
    Role.OPERATOR: frozenset(
        {
            P.SEE_PEOPLE,
            P.OPEN_NIK,
            P.INTAKE,
            P.MATCH,
            P.ELIGIBILITY,
            P.PROPOSE_FUND,
            P.PROPOSE_PLAN,
            P.PROPOSE_DECREE,
            P.EXCHANGE,
            P.BILL,
            P.PAY,
            P.CLAIM,
            P.HAND_OUT_CODE,
            P.SEE_MONEY,
            P.OVERSIGHT,
            P.RESOLUTION,
            P.ANSWER_CASE,
        }
    ),
    Role.APPROVER: frozenset(
        {
            P.SEE_PEOPLE,
            P.MATCH,
            P.APPROVE_FUND,
            P.APPROVE_PLAN,
            P.APPROVE_DECREE,
            P.APPROVE_BILL,
            P.APPROVE_CLAIM,
            P.SEE_MONEY,
            P.OVERSIGHT,
            P.RESOLUTION,
            P.CONFIRM_RESOLUTION,
        }
    ),
    Role.BRANCH: frozenset({P.SEE_PEOPLE, P.OPEN_NIK, P.EXCHANGE, P.CLAIM, P.HAND_OUT_CODE, P.OVERSIGHT}),
    Role.BUDGET: frozenset({P.SEE_MONEY, P.PROPOSE_FUND, P.APPROVE_FUND, P.APPROVE_PLAN, P.PAY, P.OVERSIGHT}),
    Role.DPRD: frozenset({P.OVERSIGHT, P.SEE_MONEY, P.CONFIRM_RESOLUTION, P.ASK_CASE}),
    Role.VILLAGE: frozenset({P.SEE_PEOPLE, P.INTAKE, P.HAND_OUT_CODE}),
    Role.DONOR: frozenset(),
    Role.ADMIN: frozenset({P.ADMINISTER}),
}
