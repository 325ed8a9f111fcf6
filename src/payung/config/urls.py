"""The addresses of the deployment: the pages, and the interface for programs."""

from django.urls import include, path

urlpatterns = [path("api/", include("payung.api.urls")), path("", include("payung.web.urls"))]
handler500 = "payung.web.alone.failed"
