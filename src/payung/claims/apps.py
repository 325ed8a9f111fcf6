"""Django application of the room `claims`."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """Django application of the room `claims`."""

    name = "payung.claims"
    label = "claims"
    verbose_name = "Klaim"

    def ready(self) -> None:
        from payung.claims.desk import hear_of_deaths
        from payung.registry.facts import deaths_changed

        deaths_changed.connect(hear_of_deaths, dispatch_uid="claims.desk")
