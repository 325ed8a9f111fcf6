"""A room of jobs whose effects can be counted, and a program of workers that are killed at any moment."""

from __future__ import annotations

import os
import random
import signal
import sys
import time

from payung.access.actor import action
from payung.access.acts import OWN_REGIONS, Act
from payung.jobs.kinds import Lane, Outcome, job

from .kinds import give_room


@job("killed.effect", "Berakibat")
def effect(actor, tell, *, name):
    """Does what can be counted, slowly: one event, and one follower."""
    draw = random.Random(name)
    for number in range(3):
        tell("Langkah", number, 3)
        time.sleep(draw.uniform(0, 0.05))
    with action(actor, Act.SAVE_MAPPING, region_code=OWN_REGIONS) as deed:
        deed.data = {"name": name}
        time.sleep(draw.uniform(0, 0.02))
    follower.queue(actor, name=name)
    time.sleep(draw.uniform(0, 0.05))
    return Outcome("%(name)s", {"name": name})


@job("killed.follower", "Mengikuti", lane=Lane.PLANS, by_itself=True)
def follower(actor, tell, *, name):
    """Records that it was done, in another lane."""
    with action(actor, Act.MATCH, region_code=OWN_REGIONS) as deed:
        deed.data = {"after": name}
        time.sleep(random.Random(name).uniform(0, 0.05))


give_room("killed", effect, follower)


def main(seed: int, kills: int) -> None:
    """Starts a worker and kills it, so many times; the last goes on until this program's input ends."""
    from payung.jobs import worker

    draw = random.Random(seed)

    def start() -> int:
        child = os.fork()
        if not child:
            worker.work()
        return child

    for _ in range(kills):
        child = start()
        time.sleep(draw.uniform(0.05, 0.9))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    print("killed", flush=True)
    child = start()
    sys.stdin.read()
    os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)
