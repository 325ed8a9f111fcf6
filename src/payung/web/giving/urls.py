"""Addresses of donors' pages, the public ledger, and the office's desk of promises."""

from django.urls import path

from payung.web.giving import desk, ledger, public

urlpatterns = [
    path("bantu/", public.help_page, name="giving-help"),
    path("bantu/janji/", public.promise, name="giving-promise"),
    path("bantu/donasi/<str:token>/", public.mine, name="giving-mine"),
    path("bantu/donasi/<str:token>/perbarui/", public.renew, name="giving-renew"),
    path("bantu/donasi/<str:token>/ubah/", public.change, name="giving-change"),
    path("bantu/donasi/<str:token>/sertifikat.pdf", public.certificate_file, name="giving-certificate"),
    path("buku-publik/", ledger.page, name="giving-ledger"),
    path("buku-publik/buku.csv", ledger.data_csv, name="giving-ledger-csv"),
    path("buku-publik/buku.json", ledger.data_json, name="giving-ledger-json"),
    path("janji/", desk.promises, name="giving-desk"),
    path("janji/kedaluwarsa/", desk.expire, name="giving-expire"),
    path("janji/<int:donation_id>/", desk.promise, name="giving-promise-desk"),
    path("janji/<int:donation_id>/putuskan/", desk.decide, name="giving-decide"),
]
