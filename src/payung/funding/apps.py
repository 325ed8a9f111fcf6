"""Django application of the room `funding`."""

from django.apps import AppConfig


class FundingConfig(AppConfig):
    """Django application of the room `funding`."""

    name = "payung.funding"
    label = "funding"
    verbose_name = "Pendanaan"
