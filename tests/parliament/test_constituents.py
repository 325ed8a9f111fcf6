"""A member asks about one person and learns only the answer; the database shows the question to nobody else."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction

from payung.access.actor import NotAllowed, Refused, acting_as
from payung.access.models import Event
from payung.parliament import constituents
from payung.parliament.models import Question, Subject
from payung.registry.models import Person
from tests.oversight.population import populate

pytestmark = pytest.mark.django_db
#: A Tuesday.
DAY = date(2026, 11, 24)
NIK = "6571010101900001"


def put(member, **more):
    asked = {
        "name": "Husnul Khotimah",
        "region_code": "65.71.01",
        "text": "Apakah ia terlindungi?",
        "nik": NIK,
    }
    return constituents.ask(member, today=DAY, **{**asked, **more})


def test_a_question_goes_to_the_office_and_the_answer_comes_back(make_actor):
    member, operator = make_actor("dprd"), make_actor("operator")
    number = put(member)
    assert put(member) == number
    (waiting,) = constituents.desk(operator, DAY).queue
    assert (waiting.id, waiting.name, waiting.nik) == (number, "Husnul Khotimah", NIK)
    # Five working days: Wednesday to Friday, Monday, Tuesday.
    assert waiting.due_on == date(2026, 12, 1)
    assert not waiting.overdue and constituents.desk(operator, date(2026, 12, 2)).queue[0].overdue
    populate(50)
    with acting_as(operator):
        person = Person.objects.first()
        constituents.answer(
            operator,
            question_id=number,
            verdict="protected",
            text="Terlindungi sampai Desember.",
            person_id=person.pk,
        )
        constituents.answer(
            operator, question_id=number, verdict="protected", text="Terlindungi sampai Desember."
        )
        with pytest.raises(Refused):
            constituents.answer(operator, question_id=number, verdict="unknown", text="Bukan.")
    (mine,) = constituents.desk(member, DAY).mine
    assert (mine.verdict, mine.answer, mine.person_id) == ("protected", "Terlindungi sampai Desember.", None)
    assert constituents.question(member, number, DAY).person_id is None
    assert constituents.question(operator, number, DAY).person_id == person.pk
    assert constituents.desk(operator, DAY).queue == []
    assert constituents.desk(operator, DAY).answered[0].person_id == person.pk
    told = [event.data for event in Event.objects.filter(subject="question")]
    assert NIK not in str(told) and "Husnul" not in str(told)


def test_what_comes_back_does_not_depend_on_whether_the_person_is_known(make_actor):
    populate(30)
    member = make_actor("dprd")
    with acting_as(make_actor("operator")):
        known = Person.objects.first()
    first = put(member, name=known.name, nik="")
    second = put(member, name="Tidak Pernah Ada", nik="")
    one, other = constituents.desk(member, DAY).mine
    assert {one.id, other.id} == {first, second}
    assert (one.verdict, one.answer, one.person_id) == (other.verdict, other.answer, other.person_id)


def test_the_database_shows_a_question_to_its_asker_and_the_office_of_the_region_only(make_actor):
    member, other, operator = make_actor("dprd"), make_actor("dprd"), make_actor("operator")
    number = put(member)
    elsewhere = make_actor("operator", "65.02")
    assert constituents.desk(other, DAY).mine == []
    assert constituents.question(other, number, DAY) is None
    assert constituents.desk(elsewhere, DAY).queue == []
    assert constituents.question(elsewhere, number, DAY) is None
    with acting_as(elsewhere), pytest.raises(Refused):
        constituents.answer(elsewhere, question_id=number, verdict="unknown", text="Tidak ada.")
    # Even a query that forgets every filter, in a session that sees the whole province, sees nothing.
    with acting_as(operator):
        assert Question.objects.count() == 0
        assert Subject.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM parliament_question")
        assert cursor.fetchall() == [(0,)]
    assert constituents.desk(member, DAY).queue == []
    with pytest.raises(NotAllowed):
        put(make_actor("branch"))


def test_the_asker_cannot_read_whom_it_was_about_even_by_sql(make_actor):
    member, operator = make_actor("dprd"), make_actor("operator")
    populate(30)
    number = put(member)
    with acting_as(operator):
        constituents.answer(
            operator,
            question_id=number,
            verdict="waiting",
            text="Diproses.",
            person_id=Person.objects.first().pk,
        )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('payung.asker', %s, true)", [str(member.user.pk)])
        cursor.execute(
            "SELECT (SELECT count(*) FROM parliament_question), (SELECT count(*) FROM parliament_subject)"
        )
        assert cursor.fetchall() == [(1, 0)]


def test_an_answer_may_not_carry_numbers_that_were_not_typed(make_actor):
    member, operator = make_actor("dprd"), make_actor("operator")
    number = put(member)
    for text in ("NIK-nya 6571 0101 0190 0002", "Hubungi 0812-3456-7890", "KK 6571010101010101"):
        with acting_as(operator), pytest.raises(Refused, match="long number"):
            constituents.answer(operator, question_id=number, verdict="protected", text=text)
    with acting_as(operator):
        constituents.answer(
            operator,
            question_id=number,
            verdict="protected",
            text=f"NIK {NIK} terlindungi 2026-01 sampai 2026-12.",
        )


def test_bad_questions_and_too_many_are_refused(make_actor):
    member = make_actor("dprd")
    for fault in ({"name": " "}, {"region_code": ""}, {"region_code": "99.01"}, {"nik": "123"}):
        with pytest.raises(Refused):
            put(member, **fault)
    for at in range(constituents.MOST_OPEN):
        put(member, name=f"Warga {at}")
    with pytest.raises(Refused, match="waiting"):
        put(member, name="Satu lagi")


def test_the_office_is_shown_who_may_be_meant(make_actor):
    populate(200)
    member, operator = make_actor("dprd"), make_actor("operator")
    with acting_as(operator):
        person = Person.objects.first()
        number = put(member, name=person.name.split()[0], nik="", region_code=person.region_code[:5])
        asked = constituents.question(operator, number, DAY)
        found = constituents.meant(asked)
    assert found and all(one.region_code.startswith(person.region_code[:5]) for one in found)
    assert Event.objects.filter(action="case.open", subject_id=number).exists()
