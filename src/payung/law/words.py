"""The words of a formula in both languages, and the unit in which each of its names is counted.

A formula is written once, with the names of its inputs; here is how it reads for people.
"""

from __future__ import annotations

import re

#: name in a formula -> (unit, Indonesian, English)
NAMES: dict[str, tuple[str, str, str]] = {
    "accident": ("date", "tanggal kecelakaan", "day of the accident"),
    "age": ("age", "umur", "age"),
    "alive": ("yesno", "masih hidup", "alive"),
    "allowed": ("months", "yang dibolehkan", "allowed"),
    "among": ("text", "termasuk", "among"),
    "arrears_months": ("months", "bulan tanpa iuran", "unpaid months"),
    "base": ("rupiah", "dasar upah", "base income"),
    "benefit": ("rupiah", "nilai santunan", "benefit"),
    "birth_date": ("date", "tanggal lahir", "date of birth"),
    "cap": ("percent", "paling banyak", "at most"),
    "ceiling": ("rupiah", "paling banyak", "at most"),
    "charged_percent": ("percent", "bagian yang ditagih", "share charged"),
    "children": ("count", "jumlah anak", "children"),
    "citizen": ("yesno", "warga negara Indonesia", "Indonesian citizen"),
    "cost": ("rupiah", "biaya", "cost"),
    "counted_from": ("date", "dihitung dari", "counted from"),
    "days": ("days", "hari", "days"),
    "days_in_month": ("days", "hari sebulan", "days in a month"),
    "death_percent": ("percent", "persen kematian", "death per cent"),
    "died": ("date", "tanggal meninggal", "day of death"),
    "event": ("date", "kejadian", "event"),
    "expiry_years": ("years", "masa gugur", "years to expiry"),
    "floor": ("rupiah", "santunan kematian JKM", "JKM lump sum"),
    "full_row": ("percent", "baris kehilangan seluruhnya", "row of the whole loss"),
    "function_lost": ("percent", "fungsi yang hilang", "function lost"),
    "has_nik": ("yesno", "mempunyai NIK", "has a NIK"),
    "homecare_max": ("rupiah", "batas homecare", "homecare limit"),
    "income": ("rupiah", "penghasilan", "income"),
    "jht_percent": ("percent", "tarif JHT", "JHT rate"),
    "jkk_from": ("date", "JKK sejak", "JKK from"),
    "jkk_percent": ("percent", "tarif JKK", "JKK rate"),
    "jkm": ("answer", "perlindungan JKM", "JKM protection"),
    "jkm_full_from": ("date", "JKM penuh sejak", "JKM full from"),
    "jkm_monthly": ("rupiah", "iuran JKM sebulan", "JKM a month"),
    "lapses_on": ("date", "berakhir pada", "lapses on"),
    "level": ("code", "jenjang", "level"),
    "limit": ("text", "batas", "limit"),
    "max": ("text", "yang terbesar dari ", "the greater of "),
    "measured": ("number", "yang terukur", "measured"),
    "medical_percent": ("percent", "bagian yang ditanggung", "share covered"),
    "min": ("text", "yang terkecil dari ", "the lesser of "),
    "month": ("month", "bulan", "month"),
    "monthly": ("rupiah", "iuran sebulan", "contribution a month"),
    "months": ("number", "jumlah bulan", "months"),
    "months_counted": ("months", "bulan iuran yang dihitung", "paid months counted"),
    "months_needed": ("months", "bulan iuran yang diperlukan", "paid months needed"),
    "not": ("text", "bukan", "not"),
    "on": ("date", "pada tanggal", "on"),
    "outcome": ("code", "akibat", "outcome"),
    "overdue_months": ("months", "bulan yang lewat jatuh tempo", "months past their due day"),
    "payer": ("code", "pembayar", "payer"),
    "percent": ("percent", "persen", "per cent"),
    "price": ("rupiah", "harga rumah sakit", "hospital's price"),
    "prosthesis_percent": ("percent", "persen atas harga", "per cent of the price"),
    "report_by": ("date", "lapor sebelum", "report by"),
    "resident": ("code", "wilayah KTP", "region of the resident card"),
    "row": ("number", "baris", "row"),
    "scholarship": ("yesno", "berhak beasiswa", "scholarship open"),
    "scholarship_from": ("date", "beasiswa sejak", "scholarship from"),
    "sector": ("code", "sektor", "sector"),
    "settle_first": ("yesno", "pelunasan menjadi syarat", "must be settled first"),
    "step": ("number", "setiap", "each"),
    "steps": ("number", "kelipatan penuh", "full steps"),
    "sum": ("text", "jumlah", "sum"),
    "table_percent": ("percent", "persen tabel", "table per cent"),
    "total_disability_percent": ("percent", "persen cacat total", "total disability per cent"),
    "wage": ("rupiah", "upah (dasar upah)", "wage (base income)"),
    "wage_multiple": ("number", "pengali upah", "wage multiple"),
    "wage_worker": ("yesno", "penerima upah", "wage worker"),
    "wait_days": ("days", "masa tunggu, hari", "wait in days"),
    "wait_months": ("months", "masa tunggu, bulan", "wait in months"),
    "within": ("text", "di dalam", "within"),
    "working": ("yesno", "bekerja", "working"),
    "yearly": ("rupiah", "setahun", "a year"),
    "years": ("years", "tahun", "years"),
    "years_left": ("years", "sisa tahun", "years left"),
}

#: What a part of an answer is called.
PARTS: dict[str, tuple[str, str]] = {
    "aids": ("alat bantu", "aids"),
    "disability": ("santunan cacat", "disability benefit"),
    "eligible": ("boleh didaftarkan", "may be enrolled"),
    "funeral": ("biaya pemakaman", "funeral cost"),
    "homecare": ("homecare", "homecare"),
    "jht": ("JHT", "JHT"),
    "jkk": ("JKK", "JKK"),
    "jkm": ("JKM", "JKM"),
    "jkm_full_from": ("JKM penuh sejak", "JKM full from"),
    "lapses_on": ("berakhir pada", "lapses on"),
    "late_payment": ("ganti rugi keterlambatan", "compensation for late payment"),
    "lump_sum": ("santunan sekaligus", "lump sum"),
    "medical": ("biaya perawatan", "medical care"),
    "periodic": ("santunan berkala", "periodic benefit"),
    "rehabilitation": ("rehabilitasi", "rehabilitation"),
    "renewal_jkm_full_from": ("bila dibayar lagi, JKM penuh sejak", "if paid again, JKM full from"),
    "renewal_scholarship_from": ("bila dibayar lagi, beasiswa sejak", "if paid again, scholarship from"),
    "scholarship": ("beasiswa", "scholarship"),
    "scholarship_from": ("beasiswa sejak", "scholarship from"),
    "settle_first": ("pelunasan tunggakan menjadi syarat", "arrears must be settled first"),
    "temporary": ("santunan sementara", "temporary disability"),
    "total": ("jumlah", "total"),
    "transport": ("pengangkutan", "transport"),
}

#: A formula that is a sentence -> Indonesian
SENTENCES: dict[str, str] = {
    "unpaid months since the last paid month <= allowed": (
        "bulan tanpa iuran sejak bulan terakhir yang dibayar <= yang dibolehkan"
    ),
    "first day after the wait, over the months that count": (
        "hari pertama setelah masa tunggu, atas bulan iuran yang dihitung"
    ),
    "none if not covered, partial before the wait is over, then full": (
        "tidak ada bila tidak terlindungi, sebagian sebelum masa tunggu lewat, sesudahnya penuh"
    ),
    "paid months counted >= months needed, and JKM full": (
        "bulan iuran yang dihitung >= yang diperlukan, dan JKM penuh"
    ),
    "calendar months begun since the last paid month": (
        "bulan kalender yang sudah mulai sejak bulan terakhir yang dibayar"
    ),
    "no if any criterion is no; else unknown if any is unknown; else yes": (
        "tidak bila satu syarat saja tidak; tidak diketahui bila satu saja tidak diketahui; selebihnya ya"
    ),
    "amounts that the protection opens": "manfaat yang menjadi hak menurut perlindungan itu",
    "per cent set by the doctor": "persen yang ditetapkan dokter",
    "base income of the band that holds the income": "dasar upah golongan yang memuat penghasilan",
    "100 if the payer is excluded, else the share of the sector and month": (
        "100% bila pembayar dikecualikan, selain itu bagian menurut sektor dan bulan"
    ),
    "as the law sets it": "sebesar ketentuan",
    "the day of the event, the years of expiry later": "hari kejadian, ditambah tahun masa gugur",
}

#: Codes that stand for a word, wherever a value is a code.
CODES: dict[str, tuple[str, str]] = {
    "air": ("udara", "air"),
    "apbd": ("APBD", "APBD"),
    "apbdes": ("APBDes", "APBDes"),
    "apbn": ("APBN", "APBN"),
    "base": ("dasar", "base"),
    "csr": ("CSR", "CSR"),
    "dbh": ("DBH", "DBH"),
    "death": ("meninggal", "death"),
    "dentures": ("gigi tiruan", "dentures"),
    "donor": ("donatur", "donor"),
    "glasses": ("kacamata", "glasses"),
    "hearing_aid": ("alat bantu dengar", "hearing aid"),
    "land": ("darat, sungai atau danau", "land, river or lake"),
    "other": ("selain transportasi", "outside transport"),
    "partial": ("cacat sebagian", "partial disability"),
    "pt": ("perguruan tinggi atau pelatihan", "university or training"),
    "recovered": ("sembuh", "recovered"),
    "sd": ("SD", "primary school (SD)"),
    "sea": ("laut", "sea"),
    "self": ("pekerja sendiri", "the worker"),
    "sma": ("SMA", "senior high school (SMA)"),
    "smp": ("SMP", "junior high school (SMP)"),
    "tk": ("TK", "kindergarten (TK)"),
    "total": ("cacat total tetap", "total permanent disability"),
    "transport": ("transportasi", "transport"),
}

_NAME = re.compile(r"[a-z][a-z_]*")


def code_in_words(code: str, lang: str) -> str:
    """Translate a code of the rules into `lang`; a code that no rule knows stays as it is."""
    return CODES[code][1 if lang == "en" else 0] if code in CODES else code


def part_in_words(part: str, lang: str) -> str:
    """Name a part of an answer in `lang`."""
    return PARTS[part][1 if lang == "en" else 0] if part in PARTS else name_in_words(part, lang)


def name_in_words(name: str, lang: str) -> str:
    """Name an input or parameter in `lang`; an unknown name is shown with spaces for its underscores."""
    return NAMES[name][2 if lang == "en" else 1] if name in NAMES else name.replace("_", " ")


def formula_in_words(formula: str, lang: str) -> str:
    """Translate `formula` into words of `lang`."""
    if formula in SENTENCES:
        return formula if lang == "en" else SENTENCES[formula]
    return _NAME.sub(lambda found: name_in_words(found[0], lang), formula)
