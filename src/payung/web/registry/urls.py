"""Addresses of the pages of lists and people."""

from django.urls import path

from payung.web.registry import intakes, lookup, people, trust

urlpatterns = [
    path("daftar/", intakes.index, name="registry-intakes"),
    path("daftar/muat/", intakes.upload, name="registry-upload"),
    path("daftar/muat/<str:token>/", intakes.preview, name="registry-preview"),
    path("daftar/<int:intake_id>/", intakes.detail, name="registry-intake"),
    path("daftar/<int:intake_id>/dikembalikan/", intakes.returned, name="registry-returned"),
    path("daftar/<int:intake_id>/dilewati/", intakes.passed, name="registry-passed"),
    path("daftar/<int:intake_id>/batal/", intakes.undo, name="registry-undo"),
    path("daftar/<int:intake_id>/selesai/", intakes.settle, name="registry-settle"),
    path("orang/", people.index, name="registry-people"),
    path("orang/kepercayaan/", trust.page, name="registry-trust"),
    path("orang/kenal/", lookup.ask, name="registry-lookup"),
    path("orang/<int:person_id>/", people.detail, name="registry-person"),
    path("orang/<int:person_id>/nik/", people.nik, name="registry-nik"),
]
