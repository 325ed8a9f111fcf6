"""What each published figure means and where it comes from. A change here is a new version of the definitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Raised with every change of the words below; a test holds the words to the version.
VERSION = "2026-12a"


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure in words: its name, what is counted, and from which source."""

    id: str
    label: str | Promise
    meaning: str | Promise
    source: str | Promise


LADDER = (
    Definition(
        "estimated",
        _("Perkiraan (semesta)"),
        _("Semua pekerja rentan menurut pendataan pemerintah provinsi."),
        "",
    ),
    Definition(
        "candidates",
        _("Calon"),
        _(
            "Orang yang ada di daftar desa, instansi, atau pendataan, atau dalam SK bulan ini; tiap orang satu kali."
        ),
        _("Daftar masuk yang termuat"),
    ),
    Definition(
        "verified",
        _("Terverifikasi"),
        _("Calon dengan NIK yang sah dan tanpa dugaan ganda yang terbuka, atau dalam SK bulan ini."),
        _("Pencocokan dan keputusan petugas"),
    ),
    Definition(
        "eligible",
        _("Layak"),
        _(
            "Terverifikasi, memenuhi semua syarat hukum pada tanggal penilaian, dan menurut data cabang tidak "
            "dibayar pihak lain; atau dalam SK bulan ini."
        ),
        _("Penilaian kelayakan"),
    ),
    Definition(
        "decreed",
        _("Ditetapkan SK"),
        _("Orang yang iurannya dijamin SK untuk bulan ini."),
        _("Lampiran SK dan perubahannya"),
    ),
    Definition(
        "registered",
        _("Terdaftar"),
        _("Ditetapkan SK dan diterima cabang BPJS Ketenagakerjaan dengan nomor peserta."),
        _("Berkas jawaban cabang"),
    ),
    Definition(
        "active",
        _("Aktif"),
        _("Ditetapkan SK, terdaftar, dan iuran bulan ini sudah dibayar: terlindungi JKK dan JKM."),
        _("Tagihan dan bukti bayar"),
    ),
)

MONEY = (
    Definition("budgeted", _("Dianggarkan"), _("Jumlah semua dana yang berlaku."), _("Dana yang disetujui")),
    Definition(
        "committed",
        _("Terikat SK"),
        _("Bagian yang sudah dijanjikan kepada orang dalam SK, termasuk yang sudah ditagih dan dibayar."),
        _("Buku besar dana"),
    ),
    Definition(
        "billed",
        _("Ditagih"),
        _("Iuran yang sudah ditagihkan, termasuk yang sudah dibayar."),
        _("Buku besar dana"),
    ),
    Definition("paid", _("Dibayar"), _("Iuran yang bukti bayarnya sudah cocok."), _("Buku besar dana")),
)

OTHERS = (
    Definition(
        "gap",
        _("Layak, belum terlindungi"),
        _(
            "Layak, tetapi tidak ada SK yang menjamin iurannya bulan ini. Yang menurut data cabang dibayar pihak "
            "lain tidak ikut."
        ),
        _("Kelayakan dan lampiran SK"),
    ),
    Definition(
        "other_payer",
        _("Dibayar pihak lain"),
        _(
            "Terverifikasi dan memenuhi syarat hukum, tidak dalam SK bulan ini, dan menurut data cabang menjadi "
            "peserta yang iurannya dibayar pihak lain."
        ),
        _("Data peserta dari cabang"),
    ),
    Definition(
        "waiting",
        _("Ditetapkan, belum aktif"),
        _("Dalam SK bulan ini, tetapi belum terdaftar, ditolak cabang, atau iuran bulan ini belum lunas."),
        _("Lampiran SK, berkas jawaban cabang, tagihan"),
    ),
    Definition(
        "gap_monthly",
        _("Menutup celah, per bulan"),
        _("Orang yang belum terlindungi dikali iuran golongan terendah bulan ini bila dibayar APBD."),
        _("Kelayakan, lampiran SK, dan tarif menurut hukum"),
    ),
    Definition(
        "coverage",
        _("Cakupan"),
        _("Terlindungi SK dibagi terlindungi SK ditambah layak yang belum."),
        _("Kelayakan dan lampiran SK"),
    ),
    Definition(
        "ending",
        _("Berakhir dalam 60 hari"),
        _("Terlindungi bulan ini, tetapi SK tidak menjamin semua bulan sampai 60 hari ke depan."),
        _("Lampiran SK dan perubahannya"),
    ),
    Definition(
        "person_months",
        _("Bulan-orang yang dibeli"),
        _("Satu orang yang dijamin SK satu bulan dihitung satu; setahun penuh seorang dihitung dua belas."),
        _("Lampiran SK dan perubahannya"),
    ),
    Definition(
        "money_lasts",
        _("Uang cukup sampai"),
        _(
            "Hari terakhir dari bulan terakhir yang dapat dibayar penuh untuk semua yang terlindungi sekarang, "
            "oleh dana masing-masing; ditentukan dana yang paling dulu habis. Dana dan SK untuk orang lain tidak "
            "mengubahnya."
        ),
        _("Buku besar dana, lampiran SK, dan tarif menurut hukum"),
    ),
    Definition(
        "money_ends",
        _("SK terakhir"),
        _("Bulan terakhir yang dijamin SK bagi siapa pun."),
        _("Lampiran SK dan perubahannya"),
    ),
    Definition(
        "claims_paid",
        _("Klaim dibayar"),
        _("Kasus kematian dan kecelakaan yang dibayar cabang sejak awal tahun."),
        _("Meja klaim"),
    ),
    Definition(
        "expected",
        _("Kematian yang diperkirakan"),
        _(
            "Orang-tahun perlindungan yang lunas sejak awal tahun dikali angka kematian menurut umur dan jenis "
            "kelamin; rentang berisi 95 dari 100 kelompok seperti ini."
        ),
        _("UN WPP 2024, Indonesia; tagihan yang lunas"),
    ),
    Definition(
        "known_deaths",
        _("Kematian peserta diketahui"),
        _("Yang meninggal sejak awal tahun ketika terlindungi, dan diketahui dari daftar atau laporan."),
        _("Daftar kematian dan meja klaim"),
    ),
    Definition(
        "uncovered_deaths",
        _("Meninggal tanpa perlindungan"),
        _(
            "Calon dan bekas peserta yang meninggal sejak awal tahun ketika perlindungannya sudah berhenti, "
            "belum berjalan, atau belum pernah ada; keluarganya tidak mendapat santunan."
        ),
        _("Daftar kematian dan meja klaim"),
    ),
    Definition(
        "unclaimed",
        _("Hak yang belum diklaim"),
        _("Kematian peserta sejak awal tahun yang kasusnya belum diajukan ke cabang dan belum kedaluwarsa."),
        _("Daftar kematian dan meja klaim"),
    ),
)
DEFINITIONS = {one.id: one for one in (*LADDER, *MONEY, *OTHERS)}


def in_words() -> dict[str, dict[str, list[str]]]:
    """Every definition in every language: what is kept with published figures, as it read that day."""
    found: dict[str, dict[str, list[str]]] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            for one in DEFINITIONS.values():
                texts = [str(one.label), str(one.meaning), str(one.source)]
                found.setdefault(one.id, {})[code] = texts
    return found


def from_words(words: Mapping[str, Mapping[str, list[str]]], language: str) -> dict[str, Definition]:
    """Return the definitions that `in_words` kept, in one language; those of today where none was kept."""
    kept = {name: texts.get(language) or texts["id"] for name, texts in words.items()}
    return {**DEFINITIONS, **{name: Definition(name, *texts) for name, texts in kept.items()}}
