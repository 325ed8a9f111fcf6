"""Who a list says is dead, moved away, missing or not valid: registers keep them, and they are no candidates.

Read are columns of status (SIAK, OpenSID), remarks, cells without a heading, flags and days of death, and names that
begin or end with *almarhum*. A remark can speak of somebody else (*suami meninggal*): only what is said of the person
counts, so every phrase is read from its beginning, and none beside a relative.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from payung.exchange.cells import NOTHING
from payung.exchange.headings import header_key

Said = Literal["status_dead", "status_moved", "status_missing", "status_invalid"]
#: What a column can be to this module.
Sort = Literal["base", "said", "dead_flag", "moved_flag"]

_SAYING = frozenset(
    (
        *(
            "status",
            "keberadaan",
            "keadaan",
            "kondisi",
            "mutasi",
            "hidup",
            "keterangan",
            "ket",
            "ktrgn",
            "catatan",
            "cat",
        ),
        *(
            "remark",
            "remarks",
            "note",
            "notes",
            "alasan",
            "info",
            "informasi",
            "verifikasi",
            "validasi",
            "kolom",
        ),
        *("penjelasan", "hasil", "statusdasar", "statushidup", "statuspenduduk", "vital"),
    )
)
#: A column about these says nothing of whether the person lives here.
_OF_OTHERS = frozenset(
    (
        *("kawin", "perkawinan", "nikah", "pernikahan", "marital", "kerja", "pekerjaan", "pekerja", "rumah"),
        *(
            "kepemilikan",
            "milik",
            "lahan",
            "tanah",
            "bangunan",
            "hubungan",
            "keluarga",
            "shdk",
            "shdrt",
            "gizi",
        ),
        *(
            "sekolah",
            "pendidikan",
            "ayah",
            "ibu",
            "suami",
            "istri",
            "isteri",
            "pasangan",
            "ortu",
            "orangtua",
            "tua",
        ),
        *("waris", "anak", "kks", "pkh", "bansos", "bantuan", "usaha", "kapal", "ekonomi", "kesejahteraan"),
        *("kesehatan", "hamil", "ternak", "tanggungan", "kk", "kepala", "lampu", "listrik", "air", "agama"),
    )
)
_YES = frozenset(("ya", "y", "yes", "1", "true", "v", "x", "√", "✓", "✔", "benar", "sudah", "iya"))
_RELATIVE = re.compile(
    r"\b(?:suami|istri|isteri|ayah|bapak|bpk|ibu|mama|anak|putra|putri|orang ?tua|ortu|kepala|kk|pasangan|mertua"
    r"|menantu|kakek|nenek|cucu|ahli ?waris|pewaris|saudara|sdr|kakak|adik|paman|bibi|keponakan|keluarga|yatim|piatu"
    r"|krt|wali|tetangga|penjamin|pemilik|majikan|sapi|ternak|tanaman)(?:nya|ku)?\b"
)
_HEIR_AFTER = re.compile(
    r"[\s,;.(/-]*(?:\b(?:tidak|tdk|tak|belum|blm|tanpa|ada|punya|mempunyai|memiliki)\s+)*\bahli ?waris(?:nya)?\b.*$"
)
_WIDOWED = re.compile(r"\b(?:janda|duda|cerai|kawin|nikah)\b")
_WHO = (
    r"(?:(?:ybs|yang bersangkutan|yg bersangkutan|bersangkutan|orangnya|orang|org|peserta|pekerja|warga|penduduk|calon"
    r"|beliau|status|ket|keterangan|anggota|nelayan|petani|penerima|karena|krn|dinyatakan|diketahui|dilaporkan"
    r"|tercatat|terdata|data|sudah|sdh|udah|telah|tlh|lama|baru|saja|ini|itu|tsb|tersebut)\s+)*"
)
_WHEN = (
    r"(?:$|dunia|pada|tgl|tanggal|thn|tahun|th|bln|bulan|bl|hari|di|karena|krn|akibat|sejak|saat|sakit|\d)"
)
_DEAD = re.compile(
    rf"^{_WHO}(?:(?:meninggal|meninggl|meningal|mninggal|meniggal|meninggaldunia|wafat|tewas|berpulang|tutup usia"
    r"|(?:sudah|sdh|telah|tlh) tiada"
    rf"|deceased|passed away|dead|died)(?:\s|$)|(?:mati|alm|almh|almr|almarhum|almarhumah|md|m d)(?:$|\s+{_WHEN}))"
)
_STAYS = (
    r"(?!datang|masuk|dari|kk\b|kartu|rt\b|rw\b|dusun|gang|tugas|kerja|pekerjaan|profesi|haluan|jenis|mata pencaharian"
    r"|usaha|segmen|kelas|partai|kelompok|faskes|bank|rekening|sekolah|agama|kapal|antar (?:rt|rw|dusun)"
    r"|dalam (?:desa|kelurahan|satu|rt|kampung)|(?:alamat|rumah) (?:dalam|ke rt|rt|antar))"
)
_MOVED = re.compile(
    rf"^{_WHO}(?:(?:pindah|pndh|moved)(?:$|\s+{_STAYS})|mutasi keluar|keluar daerah|bukan (?:warga|penduduk)\b"
    r"|tidak (?:lagi )?(?:tinggal|berdomisili|menetap)\b|tdk (?:lagi )?(?:tinggal|berdomisili|menetap)\b)"
)
_MISSING = re.compile(
    rf"^{_WHO}(?:(?:orang )?hilang$|hilang (?:sejak|di laut|kontak)|(?:tidak|tdk|tak) diketahui keberadaan"
    r"|(?:tidak|tdk|tak) ditemukan(?:$| (?:di (?:alamat|lapangan|tempat|lokasi|desa|rumah)|orang|keberadaan))|missing$"
    r"|pergi(?:$| tanpa))"
)
_INVALID = re.compile(
    rf"^{_WHO}(?:(?:(?:data|nik|ktp)\s+)?(?:tidak|tdk|tak|belum|blm|non)\s+(?:valid|padan)\b|(?:nik |data )?invalid\b"
    r"|nik\s+(?:(?:tidak|tdk)\s+(?:aktif|terdaftar|ditemukan|dikenal|sesuai)|non ?aktif|nonaktif|salah)"
    r"|(?:(?:data|nik|nama|orang|penduduk|identitas)\s+)?(?:ganda|dobel|double|duplikat|duplikasi|duplicate)$)"
)
#: OpenSID's `status_dasar`: 1 HIDUP, 2 MATI, 3 PINDAH, 4 HILANG, 6 PERGI, 9 TIDAK VALID. Version 2410 writes the
#: words of another list (TETAP, TIDAK TETAP, PENDATANG) for 1, 2, 3.
_BASE: dict[str, Said] = {
    "2": "status_dead",
    "3": "status_moved",
    "4": "status_missing",
    "6": "status_missing",
    "9": "status_invalid",
    "tidak tetap": "status_dead",
    "pendatang": "status_moved",
}
_LATE = r"(?:alm|almh|almr|almarhum|almarhumah)"
_TITLE = r"(?:(?:h|hj|haji|hajjah|drs|dra|ir|dr|bpk|bapak|ibu|sdr|sdri|tn|ny|kh|ust|ustadz|pak|bu)\b\.?\s*)*"
_NAME_BEGINS = re.compile(rf"^[\s(\[†+]*{_TITLE}[\s(\[]*{_LATE}\b[\s.,:)\]/\-]+\S", re.IGNORECASE)
_NAME_ENDS = re.compile(
    rf"[\s,.(\[/\-]+(?:{_LATE}|meninggal(?: dunia)?|wafat)\.?\s*[)\]]*\s*$|†|\(\s*md\s*\)", re.IGNORECASE
)
#: Every name that `of_name` can say something about holds one of these.
NAME_HINT = r"(?i)alm|meninggal|wafat|md|†|\+"
#: The father's name: what stands at its end is said of him ('Ahmad bin Hasan (alm)').
_FATHER = re.compile(r"\b(?:bin|binti|bte|bt|b)\b", re.IGNORECASE)


def sort_of(header: str) -> Sort | None:
    """Return the kind of remark on life and residence that a column of this name holds; None for any other column."""
    key = header_key(header)
    words = set(key.split())
    # Survey books ask it so: 'Status keberadaan anggota keluarga'.
    of_person = words - {"keluarga"} if "keberadaan" in words else words
    if of_person & _OF_OTHERS:
        return None
    if key in ("status dasar", "statusdasar", "kode status dasar"):
        return "base"
    if words and words <= {
        "meninggal",
        "wafat",
        "mati",
        "sudah",
        "telah",
        "dunia",
        "apakah",
        "almarhum",
        "alm",
    }:
        return "dead_flag"
    if words and words <= {"pindah", "sudah", "telah"}:
        return "moved_flag"
    return "said" if words & _SAYING else None


def of_cell(text: str, sort: Sort) -> Said | None:
    """Read what a cell of such a column says of the person; None where it says nothing or speaks of another."""
    low = text.strip().lower()
    if low in NOTHING:
        return None
    if sort == "base":
        bare = re.sub(r"[.,]0+$", "", low)
        if bare in _BASE:
            return _BASE[bare]
    flag: Said | None = {"dead_flag": "status_dead", "moved_flag": "status_moved"}.get(sort)  # type: ignore[assignment]
    if flag and low in _YES:
        return flag
    return of_remark(low)


def of_remark(text: str) -> Said | None:
    """Read what a remark says of the person, phrase by phrase; None where it says nothing or speaks of another."""
    low = re.sub(r"\bm\.\s?d\b\.?", "md", " ".join(text.lower().split()))
    # Whether there is an heir, and who, is asked when the person has died.
    low = _HEIR_AFTER.sub("", low) or low
    if _RELATIVE.search(low):
        return None
    for phrase in re.split(r"[,;:()\[\]/|+\n]|\s[-–]\s|\.(?!\d)|^\d+\s*[.\-]\s*", low):
        bare = " ".join(re.findall(r"[a-z0-9]+", phrase))
        if _DEAD.match(bare):
            # A widow's remark may name only how the marriage ended.
            if not _WIDOWED.search(low) or re.search(r"\d|dunia", bare):
                return "status_dead"
            return None
        if _MOVED.match(bare):
            return "status_moved"
        if _MISSING.match(bare):
            return "status_missing"
        if _INVALID.match(bare):
            return "status_invalid"
    return None


def of_name(name: str) -> Said | None:
    """'status_dead' for a name that begins or ends with almarhum; not for one that says it of the father."""
    if _NAME_BEGINS.match(name):
        return "status_dead"
    ends = _NAME_ENDS.search(name)
    return "status_dead" if ends and not _FATHER.search(name[: ends.start()]) else None


def columns(headers: Sequence[str]) -> dict[str, Sort]:
    """Return the columns among `headers` that may tell of life and residence, with their kind."""
    sorts = {header: sort_of(header) for header in headers}
    return {header: sort for header, sort in sorts.items() if sort is not None}
