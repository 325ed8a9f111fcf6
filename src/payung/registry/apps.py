"""Django application of the room `registry`."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Django application of the room `registry`."""

    name = "payung.registry"
    label = "registry"
    verbose_name = "Registri"
    #: Row-level security shows a session only the rows of these tables that lie in its regions.
    limited_to_region = (
        "registry_blindcheck",
        "registry_eligibility",
        "registry_judgement",
        "registry_link",
        "registry_matchkey",
        "registry_mended",
        "registry_mergeproposal",
        "registry_pair",
        "registry_person",
        "registry_record",
    )
    #: Rows of these tables are added, never changed or removed.
    append_only = (
        "registry_judgement",
        "registry_link",
        "registry_matchmodel",
        "registry_matchthresholds",
        "registry_trustorder",
    )
