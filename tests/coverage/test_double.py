"""Two payers for one person: only months that both are bound to cost money twice; being on two lists costs nothing."""

from __future__ import annotations

from datetime import date

import pytest

from payung.access.actor import acting_as
from payung.coverage import double
from payung.coverage.models import AnnexLine, CoverMonth, Decree
from payung.funding.models import Fund
from payung.law import contribution
from payung.registry.actions import load_file
from payung.registry.linking import match
from payung.registry.models import Person
from payung.values import Month
from payung.web.matching.double import cost
from tests.coverage.scene import actor, make_fund
from tests.registry.lists import ANDI, MARTHA, SITI, YOHANES, write_list

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def operator(make_actor, tmp_path):
    """Andi on the lists of two agencies, Siti twice on lists of one, Yohanes paid by another until March."""
    actor = make_actor("operator", "65")
    with acting_as(actor):
        for name, sender, people in (
            ("a.xlsx", "Dinas Perikanan", [ANDI, SITI, YOHANES]),
            ("b.xlsx", "Desa Karang Anyar", [ANDI, MARTHA]),
            ("c.xlsx", "Dinas Perikanan", [SITI]),
        ):
            path = write_list(tmp_path / name, people, title=sender)
            load_file(actor, path=path, file_name=name, today=TODAY, sender_name=sender)
            match(actor)
        Person.objects.filter(name="Yohanes Laing").update(branch_until=date(2027, 3, 31))
        yield actor


def found(**asked) -> dict[str, double.Double]:
    return {one.name: one for one in double.page(TODAY, **asked)}


def test_two_senders_and_another_payer_are_found_and_one_sender_twice_is_not(operator):
    people = found()
    assert set(people) == {"Andi Baso", "Yohanes Laing"}
    assert set(people["Andi Baso"].senders) == {"Dinas Perikanan", "Desa Karang Anyar"}
    assert people["Andi Baso"].kind == "lists"
    assert people["Yohanes Laing"].kind == "branch"
    assert [one.bound for one in people.values()] == [(), ()], "nobody is bound to pay: nothing is saved"


def decree(name: str, first: Month, end: Month, fund: str = "PROV", income: int | None = None) -> None:
    """A decree of its own for some months of a person's."""
    person = Person.objects.get(name=name)
    paper = Decree.objects.create(
        number=f"{name} {first} {fund}", dated=TODAY, signer="G", check_code=f"{name[:6]}{first}{fund}",
        proposed_by=actor("operator").user,
    )  # fmt: skip
    kept = Fund.objects.filter(code=fund).first() or make_fund(fund, 10**9)
    line = AnnexLine.objects.create(
        decree=paper, person=person, fund=kept, first_month=first, end_month=end, amount=0, income=income,
        region_code=person.region_code,
    )  # fmt: skip
    CoverMonth.objects.bulk_create(
        CoverMonth(month=first + n, person=person, fund=kept, line=line, region_code=person.region_code)
        for n in range(end.number - first.number)
    )
    Person.objects.filter(pk=person.pk).update(covered_until=end - 1)


NOW = Month.containing(TODAY)
#: What the branch says of Yohanes, which months are decreed (from now on), and the months two payers are bound to.
CASES = [
    ("no decree at all", date(2027, 3, 31), [], []),
    ("a decree for all those months", date(2027, 3, 31), [(0, 12)], [0, 1, 2, 3, 4]),
    ("a decree that ends earlier", date(2027, 3, 31), [(0, 2)], [0, 1]),
    ("a decree that begins later", date(2027, 3, 31), [(2, 12)], [2, 3, 4]),
    ("a decree that begins after the other ended", date(2027, 3, 31), [(5, 12)], []),
    ("two decrees with a gap", date(2027, 3, 31), [(0, 1), (3, 6)], [0, 3, 4]),
    ("decreed months that are past", date(2027, 3, 31), [(-6, 0)], []),
    ("past months and this one", date(2027, 3, 31), [(-6, 1)], [0]),
    ("paid until some day of a month", date(2027, 1, 1), [(0, 12)], [0, 1, 2]),
    ("paid until yesterday, in this month", date(2026, 11, 21), [(0, 12)], [0]),
    ("paid until last month", date(2026, 10, 31), [(0, 12)], []),
    ("paid for years", date(2031, 1, 1), [(0, 12)], list(range(12))),
]


@pytest.mark.parametrize(("name", "until", "decrees", "months"), CASES, ids=[case[0] for case in CASES])
def test_only_months_that_two_payers_are_bound_to_cost_money_twice(operator, name, until, decrees, months):
    Person.objects.filter(name="Yohanes Laing").update(branch_until=until)
    for first, end in decrees:
        decree("Yohanes Laing", NOW + first, NOW + end)
    people = found()
    bound = people["Yohanes Laing"].bound if "Yohanes Laing" in people else ()
    assert [one.month.number - NOW.number for one in bound] == months
    rupiah = sum(contribution(None, "apbd", "other", NOW + month).total for month in months)
    assert cost(bound) == rupiah
    in_all = double.groups(TODAY)
    assert sum(cost(group.bound) for group in in_all) == rupiah
    assert sum(group.people for group in in_all if group.kind == "bound") == (1 if months else 0)
    assert people["Andi Baso"].kind == "lists"
    if months:
        assert people["Yohanes Laing"].kind == "bound"
        assert set(found(kind="bound")) == {"Yohanes Laing"}
        assert "Yohanes Laing" not in found(kind="branch")


def test_a_decree_of_somebody_on_two_lists_is_one_payer(operator):
    decree("Andi Baso", NOW, NOW + 12)
    assert found()["Andi Baso"].kind == "lists"
    assert sum(cost(group.bound) for group in double.groups(TODAY)) == 0


def test_two_entries_of_one_person_decreed_by_two_funds_are_two_payers(operator):
    """Found to be one after both were decreed: of the months in both, one is paid in vain, at its own price."""
    decree("Andi Baso", NOW, NOW + 6)
    decree("Martha Lawai", NOW + 3, NOW + 12, "CSR", income=1_500_000)
    Person.objects.filter(name="Martha Lawai").update(merged_into=Person.objects.get(name="Andi Baso"))
    one = found()["Andi Baso"]
    assert one.kind == "bound"
    assert [bound.month.number - NOW.number for bound in one.bound] == [3, 4, 5]
    assert cost(one.bound) == sum(contribution(1_500_000, "apbd", "other", NOW + n).total for n in (3, 4, 5))


def test_past_cover_at_the_branch_and_the_dead_are_not_double(operator):
    Person.objects.filter(name="Yohanes Laing").update(branch_until=date(2026, 10, 31))
    Person.objects.filter(name="Andi Baso").update(died_on=date(2026, 1, 1))
    assert found() == {}


def test_filters_and_counts_agree(operator):
    assert set(found(kind="branch")) == {"Yohanes Laing"}
    assert set(found(sender="Desa Karang Anyar")) == {"Andi Baso"}
    assert found(region="65.02") == {}
    assert sum(group.people for group in double.groups(TODAY)) == 2
    assert {group.kind for group in double.groups(TODAY, kind="lists")} == {"lists"}
    decree("Yohanes Laing", NOW, NOW + 2)
    assert set(found(kind="bound", region="65")) == {"Yohanes Laing"}
    assert found(kind="branch") == {}


def test_counts_for_who_may_not_see_people_hold_no_names(operator, make_actor):
    budget = make_actor("budget", "65")
    with acting_as(budget):
        assert double.page(TODAY) == []
        assert double.groups(TODAY) == []
        assert sum(group.people for group in double.groups(TODAY, regions=("65",))) == 2
        assert double.groups(TODAY, regions=("65.02",)) == []
