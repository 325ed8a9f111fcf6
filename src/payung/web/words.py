"""Words that come from the models' choices, named here so that they can be translated."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

MODEL_WORDS = (
    *(_("Operator program"), _("Penyetuju (kepala dinas)"), _("Petugas cabang BPJS Ketenagakerjaan")),
    *(_("Petugas anggaran"), _("Anggota DPRD"), _("Petugas desa/kelurahan"), _("Donatur/perusahaan")),
    *(_("Administrator sistem"), _("Melihat data orang"), _("Membuka NIK lengkap"), _("Memuat daftar")),
    *(_("Memutuskan pasangan"), _("Menilai kelayakan"), _("Mengusulkan sumber dana")),
    *(_("Menyetujui sumber dana"), _("Mengusulkan rencana"), _("Menyetujui rencana")),
    *(_("Mengusulkan SK"), _("Menyetujui SK"), _("Bertukar berkas dengan cabang"), _("Membuat tagihan")),
    *(_("Menyetujui tagihan"), _("Mencatat bukti bayar"), _("Menangani klaim")),
    *(
        _("Menyetujui keputusan klaim"),
        _("Membagikan kode pribadi"),
        _("Melihat dana"),
        _("Melihat lembar pengawasan"),
    ),
    *(_("Mencatat tindak lanjut"), _("Mengelola pengguna"), _("Pemerintah provinsi")),
    *(_("Mengonfirmasi tindak lanjut"), _("Menanyakan satu orang")),
    *(_("Menjawab pertanyaan tentang satu orang"), _("APBD"), _("APBN"), _("APBDes"), _("DBH Sawit")),
    *(_("CSR/TJSL"),),
    *(_("Pemerintah kabupaten/kota"), _("Pemerintah desa"), _("Perusahaan"), _("Donatur")),
    *(_("Pekerja sendiri"), _("Donasi GN Lingkaran"), _("Mandiri"), _("Diusulkan"), _("Berlaku")),
    *(_("SC korporasi"), _("SB perbankan"), _("SG pemerintah"), _("SD desa (APBDes)"), _("SA desa (APBD)")),
    *(_("SL lainnya"),),
    *(_("Ditutup"), _("Disetujui"), _("Sudah menjadi SK"), _("Ditolak"), _("Ditetapkan")),
)
