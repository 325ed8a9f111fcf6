"""The clerk's desk by keyboard: a pair side by side, decided with one key, taken back with a reason."""

from __future__ import annotations

from datetime import date

import pytest

from payung.access.actor import Actor, acting_as
from payung.access.models import User
from payung.registry.actions import load_file
from payung.registry.linking import match
from payung.registry.models import Pair, Person
from tests.registry.lists import ANDI, SITI, YOHANES, write_list

TODAY = date(2026, 11, 22)


@pytest.fixture
def pair(own_database, tmp_path) -> int:
    operator = Actor.of(User.objects.get(username="operator"))
    path = write_list(tmp_path / "a.xlsx", [ANDI, SITI, YOHANES])
    with acting_as(operator):
        load_file(operator, path=path, file_name=path.name, today=TODAY)
        run = match(operator)
        andi, yohanes = Person.objects.get(name="Andi Baso"), Person.objects.get(name="Yohanes Laing")
        return Pair.objects.create(
            run=run,
            record=yohanes.records.get(),
            person=andi,
            probability=0.6,
            weight=1.0,
            region_code=andi.region_code,
        ).pk


@pytest.mark.browser
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_a_pair_is_judged_by_keyboard_and_taken_back(site, pair, make_user, looks_right, size):
    page = site.open_as(make_user("operator"), size)
    page.goto("/pasangan/")
    looks_right(page, "desk")
    assert page.locator("mark").count() > 0
    page.keyboard.press("b")
    page.get_by_text("Tidak ada pasangan yang menunggu").wait_for()
    looks_right(page, "desk-empty")
    page.goto("/pasangan/riwayat/")
    looks_right(page, "desk-history")
    page.get_by_placeholder("Alasan").fill("keliru")
    page.get_by_role("button", name="Batalkan").click()
    page.get_by_text("pasangan ini menunggu lagi").wait_for()
    assert page.locator("button[value=same]").is_visible()
