"""Whose decree ended with last month is told of only where nobody is covered now: few must not hide many."""

import importlib

from django.db import migrations

_AHEAD = importlib.import_module("payung.coverage.migrations.0013_ahead_of_now")
_BEFORE = """           AND NOT EXISTS (SELECT 1 FROM coverage_covermonth n WHERE n.month = now AND n.person_id = c.person_id)),"""
_AFTER = """           AND NOT EXISTS (SELECT 1 FROM coverage_covermonth n WHERE n.month = now)),"""
_COUNT = _AHEAD._COUNT.replace(_BEFORE, _AFTER).replace(
    "-- Whose decree ran out with the month before lost cover on the first day of this one: that is still to be said.",
    "-- Where nobody is covered now, those whose decree ran out with the month before: that is still to be said.",
)


class Migration(migrations.Migration):
    dependencies = [("coverage", "0014_money_that_came_back")]
    operations = [migrations.RunSQL(_AHEAD._DROP + _COUNT, _AHEAD._DROP + _AHEAD._COUNT)]
