"""Django application of the room `registry`."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Django application of the room `registry`."""

    name = "payung.registry"
    label = "registry"
    verbose_name = "Registri"
