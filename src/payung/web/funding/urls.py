"""Addresses of the pages of money."""

from django.urls import path

from payung.web.funding import funds

urlpatterns = [
    path("dana/", funds.funds, name="funding-funds"),
    path("dana/dana.csv", funds.funds_csv, name="funding-funds-csv"),
    path("dana/usul/", funds.propose, name="funding-propose"),
    path("dana/<int:fund_id>/", funds.fund, name="funding-fund"),
    path("dana/<int:fund_id>/putuskan/", funds.decide, name="funding-decide"),
    path("dana/<int:fund_id>/ubah/", funds.change, name="funding-change"),
    path("dana/<int:fund_id>/laporan.<str:kind>", funds.statement_file, name="funding-statement"),
    path("dana/perubahan/<int:change_id>/putuskan/", funds.decide_change, name="funding-decide-change"),
]
