"""Django application of the room `parliament`."""

from django.apps import AppConfig


class ParliamentConfig(AppConfig):
    """Django application of the room `parliament`."""

    name = "payung.parliament"
    label = "parliament"
    verbose_name = "Parlemen"
