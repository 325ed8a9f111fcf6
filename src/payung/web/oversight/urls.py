"""Addresses of the pages of oversight."""

from django.urls import path

from payung.web.oversight import explore, history, series, sources, views, village

urlpatterns = [
    path("pengawasan/", views.sheet, name="oversight-sheet"),
    path("pengawasan/lembar.pdf", views.sheet_paper, name="oversight-pdf"),
    path("pengawasan/lampiran-desa.pdf", views.villages_paper, name="oversight-villages-pdf"),
    path("pengawasan/angka.csv", views.figures_csv, name="oversight-csv"),
    path("pengawasan/angka.xlsx", views.figures_xlsx, name="oversight-xlsx"),
    path("pengawasan/hitung/", views.rebuild, name="oversight-rebuild"),
    path("pengawasan/terbitkan/", views.publish, name="oversight-publish"),
    path("pengawasan/peta/", views.gap_map, name="oversight-map"),
    path("pengawasan/indikator/", series.page, name="oversight-series"),
    path("pengawasan/sumber/", sources.sources, name="oversight-sources"),
    path("pengawasan/riwayat/", history.history, name="oversight-history"),
    path("pengawasan/riwayat/koreksi/", history.correct, name="oversight-correct"),
    path("pengawasan/riwayat/<int:number>/", history.kept_sheet, name="oversight-kept"),
    path("pengawasan/riwayat/<int:number>/lembar.pdf", history.kept_paper, name="oversight-kept-pdf"),
    path("pengawasan/riwayat/<int:number>/angka.csv", history.kept_csv, name="oversight-kept-csv"),
    path("pengawasan/riwayat/<int:number>/angka.xlsx", history.kept_xlsx, name="oversight-kept-xlsx"),
    path("pengawasan/riwayat/<int:before>/<int:after>/", history.difference, name="oversight-difference"),
    path("pengawasan/jelajah/", explore.page, name="oversight-explore"),
    path("pengawasan/jelajah/csv/", explore.as_csv, name="oversight-explore-csv"),
    path("pengawasan/jelajah/xlsx/", explore.as_xlsx, name="oversight-explore-xlsx"),
    path("desa/", village.index, name="oversight-villages"),
    path("desa/<str:code>/", village.page, name="oversight-village"),
]
