"""Addresses of the pages of funding."""

from django.urls import path

from payung.web.funding import comparison, funds, plans, variants

urlpatterns = [
    path("dana/", funds.funds, name="funding-funds"),
    path("dana/dana.csv", funds.funds_csv, name="funding-funds-csv"),
    path("dana/usul/", funds.propose, name="funding-propose"),
    path("dana/<int:fund_id>/", funds.fund, name="funding-fund"),
    path("dana/<int:fund_id>/putuskan/", funds.decide, name="funding-decide"),
    path("dana/<int:fund_id>/ubah/", funds.change, name="funding-change"),
    path("dana/<int:fund_id>/laporan.<str:kind>", funds.statement_file, name="funding-statement"),
    path("dana/perubahan/<int:change_id>/putuskan/", funds.decide_change, name="funding-decide-change"),
    path("rencana/", plans.plans, name="funding-plans"),
    path("rencana/usul/", plans.propose, name="funding-plan-propose"),
    path("rencana/tangan/", plans.by_hand, name="funding-plan-by-hand"),
    path("rencana/varian/", variants.variants, name="funding-variants"),
    path("rencana/varian/hitung/", variants.compute, name="funding-variants-compute"),
    path("rencana/banding/", comparison.compare, name="funding-compare"),
    path("rencana/<int:plan_id>/", plans.plan, name="funding-plan"),
    path("rencana/<int:plan_id>/putuskan/", plans.decide, name="funding-plan-decide"),
    path("rencana/<int:plan_id>/orang/<int:person_id>/", plans.worker, name="funding-plan-worker"),
    path("rencana/<int:plan_id>/antrean/<int:fund_id>/", plans.queue, name="funding-plan-queue"),
    path("rencana/<int:plan_id>/baris.<str:kind>", plans.lines_file, name="funding-plan-lines"),
]
