"""Django application of the room `giving`."""

from django.apps import AppConfig


class GivingConfig(AppConfig):
    """Django application of the room `giving`."""

    name = "payung.giving"
    label = "giving"
    verbose_name = "Donatur"
