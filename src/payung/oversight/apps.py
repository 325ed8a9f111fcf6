"""Django application of the room `oversight`."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """Django application of the room `oversight`."""

    name = "payung.oversight"
    label = "oversight"
    verbose_name = "Pengawasan"
    #: Rows of these tables are added, never changed or removed.
    append_only = (
        "oversight_outside",
        "oversight_snapshot",
    )
