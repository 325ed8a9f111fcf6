"""Addresses of the pages of claims."""

from django.urls import path

from payung.web.claims import cases, codes, desk, status

urlpatterns = [
    path("cek-perlindungan/", status.ask, name="claims-status"),
    path("cek-perlindungan/tanpa-kode/", status.without_code, name="claims-status-without-code"),
    path("kode/", codes.index, name="claims-codes"),
    path("kode/orang/<int:person_id>/", codes.person, name="claims-code"),
    path("kode/<str:village>/", codes.village, name="claims-codes-village"),
    path("klaim/", desk.index, name="claims-desk"),
    path("klaim/daftar.csv", desk.cases_csv, name="claims-csv"),
    path("klaim/mungkin/", desk.possible, name="claims-possible"),
    path("klaim/tinjau/", desk.lookback, name="claims-lookback"),
    path("klaim/kematian/lapor/", desk.report, name="claims-report"),
    path("klaim/kecelakaan/lapor/", desk.accident, name="claims-accident"),
    path("klaim/<int:case_id>/", cases.detail, name="claims-case"),
    path("klaim/<int:case_id>/surat.pdf", cases.letter, name="claims-letter"),
    path("klaim/berkas/<int:paper_id>/", cases.paper, name="claims-paper"),
]
