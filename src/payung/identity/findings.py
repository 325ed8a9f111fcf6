"""The catalogue of findings: what can be wrong with a row, how serious it is, and what to do about it.

A finding that `blocks` sends the row back to its sender; one that `warns` lets it go on.
The sentences are public text: Indonesian first, English second. They hold no personal data;
`{column}` and `{value}` are filled in only for the person who sent the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["blocks", "warns"]
Language = Literal["id", "en"]


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One entry of the catalogue: a stable code, its severity, what is wrong and what to do, twice."""

    code: str
    severity: Severity
    message_id: str
    message_en: str
    todo_id: str
    todo_en: str

    @property
    def blocks(self) -> bool:
        return self.severity == "blocks"

    def message(self, language: Language = "id") -> str:
        """Say in one sentence what is wrong."""
        return self.message_id if language == "id" else self.message_en

    def todo(self, language: Language = "id") -> str:
        """Say in one sentence what the sender has to do."""
        return self.todo_id if language == "id" else self.todo_en


_KTP_ID = "Salin 16 angka NIK dari KTP atau KK."
_KTP_EN = "Copy the 16 digits from the identity card (KTP) or family card (KK)."
_TEXT_ID = "Ubah format kolom NIK menjadi Teks, lalu ketik ulang 16 angka dari KTP."
_TEXT_EN = "Set the NIK column's format to Text, then retype the 16 digits from the identity card."


def _kind(code: str, severity: Severity, message: tuple[str, str], todo: tuple[str, str]) -> FindingKind:
    return FindingKind(code, severity, message[0], message[1], todo[0], todo[1])


_ALL: tuple[FindingKind, ...] = (
    _kind(
        "nik_missing",
        "blocks",
        ("NIK kosong.", "The NIK is empty."),
        (_KTP_ID, _KTP_EN),
    ),
    _kind(
        "nik_temporary",
        "blocks",
        (
            "NIK sementara dari aplikasi desa (diawali 0), bukan NIK dari Dukcapil.",
            "A temporary NIK of the village's software (it begins with 0), not one from the civil registry.",
        ),
        (_KTP_ID, _KTP_EN),
    ),
    _kind(
        "nik_length",
        "blocks",
        ("NIK tidak berjumlah 16 angka.", "The NIK does not have 16 digits."),
        (_KTP_ID, _KTP_EN),
    ),
    _kind(
        "nik_excel",
        "blocks",
        (
            "NIK dirusak Excel: ditulis sebagai angka ilmiah, digit terakhirnya hilang.",
            "Excel damaged the NIK: it is in scientific notation and its last digits are lost.",
        ),
        (_TEXT_ID, _TEXT_EN),
    ),
    _kind(
        "nik_number",
        "blocks",
        (
            "NIK disimpan sebagai angka, sehingga digit terakhirnya berubah (Excel menggantinya dengan 0).",
            "The NIK is stored as a number, so its last digit has changed (Excel replaces it by 0).",
        ),
        (_TEXT_ID, _TEXT_EN),
    ),
    _kind(
        "nik_letters",
        "blocks",
        (
            "NIK memuat huruf atau tanda, misalnya huruf O untuk angka 0.",
            "The NIK holds letters or signs, for example the letter O for the digit 0.",
        ),
        (_KTP_ID, _KTP_EN),
    ),
    _kind(
        "nik_date",
        "blocks",
        (
            "Angka 7-12 NIK bukan tanggal lahir yang mungkin.",
            "Digits 7-12 of the NIK are not a possible birth date.",
        ),
        (_KTP_ID, _KTP_EN),
    ),
    _kind(
        "nik_serial",
        "blocks",
        (
            "Nomor urut NIK 0000 tidak pernah diterbitkan; biasanya Excel mengganti digit ke-16 dengan 0.",
            "The NIK's serial 0000 has never been issued; usually Excel has replaced the 16th digit by 0.",
        ),
        (_TEXT_ID, _TEXT_EN),
    ),
    _kind(
        "nik_region",
        "blocks",
        (
            "Kode wilayah NIK tidak pernah ada.",
            "The NIK's region code has never existed.",
        ),
        (_KTP_ID, _KTP_EN),
    ),
    _kind(
        "nik_legacy_prefix",
        "warns",
        (
            "NIK diterbitkan sebelum Kalimantan Utara dibentuk (awalan Kalimantan Timur); NIK tetap berlaku.",
            "The NIK dates from before Kalimantan Utara was formed (East Kalimantan prefix); it stays valid.",
        ),
        ("Tidak perlu diubah.", "Nothing needs to change."),
    ),
    _kind(
        "nik_district_unknown",
        "warns",
        (
            "Kode kecamatan pada NIK tidak dikenal.",
            "The NIK's district code is not known.",
        ),
        ("Periksa angka 1-6 NIK pada KTP.", "Check digits 1-6 of the NIK on the identity card."),
    ),
    _kind(
        "nik_regency_unknown",
        "warns",
        (
            "Kode kabupaten/kota pada NIK tidak dikenal sekarang; mungkin kode lama provinsi lain.",
            "The NIK's regency code is not known today; it may be an old code of another province.",
        ),
        ("Periksa angka 1-6 NIK pada KTP.", "Check digits 1-6 of the NIK on the identity card."),
    ),
    _kind(
        "nik_float_text",
        "warns",
        (
            "NIK ditulis sebagai bilangan desimal; keenam belas angkanya masih utuh.",
            "The NIK is written as a decimal number; its sixteen digits have survived.",
        ),
        ("Cocokkan digit terakhir dengan KTP.", "Compare the last digits with the identity card."),
    ),
    _kind(
        "nik_birth_date_differs",
        "warns",
        (
            "Tanggal lahir pada daftar berbeda dari tanggal pada NIK.",
            "The birth date in the list differs from the one in the NIK.",
        ),
        (
            "Cocokkan keduanya dengan KTP; bila KTP memang begitu, biarkan.",
            "Compare both with the identity card; if the card says so, leave it.",
        ),
    ),
    _kind(
        "nik_sex_differs",
        "warns",
        (
            "Jenis kelamin pada daftar berbeda dari jenis kelamin pada NIK.",
            "The sex in the list differs from the one in the NIK.",
        ),
        (
            "Cocokkan keduanya dengan KTP; bila KTP memang begitu, biarkan.",
            "Compare both with the identity card; if the card says so, leave it.",
        ),
    ),
    _kind(
        "nik_two_people",
        "blocks",
        (
            "NIK ini dipakai dua nama yang berbeda dalam berkas ini.",
            "Two different names in this file bear this NIK.",
        ),
        (
            "Periksa KTP keduanya dan perbaiki NIK yang salah.",
            "Check both identity cards and mend the wrong NIK.",
        ),
    ),
    _kind(
        "nik_is_family_card",
        "blocks",
        (
            "Yang tertulis di kolom NIK adalah nomor kartu keluarga (KK).",
            "What stands in the NIK column is the number of the family card (KK).",
        ),
        (_KTP_ID, _KTP_EN),
    ),
    _kind(
        "row_repeated",
        "blocks",
        (
            "Orang ini sudah ada pada baris sebelumnya dalam berkas ini.",
            "This person is already in an earlier row of this file.",
        ),
        ("Hapus baris ini.", "Delete this row."),
    ),
    _kind(
        "person_repeated",
        "warns",
        (
            "Nama, tanggal lahir, dan desa yang sama ada pada baris lain dengan NIK berbeda.",
            "Another row has the same name, birth date and village with a different NIK.",
        ),
        (
            "Periksa apakah keduanya orang yang sama.",
            "Check whether the two are the same person.",
        ),
    ),
    _kind(
        "name_missing",
        "blocks",
        ("Nama kosong.", "The name is empty."),
        ("Isi nama lengkap sesuai KTP.", "Fill in the full name as on the identity card."),
    ),
    _kind(
        "name_formula",
        "blocks",
        (
            "Nama berisi rumus atau alamat web, bukan nama orang.",
            "The name is a formula or a web address, not a person's name.",
        ),
        ("Tulis nama lengkap sesuai KTP.", "Write the full name as on the identity card."),
    ),
    _kind(
        "name_signs",
        "warns",
        (
            "Nama memuat angka atau tanda yang tidak biasa.",
            "The name holds digits or unusual signs.",
        ),
        ("Tulis nama sesuai KTP.", "Write the name as on the identity card."),
    ),
    _kind(
        "name_short",
        "warns",
        ("Nama hanya satu huruf.", "The name is a single letter."),
        ("Tulis nama lengkap sesuai KTP.", "Write the full name as on the identity card."),
    ),
    _kind(
        "birth_date_from_nik",
        "warns",
        (
            "Tanggal lahir kosong; diambil dari NIK.",
            "The birth date is empty; it is taken from the NIK.",
        ),
        ("Isi tanggal lahir sesuai KTP.", "Fill in the birth date as on the identity card."),
    ),
    _kind(
        "birth_date_column_unreadable",
        "warns",
        (
            "Tidak satu pun isi kolom tanggal lahir dapat dibaca sebagai tanggal; contohnya di samping.",
            "Not one cell of the birth date column can be read as a date; an example stands beside.",
        ),
        (
            "Periksa apakah kolom itu benar tanggal lahir, dan tulis sebagai tanggal-bulan-tahun.",
            "See whether the column is the birth date's, and write day-month-year.",
        ),
    ),
    _kind(
        "sheet_full",
        "warns",
        (
            "Lembar ini penuh sampai baris terakhir yang mungkin; baris sesudahnya mungkin terpotong.",
            "The sheet is full to the last row it can hold; rows after it were probably cut off.",
        ),
        (
            "Periksa jumlah barisnya di sumber data; kirim sisanya, atau simpan ulang sebagai .xlsx.",
            "Check the number of rows where the data comes from; send the rest, or save it anew as .xlsx.",
        ),
    ),
    _kind(
        "birth_date_unreadable",
        "warns",
        ("Tanggal lahir tidak terbaca.", "The birth date cannot be read."),
        ("Tulis sebagai tanggal-bulan-tahun, misalnya 17-08-1975.", "Write day-month-year, e.g. 17-08-1975."),
    ),
    _kind(
        "birth_date_impossible",
        "warns",
        (
            "Tanggal lahir di masa depan atau lebih dari 110 tahun lalu.",
            "The birth date lies in the future or more than 110 years ago.",
        ),
        ("Tulis tanggal lahir sesuai KTP.", "Write the birth date as on the identity card."),
    ),
    _kind(
        "birth_date_month_first",
        "warns",
        (
            "Tanggal lahir tampak ditulis bulan-tanggal-tahun dan dibaca demikian.",
            "The birth date looks written month-day-year and was read so.",
        ),
        ("Tulis sebagai tanggal-bulan-tahun.", "Write day-month-year."),
    ),
    _kind(
        "sex_unreadable",
        "warns",
        ("Jenis kelamin tidak terbaca.", "The sex cannot be read."),
        ("Tulis L atau P.", "Write L (male) or P (female)."),
    ),
    _kind(
        "status_dead",
        "blocks",
        (
            "Daftar menyebut orang ini sudah meninggal.",
            "The list says that this person has died.",
        ),
        (
            "Hapus baris ini dan kirim lewat daftar kematian; bila masih hidup, perbaiki keterangannya.",
            "Delete this row and send it in a list of deaths; if the person is alive, mend the remark.",
        ),
    ),
    _kind(
        "status_moved",
        "blocks",
        (
            "Daftar menyebut orang ini sudah pindah.",
            "The list says that this person has moved away.",
        ),
        (
            "Hapus baris ini; bila masih tinggal di sini, perbaiki keterangannya.",
            "Delete this row; if the person still lives here, mend the remark.",
        ),
    ),
    _kind(
        "status_missing",
        "blocks",
        (
            "Daftar menyebut orang ini hilang, pergi, atau tidak ditemukan.",
            "The list says that this person is missing, gone or was not found.",
        ),
        (
            "Pastikan keberadaannya; bila masih tinggal di sini, perbaiki keterangannya.",
            "Make sure where the person is; if he or she still lives here, mend the remark.",
        ),
    ),
    _kind(
        "status_invalid",
        "blocks",
        (
            "Daftar menyebut data orang ini tidak valid atau ganda.",
            "The list says that this person's data are not valid or double.",
        ),
        (
            "Cocokkan NIK dan namanya dengan Dukcapil, lalu perbaiki keterangannya.",
            "Compare NIK and name with the civil registry, then mend the remark.",
        ),
    ),
    _kind(
        "village_missing",
        "blocks",
        (
            "Desa/kelurahan dan kecamatan kosong atau tidak dikenal.",
            "Village and district are empty or not known.",
        ),
        (
            "Isi nama desa/kelurahan dan kecamatan sesuai KTP.",
            "Fill in the village and the district as on the identity card.",
        ),
    ),
    _kind(
        "list_without_place",
        "warns",
        (
            "Daftar ini tidak memuat tempat tinggal; wilayah daftar dipakai sampai sumber lain menyebutkannya.",
            "This list says nothing of where people live; the list's region stands until another source tells.",
        ),
        (
            "Tambahkan kolom desa/kelurahan dan kecamatan bila ada.",
            "Add columns for village and district if you have them.",
        ),
    ),
    _kind(
        "village_unknown",
        "warns",
        (
            "Desa/kelurahan tidak dikenal di kecamatan ini.",
            "The village is not known in this district.",
        ),
        ("Periksa ejaan desa/kelurahan.", "Check the village's spelling."),
    ),
    _kind(
        "village_empty",
        "warns",
        ("Desa/kelurahan kosong.", "The village is empty."),
        ("Isi nama desa/kelurahan sesuai KTP.", "Fill in the village as on the identity card."),
    ),
    _kind(
        "village_from_title",
        "warns",
        (
            "Desa/kelurahan kosong; diambil dari judul lembar.",
            "The village is empty; it is taken from the sheet's title.",
        ),
        ("Isi nama desa/kelurahan sesuai KTP.", "Fill in the village as on the identity card."),
    ),
    _kind(
        "village_ambiguous",
        "warns",
        (
            "Lebih dari satu desa/kelurahan bernama demikian.",
            "More than one village bears this name.",
        ),
        ("Isi nama kecamatannya.", "Fill in its district."),
    ),
    _kind(
        "village_guessed",
        "warns",
        (
            "Ejaan desa/kelurahan berbeda dari daftar resmi; dipilih yang paling mirip.",
            "The village's spelling differs from the official list; the nearest was taken.",
        ),
        ("Periksa desa yang dipilih.", "Check the village that was taken."),
    ),
    _kind(
        "village_elsewhere",
        "warns",
        (
            "Desa/kelurahan ini tidak berada di kecamatan yang tertulis.",
            "This village does not lie in the district that is written.",
        ),
        ("Periksa desa dan kecamatan.", "Check the village and the district."),
    ),
    _kind(
        "village_code_ambiguous",
        "warns",
        (
            "Kode desa berarti lain menurut BPS dan menurut Kemendagri.",
            "The village code means different villages to BPS and to Kemendagri.",
        ),
        ("Isi nama desa/kelurahan dan kecamatan.", "Fill in the names of village and district."),
    ),
    _kind(
        "village_code_differs",
        "warns",
        (
            "Kode desa dan nama desa menunjuk tempat yang berbeda; nama yang dipakai.",
            "The village's code and its name point to different places; the name was taken.",
        ),
        ("Periksa kode dan nama desa/kelurahan.", "Check the village's code and name."),
    ),
    _kind(
        "outside_province",
        "blocks",
        (
            "Alamat berada di luar provinsi ini.",
            "The address lies outside this province.",
        ),
        (
            "Hapus baris ini, atau perbaiki kabupaten/kota.",
            "Delete this row, or mend the regency.",
        ),
    ),
    _kind(
        "phone_unreadable",
        "warns",
        ("Nomor telepon tidak terbaca.", "The phone number cannot be read."),
        ("Tulis misalnya 0812-3456-7890.", "Write for example 0812-3456-7890."),
    ),
    _kind(
        "occupation_missing",
        "warns",
        ("Pekerjaan kosong.", "The occupation is empty."),
        ("Isi pekerjaan sehari-hari.", "Fill in the daily work."),
    ),
    _kind(
        "occupation_unknown",
        "warns",
        (
            "Pekerjaan tidak ada dalam daftar pekerja rentan.",
            "The occupation is not in the list of vulnerable occupations.",
        ),
        (
            "Tulis pekerjaan sehari-hari, misalnya nelayan, tukang ojek, petani.",
            "Write the daily work, e.g. fisher, motorcycle taxi, farmer.",
        ),
    ),
    _kind(
        "income_unreadable",
        "warns",
        ("Penghasilan tidak terbaca.", "The income cannot be read."),
        ("Tulis rupiah per bulan, misalnya 1.500.000.", "Write rupiah a month, e.g. 1.500.000."),
    ),
    _kind(
        "family_card_unreadable",
        "warns",
        ("Nomor KK tidak berjumlah 16 angka.", "The family card number does not have 16 digits."),
        ("Salin 16 angka nomor KK.", "Copy the 16 digits of the family card."),
    ),
    _kind(
        "family_card_number",
        "warns",
        (
            "Nomor KK disimpan sebagai angka, sehingga digit terakhirnya berubah (Excel menggantinya dengan 0).",
            "The family card number is stored as a number, so its last digit has changed (Excel replaces it by 0).",
        ),
        (
            "Ubah format kolom KK menjadi Teks, lalu ketik ulang 16 angka dari KK.",
            "Set the family card column's format to Text, then retype the 16 digits.",
        ),
    ),
    _kind(
        "family_card_is_nik",
        "warns",
        (
            "Yang tertulis di kolom KK adalah NIK, bukan nomor kartu keluarga.",
            "What stands in the family card column is a NIK, not the number of the family card.",
        ),
        ("Salin 16 angka nomor KK.", "Copy the 16 digits of the family card."),
    ),
    _kind(
        "member_no_unreadable",
        "warns",
        (
            "Nomor peserta (KPJ) bukan nomor yang utuh; mungkin dirusak Excel menjadi angka ilmiah.",
            "The membership number (KPJ) is not whole; Excel may have turned it into scientific notation.",
        ),
        (
            "Ubah format kolomnya menjadi Teks, lalu salin nomor dari kartu peserta.",
            "Set the column's format to Text, then copy the number from the membership card.",
        ),
    ),
    _kind(
        "heir_phone_unreadable",
        "warns",
        ("Nomor telepon ahli waris tidak terbaca.", "The heir's phone number cannot be read."),
        ("Tulis misalnya 0812-3456-7890.", "Write for example 0812-3456-7890."),
    ),
    _kind(
        "death_date_missing",
        "blocks",
        ("Tanggal meninggal kosong atau tidak terbaca.", "The date of death is empty or cannot be read."),
        ("Tulis tanggal meninggal, misalnya 17-08-2026.", "Write the date of death, for example 17-08-2026."),
    ),
    _kind(
        "death_day_missing",
        "blocks",
        (
            "Hanya bulan atau tahun meninggal yang tertulis; harinya tidak ada.",
            "Only the month or year of death is written; the day is missing.",
        ),
        ("Tulis tanggal meninggal, misalnya 17-08-2026.", "Write the date of death, for example 17-08-2026."),
    ),
    _kind(
        "death_date_month_first",
        "warns",
        (
            "Tanggal meninggal tampak ditulis bulan-tanggal-tahun dan dibaca demikian.",
            "The date of death looks written month-day-year and was read so.",
        ),
        ("Tulis sebagai tanggal-bulan-tahun.", "Write day-month-year."),
    ),
    _kind(
        "death_date_ahead",
        "blocks",
        ("Tanggal meninggal belum tiba.", "The date of death is still to come."),
        ("Periksa hari, bulan, dan tahunnya.", "Check day, month and year."),
    ),
    _kind(
        "death_before_birth",
        "blocks",
        ("Tanggal meninggal mendahului tanggal lahir.", "The death comes before the birth."),
        ("Periksa kedua tanggal itu di akta.", "Check both dates on the certificate."),
    ),
    _kind(
        "wage_worker_unreadable",
        "warns",
        (
            "Status pekerja penerima upah tidak terbaca.",
            "Whether the person is a wage worker cannot be read.",
        ),
        ("Tulis PU atau BPU.", "Write PU (wage) or BPU (non-wage)."),
    ),
)

#: Every finding by its code.
CATALOGUE: dict[str, FindingKind] = {kind.code: kind for kind in _ALL}

#: Codes whose severity is `blocks`.
BLOCKING: frozenset[str] = frozenset(kind.code for kind in _ALL if kind.blocks)


def kind(code: str) -> FindingKind:
    """Return the catalogue entry of `code`. Raises KeyError for a code that is not in the catalogue."""
    return CATALOGUE[code]
