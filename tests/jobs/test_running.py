"""A job is done once, by its owner's rights; what came of it, or why not, is told."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now

from payung.access.actor import Actor, NotAllowed, Refused, action
from payung.access.acts import OWN_REGIONS, Act
from payung.access.models import Event
from payung.access.roles import Permission
from payung.jobs import kinds, queue, revival
from payung.jobs.kinds import Made, Outcome, job, kind_of
from payung.jobs.models import Job, JobFile
from payung.jobs.running import MOST_ATTEMPTS, run, run_waiting
from payung.jobs.scope import everyones_jobs, jobs_of, own_jobs_of
from payung.jobs.worker import work_once

from .kinds import give_room

pytestmark = pytest.mark.django_db


@job("probe.note", "Mencatat")
def note(actor, tell, *, words, fails=""):
    """Records an act of the actor; fails as asked after that."""
    tell("Mencatat", 1, 2)
    with action(actor, Act.SAVE_MAPPING, region_code=OWN_REGIONS) as deed:
        deed.data = {"words": words}
    if fails == "refused":
        raise Refused("Tidak bisa.")
    if fails == "panic":
        raise RuntimeError(words)
    return Outcome("%(n)d baris", {"n": 3}, "/daftar/", Made("a.csv", b"a;b", "text/csv", 2))


@job("probe.chain", "Berantai", by_itself=True)
def chain(actor, tell, *, left):
    """Queues the next of its kind."""
    assert actor.user.username == "payung-otomatis"
    if left:
        chain.queue(None, left=left - 1)


@pytest.fixture(autouse=True)
def room():
    give_room("probe", note, chain)


def found(number: int) -> Job:
    with everyones_jobs():
        return Job.objects.get(pk=number)


def test_a_job_acts_as_its_owner_and_tells_what_came_of_it(make_actor):
    operator = make_actor("operator")
    asked = note.queue(operator, words="satu")
    assert asked.state == Job.State.WAITING
    assert not Event.objects.exists()
    assert run(asked.pk)
    done = found(asked.pk)
    assert (done.state, done.attempts, done.step, done.steps_done) == ("done", 1, "Mencatat", 1)
    assert done.result == {"text": "%(n)d baris", "values": {"n": 3}, "path": "/daftar/"}
    assert Event.objects.get().actor == operator.user
    with jobs_of(operator):
        assert JobFile.objects.get().name == "a.csv"


def test_a_job_that_is_done_is_done_no_second_time(make_actor):
    asked = note.queue(make_actor("operator"), words="satu")
    assert [run(asked.pk), run(asked.pk), run(asked.pk)] == [True, False, False]
    assert Event.objects.count() == 1


@pytest.mark.parametrize("fails", ["refused", "panic"])
def test_of_a_job_that_fails_nothing_remains_but_why(make_actor, fails):
    operator = make_actor("operator")
    asked = note.queue(operator, words="rahasia", fails=fails)
    assert run(asked.pk)
    ended = found(asked.pk)
    assert not Event.objects.exists()
    assert ended.state == {"refused": "refused", "panic": "failed"}[fails]
    assert ended.sentence and ended.english
    assert "rahasia" not in ended.sentence + ended.english
    assert "Traceback" not in ended.sentence
    assert queue.again(operator, asked.pk).state == "waiting"
    assert run(asked.pk)
    assert found(asked.pk).attempts == 1


def test_what_the_owner_may_no_longer_do_is_refused(make_actor):
    operator = make_actor("operator")
    asked = note.queue(operator, words="satu")
    operator.user.assignments.all().delete()
    run(asked.pk)
    assert found(asked.pk).state == "refused"
    gone = note.queue(make_actor("operator"), words="dua")
    gone.owner.is_active = False
    gone.owner.save(update_fields=["is_active"])
    run(gone.pk)
    assert "tidak lagi berwenang" in found(gone.pk).sentence
    assert not Event.objects.exists()


def test_what_waits_under_one_key_is_one_job(make_actor):
    operator = make_actor("operator")
    first = note.queue(operator, key="k", words="satu")
    assert note.queue(make_actor("operator"), key="k", words="dua").pk == first.pk
    assert note.queue(operator, key="l", words="tiga").pk != first.pk
    assert note.queue(operator, words="empat").pk != note.queue(operator, words="empat").pk
    assert run_waiting() == 4
    assert note.queue(operator, key="k", words="lima").pk != first.pk


def test_what_a_job_queues_is_done_too_and_as_payung_itself():
    chain.queue(None, left=3)
    assert run_waiting() == 4


def test_a_job_of_a_kind_that_is_gone_fails_with_a_sentence(make_actor):
    asked = queue.add("probe.gone", "work", make_actor("operator").user, key="", batch="", arguments={})
    with pytest.raises(LookupError):
        kind_of("nowhere.gone")
    run(asked.pk)
    assert found(asked.pk).state == "failed"
    assert "tidak mengenal pekerjaan probe.gone" in found(asked.pk).sentence
    with pytest.raises(Refused, match=r"knows no job probe\.gone"):
        queue.again(Actor.of(asked.owner), asked.pk)


def lose(*jobs: Job) -> None:
    """Makes of jobs what remains where their worker was killed, or the queue forgot them."""
    with everyones_jobs(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        numbers = [job.pk for job in jobs]
        Job.objects.filter(pk__in=numbers[:-1]).update(state="running", started_at=Now(), attempts=1)


def test_a_lost_job_of_no_known_kind_keeps_no_other_from_being_revived(make_actor):
    operator = make_actor("operator")
    gone = [queue.add(kind, "work", operator.user, arguments={}) for kind in ("probe.gone", "nowhere.gone")]
    mine, last = (note.queue(operator, words=words) for words in ("satu", "dua"))
    lose(gone[0], mine, last, gone[1])
    assert revival.revive(grace=0.0) == [mine.pk, last.pk]
    assert [found(job.pk).state for job in gone] == ["failed", "failed"]
    assert "tidak mengenal pekerjaan nowhere.gone" in found(gone[1].pk).sentence
    assert run(mine.pk) and run(last.pk)


def test_doing_all_that_waits_takes_up_what_was_lost_and_looks_what_is_due(make_actor, monkeypatch):
    operator = make_actor("operator")
    lost = note.queue(operator, words="satu")
    waits = note.queue(operator, words="dua")
    lose(lost, waits)
    kinds.watches()  # those of the rooms are known, and looked at by their own tests
    monkeypatch.setattr(kinds, "_WATCHES", {lambda: note.queue(operator, key="w", words="tiga"): 30.0})
    assert work_once() == 3
    assert {event.data["words"] for event in Event.objects.filter(kind="act")} == {"satu", "dua", "tiga"}
    assert found(lost.pk).state == "done"


def test_a_job_that_ends_its_workers_again_and_again_is_given_up(make_actor):
    asked = note.queue(make_actor("operator"), words="satu")
    with everyones_jobs():
        Job.objects.filter(pk=asked.pk).update(state="running", attempts=MOST_ATTEMPTS)
    assert not run(asked.pk)
    assert found(asked.pk).state == "failed"
    assert not Event.objects.exists()


def test_a_user_sees_own_jobs_and_the_administrator_all(make_actor):
    one, other, admin = make_actor("operator"), make_actor("operator"), make_actor("admin")
    mine = note.queue(one, words="satu")
    run(mine.pk)
    theirs = note.queue(other, words="dua")
    itself = chain.queue(None, left=0)
    assert Job.objects.count() == JobFile.objects.count() == 0, "nobody's without a scope"
    with jobs_of(one):
        assert [job.pk for job in Job.objects.all()] == [mine.pk]
        assert JobFile.objects.count() == 1
    with jobs_of(other):
        assert [job.pk for job in Job.objects.all()] == [theirs.pk]
        assert JobFile.objects.count() == 0
    with jobs_of(admin):
        assert {job.pk for job in Job.objects.all()} == {mine.pk, theirs.pk, itself.pk}
    with own_jobs_of(admin):
        assert not Job.objects.exists()
    with pytest.raises(Refused):
        queue.again(other, mine.pk)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE jobs_job SET kind = 'probe.other'",
        "UPDATE jobs_job SET owner_id = NULL",
        "UPDATE jobs_job SET arguments = '{}'",
        "UPDATE jobs_jobfile SET content_enc = ''",
        "TRUNCATE jobs_job",
        "ALTER TABLE jobs_job DISABLE ROW LEVEL SECURITY",
        "DROP TABLE procrastinate_jobs",
        "DELETE FROM procrastinate_events",
        "INSERT INTO procrastinate_periodic_defers (task_name) VALUES ('x')",
    ],
)
def test_the_web_role_may_not(sql):
    with pytest.raises(DatabaseError), everyones_jobs(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_nobody_queues_for_another(make_actor):
    one, other = make_actor("operator"), make_actor("operator")
    with pytest.raises(DatabaseError), jobs_of(one), transaction.atomic():
        Job.objects.create(kind="probe.note", owner=other.user)


def test_what_has_not_ended_long_ago_is_not_removed(make_actor):
    done = note.queue(make_actor("operator"), words="satu")
    run(done.pk)
    waits = note.queue(make_actor("operator"), words="dua")
    with everyones_jobs():
        Job.objects.all()._raw_delete("default")
        assert {job.pk for job in Job.objects.all()} == {done.pk, waits.pk}
        Job.objects.filter(pk=done.pk).update(ended_at="2026-01-01T00:00:00Z")
    revival.forget()
    with everyones_jobs():
        assert [job.pk for job in Job.objects.all()] == [waits.pk]


def test_the_scope_of_who_asks_for_jobs_to_be_done_is_given_back(make_actor):
    from payung.access.actor import acting_as

    operator = make_actor("operator", "65.71")
    with acting_as(operator):
        note.queue(operator, words="satu")
        run_waiting()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('payung.regions')")
            assert cursor.fetchone()[0] == "65.71"


def test_payung_itself_decides_nothing_and_cannot_come_in():
    from payung.access.itself import itself

    actor = itself()
    assert not actor.user.is_active
    assert not actor.user.has_usable_password()
    assert not any("approve" in permission for permission in actor.permissions)
    with pytest.raises(NotAllowed):
        actor.require(Permission.PROPOSE_PLAN, "65")
