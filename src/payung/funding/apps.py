from django.apps import AppConfig


class FundingConfig(AppConfig):
    name = "payung.funding"
    label = "funding"
    verbose_name = "Pendanaan"
