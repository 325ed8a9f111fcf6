from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "payung.oversight"
    label = "oversight"
    verbose_name = "Pengawasan"
