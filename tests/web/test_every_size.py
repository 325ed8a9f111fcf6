"""Every page opens at any size of data: nobody, one, a few, payers and villages and trades of one to four, and many."""

from __future__ import annotations

import html
import re
from collections import deque

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve

from payung.access.actor import acting_as
from payung.access.roles import Role
from payung.funding.waiting import count_waiting
from payung.oversight import actions, cuts
from tests.oversight.population import NOW, TODAY, populate

pytestmark = pytest.mark.django_db

#: Pages opened for each role, found by going from page to page; addresses with other values of one place are one kind.
MOST = 150
_LINK = re.compile(r'(?:href|src)="(/[^"#]*)"')
_VALUE = re.compile(r"=[^&]*")
#: Leaves the session, or reads what no page made.
_NOT = ("/keluar/", "/static/", "/bahasa/")


def starts() -> list[str]:
    """Every address without a parameter."""
    found = []

    def walk(patterns, prefix):
        for one in patterns:
            text = prefix + str(one.pattern)
            if hasattr(one, "url_patterns"):
                walk(one.url_patterns, text)
            elif "<" not in text and "(?" not in text:
                found.append("/" + text.removeprefix("^").removesuffix("$"))

    walk(get_resolver().url_patterns, "")
    return [address for address in found if not address.startswith(_NOT)]


def kind_of(address: str) -> str:
    """The page an address is of and what it is asked by, whatever the values."""
    path, _, asked = address.partition("?")
    try:
        return f"{resolve(path).route}?{_VALUE.sub('', asked)}"
    except Resolver404:
        return path


def opened(client: Client, shown: set[str]) -> dict[str, int]:
    """The status of every kind of page that can be reached and was not yet shown to somebody."""
    waiting, seen, found = deque(starts()), set(shown), {}
    while waiting and len(found) < MOST:
        address = waiting.popleft()
        kind = kind_of(address)
        if kind in seen or address.startswith(_NOT):
            continue
        seen.add(kind)
        answer = client.get(address)
        found[address] = answer.status_code
        if answer.status_code == 200:
            shown.add(kind)
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            waiting += map(html.unescape, _LINK.findall(answer.content.decode()))
    return found


#: How many people; and how many of them are of another payer, village and trade than all others.
EVERY_ROLE = (120, 3)
WORLDS = [(0, 0), (4, 1), EVERY_ROLE, (3_000, 4)]
MORE = [(1, 0), (30, 2), (120, 4), (121, 1), (122, 120), (400, 5)]


@pytest.fixture
def world(request, make_actor, static_files, monkeypatch):
    monkeypatch.setattr(cuts, "MONTHS", 3)
    people, few = request.param
    operator = make_actor("operator")
    with acting_as(operator), connection.cursor() as cursor:
        if people:
            made = populate(people)
            cursor.execute(
                "SELECT person_id FROM coverage_covermonth WHERE month = %s ORDER BY 1 LIMIT %s",
                [NOW.number, few],
            )
            chosen = [row[0] for row in cursor.fetchall()]
            cursor.execute("SELECT id FROM registry_occupation ORDER BY id LIMIT 2")
            (one,), (other,) = cursor.fetchall()
            for statement, values in (
                ("UPDATE coverage_covermonth SET fund_id = %s", [made.fund_id]),
                ("UPDATE coverage_covermonth SET region_code = %s", ["65.71.01.1001"]),
                ("UPDATE registry_person SET occupation_id = %s", [one]),
            ):
                cursor.execute(statement, values)
            for statement, values in (
                ("UPDATE coverage_covermonth SET fund_id = %s WHERE person_id = ANY(%s)", [made.other_id]),
                ("UPDATE coverage_covermonth SET region_code = %s WHERE person_id = ANY(%s)", ["65.71.02"]),
                ("UPDATE registry_person SET occupation_id = %s WHERE id = ANY(%s)", [other]),
            ):
                cursor.execute(statement, [*values, chosen])
        actions.rebuild(operator, today=TODAY)
        cuts.recount(TODAY)
        count_waiting(NOW)
        if people:
            actions.publish(operator)
    caches["pages"].clear()
    return request.param


@pytest.mark.parametrize(
    "world",
    [*WORLDS, *(pytest.param(world, marks=pytest.mark.soak) for world in MORE)],
    indirect=True,
    ids=[f"{many} people, {few}" for many, few in WORLDS + MORE],
)
def test_every_page_of_every_role_opens(world, make_actor):
    whole, shown = 0, set()
    for role in (None, *Role):
        client = Client()
        if role is not None:
            client.force_login(make_actor(role, "65").user)
        # In one world every role opens all of its pages; in the others each page is opened once.
        found = opened(client, set() if world == EVERY_ROLE else shown)
        assert not {address: status for address, status in found.items() if status >= 500}
        whole += sum(status == 200 for status in found.values())
    assert whole > 60
