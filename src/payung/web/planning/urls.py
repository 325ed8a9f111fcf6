"""Addresses of the pages of plans."""

from django.urls import path

from payung.web.planning import comparison, plans, variants

urlpatterns = [
    path("rencana/", plans.plans, name="planning-plans"),
    path("rencana/usul/", plans.propose, name="planning-plan-propose"),
    path("rencana/tangan/", plans.by_hand, name="planning-plan-by-hand"),
    path("rencana/varian/", variants.variants, name="planning-variants"),
    path("rencana/varian/<str:batch>/", variants.progress, name="planning-variants-progress"),
    path("rencana/banding/", comparison.compare, name="planning-compare"),
    path("rencana/<int:plan_id>/", plans.plan, name="planning-plan"),
    path("rencana/<int:plan_id>/putuskan/", plans.decide, name="planning-plan-decide"),
    path("rencana/<int:plan_id>/orang/<int:person_id>/", plans.worker, name="planning-plan-worker"),
    path("rencana/<int:plan_id>/antrean/<int:fund_id>/", plans.queue, name="planning-plan-queue"),
    path("rencana/<int:plan_id>/baris.<str:kind>", plans.lines_file, name="planning-plan-lines"),
]
