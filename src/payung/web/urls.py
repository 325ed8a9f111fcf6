"""The tree of pages; each area keeps its own branch."""

from importlib.util import find_spec

from django.urls import include, path

app_name = "web"
AREAS = (
    "public",
    "law",
    "account",
    "registry",
    "oversight",
    "matching",
    "funding",
    "coverage",
    "claims",
    "donors",
)
urlpatterns = [
    path("", include(f"payung.web.{area}.urls"))
    for area in AREAS
    if find_spec(f"payung.web.{area}") and find_spec(f"payung.web.{area}.urls")
]
