"""A death that another payer covers: a case of its own kind, a letter of its own words, counted apart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from payung.access.actor import Refused, acting_as, action
from payung.access.acts import OWN_REGIONS, Act
from payung.claims import letter, queries
from payung.claims.actions import (
    decide_move,
    letter_pdf,
    move,
    report_accident,
    run_desk,
    set_children,
    tell,
)
from payung.claims.models import Case, Death, Step
from payung.coverage.models import Registration
from payung.registry.actions import undo_intake
from payung.registry.models import Person
from payung.values import Month
from tests.claims.scene import build, die, protected, unprotected
from tests.coverage.extract import say

pytestmark = pytest.mark.django_db
S = Death.Standing


@pytest.fixture
def operator(make_actor):
    with acting_as(make_actor("operator", "65")) as actor:
        yield actor


@pytest.fixture
def today(operator) -> date:
    return build(120)


def kill(actor, person, days_ago=3):
    with action(actor, Act.DEATHS_RUN, region_code=OWN_REGIONS):
        return die(actor, person, days_ago)


#: Who died, how many days ago, what the extract says (days from today until its end, and since its beginning), and the
#: standing and the kind of case ('' for none) that follow.
DEATHS = [
    ("active elsewhere", "never", 3, (200, None), S.OTHER, "other"),
    ("active elsewhere, paid by this programme too", "own", 3, (200, None), S.FULL, "jkm"),
    ("paid until the month of the death", "never", 0, (0, None), S.OTHER, "other"),
    ("ended the month before the death", "never", 0, (-40, None), S.NEVER, ""),
    ("ended since, but ran on the day", "never", 100, (-90, None), S.OTHER, "other"),
    ("began after the death", "never", 100, (200, 10), S.NEVER, ""),
    ("began before the death", "never", 100, (200, 400), S.OTHER, "other"),
    ("of no extract", "never", 3, None, S.NEVER, ""),
    ("of no extract, own cover", "own", 3, None, S.FULL, "jkm"),
    ("an extract without an end", "never", 3, (None, None), S.NEVER, ""),
    ("refused by the branch, active elsewhere", "refused", 3, (200, None), S.OTHER, "other"),
    ("refused by the branch, of no extract", "refused", 3, None, S.WAITING, ""),
]


def someone(kind: str, today: date) -> Person:
    if kind == "own":
        return protected(1, today)[0]
    if kind == "never":
        return unprotected(today)
    refused = Registration.objects.filter(state="refused").values("person_id")
    return Person.objects.filter(candidate=True, pk__in=refused).order_by("pk")[0]


@pytest.mark.parametrize(
    ("who", "days_ago", "said", "standing", "kind"), [pytest.param(*row[1:], id=row[0]) for row in DEATHS]
)
@pytest.mark.parametrize("extract_first", [True, False], ids=["extract first", "death first"])
def test_a_death_is_judged_by_who_covered_it(
    operator, today, who, days_ago, said, standing, kind, extract_first
):
    person = someone(who, today)

    def tell_extract():
        if said is not None:
            until = None if said[0] is None else today + timedelta(days=said[0])
            say(operator, person, until, None if said[1] is None else today - timedelta(days=said[1]))

    if extract_first:
        tell_extract()
    kill(operator, person, days_ago)
    if not extract_first:
        tell_extract()
    run = run_desk(operator, today=today)
    assert Death.objects.get(person=person).standing == standing
    assert [one.kind for one in Case.objects.all()] == ([kind] if kind else [])
    assert run.other_payer == (standing == S.OTHER)
    figures = queries.figures(date(2023, 1, 1), today)
    assert figures["deaths"]["other"] == (standing == S.OTHER)
    assert sum(figures["deaths"].values()) == 1


def other_case(operator, today) -> Case:
    person = unprotected(today)
    say(operator, person, today + timedelta(days=200), loaded=today - timedelta(days=20))
    kill(operator, person)
    run_desk(operator, today=today)
    return Case.objects.get()


def test_the_extract_that_comes_after_a_death_opens_the_case_by_itself(operator, today):
    person = unprotected(today)
    kill(operator, person)
    run_desk(operator, today=today)
    assert not Case.objects.exists()
    say(operator, person, today + timedelta(days=200))
    assert Case.objects.get().kind == Case.Kind.OTHER


def test_nothing_is_counted_as_owed_and_the_branch_counts(operator, today):
    case = other_case(operator, today)
    assert case.owed == 0
    assert case.expires_on == date(case.event_on.year + 5, case.event_on.month, case.event_on.day)
    desk = queries.desk()
    assert (desk.owed, desk.open_cases, desk.not_told) == (0, 1, 1)
    assert desk.standing["other"] == 1
    assert queries.lookback(date(2023, 1, 1), today).unclaimed == []
    with pytest.raises(Refused, match="branch counts"):
        set_children(operator, case_id=case.pk, children=[["sd", 2, None]])


def test_the_letter_has_words_of_its_own(operator, today):
    case = other_case(operator, today)
    facts = letter._facts(case)
    said = queries.membership_of(case)
    until = Month.containing(today + timedelta(days=200)).in_words()
    assert "peserta yang iurannya dibayar pihak lain" in facts["opening"]
    assert f"peserta sampai {until}" in facts["opening"]
    assert said.as_of == today - timedelta(days=20)
    assert "bukan oleh program ini" in facts["opening"]
    assert "Rp" not in facts["total"]
    assert facts["items"] == []
    assert not any("nomor peserta ada di sini" in issuer for _, issuer in facts["papers"])
    assert letter_pdf(operator, case_id=case.pk).startswith(b"%PDF")


def test_a_case_goes_its_own_way_until_the_branch_has_paid(make_actor, operator, today):
    case = other_case(operator, today)
    tell(operator, case_id=case.pk, how="visit", whom="Istri")
    move(operator, case_id=case.pk, to="checked")
    move(operator, case_id=case.pk, to="submitted", on=today)
    assert queries.branch_clock(Case.objects.get(), today).allowed > 0
    move(operator, case_id=case.pk, to="paid", amount=42_000_000, on=today)
    decide_move(make_actor("approver", "65"), case_id=case.pk, approve=True)
    case.refresh_from_db()
    assert (case.state, case.paid_amount, queries.desk().owed) == ("paid", 42_000_000, 0)
    with pytest.raises(Refused):
        move(operator, case_id=case.pk, to="decided", amount=1)


def test_the_extract_taken_back_proposes_to_close_and_own_cover_found_makes_it_a_claim(operator, today):
    person = unprotected(today)
    taken = say(operator, person, today + timedelta(days=200))
    kill(operator, person)
    run_desk(operator, today=today)
    with_own = protected(1, today)[0]
    assert Case.objects.get().kind == "other"
    Person.objects.filter(pk=person.pk).update(candidate=True)
    undo_intake(operator, intake_id=taken.pk)
    Person.objects.filter(pk=person.pk).update(candidate=True)
    run_desk(operator, today=today)
    step = Case.objects.get().steps.get(answer=Step.Answer.PROPOSED)
    assert step.new_state == "closed"
    assert "data cabang tidak lagi menunjukkan" in step.reason
    assert with_own.pk != person.pk


def test_own_cover_found_later_changes_the_kind_of_the_case_and_says_so(operator, today):
    own = protected(1, today)[0]
    say(operator, own, today + timedelta(days=200))
    Registration.objects.filter(person_id=own.pk).update(state="refused", refusal="ACTIVE_ELSEWHERE")
    kill(operator, own)
    run_desk(operator, today=today)
    assert Case.objects.get().kind == "other"
    Registration.objects.filter(person_id=own.pk).update(state="accepted", refusal="")
    run_desk(operator, today=today)
    case = Case.objects.get()
    assert (case.kind, case.owed) == ("jkm", 42_000_000)
    assert "Terlindungi program ini" in case.steps.order_by("-pk")[0].reason


def test_an_accident_of_somebody_covered_elsewhere_is_told_where_to_report(operator, today):
    person = unprotected(today)
    say(operator, person, today + timedelta(days=200))
    with pytest.raises(Refused) as refused:
        report_accident(
            operator,
            person_id=person.pk,
            happened_at=timezone.now() - timedelta(hours=3),
            place="Laut",
            doing="Jaring",
        )
    assert "dibayar pihak lain" in refused.value.sentence
    assert "cabang" in refused.value.sentence
