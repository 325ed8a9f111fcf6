"""Django application of the room `database`."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """Django application of the room `database`: brings the `migrate` command that installs functions and rights."""

    name = "payung.database"
    label = "database"
    verbose_name = "Basis data"
