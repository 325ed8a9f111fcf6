"""What a column's name says once its wrapping is taken off: question numbers, group names, merged titles.

Forms put more into a column name than the field: KoboToolbox its groups ('identitas/nik'), survey books the
number of the question ('403 NIK', '1. NIK'), merged titles the group above ('Lahir / Tanggal'). A name under
a title that names somebody else ('Ahli Waris / NIK') is that other person's, never the worker's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

#: Between the titles of a header of several rows.
UNDER = " / "
#: Titles of other people and things: what stands under them is not the worker's own.
_OTHERS = re.compile(
    r"\b(?:ahli waris|waris|ayah|bapak|ibu|orang ?tua|ortu|wali|suami|istri|isteri|pasangan|kepala keluarga"
    r"|kepala rumah tangga|krt|kk|petugas|pendata|pendamping|penyuluh|enumerator|pencacah|verifikator"
    r"|ketua|sekretaris|bendahara|saksi|pelapor|perusahaan|pemberi kerja|majikan|kapal|kios|kelompok"
    r"|poktan|heir|father|mother|spouse|bank|rekening|dokter|penanggung jawab)\b"
)
#: Names of groups of questions: nothing of the field is in them.
_GROUP = (
    r"(?:identitas|data|biodata|bio|info|informasi|lokasi|alamat|wilayah|responden|art|anggota|peserta|pekerja|individu"
    r"|pribadi|personal|profil|demografi|form|formulir|grup|group|grp|bagian|blok|bag|sec|section|page|hal|kelahiran"
    r"|kependudukan|penduduk|warga|person|orang|calon|penerima|pelaku|nelayan|petani|kontak|main|utama|umum|dasar)"
)
#: 403, 1., B4K2, Q12, R401, 4a, P4.3, (3), IV.2, a. before the name of the field.
_NUMBER = re.compile(
    r"^[\W_]*(?:(?:no|rincian|kolom|kol|pertanyaan|soal|variabel|var)\.?\s*(?=\d))?(?:(?:[a-z]{0,3}\d{1,4}[a-z]?(?:[a-z]\d{1,3})*[a-z]?|[ivx]{1,4}|[a-h])"
    r"[\s.)\]:,_-]+)+(?=[a-z]{2}|l ?/ ?p)",
    re.IGNORECASE,
)
#: How to fill the column in, after the name of the field.
_MANNER = re.compile(
    r"\s+(?:\d{1,2} (?:digit|angka)|wajib(?: di ?isi)?|harus di ?isi|sesuai (?:e ?)?(?:ktp|kk)"
    r"|(?:dd|tgl|hh) (?:mm|bln|bb) (?:yyyy|yy|thn|tttt|th|tahun)|yyyy mm dd|l p|lk pr|laki laki perempuan"
    r"|1 l(?:aki laki|k)? 2 p(?:erempuan|r)?|pria wanita|jika ada|bila ada|opsional|format teks|text|teks"
    r"|aktif|wa|dalam rupiah|rp)$"
)
#: Whose the field is, after its name: the person's whom the row is about.
_WHOSE = re.compile(
    r"\s+(?:(?:calon )?(?:peserta|penerima)(?: manfaat)?|anggota(?: keluarga| rumah tangga| kelompok)?"
    r"|pekerja(?: rentan)?|tenaga kerja|art|nelayan|petani|pekebun|pembudidaya|peternak|pedagang|warga|penduduk"
    r"|responden|individu|pelaku usaha|ybs|yang bersangkutan)$"
)
#: What is left of another number or count of theirs.
_NOT_WHOSE = frozenset(("no", "nomor", "id", "kode", "jumlah", "jenis", "status", "rt", "rw"))
#: The number that tells a column from others of its name: behind a sign, in brackets, or on a word of three letters.
_BEHIND = re.compile(
    r"^(?P<name>.*[A-Za-z]{2})(?:(?:\.{3}|[_.#-]|\s*[(\[])\s*(?P<number>\d{1,2})\s*[)\]]?|_(?P<letter>[xyXY]))\s*$"
    r"|^(?P<name3>.*(?:[A-Za-z]{3}|\b(?i:hp|wa|jk|kk)))\s*(?P<number3>\d{1,2})\s*$"
)
_WITHIN = re.compile(
    r"^(?P<group>.*?[A-Za-z]{2,}[A-Za-z ]*?)[\s_./-]*[(\[]?(?P<number>\d{1,2})[)\]]?"
    r"(?P<sign>\s*[/:>|._\s-]\s*)(?P<name>[^\d]*[A-Za-z].*)$"
)
#: Children of a title that are ticked, not written in.
_TICKED = frozenset(
    ("l", "p", "lk", "pr", "laki laki", "perempuan", "pria", "wanita", "ya", "tidak", "ada", "y", "t")
)


@lru_cache(maxsize=20_000)
def header_key(text: str) -> str:
    """Normalise a column name: small letters, no notes in brackets, signs as spaces, one shape for each word."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    without_notes = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", plain)
    if re.search(r"[a-z]", without_notes):
        plain = without_notes
    words = re.sub(r"[^a-z0-9]+", " ", plain).split()
    alike = {"nomer": "nomor", "propinsi": "provinsi", "nama2": "nama"}
    return " ".join(alike.get(word, word) for word in words)


def readings(header: str) -> Iterator[tuple[str, int]]:
    """(key, penalty) of every way to read a column name, the surest first.

    The whole name; without its question number and how to fill it in; the last of its titles, of its groups; the same
    without the number that tells it from others of its name.
    """
    told: set[str] = set()
    bare, number = without_number(header)
    for text, extra in ((header, 0), *([(bare, 400)] if number else [])):
        for part, penalty in _parts(text):
            whole_of_titles = UNDER in part
            for key, more in [(header_key(part), 0)] if whole_of_titles else _bare(part):
                if key and key not in told:
                    told.add(key)
                    yield key, extra + penalty + more


def without_number(header: str) -> tuple[str, str]:
    """(name, number) of a column name with the number of its person or of its repetition taken out: ('NIK', '2').

    Behind the name ('NIK_2', 'nik2', 'NIK.1', 'Nama (2)', of merged tables 'NIK_x'), or in its groups
    ('anggota[2]/nik', 'Anggota 2 / NIK', 'art_2_nik'). The number is empty text where there is none.
    """
    behind = _BEHIND.match(header)
    if behind:
        number = behind["number"] or behind["letter"] or behind["number3"]
        return behind["name"] or behind["name3"], number.lower().lstrip("0") or "0"
    within = _WITHIN.match(header)
    if within and re.search(r"[a-z]{3}", within["group"].lower()):
        return f"{within['group']}{within['sign']}{within['name']}", within["number"].lstrip("0") or "0"
    return header, ""


def is_of_another(title: str) -> bool:
    """Return whether what stands under this title belongs to somebody or something other than the worker."""
    return bool(_OTHERS.search(header_key(title)))


def _bare(text: str) -> Iterator[tuple[str, int]]:
    key = header_key(text)
    yield key, 0
    yield from _shorter(key, 5)
    numbered = _NUMBER.sub("", text.strip())
    if numbered != text.strip():
        bare = header_key(numbered)
        yield bare, 10
        yield from _shorter(bare, 15)


def _shorter(key: str, penalty: int) -> Iterator[tuple[str, int]]:
    """Yield the key without how to fill it in, then also without whose it is."""
    short = _MANNER.sub("", key)
    yield short, penalty
    theirs = _WHOSE.sub("", short)
    if theirs not in _NOT_WHOSE:
        yield theirs, penalty + 3


def _parts(header: str) -> Iterator[tuple[str, int]]:
    yield header, 0
    titles = [part for part in header.split(UNDER) if part.strip()]
    if len(titles) > 1:
        yield from _under_titles(titles)
        return
    yield from _in_groups(header.strip())


def _under_titles(titles: list[str]) -> Iterator[tuple[str, int]]:
    above, child = titles[:-1], titles[-1]
    nearest = above[-1]
    joined = f"{header_key(child)} {header_key(nearest)}"
    yield joined, 50
    if any(is_of_another(title) for title in above):
        return
    last = header_key(nearest).rpartition(" ")[2]
    yield f"{header_key(child)} {last}", 60
    # Where two titles hold the same columns, the one on the identity card is not where its holder lives.
    on_card = 50 if last == "ktp" else 0
    yield child, 100 + on_card
    yield from ((part, penalty + 100) for part, penalty in _in_groups(child))
    if header_key(child) not in _TICKED:
        yield from ((title, 200) for title in reversed(above))


def _names_group(part: str) -> bool:
    """Return whether a part of a path is the name of a group: 'identitas', 'I. Identitas', 'grp_a'."""
    return any(
        re.match(rf"^{_GROUP}(?:\b|[_\d])", key)
        for key in (header_key(part), header_key(_NUMBER.sub("", part)))
    )


def _in_groups(header: str) -> Iterator[tuple[str, int]]:
    """Yield the name after its groups: 'identitas/nik', 'data-identitas-nik', 'ART.NIK', 'identitas_nik'."""
    for sign in "/:>|.-_":
        groups = [part for part in re.split(rf"\s*{re.escape(sign)}\s*", header) if part]
        # People write 'Tgl. Lahir' and 'L/P' too: a path has no spaces in its groups, or a group's name.
        if len(groups) < 2 or any(is_of_another(part) for part in groups[:-1]):
            continue
        named = any(_names_group(part) for part in groups[:-1])
        machine = sign in "/:>|" and not re.search(r"\s", header) and groups[-1] == groups[-1].lower()
        if named or machine:
            yield groups[-1], 30
