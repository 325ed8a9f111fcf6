"""Containment of regions means the same in Python, in SQL and for row-level security."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from payung.database.scope import set_scope
from payung.identity.regions import contains, span, within
from payung.registry.models import Person

pytestmark = pytest.mark.django_db

CODES = [
    "65",
    "6",
    "65.7",
    "65.71",
    "65.710",
    "65.71.0",
    "65.71.01",
    "65.71.01.1001",
    "65.71.01.100",
    "64",
    "64.05",
]
any_code = st.sampled_from(CODES) | st.from_regex(r"\A\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?\Z")


def by_sql(outer: str, inner: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT payung_contains(%s, %s)", [outer, inner])
        return cursor.fetchone()[0]


def test_sql_and_python_agree_on_every_pair():
    @given(outer=any_code | st.just(""), inner=any_code)
    def agree(outer, inner):
        assert by_sql(outer, inner) is contains(outer, inner)

    agree()


def test_a_range_of_codes_holds_what_the_region_contains():
    @given(outer=any_code, inner=any_code)
    def agree(outer, inner):
        first, end = span(outer)
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s >= %s AND %s < %s", [inner, first, inner, end])
            assert cursor.fetchone()[0] is (first <= inner < end) is contains(outer, inner)

    agree()


@pytest.mark.parametrize(
    ("outer", "inner", "inside"),
    [
        ("65", "65.71", True),
        ("65.71", "65.71", True),
        ("65.71.01", "65.71.01.1001", True),
        ("", "65.71", True),
        ("65.7", "65.71", False),
        ("6", "65", False),
        ("65.71", "65.710", False),
        ("65.71.01.100", "65.71.01.1001", False),
        ("65.71", "65", False),
        ("64", "65.64", False),
        ("65.71.0", "65.71.01", False),
        ("5", "65.05", False),
    ],
)
def test_a_code_that_only_begins_another_does_not_contain_it(outer, inner, inside):
    assert contains(outer, inner) is inside
    assert by_sql(outer, inner) is inside
    assert within(inner, [outer]) is inside


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (("65",), ["65.01.05.2007", "65.71.01.1001"]),
        (("65.71",), ["65.71.01.1001"]),
        (("65.71.01", "65.01"), ["65.01.05.2007", "65.71.01.1001"]),
        (("65.7",), []),
        (("6",), []),
        (("65.71.0",), []),
        (("65.71.01.100",), []),
        (("",), []),
        (("65%",), []),
        (("65.", "65.71."), []),
        (("6", "65.01"), ["65.01.05.2007"]),
    ],
)
def test_only_whole_codes_open_a_region_to_a_session(scope, seen):
    set_scope(("65",))
    for number, code in enumerate(["65.71.01.1001", "65.01.05.2007"]):
        Person.objects.create(name=f"Orang {number}", name_norm=f"ORANG {number}", region_code=code)
    set_scope(scope)
    assert sorted(Person.objects.values_list("region_code", flat=True)) == seen
    set_scope(())
