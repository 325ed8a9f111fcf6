"""Django application of the room `funding`."""

from django.apps import AppConfig


class FundingConfig(AppConfig):
    """Django application of the room `funding`."""

    name = "payung.funding"
    label = "funding"
    verbose_name = "Pendanaan"
    #: Row-level security shows a session only the rows of these tables that lie in its regions.
    limited_to_region = (
        "funding_fundperson",
        "funding_planline",
    )
    #: Rows of these tables are added, never changed or removed.
    append_only = ("funding_entry",)
