"""Django application of the room `claims`."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """Django application of the room `claims`."""

    name = "payung.claims"
    label = "claims"
    verbose_name = "Klaim"
    #: Row-level security shows a session only the rows of these tables that lie in its regions.
    limited_to_region = (
        "claims_accident",
        "claims_case",
        "claims_death",
        "claims_lived",
        "claims_paper",
        "claims_report",
        "claims_step",
        "claims_told",
    )
    #: Rows of these tables are added, never changed or removed.
    append_only = ("claims_told",)

    def ready(self) -> None:
        from payung.claims.desk import hear_of_deaths
        from payung.registry.facts import deaths_changed

        deaths_changed.connect(hear_of_deaths, dispatch_uid="claims.desk")
