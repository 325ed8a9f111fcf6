"""Django application of the room `oversight`."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """Django application of the room `oversight`."""

    name = "payung.oversight"
    label = "oversight"
    verbose_name = "Pengawasan"
