"""The Django app of background work."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Its name and label."""

    name = "payung.jobs"
    label = "jobs"
    verbose_name = "Pekerjaan"
