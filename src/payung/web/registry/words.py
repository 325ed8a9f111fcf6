"""The words of the registry's pages: fields, statuses, kinds."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

#: Fields a sender's column can mean, in the order of the mapping form.
FIELDS = {
    "nik": _("NIK"),
    "name": _("Nama"),
    "sex": _("Jenis kelamin"),
    "birth_date": _("Tanggal lahir"),
    "birth_place": _("Tempat lahir"),
    "birth": _("Tempat dan tanggal lahir"),
    "mother_name": _("Nama ibu kandung"),
    "family_card": _("Nomor KK"),
    "address": _("Alamat"),
    "rt": _("RT"),
    "rw": _("RW"),
    "rt_rw": _("RT/RW"),
    "village": _("Desa/kelurahan"),
    "village_code": _("Kode desa"),
    "district": _("Kecamatan"),
    "district_code": _("Kode kecamatan"),
    "regency": _("Kabupaten/kota"),
    "regency_code": _("Kode kabupaten/kota"),
    "province": _("Provinsi"),
    "province_code": _("Kode provinsi"),
    "phone": _("Telepon"),
    "occupation": _("Pekerjaan"),
    "income": _("Penghasilan per bulan"),
    "wage_worker": _("Penerima upah"),
    "heir_name": _("Ahli waris"),
    "heir_relation": _("Hubungan ahli waris"),
    "heir_phone": _("Telepon ahli waris"),
}
#: Facts of a person that are named otherwise than a sender's column.
FACTS = FIELDS | {
    "nik_last4": _("NIK"),
    "region_code": _("Wilayah"),
    "occupation_id": _("Pekerjaan"),
}
SEXES = {"male": _("Laki-laki"), "female": _("Perempuan")}
STATUSES = {
    "eligible": _("Layak dan terverifikasi"),
    "not_eligible": _("Tidak layak"),
    "unverified": _("Belum terverifikasi"),
    "covered": _("Terlindungi SK bulan ini"),
    "elsewhere": _("Dibayar pihak lain menurut data cabang"),
    "uncovered": _("Layak, belum terlindungi"),
    "ending": _("Berakhir bulan ini atau bulan depan"),
    "double": _("Ada di lebih dari satu daftar"),
    "died": _("Meninggal"),
}
KINDS = {
    "candidates": _("Daftar calon"),
    "branch": _("Data kepesertaan cabang"),
    "deaths": _("Daftar kematian"),
    "field": _("Pendataan lapangan"),
}
#: Where a person stands on a day, by coverage.queries.STATES, with the tone of its sign.
COVER_STATES = {
    "protected": (_("Terlindungi"), "good"),
    "grace": (_("Terlindungi dalam masa tunggakan"), "wait"),
    "unpaid": (_("Terdaftar, iuran belum dibayar"), "wait"),
    "registering": (_("Ditetapkan, menunggu pendaftaran cabang"), "info"),
    "refused": (_("Ditetapkan, ditolak cabang"), "bad"),
    "none": (_("Tidak tercatat di program ini"), "neutral"),
}
#: Where the branch's extract shows cover that another pays, and this programme does not protect.
BY_OTHER_PAYER = (_("Dibayar pihak lain"), "info")
ANSWERS = {
    "yes": (_("Ya"), "good"),
    "no": (_("Tidak"), "bad"),
    "unknown": (_("Belum diketahui"), "wait"),
    "presumed": (_("Dianggap ya"), "info"),
}
#: How sure the source of a rule is.
CONFIDENCE = {
    "text": _("teks peraturan dibaca"),
    "two-sources": _("dua sumber"),
    "one-source": _("satu sumber"),
    "derived": _("disimpulkan"),
    "unverified": _("belum diperiksa"),
}
#: Why a value of a fact holds, by registry.queries.FactValue.why.
WHY = {
    "only": "",
    "trust": _("sumbernya lebih dipercaya"),
    "newest": _("paling baru di antara sumber yang sama dipercaya"),
    "detail": _("paling rinci"),
    "support": _("paling banyak disebut"),
    "clerk": _("dari keputusan sebelumnya"),
    "": "",
}
