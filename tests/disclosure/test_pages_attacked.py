"""Whoever reads every page as a member of parliament or a donor, and calculates, learns no count of 1 to 4."""

from __future__ import annotations

import re

import pytest
from django.core.cache import caches
from django.test import Client

from payung.access.actor import acting_as
from payung.funding.waiting import count_waiting
from payung.oversight import actions, cuts, exports
from payung.registry.models import Occupation
from tests.disclosure import attack
from tests.oversight.population import NOW, TODAY, populate

pytestmark = pytest.mark.django_db

DISTRICT = "65.71.01"


@pytest.fixture
def member(make_actor, static_files, monkeypatch):
    monkeypatch.setattr(cuts, "MONTHS", 3)
    operator = make_actor("operator")
    with acting_as(operator):
        populate(1_500)
        actions.rebuild(operator, today=TODAY)
        cuts.recount(TODAY)
        count_waiting(NOW)
    caches["pages"].clear()
    client = Client()
    client.force_login(make_actor("dprd", "65").user)
    return client


def test_measures_months_sums_and_linear_programmes_tell_no_small_count(member):
    months = [str(NOW - 1), str(NOW)]
    told = attack.Told()
    attack.read_cuts(member, DISTRICT, months, told)
    world = attack.true_world(DISTRICT, months)
    small = [cell for cell in world.cells() if 0 < world.count(cell) < 5]
    assert len(small) > 100 and len(told.numbers) > 100
    assert told.closed == 0
    attack.fill_zeros(told, world)
    assert attack.subtracted(told, world) == []
    found = attack.bounded(told, world, 10)
    assert (found.exact, found.narrow) == (0, 0)
    assert found.cells == 10 and found.impossible + found.wrong < 5


def test_the_sheets_files_tell_no_small_count_nor_difference_of_one_place(member):
    for name, _title in exports.titles():
        header, *rows = [
            line.split(",")
            for line in member.get("/pengawasan/angka.csv", {"tabel": name}).content.decode().splitlines()
            if '"' not in line
        ]
        rungs = [at for at, column in enumerate(header) if column in attack.LADDER]
        for row in rows:
            numbers = [int(row[at]) for at in rungs if row[at].isdigit()]
            for one in numbers:
                for other in (0, *numbers):
                    assert not 0 < abs(one - other) < 5, (name, row)


def test_a_price_is_of_the_regency_and_the_sector_whatever_place_and_trade_are_asked(member):
    stranger = Client()
    sectors = dict(Occupation.objects.values_list("id", "sector"))
    prices: dict[str, set[str]] = {}
    for place in ("65.71", "65.71.01", "65.71.02", "65.71.01.1001"):
        for trade in list(sectors)[:12]:
            prices.setdefault(sectors[trade], set()).add(attack.price_of(stranger, place, trade))
    assert all(len(found) == 1 for found in prices.values())


def test_those_who_wait_are_told_in_fives(member):
    page = Client().get("/bantu/?wilayah=65.71&pekerjaan=&orang=10&bulan=12&sebagai=company").content.decode()
    main = page.partition("<main")[2]
    counts = re.findall(r'<td class="num">([\d.]+)</td>', main)
    assert counts and all(int(text.replace(".", "")) % 5 == 0 for text in counts)
