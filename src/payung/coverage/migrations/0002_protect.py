"""Every table of covered people is limited to the regions of the session; what was decreed and paid is append-only."""

from django.db import migrations

from payung.access.rls import append_only, limit_to_region

TABLES = [
    "coverage_annexline",
    "coverage_covermonth",
    "coverage_registration",
    "coverage_difference",
    "coverage_billline",
    "coverage_monthlychange",
]


class Migration(migrations.Migration):
    dependencies = [("coverage", "0001_initial"), ("registry", "0002_protect")]
    operations = [
        *[limit_to_region(table) for table in TABLES],
        append_only("coverage_annexline"),
        append_only("coverage_payment"),
        append_only("coverage_paymentmatch"),
    ]
