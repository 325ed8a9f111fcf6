"""Django application of the room `coverage`."""

from django.apps import AppConfig


class CoverageConfig(AppConfig):
    """Django application of the room `coverage`."""

    name = "payung.coverage"
    label = "coverage"
    verbose_name = "Perlindungan"
