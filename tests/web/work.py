"""Doing queued work in the middle of a test of pages."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event, Thread


def followed(client, answer):
    """What the browser comes to that waits for the work which an answer queued."""
    from django.test import TestCase

    from payung.jobs.running import run_waiting

    assert answer.status_code == 302, answer.status_code
    where = answer.headers["Location"]
    assert where.startswith("/pekerjaan/"), where
    with TestCase.captureOnCommitCallbacks(execute=True):
        run_waiting()
    return client.get(where)


@contextmanager
def working():
    """Within the block queued work is done in a thread, as by a worker beside the pages."""
    from django.db import connections

    from payung.jobs.running import run_waiting

    over = Event()

    def work() -> None:
        while not over.wait(0.1):
            run_waiting()
        connections.close_all()

    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
