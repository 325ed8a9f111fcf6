"""Roles and what each may do. A role counts only within the region it was given for."""

from __future__ import annotations

from django.db import models


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

    SEE_PEOPLE = "see_people", "Melihat data orang"
    OPEN_NIK = "open_nik", "Membuka NIK lengkap"
    INTAKE = "intake", "Memuat daftar"
    MATCH = "match", "Memutuskan pasangan"
    ELIGIBILITY = "eligibility", "Menilai kelayakan"
    PROPOSE_FUND = "propose_fund", "Mengusulkan sumber dana"
    APPROVE_FUND = "approve_fund", "Menyetujui sumber dana"
    PROPOSE_PLAN = "propose_plan", "Mengusulkan rencana"
    APPROVE_PLAN = "approve_plan", "Menyetujui rencana"
    PROPOSE_DECREE = "propose_decree", "Mengusulkan SK"
    APPROVE_DECREE = "approve_decree", "Menyetujui SK"
    EXCHANGE = "exchange", "Bertukar berkas dengan cabang"
    BILL = "bill", "Membuat tagihan"
    APPROVE_BILL = "approve_bill", "Menyetujui tagihan"
    PAY = "pay", "Mencatat bukti bayar"
    CLAIM = "claim", "Menangani klaim"
    APPROVE_CLAIM = "approve_claim", "Menyetujui keputusan klaim"
    HAND_OUT_CODE = "hand_out_code", "Membagikan kode pribadi"
    SEE_MONEY = "see_money", "Melihat dana"
    OVERSIGHT = "oversight", "Melihat lembar pengawasan"
    RESOLUTION = "resolution", "Mencatat tindak lanjut"
    CONFIRM_RESOLUTION = "confirm_resolution", "Mengonfirmasi tindak lanjut"
    ASK_CASE = "ask_case", "Menanyakan satu orang"
    ANSWER_CASE = "answer_case", "Menjawab pertanyaan tentang satu orang"
    ADMINISTER = "administer", "Mengelola pengguna"


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
