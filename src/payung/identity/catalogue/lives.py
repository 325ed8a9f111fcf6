"""Findings about where and how a person lives: life, place, work, contacts, family card, heirs, death."""

from __future__ import annotations

from payung.identity.catalogue.entry import Entry

#: Entries of the catalogue in its order.
LIVES: tuple[Entry, ...] = (
    (
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
    (
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
    (
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
    (
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
    (
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
    (
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
    (
        "village_unknown",
        "warns",
        (
            "Desa/kelurahan tidak dikenal di kecamatan ini.",
            "The village is not known in this district.",
        ),
        ("Periksa ejaan desa/kelurahan.", "Check the village's spelling."),
    ),
    (
        "village_empty",
        "warns",
        ("Desa/kelurahan kosong.", "The village is empty."),
        ("Isi nama desa/kelurahan sesuai KTP.", "Fill in the village as on the identity card."),
    ),
    (
        "village_from_title",
        "warns",
        (
            "Desa/kelurahan kosong; diambil dari judul lembar.",
            "The village is empty; it is taken from the sheet's title.",
        ),
        ("Isi nama desa/kelurahan sesuai KTP.", "Fill in the village as on the identity card."),
    ),
    (
        "village_ambiguous",
        "warns",
        (
            "Lebih dari satu desa/kelurahan bernama demikian.",
            "More than one village bears this name.",
        ),
        ("Isi nama kecamatannya.", "Fill in its district."),
    ),
    (
        "village_guessed",
        "warns",
        (
            "Ejaan desa/kelurahan berbeda dari daftar resmi; dipilih yang paling mirip.",
            "The village's spelling differs from the official list; the nearest was taken.",
        ),
        ("Periksa desa yang dipilih.", "Check the village that was taken."),
    ),
    (
        "village_elsewhere",
        "warns",
        (
            "Desa/kelurahan ini tidak berada di kecamatan yang tertulis.",
            "This village does not lie in the district that is written.",
        ),
        ("Periksa desa dan kecamatan.", "Check the village and the district."),
    ),
    (
        "village_code_ambiguous",
        "warns",
        (
            "Kode desa berarti lain menurut BPS dan menurut Kemendagri.",
            "The village code means different villages to BPS and to Kemendagri.",
        ),
        ("Isi nama desa/kelurahan dan kecamatan.", "Fill in the names of village and district."),
    ),
    (
        "village_code_differs",
        "warns",
        (
            "Kode desa dan nama desa menunjuk tempat yang berbeda; nama yang dipakai.",
            "The village's code and its name point to different places; the name was taken.",
        ),
        ("Periksa kode dan nama desa/kelurahan.", "Check the village's code and name."),
    ),
    (
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
    (
        "phone_unreadable",
        "warns",
        ("Nomor telepon tidak terbaca.", "The phone number cannot be read."),
        ("Tulis misalnya 0812-3456-7890.", "Write for example 0812-3456-7890."),
    ),
    (
        "occupation_missing",
        "warns",
        ("Pekerjaan kosong.", "The occupation is empty."),
        ("Isi pekerjaan sehari-hari.", "Fill in the daily work."),
    ),
    (
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
    (
        "income_unreadable",
        "warns",
        ("Penghasilan tidak terbaca.", "The income cannot be read."),
        ("Tulis rupiah per bulan, misalnya 1.500.000.", "Write rupiah a month, e.g. 1.500.000."),
    ),
    (
        "family_card_unreadable",
        "warns",
        ("Nomor KK tidak berjumlah 16 angka.", "The family card number does not have 16 digits."),
        ("Salin 16 angka nomor KK.", "Copy the 16 digits of the family card."),
    ),
    (
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
    (
        "family_card_is_nik",
        "warns",
        (
            "Yang tertulis di kolom KK adalah NIK, bukan nomor kartu keluarga.",
            "What stands in the family card column is a NIK, not the number of the family card.",
        ),
        ("Salin 16 angka nomor KK.", "Copy the 16 digits of the family card."),
    ),
    (
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
    (
        "heir_phone_unreadable",
        "warns",
        ("Nomor telepon ahli waris tidak terbaca.", "The heir's phone number cannot be read."),
        ("Tulis misalnya 0812-3456-7890.", "Write for example 0812-3456-7890."),
    ),
    (
        "death_date_missing",
        "blocks",
        ("Tanggal meninggal kosong atau tidak terbaca.", "The date of death is empty or cannot be read."),
        ("Tulis tanggal meninggal, misalnya 17-08-2026.", "Write the date of death, for example 17-08-2026."),
    ),
    (
        "death_day_missing",
        "blocks",
        (
            "Hanya bulan atau tahun meninggal yang tertulis; harinya tidak ada.",
            "Only the month or year of death is written; the day is missing.",
        ),
        ("Tulis tanggal meninggal, misalnya 17-08-2026.", "Write the date of death, for example 17-08-2026."),
    ),
    (
        "death_date_month_first",
        "warns",
        (
            "Tanggal meninggal tampak ditulis bulan-tanggal-tahun dan dibaca demikian.",
            "The date of death looks written month-day-year and was read so.",
        ),
        ("Tulis sebagai tanggal-bulan-tahun.", "Write day-month-year."),
    ),
    (
        "death_date_order_unsure",
        "warns",
        (
            "Kolom ini memuat tanggal-bulan dan bulan-tanggal; tanggal meninggal ini dapat dibaca dua cara.",
            "This column has day-month and month-day; this date of death can be read both ways.",
        ),
        (
            "Cocokkan dengan surat kematian, lalu tulis sebagai tanggal-bulan-tahun.",
            "Compare with the death certificate, then write day-month-year.",
        ),
    ),
    (
        "death_date_ahead",
        "blocks",
        ("Tanggal meninggal belum tiba.", "The date of death is still to come."),
        ("Periksa hari, bulan, dan tahunnya.", "Check day, month and year."),
    ),
    (
        "death_before_birth",
        "blocks",
        ("Tanggal meninggal mendahului tanggal lahir.", "The death comes before the birth."),
        ("Periksa kedua tanggal itu di akta.", "Check both dates on the certificate."),
    ),
    (
        "wage_worker_unreadable",
        "warns",
        (
            "Status pekerja penerima upah tidak terbaca.",
            "Whether the person is a wage worker cannot be read.",
        ),
        ("Tulis PU atau BPU.", "Write PU (wage) or BPU (non-wage)."),
    ),
)
