"""Keeping the figures fresh: one thread in each serving process looks for changes, visitor or not."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress

from django.db import DatabaseError, connection
from django.utils import timezone
from polars.exceptions import PanicException

from payung.oversight.actions import refresh_if_changed
from payung.oversight.cuts import recount
from payung.oversight.models import Refreshed

#: Seconds between two looks.
EVERY = 5
log = logging.getLogger(__name__)
_version = ""
_started = threading.Lock()


def version() -> str:
    """Changes when this process has seen new figures; without asking the database."""
    return _version


def look() -> None:
    """Count again if something changed, and notice what another process counted; whatever goes wrong is logged."""
    global _version
    try:
        refresh_if_changed(timezone.localdate())
        as_of = Refreshed.objects.values_list("as_of", flat=True).first()
        _version = as_of.isoformat() if as_of else ""
        recount(timezone.localdate())
    except DatabaseError as error:
        # Pages go on with the figures they have, and say of when they are.
        log.warning("figures could not be counted again: %s", error)
    except (Exception, PanicException):
        # A thread that ended here would leave every figure as old as this moment, for ever and unseen.
        log.exception("figures could not be counted again")


def keep_fresh() -> None:
    """Starts the thread, once in a process."""
    if not _started.acquire(blocking=False):
        return

    def work() -> None:
        while True:
            look()
            with suppress(Exception):
                connection.close()
            time.sleep(EVERY)

    threading.Thread(target=work, name="oversight-fresh", daemon=True).start()
