from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "payung.api"
    label = "api"
    verbose_name = "API"
