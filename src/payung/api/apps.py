"""Django application of the room `api`."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Django application of the room `api`."""

    name = "payung.api"
    label = "api"
    verbose_name = "API"
