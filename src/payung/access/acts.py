"""Every act that leaves an event in the audit: its words, who may do it, and where the permission must be held.

`payung.access.actor.action` takes an act, so a misspelt one cannot be written, and a new one is classified here before
anybody can do it. Pages ask `Actor.can` of the same act whether to show its button.
"""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from payung.access.roles import Permission

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Scope(StrEnum):
    """Where the permission for an act must be held."""

    #: In the whole province: the act concerns money, papers or settings of all.
    PROVINCE = "province"
    #: Where its subject lies: the region of the case, the person, the list, or of every line of the decree.
    SUBJECT = "subject"
    #: Anywhere: the act itself reaches only what lies where the permission is held.
    OWN = "own"
    #: Nobody needs to be logged in, or Payung does it by itself.
    PUBLIC = "public"


class Place(StrEnum):
    """Where an act is done, when it is no region's code."""

    #: All of the province; the only place of an act whose scope is the province.
    WHOLE_PROVINCE = "whole province"
    #: The regions in which the actor holds the permission.
    OWN_REGIONS = "own regions"
    #: The subject's region, which is known once it is locked: `Deed.at` says it, or the act does not end.
    OF_SUBJECT = "of the subject"


WHOLE_PROVINCE, OWN_REGIONS, OF_SUBJECT = Place.WHOLE_PROVINCE, Place.OWN_REGIONS, Place.OF_SUBJECT

P, PROVINCE, SUBJECT, OWN, PUBLIC = Permission, Scope.PROVINCE, Scope.SUBJECT, Scope.OWN, Scope.PUBLIC


class Act(Enum):
    """One kind of audited act. The value is the name by which events keep it."""

    _value_: str
    subject: str
    scope: Scope
    permissions: tuple[Permission, ...]
    words: StrOrPromise

    def __new__(
        cls, name: str, subject: str, scope: Scope, words: StrOrPromise, *permissions: Permission
    ) -> Act:
        """Make an act of its name, subject kind, scope, words, and the permissions that allow it."""
        act = object.__new__(cls)
        act._value_ = name
        act.subject, act.scope, act.words, act.permissions = subject, scope, words, permissions
        return act

    def __str__(self) -> str:
        return str(self.value)

    # Users and roles
    SET_PASSWORD = "set_password", "user", SUBJECT, _("Mengganti kata sandi"), P.ADMINISTER
    CREATE_USER = "create_user", "user", SUBJECT, _("Menambah pengguna"), P.ADMINISTER
    KEYS_ROTATE = "keys.rotate", "keys", PROVINCE, _("Mengganti kunci"), P.ADMINISTER
    KEYS_RETIRE = "keys.retire", "keys", PROVINCE, _("Melepas kunci lama"), P.ADMINISTER

    # Lists and people
    LOAD = "load", "intake", SUBJECT, _("Memuat daftar"), P.INTAKE
    UNDO = "undo", "intake", SUBJECT, _("Membatalkan daftar"), P.INTAKE
    SETTLE = "settle", "intake", SUBJECT, _("Tidak menunggu baris yang dikembalikan"), P.INTAKE
    SAVE_MAPPING = "save_mapping", "mapping", OWN, _("Menyimpan arti kolom pengirim"), P.INTAKE
    RETURN_ROWS = "return_rows", "intake", SUBJECT, _("Mengunduh baris yang dikembalikan"), P.INTAKE
    READ_PASSED = "read_passed", "intake", SUBJECT, _("Mengunduh baris yang dilewati"), P.INTAKE
    OPEN_NIK = "open_nik", "person", SUBJECT, _("Membuka NIK lengkap"), P.OPEN_NIK
    LOOKUP_ELSEWHERE = (
        "lookup_elsewhere",
        "person",
        OWN,
        _("Mencari orang di luar wilayahnya"),
        P.SEE_PEOPLE,
        P.INTAKE,
    )
    MATCH = "match", "match_run", OWN, _("Mencocokkan baris"), P.MATCH
    JUDGE_SAME = "judge_same", "pair", SUBJECT, _("Memutuskan orang yang sama"), P.MATCH
    JUDGE_DIFFERENT = "judge_different", "pair", SUBJECT, _("Memutuskan orang berbeda"), P.MATCH
    JUDGE_ASKED = "judge_asked", "pair", SUBJECT, _("Menanyakan pasangan ke desa"), P.MATCH
    JUDGE_UNKNOWN = "judge_unknown", "pair", SUBJECT, _("Mencatat bahwa desa tidak tahu"), P.MATCH
    MERGE_APPROVE = "merge_approve", "pair", SUBJECT, _("Menyetujui penggabungan"), P.MATCH
    MERGE_DECLINE = "merge_decline", "pair", SUBJECT, _("Menolak penggabungan"), P.MATCH
    UNDO_JUDGEMENT = "undo_judgement", "pair", SUBJECT, _("Membatalkan keputusan pasangan"), P.MATCH
    JUDGE_BLIND = "judge_blind", "blind_check", SUBJECT, _("Menilai pemeriksaan buta"), P.MATCH
    SEPARATE = "separate", "blind_check", SUBJECT, _("Memisahkan baris dari orang"), P.MATCH
    SET_THRESHOLDS = "set_thresholds", "thresholds", PROVINCE, _("Menetapkan ambang pencocokan"), P.MATCH
    SET_TRUST = "set_trust", "trust", PROVINCE, _("Menetapkan urutan sumber"), P.MATCH
    JUDGE = "judge", "eligibility", PROVINCE, _("Menilai kelayakan semua orang"), P.ELIGIBILITY

    # Payers, funds, plans
    ADD_PAYER = "add_payer", "payer", SUBJECT, _("Menambah pembayar"), P.PROPOSE_FUND
    PROPOSE_FUND = "propose_fund", "fund", SUBJECT, _("Mengusulkan dana"), P.PROPOSE_FUND
    APPROVE_FUND = "approve_fund", "fund", SUBJECT, _("Menyetujui dana"), P.APPROVE_FUND
    REJECT_FUND = "reject_fund", "fund", SUBJECT, _("Menolak dana"), P.APPROVE_FUND
    PROPOSE_CHANGE = "propose_change", "fund", SUBJECT, _("Mengusulkan perubahan dana"), P.PROPOSE_FUND
    DECIDE_CHANGE = "decide_change", "fund", SUBJECT, _("Memutuskan perubahan dana"), P.APPROVE_FUND
    POST = "post", "entry", PROVINCE, _("Mencatat gerakan uang"), P.PAY
    PROPOSE_PLAN = "propose_plan", "plan", SUBJECT, _("Mengusulkan rencana"), P.PROPOSE_PLAN
    APPROVE_PLAN = "approve_plan", "plan", PROVINCE, _("Menyetujui rencana"), P.APPROVE_PLAN
    REJECT_PLAN = "reject_plan", "plan", PROVINCE, _("Menolak rencana"), P.APPROVE_PLAN

    # Promises of donors
    DONATION_PLEDGE = "donation.pledge", "donation", PUBLIC, _("Menjanjikan donasi")
    DONATION_WITHDRAW = "donation.withdraw", "donation", PUBLIC, _("Menarik janji donasi")
    DONATION_LIST = "donation.list", "donation", PUBLIC, _("Mengatur nama di buku donasi")
    DONATION_OPEN_CONTACT = (
        "donation.open_contact",
        "donation",
        PROVINCE,
        _("Membuka kontak donatur"),
        P.PROPOSE_FUND,
    )
    DONATION_CHECK = "donation.check", "donation", PROVINCE, _("Memeriksa janji donasi"), P.PROPOSE_FUND
    DONATION_REJECT = "donation.reject", "donation", PROVINCE, _("Menolak janji donasi"), P.PROPOSE_FUND
    DONATION_EXPIRE = (
        "donation.expire",
        "donation",
        PROVINCE,
        _("Menyatakan janji kedaluwarsa"),
        P.APPROVE_FUND,
    )

    # Decrees and their changes
    DECREE_PROPOSE = "decree.propose", "decree", SUBJECT, _("Mengusulkan SK"), P.PROPOSE_DECREE
    DECREE_APPROVE = "decree.approve", "decree", SUBJECT, _("Menetapkan SK"), P.APPROVE_DECREE
    DECREE_REJECT = "decree.reject", "decree", SUBJECT, _("Menolak SK"), P.APPROVE_DECREE
    CHANGE_PROPOSE = (
        "change.propose",
        "person",
        SUBJECT,
        _("Mengusulkan perubahan seseorang"),
        P.PROPOSE_DECREE,
    )
    CHANGE_FIND = "change.find", "change", OWN, _("Mencari perubahan dari data"), P.PROPOSE_DECREE
    CHANGE_REJECT = "change.reject", "change", SUBJECT, _("Menolak perubahan seseorang"), P.APPROVE_DECREE
    AMENDMENT_PROPOSE = (
        "amendment.propose",
        "decree",
        SUBJECT,
        _("Mengusulkan SK perubahan"),
        P.PROPOSE_DECREE,
    )
    AMENDMENT_APPROVE = (
        "amendment.approve",
        "amendment",
        SUBJECT,
        _("Menetapkan SK perubahan"),
        P.APPROVE_DECREE,
    )
    AMENDMENT_REJECT = "amendment.reject", "amendment", SUBJECT, _("Menolak SK perubahan"), P.APPROVE_DECREE

    # The branch
    UPLOAD_MAKE = "upload.make", "decree", PROVINCE, _("Membuat berkas cabang"), P.EXCHANGE
    UPLOAD_DOWNLOAD = "upload.download", "upload", PROVINCE, _("Mengunduh berkas cabang"), P.EXCHANGE
    ANSWER_APPLY = "answer.apply", "answer", PROVINCE, _("Menerapkan jawaban cabang"), P.EXCHANGE
    ANSWER_TAKE_BACK = "answer.take_back", "answer", PROVINCE, _("Menarik jawaban cabang"), P.EXCHANGE
    DIFFERENCE_COMPARE = (
        "difference.compare",
        "difference",
        PROVINCE,
        _("Membandingkan tiga sisi"),
        P.EXCHANGE,
    )
    DIFFERENCE_SETTLE = "difference.settle", "difference", SUBJECT, _("Menyelesaikan selisih"), P.EXCHANGE
    DIFFERENCE_GIVE = "difference.give", "difference", SUBJECT, _("Mengambil alih selisih"), P.EXCHANGE
    NOTICE_MAKE = "notice.make", "notice", PROVINCE, _("Membuat pemberitahuan"), P.EXCHANGE
    NOTICE_SEND = "notice.send", "notice", PROVINCE, _("Mengirim pemberitahuan"), P.EXCHANGE
    NOTICE_PRINTED = "notice.printed", "notice", PROVINCE, _("Menandai pemberitahuan dicetak"), P.EXCHANGE
    CONTACT_SET = "contact.set", "contact", PROVINCE, _("Mencatat alamat pemberitahuan"), P.EXCHANGE

    # Bills and payments
    BILL_MAKE = "bill.make", "bill", PROVINCE, _("Membuat tagihan"), P.BILL
    BILL_APPROVE = "bill.approve", "bill", PROVINCE, _("Menyetujui tagihan"), P.APPROVE_BILL
    BILL_SEND = "bill.send", "bill", PROVINCE, _("Menandai tagihan terkirim"), P.BILL
    BILL_CODE = "bill.code", "bill", PROVINCE, _("Mengubah kode iuran"), P.BILL
    BILL_RECONCILE = "bill.reconcile", "bill", PROVINCE, _("Merekonsiliasi tagihan"), P.BILL
    STATEMENT_LOAD = "statement.load", "statement", PROVINCE, _("Memuat rekening koran"), P.PAY
    STATEMENT_FEES = "statement.fees", "statement", PROVINCE, _("Mencatat biaya bank"), P.PAY
    RECEIPT_RECORD = "receipt.record", "statement", PROVINCE, _("Mencatat kuitansi"), P.PAY
    PAYMENT_MATCH = "payment.match", "payment", PROVINCE, _("Mencocokkan pembayaran"), P.PAY
    PAYMENT_TAKE_BACK = "payment.take_back", "payment", PROVINCE, _("Menarik pencocokan pembayaran"), P.PAY
    PAYMENT_REFUND = "payment.refund", "payment", PROVINCE, _("Mencatat uang kembali"), P.PAY

    # Deaths, accidents, cases
    DEATHS_RUN = "deaths.run", "death", OWN, _("Memeriksa kematian"), P.CLAIM
    DEATH_REPORT = "death.report", "person", SUBJECT, _("Melaporkan kematian"), P.CLAIM, P.INTAKE
    DEATH_NOT_THIS_ONE = "death.not_this_one", "person", SUBJECT, _("Menyatakan bukan orang ini"), P.CLAIM
    DEATH_CONFIRM = "death.confirm", "person", SUBJECT, _("Memutuskan laporan kematian"), P.APPROVE_CLAIM
    ACCIDENT_REPORT = "accident.report", "case", SUBJECT, _("Melaporkan kecelakaan kerja"), P.CLAIM
    ACCIDENT_FACTS = "accident.facts", "case", SUBJECT, _("Mencatat keterangan kecelakaan"), P.CLAIM
    ACCIDENT_REPORT_SENT = "accident.report_sent", "case", SUBJECT, _("Mencatat laporan ke cabang"), P.CLAIM
    CASE_MOVE = "case.move", "case", SUBJECT, _("Memindahkan kasus"), P.CLAIM
    CASE_DECIDE = "case.decide", "case", SUBJECT, _("Memutuskan perpindahan kasus"), P.APPROVE_CLAIM
    CASE_CHILDREN = "case.children", "case", SUBJECT, _("Mencatat anak untuk beasiswa"), P.CLAIM
    CASE_TELL = "case.tell", "case", SUBJECT, _("Mencatat keluarga diberi tahu"), P.CLAIM
    CASE_LETTER = "case.letter", "case", SUBJECT, _("Mencetak surat keluarga"), P.CLAIM
    CODE_PRINT_VILLAGE = (
        "code.print_village",
        "region",
        SUBJECT,
        _("Mencetak kode pribadi satu desa"),
        P.HAND_OUT_CODE,
    )
    CODE_PRINT = "code.print", "person", SUBJECT, _("Mencetak kode pribadi seseorang"), P.HAND_OUT_CODE
    CODE_RENEW = "code.renew", "person", SUBJECT, _("Mengganti kode pribadi seseorang"), P.HAND_OUT_CODE
    STATUS_GUESSED = "status.guessed", "status", PUBLIC, _("Mengenali orang yang menebak di cek perlindungan")
    PAPER_STORE = "paper.store", "case", SUBJECT, _("Menyimpan berkas kasus"), P.CLAIM
    PAPER_REMOVE = "paper.remove", "paper", SUBJECT, _("Menghapus berkas kasus"), P.CLAIM
    PAPER_OPEN = "paper.open", "paper", SUBJECT, _("Membuka berkas kasus"), P.CLAIM, P.APPROVE_CLAIM

    # Oversight
    REBUILD = "rebuild", "oversight", PROVINCE, _("Menghitung ulang angka"), P.OVERSIGHT
    PUBLISH = "publish", "snapshot", PROVINCE, _("Menerbitkan angka"), P.RESOLUTION
    RECORD_OUTSIDE = "record_outside", "outside", PROVINCE, _("Mencatat angka pihak lain"), P.RESOLUTION
    VILLAGE_NAMES = "village.names", "region", SUBJECT, _("Mencetak nama satu desa"), P.SEE_PEOPLE
    CASE_ASK = "case.ask", "question", SUBJECT, _("Menanyakan satu orang"), P.ASK_CASE
    CASE_ANSWER = "case.answer", "question", SUBJECT, _("Menjawab pertanyaan"), P.ANSWER_CASE
    CASE_OPEN = "case.open", "question", SUBJECT, _("Membuka pertanyaan"), P.ANSWER_CASE
    MEETING_RECORD = "meeting.record", "meeting", PROVINCE, _("Mencatat rapat"), P.RESOLUTION
    MEETING_CHANGE = "meeting.change", "meeting", PROVINCE, _("Mengubah risalah"), P.RESOLUTION
    MEETING_ADOPT = "meeting.adopt", "meeting", PROVINCE, _("Mengesahkan risalah"), P.CONFIRM_RESOLUTION
    MEETING_ATTACH = "meeting.attach", "meeting", PROVINCE, _("Menyimpan berkas rapat"), P.RESOLUTION
    MEETING_OPEN_FILE = "meeting.open_file", "meeting", OWN, _("Membuka berkas rapat"), P.OVERSIGHT
    RESOLUTION_RECORD = "resolution.record", "resolution", PROVINCE, _("Mencatat tindak lanjut"), P.RESOLUTION
    RESOLUTION_WITHDRAW = (
        "resolution.withdraw",
        "resolution",
        PROVINCE,
        _("Mencabut tindak lanjut"),
        P.RESOLUTION,
    )
    RESOLUTION_CLAIM = (
        "resolution.claim",
        "resolution",
        PROVINCE,
        _("Menyatakan tindak lanjut selesai"),
        P.RESOLUTION,
    )
    RESOLUTION_DECIDE = (
        "resolution.decide",
        "resolution",
        PROVINCE,
        _("Memutuskan penyelesaian"),
        P.CONFIRM_RESOLUTION,
    )
