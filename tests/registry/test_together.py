"""Two at once: clerks on one pair, clerks on chained pairs, a clerk beside a run, two runs, two intakes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connections

from payung.access.actor import Actor, Refused, acting_as
from payung.access.models import Assignment, User
from payung.registry import linking
from payung.registry.actions import load_file
from payung.registry.clerk import judge_pair, undo_judgement
from payung.registry.linking import match
from payung.registry.models import Intake, Judgement, Link, MatchRun, Pair, Person, Record

from .lists import ANDI, MARTHA, SITI, YOHANES, write_list

TODAY = date(2026, 11, 22)


@pytest.fixture
def clerks(own_database) -> list[Actor]:
    actors = []
    for number in range(4):
        user = User.objects.create_user(f"petugas-{number}", password="rahasia-sekali")
        Assignment.objects.create(user=user, role="operator", region_code="65")
        actors.append(Actor.of(user))
    return actors


def at_once(works: list[tuple[Actor, Callable[[Actor], Any]]]) -> list[Any]:
    """Runs the works in threads with connections of their own, all starting together; results or errors."""
    gate = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(at: int, actor: Actor, work: Callable[[Actor], Any]) -> None:
        try:
            with acting_as(actor):
                gate.wait(timeout=300)
                results[at] = work(actor)
        except Exception as error:
            results[at] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(at, *work)) for at, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return results


@pytest.fixture
def people(clerks, tmp_path) -> dict[str, Person]:
    with acting_as(clerks[0]) as actor:
        path = write_list(tmp_path / "a.xlsx", [ANDI, SITI, YOHANES, MARTHA])
        load_file(actor, path=path, file_name=path.name, today=TODAY)
        match(actor)
        return {person.nik_last4: person for person in Person.objects.all()}


def doubt(actor: Actor, left: Person, right: Person) -> Pair:
    with acting_as(actor):
        return Pair.objects.create(
            run=MatchRun.objects.first(),
            record=Record.objects.get(nik_hash=left.nik_hash, name=left.name),
            person=right,
            probability=0.6,
            weight=1.0,
            region_code=left.region_code,
        )


def sound(actor: Actor) -> None:
    """Every record has a person who lives; nobody is merged in a circle."""
    with acting_as(actor):
        assert not Record.objects.filter(accepted=True, person__merged_into__isnull=False).exists()
        assert not Record.objects.filter(accepted=True, person=None).exists()
        for person in Person.objects.all():
            seen = set()
            while person.merged_into_id:
                assert person.pk not in seen
                seen.add(person.pk)
                person = Person.objects.get(pk=person.merged_into_id)


def test_two_clerks_on_one_pair_one_decides_and_the_other_is_told(clerks, people):
    pair = doubt(clerks[0], people["0003"], people["0001"])
    answers = at_once(
        [
            (clerks[0], lambda actor: judge_pair(actor, pair_id=pair.pk, decision="same")),
            (clerks[1], lambda actor: judge_pair(actor, pair_id=pair.pk, decision="different")),
        ]
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Pair", "Refused"]
    sound(clerks[0])
    with acting_as(clerks[0]):
        assert Judgement.objects.count() == 1


@pytest.mark.parametrize("round_", range(3))
def test_clerks_on_chained_pairs_neither_lose_a_record_nor_hang(clerks, people, round_):
    """A~B, B~C, C~D and D~A judged the same at once: one person, every record, no circle, no deadlock."""
    ring = ["0001", "0002", "0003", "0004"]
    pairs = [doubt(clerks[0], people[a], people[b]) for a, b in zip(ring, ring[1:] + ring[:1], strict=True)]
    answers = at_once(
        [
            (clerk, lambda actor, pair=pair: judge_pair(actor, pair_id=pair.pk, decision="same"))
            for clerk, pair in zip(clerks, pairs, strict=True)
        ]
    )
    assert [type(answer).__name__ for answer in answers] == ["Pair"] * 4, answers
    sound(clerks[0])
    with acting_as(clerks[0]):
        assert Person.objects.filter(merged_into=None).count() == 1
        # Taken back in any order that no later merge forbids, all four are there again.
        left = [pair.pk for pair in pairs]
        for _ in range(20):
            for number in list(left):
                if Pair.objects.get(pk=number).state != "same":
                    left.remove(number)
                    continue
                try:
                    undo_judgement(clerks[0], pair_id=number, reason="keliru")
                    left.remove(number)
                except Refused:
                    continue
        assert left == []
        assert Person.objects.filter(merged_into=None, sources=1).count() == 4
    sound(clerks[0])


def test_a_merge_and_its_undo_at_once_leave_one_of_the_two_states(clerks, people):
    pair = doubt(clerks[0], people["0003"], people["0001"])
    with acting_as(clerks[0]) as actor:
        judge_pair(actor, pair_id=pair.pk, decision="same")
    answers = at_once(
        [
            (clerk, lambda actor: undo_judgement(actor, pair_id=pair.pk, reason="keliru"))
            for clerk in clerks[:3]
        ]
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Pair", "Refused", "Refused"]
    sound(clerks[0])
    with acting_as(clerks[0]):
        assert Link.objects.filter(by="split").count() == 1


def test_a_person_merged_while_rows_are_compared_gets_none_of_them(clerks, people, tmp_path, monkeypatch):
    with acting_as(clerks[0]) as actor:
        again = [YOHANES[0], "YOHANES LAING", *YOHANES[2:]]
        path = write_list(tmp_path / "b.xlsx", [again])
        load_file(actor, path=path, file_name=path.name, today=TODAY)
    pair = doubt(clerks[0], people["0003"], people["0001"])
    compared, merged = threading.Event(), threading.Event()
    original = linking._groups

    def slow(*args: Any) -> Any:
        compared.set()
        assert merged.wait(timeout=300)
        return original(*args)

    monkeypatch.setattr(linking, "_groups", slow)

    def clerk(actor: Actor) -> Pair:
        assert compared.wait(timeout=300)
        try:
            return judge_pair(actor, pair_id=pair.pk, decision="same")
        finally:
            merged.set()

    answers = at_once([(clerks[0], match), (clerks[1], clerk)])
    assert [type(answer).__name__ for answer in answers] == ["MatchRun", "Pair"], answers
    sound(clerks[0])
    with acting_as(clerks[0]):
        assert Record.objects.get(name="YOHANES LAING").person_id == people["0001"].pk


def test_two_runs_at_once_give_each_record_one_person(clerks, tmp_path):
    with acting_as(clerks[0]) as actor:
        path = write_list(tmp_path / "a.xlsx", [ANDI, SITI, YOHANES])
        load_file(actor, path=path, file_name=path.name, today=TODAY)
    answers = at_once([(clerks[0], match), (clerks[1], match)])
    assert sorted(type(answer).__name__ for answer in answers) == ["MatchRun", "NoneType"], answers
    with acting_as(clerks[0]):
        assert Person.objects.count() == 3
        assert Link.objects.count() == 3


def test_one_file_sent_twice_at_once_is_one_list_and_two_files_are_two(clerks, tmp_path):
    one = write_list(tmp_path / "satu.xlsx", [ANDI, SITI])
    two = write_list(tmp_path / "dua.xlsx", [YOHANES])
    answers = at_once(
        [
            (clerk, lambda actor, path=path: load_file(actor, path=path, file_name=path.name, today=TODAY))
            for clerk, path in zip(clerks, [one, one, two, one], strict=True)
        ]
    )
    assert sorted(new for _, new in answers) == [False, False, True, True], answers
    with acting_as(clerks[0]):
        assert Intake.objects.count() == 2
        assert Record.objects.count() == 3
