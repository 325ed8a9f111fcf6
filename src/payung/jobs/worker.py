"""A worker process: does what is queued, one job of each lane at a time, until it is told to stop.

Several may run, on one machine or more. On SIGTERM it takes no new job and gives those in hand some seconds; what is
not done by then is taken up again by another, as after a kill.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from django.db import connection
from procrastinate.contrib.django import DjangoApp
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

from payung.jobs import revival, running
from payung.jobs.kinds import Lane, watches
from payung.jobs.queue import TASK, perform

#: Seconds that jobs in hand are given to end when the worker is told to stop.
PATIENCE = 20.0
#: Seconds between two looks into the queue, should a notice from the database be missed.
_LOOK = 5.0
_FORGET = 3600.0
log = logging.getLogger(__name__)


def work() -> None:
    """Work until SIGTERM or SIGINT, or until the database cannot be reached. The database must be ready."""
    clock = threading.Thread(target=_clock, name="jobs-clock", daemon=True)
    clock.start()
    asyncio.run(_lanes())


def work_once() -> int:
    """Do what waits, what workers that are gone left, and what the watches find; returns how many jobs were done."""
    # A worker that is just taking a job up finds it done: it is done by whoever has its lock.
    done = sum(running.run(job_id) for job_id in revival.revive(grace=0.0))
    for look in watches():
        _look(look)
    return done + running.run_waiting()


async def _lanes() -> None:
    # An app of its own: jobs queue others by the common one, in their own transaction.
    app = DjangoApp(connector=PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=len(Lane) + 2))
    app.task(name=TASK)(perform)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with app.open_async():
        lanes = [
            asyncio.create_task(
                app.run_worker_async(
                    queues=[lane.value],
                    name=lane.value,
                    concurrency=1,
                    fetch_job_polling_interval=_LOOK,
                    install_signal_handlers=False,
                    delete_jobs="always",
                )
            )
            for lane in Lane
        ]
        told = asyncio.create_task(stop.wait())
        await asyncio.wait([*lanes, told], return_when=asyncio.FIRST_COMPLETED)
        # A lane that ended by itself has lost the database: the process ends, and whoever started it starts another.
        threading.Timer(PATIENCE, os._exit, [0]).start()
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)
    os._exit(0 if stop.is_set() else 1)


def _clock() -> None:
    """Take up what other workers left, look whether something must be queued, forget what is old."""
    due: dict[Callable[[], object], float] = {}
    every: dict[Callable[[], object], float] = {revival.revive: 1.0, revival.forget: _FORGET, **watches()}
    while True:
        for look, seconds in every.items():
            if time.monotonic() >= due.get(look, 0.0):
                due[look] = time.monotonic() + seconds
                _look(look)
        with suppress(Exception):
            connection.close_if_unusable_or_obsolete()
        time.sleep(0.5)


def _look(look: Callable[[], object]) -> None:
    try:
        look()
    except BaseException as error:  # also panics of Rust
        # A clock that ended here would leave every later job of a dead worker undone, unseen.
        log.warning("%s must wait: %s", look.__name__, type(error).__name__, exc_info=error)
        with suppress(Exception):
            connection.close()
