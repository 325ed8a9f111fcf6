"""The tree of pages; each area keeps its own branch."""

from importlib.util import find_spec

from django.urls import include, path

app_name = "web"
#: Areas in the order in which an address is looked for: first what everybody opens.
AREAS = (
    "public",
    "giving",
    "account",
    "coverage",
    "registry",
    "oversight",
    "parliament",
    "claims",
    "matching",
    "funding",
    "planning",
    "law",
    "jobs",
)
urlpatterns = [
    path("", include(f"payung.web.{area}.urls"))
    for area in AREAS
    if find_spec(f"payung.web.{area}") and find_spec(f"payung.web.{area}.urls")
]
