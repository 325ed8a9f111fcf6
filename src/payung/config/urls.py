"""The addresses of the deployment: the pages."""

from django.urls import include, path

urlpatterns = [path("", include("payung.web.urls"))]
