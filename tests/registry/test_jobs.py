"""From a list to people who are judged by itself: nobody presses anything, whoever loaded it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from payung.access.actor import acting_as, everyone_visible
from payung.access.models import Event
from payung.jobs import queries, uploads
from payung.jobs.models import Job
from payung.jobs.queries import on_their_way
from payung.jobs.queue import again
from payung.jobs.running import run, run_waiting
from payung.jobs.scope import everyones_jobs
from payung.registry import jobs, linking
from payung.registry.actions import load_file
from payung.registry.models import Eligibility, Intake, MatchRun, Person

from .lists import ANDI, SITI, YOHANES, write_list
from .test_kill import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path


def ask(actor, path, kind="candidates", sender="", region="65"):
    """Queues the loading of a file as the page does."""
    kept = {
        "kept": uploads.keep(SimpleUploadedFile(path.name, path.read_bytes())),
        "user": actor.user.pk,
        "name": path.name,
        "kind": kind,
        "sender": sender,
        "region": region,
    }
    uploads.hold(kept)
    return jobs.load_list.queue(actor, kept=kept, mappings={}, remember=[])


def states() -> list[tuple[str, str]]:
    with everyones_jobs():
        return list(Job.objects.order_by("id").values_list("kind", "state"))


def people() -> int:
    with everyone_visible():
        return Person.objects.count()


@pytest.mark.parametrize("role", ["operator", "village"])
def test_a_loaded_list_is_matched_and_judged_by_itself(
    make_actor, tmp_path, role, django_capture_on_commit_callbacks
):
    actor = make_actor(role)
    ask(actor, write_list(tmp_path / "desa.xlsx", [ANDI, SITI, YOHANES]))
    assert on_their_way("registry.load", "registry.match") == {"registry.load": 1}
    with django_capture_on_commit_callbacks(execute=True):
        assert run_waiting() == 3
    assert states() == [("registry.load", "done"), ("registry.match", "done"), ("registry.judge", "done")]
    with everyone_visible():
        assert Person.objects.count() == Eligibility.objects.count() == 3
    by = {event.action: event.actor.username for event in Event.objects.filter(kind="act")}
    assert by == {"load": actor.user.username, "match": "payung-otomatis", "judge": "payung-otomatis"}
    with everyones_jobs():
        assert set(Job.objects.values_list("owner", flat=True)) == {actor.user.pk}, "who loaded it sees it"
    assert not list((tmp_path / "uploads").iterdir()), "the file is gone once it is loaded"


def test_lists_that_come_together_are_matched_by_one_run(make_actor, tmp_path):
    actor = make_actor("operator")
    for number, row in enumerate((ANDI, SITI, YOHANES)):
        ask(actor, write_list(tmp_path / f"{number}.xlsx", [row]))
    run_waiting()
    assert [kind for kind, _ in states()].count("registry.match") == 1
    assert people() == 3
    assert MatchRun.objects.count() == 1


def test_the_same_file_again_asks_for_nothing_more(make_actor, tmp_path):
    actor = make_actor("operator")
    path = write_list(tmp_path / "desa.xlsx", [ANDI])
    ask(actor, path)
    run_waiting()
    ask(actor, path)
    assert run_waiting() == 1
    assert states()[-1] == ("registry.load", "done")
    assert Intake.objects.count() == 1


def test_a_file_that_cannot_be_read_says_so_however_often_it_is_tried(make_actor, tmp_path):
    path = tmp_path / "rusak.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing")
    actor = make_actor("operator")
    asked = ask(actor, path)
    for _ in range(2):
        run_waiting()
        with everyones_jobs():
            job = Job.objects.get(pk=asked.pk)
        assert job.state == "refused"
        assert job.sentence.startswith("rusak.xlsx: "), "why, and not that the file is gone"
        again(actor, asked.pk)
    assert not Intake.objects.exists()


def test_a_refused_list_can_be_tried_again(make_actor, tmp_path):
    actor = make_actor("village", "65.71.01.1001")
    asked = ask(actor, write_list(tmp_path / "a.xlsx", [ANDI]), region="65.71")
    run_waiting()
    assert states() == [("registry.load", "refused")]
    actor.user.assignments.create(role="village", region_code="65.71")
    again(actor, asked.pk)
    run_waiting()
    assert Intake.objects.count() == people() == 1


def test_a_button_that_was_pressed_twice_is_no_failure(
    make_actor, tmp_path, django_capture_on_commit_callbacks
):
    actor = make_actor("operator")
    first = ask(actor, write_list(tmp_path / "desa.xlsx", [ANDI]))
    second = jobs.load_list.queue(actor, **first.arguments)
    other = ask(make_actor("operator"), write_list(tmp_path / "lain.xlsx", [SITI]))
    with django_capture_on_commit_callbacks(execute=True):
        run_waiting()
    shown = queries.one(actor, second.pk)
    assert (shown.state, shown.path) == ("done", f"/daftar/{Intake.objects.get(file_name='desa.xlsx').pk}/")
    assert "tidak ada yang diulang" in shown.said
    assert queries.of_upload(actor, jobs.load_list.name, first.arguments["kept"]) == second.pk
    assert queries.of_upload(actor, jobs.load_list.name, other.arguments["kept"]) is None
    assert Intake.objects.count() == 2


def test_a_file_that_is_gone_and_was_never_loaded_is_refused(make_actor, tmp_path):
    actor = make_actor("operator")
    asked = ask(actor, write_list(tmp_path / "desa.xlsx", [ANDI]))
    uploads.forget(asked.arguments["kept"])
    run_waiting()
    assert states() == [("registry.load", "refused")]
    assert "tidak lagi tersimpan" in queries.one(actor, asked.pk).said


def test_a_fault_after_the_reading_leaves_the_list_to_be_tried_again(make_actor, tmp_path, monkeypatch):
    actor = make_actor("operator")
    asked = ask(actor, write_list(tmp_path / "desa.xlsx", [ANDI]))

    def fail(*_asked, **_more):
        raise OSError("disk full")

    monkeypatch.setattr(jobs, "reverse", fail)
    run(asked.pk)
    monkeypatch.undo()
    assert states() == [("registry.load", "failed")]
    assert not Intake.objects.exists()
    again(actor, asked.pk)
    assert run_waiting() == 3
    assert people() == 1


def test_who_may_load_only_elsewhere_is_refused(make_actor, tmp_path):
    asked = ask(
        make_actor("village", "65.71.01.1001"), write_list(tmp_path / "a.xlsx", [ANDI]), region="65.01"
    )
    run_waiting()
    with everyones_jobs():
        assert Job.objects.get(pk=asked.pk).state == "refused"
    assert not Intake.objects.exists()


def test_rows_that_a_command_loaded_are_found(make_actor, tmp_path):
    actor = make_actor("operator")
    jobs.look()
    assert states() == []
    path = write_list(tmp_path / "desa.xlsx", [ANDI, SITI])
    with acting_as(actor):
        load_file(actor, path=path, file_name=path.name, today=TODAY)
    jobs.look()
    jobs.look()
    assert states() == [("registry.match", "waiting")]
    run_waiting()
    assert people() == 2
    jobs.look()
    assert len(states()) == 2, "nothing waits"


def test_matching_tells_how_far_it_is(make_actor, tmp_path, monkeypatch):
    actor = make_actor("operator")
    path = write_list(tmp_path / "desa.xlsx", [ANDI])
    with acting_as(actor):
        load_file(actor, path=path, file_name=path.name, today=TODAY)
    seen = []
    real = linking.link

    def look(*given, **more):
        with everyones_jobs():
            seen.append(Job.objects.values_list("state", "step", "steps_done", "steps_total").get())
        return real(*given, **more)

    monkeypatch.setattr(linking, "link", look)
    jobs.match_waiting.queue(None)
    run_waiting()
    assert seen == [("running", "Membandingkan", 1, 3)]
