"""Django application of the room `access`."""

from importlib import import_module

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Django application of the room `access`."""

    name = "payung.access"
    label = "access"
    verbose_name = "Akses"
    #: Rows of these tables are added, never changed or removed.
    append_only = (
        "access_event",
        "access_seal",
    )

    def ready(self) -> None:
        import_module("payung.access.signals")
