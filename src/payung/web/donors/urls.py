"""Addresses of the pages for donors."""

from django.urls import path

from payung.web.donors import desk, ledger, public

urlpatterns = [
    path("bantu/", public.help_page, name="donors-help"),
    path("bantu/janji/", public.promise, name="donors-promise"),
    path("bantu/donasi/<str:token>/", public.mine, name="donors-mine"),
    path("bantu/donasi/<str:token>/perbarui/", public.renew, name="donors-renew"),
    path("bantu/donasi/<str:token>/ubah/", public.change, name="donors-change"),
    path("bantu/donasi/<str:token>/sertifikat.pdf", public.certificate_file, name="donors-certificate"),
    path("buku-publik/", ledger.page, name="donors-ledger"),
    path("buku-publik/buku.csv", ledger.data_csv, name="donors-ledger-csv"),
    path("buku-publik/buku.json", ledger.data_json, name="donors-ledger-json"),
    path("janji/", desk.promises, name="donors-desk"),
    path("janji/kedaluwarsa/", desk.expire, name="donors-expire"),
    path("janji/<int:donation_id>/", desk.promise, name="donors-promise-desk"),
    path("janji/<int:donation_id>/putuskan/", desk.decide, name="donors-decide"),
]
