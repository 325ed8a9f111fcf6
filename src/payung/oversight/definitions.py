"""What each published figure means and where it comes from. A change here is a new version of the definitions."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERSION = "2026-11"
_DATA = Path(__file__).with_name("data")


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
        _("Orang yang ada di daftar desa, instansi, atau pendataan; tiap orang dihitung satu kali."),
        _("Daftar masuk yang termuat"),
    ),
    Definition(
        "verified",
        _("Terverifikasi"),
        _("Calon dengan NIK yang sah dan tanpa dugaan ganda yang terbuka."),
        _("Pencocokan dan keputusan petugas"),
    ),
    Definition(
        "eligible",
        _("Layak"),
        _("Terverifikasi dan memenuhi semua syarat hukum pada tanggal penilaian."),
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
        _("Terdaftar dan iuran bulan ini sudah dibayar: terlindungi JKK dan JKM."),
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


@dataclass(frozen=True, slots=True)
class Denominator:
    """A published number of workers with its own period, source and reason why it differs from the others."""

    id: str
    label: str
    english: str
    value: int
    period: str
    quality: str
    source: str
    note: str
    note_english: str


@cache
def denominators() -> tuple[Denominator, ...]:
    """The published numbers of workers, side by side; never averaged."""
    with (_DATA / "denominators.csv").open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("# source"))
        return tuple(
            Denominator(
                row["id"],
                row["label"],
                row["english"],
                int(row["value"]),
                row["period"],
                row["quality"],
                row["source"],
                row["note"],
                row["note_english"],
            )
            for row in rows
        )
