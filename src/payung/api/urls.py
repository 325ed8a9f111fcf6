"""Addresses of the interface for programs, version 1."""

from django.urls import path

from payung.api import lookup

app_name = "api"
urlpatterns = [path("v1/lookup", lookup.lookup_view, name="lookup")]
