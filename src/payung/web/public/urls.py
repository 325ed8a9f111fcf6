"""Addresses of the pages for everybody."""

from django.urls import path

from payung.web.public import views

urlpatterns = [
    path("", views.front, name="public-front"),
    path("peta/", views.gap_map, name="public-map"),
    path("bahasa/<str:code>/", views.language, name="public-language"),
]
