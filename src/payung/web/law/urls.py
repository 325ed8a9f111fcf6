"""Addresses of the pages of the law."""

from django.urls import path

from payung.web.law import views

urlpatterns = [
    path("hukum/", views.index, name="law-index"),
    path("hukum/aturan/", views.all_rules, name="law-rules"),
    path("hukum/pembacaan/", views.readings, name="law-readings"),
    path("hukum/perubahan/", views.changes, name="law-changes"),
    path("hukum/hitung/<slug:what>/", views.ask, name="law-ask"),
    path("hukum/<str:name>/", views.parameter, name="law-parameter"),
]
