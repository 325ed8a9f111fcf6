"""Deaths are found among the people known, whatever the civil registry's list did to their NIK and name."""

from __future__ import annotations

import pytest
from django.utils import timezone

from payung.access.actor import acting_as
from tests.claims.finding import die, find, load_province, measure


@pytest.mark.django_db
def test_deaths_are_found_and_nobody_is_taken_for_dead(make_actor, tmp_path, capsys):
    today = timezone.localdate()
    with acting_as(make_actor("operator", "65")) as actor:
        intakes = load_province(actor, tmp_path, 1_200, 11, today)
        told = die(tmp_path, 11, today, 700)
        deaths = find(actor, tmp_path, intakes, told, today)
        exact, damaged = measure(tmp_path, intakes, deaths, told)
    with capsys.disabled():
        print(f"\nNIK right: {exact}; else: {damaged}")
    assert exact.rows > 450
    assert exact.missed == 0
    assert damaged.rows > 20
    assert damaged.recall >= 0.95
    assert exact.precision >= 0.98
    assert damaged.precision >= 0.98
