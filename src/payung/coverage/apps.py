"""Django application of the room `coverage`."""

from django.apps import AppConfig


class CoverageConfig(AppConfig):
    """Django application of the room `coverage`."""

    name = "payung.coverage"
    label = "coverage"
    verbose_name = "Perlindungan"
    #: Row-level security shows a session only the rows of these tables that lie in its regions.
    limited_to_region = (
        "coverage_annexline",
        "coverage_billline",
        "coverage_covermonth",
        "coverage_monthlychange",
        "coverage_notice",
        "coverage_registration",
    )
    #: Rows of these tables are added, never changed or removed.
    append_only = (
        "coverage_annexline",
        "coverage_billline",
        "coverage_credit",
        "coverage_moneyback",
        "coverage_payment",
        "coverage_paymentmatch",
    )
