"""Addresses of the pages of matching."""

from django.urls import path

from payung.web.matching import double, quality, views

urlpatterns = [
    path("pasangan/", views.desk, name="matching-desk"),
    path("pasangan/desa/", views.village, name="matching-village"),
    path("pasangan/desa.xlsx", views.questions, name="matching-questions"),
    path("pasangan/riwayat/", views.history, name="matching-history"),
    path("pasangan/usulan/", views.proposals, name="matching-proposals"),
    path("pasangan/periksa/", views.check, name="matching-check"),
    path("pasangan/mutu/", quality.page, name="matching-quality"),
    path("pasangan/mutu/ambang/", quality.set_thresholds, name="matching-thresholds"),
    path("pasangan/mutu/<int:check_id>/pisah/", quality.separate, name="matching-separate"),
    path("pasangan/proses/", quality.runs, name="matching-runs"),
    path("pasangan/proses/jalan/", quality.start, name="matching-start"),
    path("pasangan/ganda/", double.page, name="matching-double"),
    path("pasangan/ganda.csv", double.as_csv, name="matching-double-csv"),
    path("pasangan/<int:pair_id>/", views.desk, name="matching-pair"),
    path("pasangan/<int:pair_id>/putuskan/", views.judge, name="matching-judge"),
    path("pasangan/<int:pair_id>/batal/", views.undo, name="matching-undo"),
]
