from django.apps import AppConfig


class ParliamentConfig(AppConfig):
    name = "payung.parliament"
    label = "parliament"
    verbose_name = "Parlemen"
