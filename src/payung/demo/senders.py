"""Who sends which list, about whom, in which shape. Every sender and every company here is invented."""

from __future__ import annotations

from dataclasses import dataclass, field

#: header -> field, per habit of writing. Fields are those of `rendering.cells`.
HEADERS: dict[str, dict[str, str]] = {
    "desa": {
        "No": "number",
        "NIK": "nik",
        "Nama Lengkap": "name",
        "JK": "sex_lp",
        "Tempat Lahir": "birth_place",
        "Tanggal Lahir": "birth_date",
        "Alamat": "address",
        "RT": "rt",
        "RW": "rw",
        "Desa/Kelurahan": "village",
        "Kecamatan": "district",
        "Pekerjaan": "job",
        "No. HP": "phone",
        "Nama Ibu Kandung": "mother_name",
        "Ahli Waris": "heir_name",
        "Hubungan": "heir_relation",
        "No HP Ahli Waris": "heir_phone",
    },
    "kelurahan": {
        "NO.": "number",
        "NAMA": "name",
        "NO. KTP": "nik",
        "TEMPAT/TGL LAHIR": "birth_place_date",
        "L/P": "sex_lp",
        "ALAMAT": "address",
        "KELURAHAN": "village",
        "JENIS PEKERJAAN": "job",
        "PENGHASILAN/BLN": "income_text",
        "NO. TELP": "phone",
        "KET": "note",
    },
    "dinas": {
        "No": "number",
        "No. KK": "family_card",
        "NIK": "nik",
        "Nama": "name",
        "Jenis Kelamin": "sex_words",
        "Tgl. Lahir": "birth_date",
        "Desa": "village",
        "Kec.": "district",
        "Kab/Kota": "regency",
        "Jenis Usaha/Pekerjaan": "job",
        "Penghasilan per Bulan (Rp)": "income",
        "Penerima Upah (Ya/Tidak)": "wage_worker",
        "Kontak": "phone",
    },
    "dinas_pendek": {
        "NO": "number",
        "NAMA PEKERJA": "name",
        "NIK": "nik",
        "TGL LAHIR": "birth_date",
        "DESA/KEL": "village",
        "PEKERJAAN": "job",
        "HP/WA": "phone",
    },
    "asosiasi": {
        "No Anggota": "member_number",
        "Nama Anggota": "name",
        "Nomor KTP": "nik",
        "Alamat Rumah": "address",
        "Kelurahan": "village",
        "Nomor WA": "phone",
        "Bidang": "job",
    },
    "dtsen": {
        "nomor_kartu_keluarga": "family_card",
        "nomor_induk_kependudukan": "nik",
        "nama": "name",
        "tanggal_lahir": "birth_date",
        "jenis_kelamin": "sex_words",
        "alamat": "address",
        "kode_kecamatan": "bps_district",
        "kecamatan": "district",
        "kode_kelurahan_desa": "bps_village",
        "kelurahan_desa": "village",
        "kabupaten_kota_ktp": "ktp_regency",
        "desil_nasional": "poverty_decile",
        "status_bekerja": "working",
        "status_dalam_pekerjaan_utama": "status",
        "pekerjaan_ktp": "job_ktp",
    },
    "english": {
        "No": "number",
        "Full Name": "name",
        "ID Number (NIK)": "nik",
        "Gender": "sex_english",
        "Date of Birth": "birth_date",
        "Mother's Name": "mother_name",
        "Village": "village",
        "District": "district",
        "Occupation": "job_label",
        "Monthly Income": "income",
        "Mobile": "phone",
    },
    "kode": {
        "no": "number",
        "nik": "nik",
        "nama_lengkap": "name",
        "jenis_kelamin": "sex_lp",
        "tgl_lahir": "birth_date",
        "nama_ibu": "mother_name",
        "alamat": "address",
        "kode_desa": "village_code10",
        "nama_desa": "village",
        "pekerjaan": "job",
        "penghasilan": "income",
        "no_hp": "phone",
    },
}


@dataclass(frozen=True)
class Sender:
    """One file: who it is from, whom it lists and how it looks.

    `share` of the workers in `regions` (code prefixes) with an occupation that starts with one of `trades`
    (all when empty) are on it; with `deciles` the share falls with welfare instead. `sheets` says what
    each sheet holds: 'one', 'village' or 'district'. `nik` is written as 'text', 'number' or 'fifteen' (a
    number that a spreadsheet has cut to fifteen digits). `date` is an index into noise.DATE_FORMS or
    'cell' for real date cells.
    """

    file: str
    title: str
    source: str
    habit: str
    regions: tuple[str, ...] = ("65",)
    trades: tuple[str, ...] = ()
    share: float = 0.6
    sheets: str = "one"
    nik: str = "text"
    date: int | str = 1
    upper: bool = False
    titles: int = 0
    encoding: str = "utf-8"
    delimiter: str = ","
    total_row: bool = False
    formula_numbers: bool = False
    deciles: bool = False
    without: tuple[str, ...] = field(default=())


def _kecamatan(name: str, regions: tuple[str, ...], **look: object) -> Sender:
    options: dict[str, object] = {"habit": "desa", "sheets": "village", "titles": 2, "share": 0.62} | look
    return Sender(
        f"kecamatan/{name}.xlsx",
        f"DAFTAR USULAN PEKERJA RENTAN {name.upper()}",
        "village",
        regions=regions,
        **options,  # type: ignore[arg-type]
    )


_FISH = ("nelayan", "anak_buah_kapal_ikan", "pencari_kepiting")
_PONDS = ("petambak", "penjaga_buruh_tambak", "pembudidaya", "buruh_ikat", "pengolah_ikan")
_FIELDS = ("petani_padi", "petani_sayur", "petani_campuran", "petani_subsisten", "buruh_tani", "peternak")
_PALM = ("petani_kelapa_sawit", "buruh_panen_sawit", "petani_karet", "petani_kakao", "petani_lada")
_MARKET = ("pedagang", "penjual", "pemilik")
_FAITH = ("guru_mengaji", "imam", "marbot", "pendeta", "koster", "guru_sekolah_minggu")
_BUILD = ("tukang_bangunan", "tukang_kayu", "buruh_bangunan", "tukang_cat", "tukang_listrik", "tukang_las")
_BOATS = ("motoris", "kernet", "perahu", "pelaut")
_PORT = ("buruh_pelabuhan", "kuli")
_CLEAN = ("petugas_kebersihan", "penyapu", "pengangkut_sampah", "pemulung", "penggali")
_HOME = ("asisten_rumah", "pengasuh", "buruh_cuci", "kader", "dukun")

SENDERS: tuple[Sender, ...] = (
    _kecamatan("Kec. Tarakan Barat", ("65.71.01",), titles=3, total_row=True),
    _kecamatan("Kec. Tarakan Tengah", ("65.71.02",), date="cell", formula_numbers=True),
    _kecamatan("Kec. Tarakan Timur", ("65.71.03",), habit="kelurahan", upper=True, nik="number"),
    _kecamatan("Kec. Tarakan Utara", ("65.71.04",), habit="kelurahan", titles=4, total_row=True),
    _kecamatan("Kec. Tanjung Selor", ("65.01.05",), date=3, titles=3),
    _kecamatan("Kec. Tanjung Palas", ("65.01.01", "65.01.02", "65.01.03"), habit="kelurahan", nik="number"),
    _kecamatan("Kec. Tanjung Palas Timur", ("65.01.04",), date=2, without=("mother_name",)),
    _kecamatan("Kec. Sekatak", ("65.01.09",), titles=0, without=("rw", "heir_phone")),
    _kecamatan("Kec. Peso dan Peso Hilir", ("65.01.07", "65.01.08"), habit="dinas_pendek", date=4),
    _kecamatan("Pulau Bunyu", ("65.01.10",), date="cell", upper=True),
    _kecamatan("Kec. Nunukan", ("65.03.02",), titles=4, total_row=True),
    _kecamatan("Kec. Nunukan Selatan", ("65.03.09",), habit="kelurahan", formula_numbers=True),
    _kecamatan("Pulau Sebatik", tuple(f"65.03.{d:02d}" for d in (1, 8, 10, 11, 12)), sheets="district"),
    _kecamatan("Krayan", tuple(f"65.03.{d:02d}" for d in (5, 7, 17, 18, 19)), sheets="district", date=3),
    _kecamatan("Lumbis", tuple(f"65.03.{d:02d}" for d in (4, 15, 20, 21)), habit="dinas_pendek", titles=1),
    _kecamatan("Sebuku dan Tulin Onsoi", ("65.03.06", "65.03.14", "65.03.13"), date=2, nik="number"),
    _kecamatan("Kec. Malinau Kota", ("65.02.02",), date="cell", titles=3),
    _kecamatan("Kec. Malinau Utara", ("65.02.07",), habit="kelurahan"),
    _kecamatan("Kec. Malinau Barat", ("65.02.08",), titles=1, upper=True),
    Sender(
        "kabupaten/usulan_pedalaman_malinau.csv",
        "",
        "village",
        "kode",
        tuple(f"65.02.{d:02d}" for d in (1, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 15)),
        share=0.6,
        delimiter=";",
        encoding="cp1252",
        date=0,
    ),
    Sender(
        "kabupaten/KTT - rekap usulan desa.xlsx",
        "REKAPITULASI USULAN DESA SE-KABUPATEN TANA TIDUNG",
        "village",
        "desa",
        ("65.04",),
        sheets="district",
        titles=2,
        date=5,
    ),
    Sender(
        "opd/dkp_prov_nelayan.csv",
        "",
        "agency",
        "dinas",
        ("65.01", "65.04"),
        _FISH,
        0.7,
        delimiter=";",
        encoding="utf-8-sig",
    ),
    Sender(
        "opd/Dinas Perikanan Tarakan.xlsx",
        "DATA NELAYAN DAN PEMBUDIDAYA IKAN KOTA TARAKAN",
        "agency",
        "dinas",
        ("65.71",),
        _FISH + _PONDS,
        0.6,
        sheets="village",
        titles=3,
        upper=True,
    ),
    Sender(
        "opd/Perikanan Nunukan - rumput laut.xlsx",
        "PEMBUDIDAYA DAN BURUH RUMPUT LAUT",
        "agency",
        "dinas_pendek",
        ("65.03",),
        _FISH + _PONDS,
        0.55,
        nik="number",
        titles=2,
        date="cell",
    ),
    Sender(
        "opd/Dinas Pertanian Bulungan.xlsx",
        "DATA PETANI (KELOMPOK TANI)",
        "agency",
        "dinas",
        ("65.01",),
        _FIELDS,
        0.55,
        sheets="district",
        titles=2,
        total_row=True,
    ),
    Sender(
        "opd/pertanian_prov_poktan.csv",
        "",
        "agency",
        "kode",
        ("65.02", "65.03", "65.04"),
        _FIELDS,
        0.4,
        delimiter=";",
        encoding="cp1252",
        date=2,
    ),
    Sender(
        "opd/Disbun - pekebun dan buruh sawit.xlsx",
        "DAFTAR PEKEBUN SWADAYA DAN BURUH PANEN (DBH SAWIT)",
        "agency",
        "dinas",
        ("65.01", "65.02", "65.03", "65.04"),
        _PALM,
        0.7,
        titles=4,
        date="cell",
    ),
    Sender(
        "opd/Dishub - motoris dan ABK.xlsx",
        "DATA MOTORIS SPEEDBOAT, LONGBOAT DAN ABK",
        "agency",
        "dinas_pendek",
        trades=_BOATS,
        share=0.7,
        titles=2,
        upper=True,
        date=4,
    ),
    Sender(
        "opd/disperindagkop_pedagang.csv",
        "",
        "agency",
        "dinas",
        ("65.71", "65.01"),
        _MARKET,
        0.35,
        encoding="utf-8-sig",
        date=2,
    ),
    Sender(
        "opd/DLH - tenaga kebersihan.xlsx",
        "TENAGA KEBERSIHAN DAN PERSAMPAHAN",
        "agency",
        "dinas_pendek",
        trades=_CLEAN,
        share=0.75,
        titles=1,
    ),
    Sender(
        "opd/Kesra - guru ngaji, marbot, pelayan gereja.xlsx",
        "PEKERJA KEAGAMAAN",
        "agency",
        "kelurahan",
        trades=_FAITH,
        share=0.7,
        titles=3,
        sheets="district",
    ),
    Sender(
        "opd/dpmd_kader_dan_art.csv",
        "",
        "agency",
        "kode",
        trades=_HOME,
        share=0.5,
        delimiter=";",
        encoding="cp1252",
    ),
    Sender(
        "opd/PUPR - tukang dan buruh bangunan.xlsx",
        "TENAGA KERJA KONSTRUKSI HARIAN",
        "agency",
        "dinas_pendek",
        ("65.71", "65.01", "65.03"),
        _BUILD,
        0.45,
        titles=2,
        formula_numbers=True,
        date=3,
    ),
    Sender(
        "asosiasi/ojek_pangkalan.csv",
        "",
        "association",
        "asosiasi",
        trades=("pengemudi_ojek_pangkalan", "tukang_becak"),
        share=0.7,
        delimiter=";",
        encoding="cp1252",
        upper=True,
    ),
    Sender(
        "asosiasi/komunitas_ojol.csv",
        "",
        "association",
        "asosiasi",
        trades=("pengemudi_ojek_daring",),
        share=0.7,
        nik="fifteen",
    ),
    Sender(
        "asosiasi/Koperasi TKBM.xlsx",
        "ANGGOTA KOPERASI TKBM",
        "association",
        "asosiasi",
        trades=_PORT,
        share=0.75,
        nik="fifteen",
        titles=3,
    ),
    Sender(
        "asosiasi/Himpunan nelayan Tarakan Nunukan.xlsx",
        "HIMPUNAN NELAYAN",
        "association",
        "dinas_pendek",
        ("65.71", "65.03"),
        _FISH,
        0.4,
        titles=2,
        total_row=True,
    ),
    Sender(
        "asosiasi/Sopir angkot dan travel.xlsx",
        "PAGUYUBAN SOPIR",
        "association",
        "asosiasi",
        trades=("sopir",),
        share=0.6,
        titles=2,
        nik="number",
    ),
    Sender(
        "dtsen/dtsen_6571_6502.csv",
        "",
        "dtsen",
        "dtsen",
        ("65.71", "65.01"),
        delimiter=";",
        encoding="utf-8-sig",
        date=0,
        upper=True,
        deciles=True,
    ),
    Sender(
        "dtsen/dtsen_6501_6503_6504.csv",
        "",
        "dtsen",
        "dtsen",
        ("65.02", "65.03", "65.04"),
        delimiter=";",
        date=0,
        upper=True,
        deciles=True,
    ),
    Sender(
        "csr/PT Contoh Bahari - beneficiaries.csv",
        "",
        "association",
        "english",
        ("65.71.03", "65.71.04"),
        share=0.12,
        date=0,
        encoding="utf-8-sig",
    ),
    Sender(
        "provinsi/Usulan tambahan Disnakertrans.xlsx",
        "USULAN TAMBAHAN PEKERJA RENTAN",
        "agency",
        "dinas",
        share=0.02,
        titles=3,
        date=2,
    ),
)
#: the list that takes whoever is on no other
LEFTOVERS = len(SENDERS) - 1
#: share on a DTSEN extract by poverty decile 1 to 10
DTSEN_SHARE = (0.80, 0.75, 0.70, 0.60, 0.45, 0.25, 0.10, 0.05, 0.03, 0.02)
#: rows that a list holds twice
WITHIN_LIST_DOUBLES = 0.015
