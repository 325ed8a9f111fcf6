"""Django application of the room `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Django application of the room `web`."""

    name = "payung.web"
    label = "web"
    verbose_name = "Halaman"
