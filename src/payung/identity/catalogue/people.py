"""Findings about who a row is: NIK, name, birth date, sex."""

from __future__ import annotations

from payung.identity.catalogue.entry import Entry

_KTP_ID = "Salin 16 angka NIK dari KTP atau KK."
_KTP_EN = "Copy the 16 digits from the identity card (KTP) or family card (KK)."
_TEXT_ID = "Ubah format kolom NIK menjadi Teks, lalu ketik ulang 16 angka dari KTP."
_TEXT_EN = "Set the NIK column's format to Text, then retype the 16 digits from the identity card."

#: Entries of the catalogue in its order.
PEOPLE: tuple[Entry, ...] = (
    (
        "nik_missing",
        "blocks",
        ("NIK kosong.", "The NIK is empty."),
        (_KTP_ID, _KTP_EN),
    ),
    (
        "nik_temporary",
        "blocks",
        (
            "NIK sementara dari aplikasi desa (diawali 0), bukan NIK dari Dukcapil.",
            "A temporary NIK of the village's software (it begins with 0), not one from the civil registry.",
        ),
        (_KTP_ID, _KTP_EN),
    ),
    (
        "nik_length",
        "blocks",
        ("NIK tidak berjumlah 16 angka.", "The NIK does not have 16 digits."),
        (_KTP_ID, _KTP_EN),
    ),
    (
        "nik_excel",
        "blocks",
        (
            "NIK dirusak Excel: ditulis sebagai angka ilmiah, digit terakhirnya hilang.",
            "Excel damaged the NIK: it is in scientific notation and its last digits are lost.",
        ),
        (_TEXT_ID, _TEXT_EN),
    ),
    (
        "nik_number",
        "blocks",
        (
            "NIK disimpan sebagai angka, sehingga digit terakhirnya berubah (Excel menggantinya dengan 0).",
            "The NIK is stored as a number, so its last digit has changed (Excel replaces it by 0).",
        ),
        (_TEXT_ID, _TEXT_EN),
    ),
    (
        "nik_letters",
        "blocks",
        (
            "NIK memuat huruf atau tanda, misalnya huruf O untuk angka 0.",
            "The NIK holds letters or signs, for example the letter O for the digit 0.",
        ),
        (_KTP_ID, _KTP_EN),
    ),
    (
        "nik_date",
        "blocks",
        (
            "Angka 7-12 NIK bukan tanggal lahir yang mungkin.",
            "Digits 7-12 of the NIK are not a possible birth date.",
        ),
        (_KTP_ID, _KTP_EN),
    ),
    (
        "nik_serial",
        "blocks",
        (
            "Nomor urut NIK 0000 tidak pernah diterbitkan; biasanya Excel mengganti digit ke-16 dengan 0.",
            "The NIK's serial 0000 has never been issued; usually Excel has replaced the 16th digit by 0.",
        ),
        (_TEXT_ID, _TEXT_EN),
    ),
    (
        "nik_region",
        "blocks",
        (
            "Kode wilayah NIK tidak pernah ada.",
            "The NIK's region code has never existed.",
        ),
        (_KTP_ID, _KTP_EN),
    ),
    (
        "nik_legacy_prefix",
        "warns",
        (
            "NIK diterbitkan sebelum Kalimantan Utara dibentuk (awalan Kalimantan Timur); NIK tetap berlaku.",
            "The NIK dates from before Kalimantan Utara was formed (East Kalimantan prefix); it stays valid.",
        ),
        ("Tidak perlu diubah.", "Nothing needs to change."),
    ),
    (
        "nik_district_unknown",
        "warns",
        (
            "Kode kecamatan pada NIK tidak dikenal.",
            "The NIK's district code is not known.",
        ),
        ("Periksa angka 1-6 NIK pada KTP.", "Check digits 1-6 of the NIK on the identity card."),
    ),
    (
        "nik_regency_unknown",
        "warns",
        (
            "Kode kabupaten/kota pada NIK tidak dikenal sekarang; mungkin kode lama provinsi lain.",
            "The NIK's regency code is not known today; it may be an old code of another province.",
        ),
        ("Periksa angka 1-6 NIK pada KTP.", "Check digits 1-6 of the NIK on the identity card."),
    ),
    (
        "nik_float_text",
        "warns",
        (
            "NIK ditulis sebagai bilangan desimal; keenam belas angkanya masih utuh.",
            "The NIK is written as a decimal number; its sixteen digits have survived.",
        ),
        ("Cocokkan digit terakhir dengan KTP.", "Compare the last digits with the identity card."),
    ),
    (
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
    (
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
    (
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
    (
        "nik_is_family_card",
        "blocks",
        (
            "Yang tertulis di kolom NIK adalah nomor kartu keluarga (KK).",
            "What stands in the NIK column is the number of the family card (KK).",
        ),
        (_KTP_ID, _KTP_EN),
    ),
    (
        "row_repeated",
        "blocks",
        (
            "Orang ini sudah ada pada baris sebelumnya dalam berkas ini.",
            "This person is already in an earlier row of this file.",
        ),
        ("Hapus baris ini.", "Delete this row."),
    ),
    (
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
    (
        "name_missing",
        "blocks",
        ("Nama kosong.", "The name is empty."),
        ("Isi nama lengkap sesuai KTP.", "Fill in the full name as on the identity card."),
    ),
    (
        "name_formula",
        "blocks",
        (
            "Nama berisi rumus atau alamat web, bukan nama orang.",
            "The name is a formula or a web address, not a person's name.",
        ),
        ("Tulis nama lengkap sesuai KTP.", "Write the full name as on the identity card."),
    ),
    (
        "name_signs",
        "warns",
        (
            "Nama memuat angka atau tanda yang tidak biasa.",
            "The name holds digits or unusual signs.",
        ),
        ("Tulis nama sesuai KTP.", "Write the name as on the identity card."),
    ),
    (
        "name_short",
        "warns",
        ("Nama hanya satu huruf.", "The name is a single letter."),
        ("Tulis nama lengkap sesuai KTP.", "Write the full name as on the identity card."),
    ),
    (
        "birth_date_from_nik",
        "warns",
        (
            "Tanggal lahir kosong; diambil dari NIK.",
            "The birth date is empty; it is taken from the NIK.",
        ),
        ("Isi tanggal lahir sesuai KTP.", "Fill in the birth date as on the identity card."),
    ),
    (
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
    (
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
    (
        "birth_date_unreadable",
        "warns",
        ("Tanggal lahir tidak terbaca.", "The birth date cannot be read."),
        ("Tulis sebagai tanggal-bulan-tahun, misalnya 17-08-1975.", "Write day-month-year, e.g. 17-08-1975."),
    ),
    (
        "birth_date_impossible",
        "warns",
        (
            "Tanggal lahir di masa depan atau lebih dari 110 tahun lalu.",
            "The birth date lies in the future or more than 110 years ago.",
        ),
        ("Tulis tanggal lahir sesuai KTP.", "Write the birth date as on the identity card."),
    ),
    (
        "birth_date_month_first",
        "warns",
        (
            "Tanggal lahir tampak ditulis bulan-tanggal-tahun dan dibaca demikian.",
            "The birth date looks written month-day-year and was read so.",
        ),
        ("Tulis sebagai tanggal-bulan-tahun.", "Write day-month-year."),
    ),
    (
        "birth_date_order_unsure",
        "warns",
        (
            "Kolom ini memuat tanggal-bulan dan bulan-tanggal; tanggal lahir ini dapat dibaca dua cara.",
            "This column has day-month and month-day; this birth date can be read both ways.",
        ),
        (
            "Cocokkan dengan KTP, lalu tulis sebagai tanggal-bulan-tahun.",
            "Compare with the identity card, then write day-month-year.",
        ),
    ),
    (
        "sex_unreadable",
        "warns",
        ("Jenis kelamin tidak terbaca.", "The sex cannot be read."),
        ("Tulis L atau P.", "Write L (male) or P (female)."),
    ),
)
