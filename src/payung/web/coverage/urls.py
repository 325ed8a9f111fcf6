"""Addresses of the pages of coverage."""

from django.urls import path

from payung.web.coverage import amendments, bills, branch, covered, decrees, month, notices

urlpatterns = [
    path("bulan-ini/", month.this_month, name="coverage-month"),
    path("tinjauan/", month.outlook_page, name="coverage-outlook"),
    path("cakupan/", covered.everyone, name="coverage-everyone"),
    path("cakupan.csv", covered.everyone_csv, name="coverage-csv"),
    path("orang/<int:person_id>/cakupan.json", covered.person_json, name="coverage-person"),
    path("pemberitahuan/", notices.notices, name="coverage-notices"),
    path("sk/", decrees.decrees, name="coverage-decrees"),
    path("sk/<int:decree_id>/", decrees.decree, name="coverage-decree"),
    path("sk/<int:decree_id>/putuskan/", decrees.decide, name="coverage-decide"),
    path("sk/<int:decree_id>/lampiran.<str:kind>", decrees.annex, name="coverage-annex"),
    path("sk/perubahan/<int:amendment_id>/", amendments.amendment, name="coverage-amendment"),
    path(
        "sk/perubahan/<int:amendment_id>/daftar.pdf",
        amendments.amendment_file,
        name="coverage-amendment-file",
    ),
    path(
        "sk/perubahan/<int:amendment_id>/putuskan/",
        amendments.decide_amendment,
        name="coverage-decide-amendment",
    ),
    path("perubahan/", amendments.changes, name="coverage-changes"),
    path("perubahan/usul/<int:person_id>/", amendments.propose, name="coverage-propose"),
    path("cek/<str:code>", decrees.check, name="coverage-check"),
    path("cek/<str:code>/", decrees.check),
    path("cabang/", branch.branch, name="coverage-branch"),
    path("cabang/jawaban/<str:token>/", branch.answer_preview, name="coverage-answer-preview"),
    path("cabang/<int:upload_id>/berkas.xlsx", branch.upload_file, name="coverage-upload"),
    path("selisih/", branch.differences, name="coverage-differences"),
    path("tagihan/", bills.bills, name="coverage-bills"),
    path("tagihan/<int:bill_id>/", bills.bill, name="coverage-bill"),
    path("pembayaran/", bills.payments, name="coverage-payments"),
]
