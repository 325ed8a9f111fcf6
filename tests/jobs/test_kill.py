"""Workers killed at any moment: every job is done, and what it does is done once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter

import pytest

from payung.access.actor import Actor
from payung.access.models import Event
from payung.jobs.models import Job
from payung.jobs.scope import everyones_jobs
from tests.conftest import subprocess_environment

from . import probe

PROGRAM = """
import sys
from payung.config.prepare import setup_django
setup_django()
from tests.jobs.probe import main
main(int(sys.argv[1]), int(sys.argv[2]))
"""


def done() -> Counter:
    with everyones_jobs():
        return Counter(Job.objects.values_list("state", flat=True))


@pytest.mark.kill
@pytest.mark.parametrize("kills", [6, pytest.param(100, marks=pytest.mark.soak)])
def test_every_job_of_killed_workers_is_done_and_has_its_effect_once(own_database, make_user, kills):
    operator = Actor.of(make_user("operator"))
    names = []

    def ask(count: int) -> None:
        for _ in range(count):
            names.append(f"job {len(names)}")
            probe.effect.queue(operator, name=names[-1])

    ask(20)
    program = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, "7", str(kills)],
        env=subprocess_environment(own_database),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        import threading

        ended = threading.Event()
        threading.Thread(target=lambda: (program.stdout.readline(), ended.set()), daemon=True).start()
        until = time.monotonic() + 60 + 5 * kills
        while not ended.wait(0.2):
            assert time.monotonic() < until and program.poll() is None
            if done()["waiting"] < 10:
                ask(10)
        while done().keys() != {"done"}:
            assert time.monotonic() < until, done()
            time.sleep(0.2)
    finally:
        program.stdin.close()
        program.wait(60)
    effects = Counter(event.data["name"] for event in Event.objects.filter(action="save_mapping"))
    followers = Counter(event.data["after"] for event in Event.objects.filter(action="match"))
    assert effects == followers == Counter(names)
    with everyones_jobs():
        begun_again = Job.objects.filter(attempts__gt=1).count()
    assert begun_again, "no kill met a job"
    print(f"{kills} kills, {len(names)} jobs with followers, {begun_again} begun again, 0 stuck, 0 doubled")
