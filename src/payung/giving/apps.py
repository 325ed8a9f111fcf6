from django.apps import AppConfig


class GivingConfig(AppConfig):
    name = "payung.giving"
    label = "giving"
    verbose_name = "Donatur"
