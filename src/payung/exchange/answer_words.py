"""What the words of the branch's answer mean: accepted, refused and why, still pending, or not decided.

A good word is never a refusal, and nothing is an acceptance that goes on with another segment or firm. A word that is
not understood decides nothing: it is shown, and a person looks at it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

ACCEPTED, REFUSED, PENDING, UNKNOWN, BLANK = "accepted", "refused", "pending", "unknown", "blank"

#: Reasons as branches word them -> our code. First hit counts.
_REASONS: tuple[tuple[str, str], ...] = (
    (r"(nik|ktp|dukcapil|adminduk)\b.*\b(tidak|belum|bukan)\b.*(ditemukan|terdaftar|dikenal|ada|sesuai|aktif|padan|valid|online)"
     r"|\b(tidak|belum)\b.*\b(ditemukan|terdaftar|padan|valid|ada)\b.*\b(dukcapil|adminduk)|nik unknown"
     r"|\bnik\b.*\b(salah|invalid|non ?aktif|nonaktif|error|bermasalah)|\b(salah|invalid)\b nik"
     r"|^unknown$", "nik_unknown"),
    (r"\b(terdaftar|aktif|peserta|kepesertaan|anggota|tercatat|registered|active|member|karyawan|pekerja|bekerja|segmen)\b"
     r".*{elsewhere}|active elsewhere|penerima upah|\bsudah (terdaftar|aktif|menjadi peserta|jadi peserta)\b"
     r"|\b(peserta|segmen|kepesertaan) {segment}", "active_elsewhere"),
    (r"\b(usia|umur|age)\b|> ?65|di atas 65|lebih (dari )?65|too old|under ?age", "age"),
    (r"nama.*(beda|tidak (sesuai|sama|cocok|padan)|salah)|beda nama|name differs|\bname\b", "name_differs"),
    (r"meninggal|wafat|\balm(arhum(ah)?)?\b|died|deceased|dead\b", "died"),
    (r"\bganda\b|duplika(t|si)|dobel|double|duplicate", "double"),
    (r"(tanggal|tgl) lahir|\bbirth", "birth_date_differs"),
)  # fmt: skip
#: Other segments than the one we send to, and firms.
_SEGMENT = (
    r"\b(pu|ppu|penerima upah|jakon|jasa konstruksi|konstruksi|pmi|pekerja migran|tki|pns|asn|pppk|tni|polri|taspen"
    r"|asabri)\b"
)
_ELSEWHERE = (
    rf"({_SEGMENT}|\b(lain(nya)?|lainya|other|elsewhere|pt|cv|ud|firma|koperasi|yayasan|perusahaan"
    r"|badan usaha|pemberi kerja|instansi|company|tbk|perum|bumn|bumd|bumdes|dinas|majikan|mandiri|kantor|rumah sakit"
    r"|sekolah)\b)"
)
_PATTERNS = [
    (re.compile(pattern.replace("{elsewhere}", _ELSEWHERE).replace("{segment}", _SEGMENT)), code)
    for pattern, code in _REASONS
]
_IS_ELSEWHERE = re.compile(_ELSEWHERE)
#: "bukan penerima upah" is our own segment, however it is written.
_OURS = re.compile(r"\bbukan penerima upah\b|\bbukan pu\b")
#: What a page says of each code.
REFUSAL_WORDS = {
    "nik_unknown": "NIK tidak dikenal Dukcapil",
    "active_elsewhere": "sudah aktif di tempat lain",
    "age": "usia di luar batas",
    "name_differs": "nama berbeda dari Dukcapil",
    "died": "tercatat meninggal",
    "double": "ganda",
    "birth_date_differs": "tanggal lahir berbeda",
    "other": "alasan lain",
}
REFUSALS = (*dict.fromkeys(code for _, code in _REASONS), "other")

_SHORT = {
    "tdk": "tidak", "tak": "tidak", "gak": "tidak", "blm": "belum", "sdh": "sudah", "telah": "sudah", "tlh": "sudah",
    "not": "tidak", "no": "tidak", "non": "tidak", "bkn": "bukan", "usi": "usia", "dlm": "dalam", "dgn": "dengan",
    "nm": "nama", "dg": "dengan", "dngn": "dengan", "acc": "accepted",
    "trdaftar": "terdaftar", "tedaftar": "terdaftar", "terdaptar": "terdaftar", "didaftar": "terdaftar",
    "terdftar": "terdaftar", "diterma": "diterima", "ditrima": "diterima", "berhsil": "berhasil",
    "brhasil": "berhasil", "ditlak": "ditolak", "sukes": "sukses", "prsh": "perusahaan", "perush": "perusahaan",
}  # fmt: skip
#: Words that say by themselves that somebody was taken, and words that say it only with nothing else beside them.
_STRONG = re.compile(
    r"\b(diterima|terima|berhasil|sukses|success(ful(ly)?)?|succeeded|accepted|approved|disetujui|setuju|lolos|lulus"
    r"|ok(e|ay)?|valid|didaftarkan|layak|eligible|memenuhi syarat|terbit|done|passed)\b"
)
_WEAK = re.compile(
    r"\b(terdaftar|daftar|aktif|active|registered|enrolled|peserta|kepesertaan|y|ya|yes|v|ms|true)\b|[✓✔]"
)
#: What may stand beside a weak good word.
_HARMLESS = re.compile(
    r"^(?:\d+|di|ke|pada|per|sejak|mulai|tmt|tgl|tanggal|sebagai|sbg|menjadi|oleh|dengan|dan|atau|sudah|baru|lama|baik|lengkap"
    r"|benar|bpu|bukan|penerima|upah|pekerja|segmen|peserta|kepesertaan|program|jkk|jkm|jht|kartu|kpj|nomor|no|menyusul"
    r"|dicetak|cetak|segera|digital|bpjs|bpjstk|ketenagakerjaan|tk|jamsostek|cabang|kc|wadah|kelompok|data|status|hasil"
    r"|pendaftaran|terdaftar|daftar|aktif|active|registered|januari|februari|maret|april|mei|juni|juli|agustus|september|oktober"
    r"|ms|true|[✓✔]|november|desember|jan|feb|mar|apr|jun|jul|agu|ags|sep|okt|nov|des|kembali|nik|nama|sesuai|ya|y|yes|v|as|member|is"
    r"|wita|wib|selesai|final|iuran|pembayaran|bayar|menunggu|masa|tunggu|pertama|siap|sah|rentan|pekerja|dikirim|via|lewat|melalui|pos|kurir|diantar|diambil"
    r"|elektronik|jmo|aplikasi|terlampir|email|surel|wa)$"
)
_NOT = re.compile(r"\b(tidak|bukan|tanpa|batal|dibatalkan|gagal)\b")
_REFUSAL = re.compile(
    r"\b(ditolak|tolak|penolakan|gagal|fail(ed|ure)?|error|reject(ed)?|refused|declined|denied|invalid|batal|dibatalkan"
    r"|dicoret|nonaktif|inactive|dinonaktifkan|dikeluarkan|dikembalikan|cancel(led|ed)?|tms|t|n|x)\b|^tidak$|^(no|false)$"
)
#: "tidak" before what would have been good.
_NEGATED = re.compile(
    r"\b(tidak|bukan|tanpa|gagal|batal|dibatalkan)\b(?:\s+\w+){0,2}?\s+(diterima|terima|berhasil|sukses|success\w*|accepted|approved|disetujui"
    r"|setuju|lolos|lulus|ok|valid|terdaftar|didaftarkan|mendaftar|layak|eligible|memenuhi|aktif|active|registered|sah|terbit"
    r"|dapat|bisa|sesuai|ditemukan|dikenal|cocok|padan)\b|\btidak (dapat|bisa)\b"
)
#: Not yet: nobody has decided.
_PENDING = re.compile(
    r"\b(pending|proses|diproses|processing|process|progress|menunggu|tunggu|waiting|wait|antri|antrian|antrean|queue(d)?"
    r"|verifikasi|diverifikasi|verification|belum|ditunda|tunda|hold|draft|review|direview|ditinjau|dicek|dikonfirmasi"
    r"|konfirmasi|perbaikan|perbaiki|diperbaiki|lengkapi|dilengkapi|susulan)\b"
)
#: What still waits though the person is taken.
_WAITS_AFTER = re.compile(
    r"\b(menunggu|tunggu|proses|diproses|belum)\b(?:\s+\w+){0,2}?\s+(kartu|cetak|dicetak|pembayaran|bayar|iuran|kpj|masa|tunggu)\b"
    r"|\bmasa tunggu\b|\bkartu\b.*\b(menyusul|proses|diproses|belum|dicetak|segera)\b"
)
_PASSED = re.compile(
    r"\b(lolos|lulus|berhasil|sukses|selesai|hasil) (di ?)?(verifikasi|verification|proses|review)\b"
    r"|^(verifikasi|verification|proses|review|konfirmasi) (sudah )?(lolos|lulus|berhasil|sukses|ok|valid|disetujui)\b"
)
_RECEIVED = re.compile(
    r"\b(berkas|data|file|dokumen|permohonan|usulan)\b.*\b(diterima|terima)\b"
    r"|\b(berhasil|sukses) (dikirim|diunggah|diupload|upload|unggah|disimpan|diinput|diajukan|diusulkan|diimpor)\b"
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text was taken for: the state, a refusal's code ('' where it gives none), and whether it is certain.

    A `weak` acceptance ("terdaftar", "aktif") yields to a reason that stands beside it.
    """

    state: str
    reason: str = ""
    weak: bool = False


def plain(text: str) -> str:
    """Return a text in small letters, words apart by one space, common shortenings written out."""
    words = re.sub(
        r"[^a-z0-9✓✔>]+", " ", re.sub(r"(?<=\b[a-z])\.(?=[a-z]\b)", "", text.lower().replace("_", " "))
    ).split()
    return " ".join(_SHORT.get(word, word) for word in words)


def _reason(bare: str) -> str:
    own = _OURS.sub("bpu", bare)
    return next((code for pattern, code in _PATTERNS if pattern.search(own)), "")


@lru_cache(maxsize=4096)
def meaning(text: str, *, reason_column: bool = False) -> Meaning:
    """Classify one cell of an answer. In a column of reasons a text that says nothing good is a refusal.

    >>> meaning("Berhasil, kartu menyusul").state, meaning("AKTIF DI SEGMEN PU").reason
    ('accepted', 'active_elsewhere')
    >>> meaning("Terdaftar BPU").state, meaning("PENDING, menunggu verifikasi").state, meaning("lihat lampiran").state
    ('accepted', 'pending', 'unknown')
    """
    bare = plain(text)
    if not bare:
        return Meaning(BLANK)
    own = _OURS.sub("bpu", bare)
    reason = _reason(bare)
    strong, weak = bool(_STRONG.search(own)), bool(_WEAK.search(own))
    if _NEGATED.search(own) or (_REFUSAL.search(own) and not strong):
        return Meaning(REFUSED, reason or "other")
    if re.search(r"\bsudah (terdaftar|aktif|menjadi peserta|jadi peserta|peserta)\b", own) and not strong:
        return _already(own, reason_column)
    if strong:
        return _said_good(own, reason)
    if reason or re.fullmatch(_SEGMENT, own):
        return Meaning(REFUSED, reason or "active_elsewhere")
    if _PENDING.search(own) and not (weak and _WAITS_AFTER.search(own)):
        return Meaning(PENDING)
    if weak:
        if all(_HARMLESS.match(word) for word in own.split()):
            return Meaning(ACCEPTED, weak=True)
        return Meaning(UNKNOWN)
    return Meaning(REFUSED, "other") if reason_column else Meaning(UNKNOWN)


def _already(own: str, reason_column: bool) -> Meaning:
    """Judge "Sudah terdaftar": elsewhere, if it says so or is given as a reason; alone it may be good or bad."""
    if reason_column or _IS_ELSEWHERE.search(own):
        return Meaning(REFUSED, "active_elsewhere")
    return Meaning(UNKNOWN)


def _said_good(own: str, reason: str) -> Meaning:
    """Split a text into the word that says somebody was accepted, and the rest of it."""
    if _REFUSAL.search(_STRONG.sub(" ", own)) or reason not in ("", "active_elsewhere"):
        return Meaning(UNKNOWN)
    if reason or _IS_ELSEWHERE.search(own):
        return Meaning(REFUSED, "active_elsewhere") if reason and _WEAK.search(own) else Meaning(UNKNOWN)
    if _RECEIVED.search(own) or (_PENDING.search(_PASSED.sub(" ", own)) and not _WAITS_AFTER.search(own)):
        return Meaning(PENDING)
    return Meaning(ACCEPTED)


def together(statuses: tuple[str, ...], reason: str, remark: str, sheet: str) -> Meaning:
    """Classify a row by its status cells, then its reason and remark, then the subject of its sheet.

    Cells that contradict each other decide nothing.
    """
    said = [found for one in statuses if (found := meaning(one)).state != BLANK]
    because, beside = meaning(reason, reason_column=True), meaning(remark)
    if not said:
        return _without_status(because, beside, sheet)
    states = {one.state for one in said}
    if len(states) > 1:
        return Meaning(PENDING if states == {ACCEPTED, PENDING} else UNKNOWN)
    first = said[0]
    if first.state == REFUSED:
        if ACCEPTED in (because.state, beside.state) and not (because.weak or beside.weak):
            return Meaning(UNKNOWN)
        codes = [one.reason for one in (*said, because, beside) if one.reason not in ("", "other")]
        return Meaning(REFUSED, codes[0] if codes else "other")
    if first.state == ACCEPTED:
        # A text of no meaning in the column of reasons ("lengkap") does not contradict.
        against = next((one for one in (meaning(reason), beside) if one.state == REFUSED), None)
        if against is not None:
            weak = first.weak and against.reason == "active_elsewhere"
            return Meaning(REFUSED, against.reason) if weak else Meaning(UNKNOWN)
        if sheet == REFUSED:
            return Meaning(UNKNOWN)
    return first


def _without_status(because: Meaning, beside: Meaning, sheet: str) -> Meaning:
    if sheet == REFUSED:
        if ACCEPTED in (because.state, beside.state):
            return Meaning(UNKNOWN)
        return Meaning(REFUSED, because.reason or beside.reason or "other")
    if REFUSED in (because.state, beside.state):
        if sheet == ACCEPTED or ACCEPTED in (because.state, beside.state):
            return Meaning(UNKNOWN)
        return because if because.state == REFUSED else beside
    for state in (PENDING, ACCEPTED, UNKNOWN):
        if state in (because.state, beside.state):
            return Meaning(ACCEPTED if state == UNKNOWN and sheet == ACCEPTED else state)
    return Meaning(ACCEPTED) if sheet == ACCEPTED else Meaning(BLANK)


_BAD_SHEET = re.compile(
    r"\b(ditolak|tolak|penolakan|gagal|reject(ed)?|refused|failed|invalid|tms|error|batal)\b"
)
_GOOD_SHEET = re.compile(
    r"\b(diterima|berhasil|sukses|terdaftar|accepted|registered|approved|valid|lolos|lulus|disetujui|ok)\b"
)


def sheet_is(name: str) -> str:
    """Classify a sheet, or a table under a title, by its name: accepted, refused, or ''."""
    bare = plain(name)
    bad = bool(_BAD_SHEET.search(bare) or _NEGATED.search(bare))
    good = bool(_GOOD_SHEET.search(_NEGATED.sub(" ", bare)))
    return "" if bad == good else REFUSED if bad else ACCEPTED
