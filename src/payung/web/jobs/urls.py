"""Addresses of the pages of background work."""

from django.urls import path

from payung.web.jobs import views

urlpatterns = [
    path("pekerjaan/", views.index, name="jobs"),
    path("pekerjaan/<int:job_id>/", views.detail, name="job"),
    path("pekerjaan/<int:job_id>/berkas/", views.file, name="job-file"),
    path("pekerjaan/<int:job_id>/ulang/", views.again, name="job-again"),
]
