"""What each serving process does beside answering: events sealed, kept uploads and old sessions removed in time."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress

from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection
from django.utils import timezone

from payung.access import seals
from payung.jobs import uploads
from payung.oversight.queries import as_of

#: Seconds between two looks, and between two removals of old sessions.
EVERY, SESSIONS_EVERY = 5, 3600
log = logging.getLogger("payung.housekeeping")
_version = ""
_started = threading.Lock()


def keep_house() -> None:
    """Start the thread, once in a process."""
    if _started.acquire(blocking=False):
        threading.Thread(target=_work, name="housekeeping", daemon=True).start()


def _work() -> None:
    swept = 0.0
    while True:
        look()
        if time.monotonic() - swept > SESSIONS_EVERY:
            swept = time.monotonic()
            sweep()
        with suppress(Exception):
            connection.close()
        time.sleep(EVERY)


def figures_version() -> str:
    """Return a text that changes when this process has seen new figures; without asking the database."""
    return _version


def _see_figures() -> None:
    """Notice what a worker counted."""
    global _version
    _version = as_of()


def look() -> None:
    """Seal what is not sealed, remove uploads that are too old, see new figures; what goes wrong is tried again."""
    for step in (seals.seal, uploads.remove_old, _see_figures):
        try:
            step()
        except (DatabaseError, OSError) as error:
            log.warning("%s must wait: %s", step.__name__, type(error).__name__)
        except Exception:
            # A thread that ended here would leave every later event unsealed, unseen.
            log.exception("%s failed", step.__name__)


def sweep() -> None:
    """Remove sessions that have ended; say the newest seal, so that it stands wherever the log is sent."""
    with suppress(DatabaseError):
        Session.objects.filter(expire_date__lt=timezone.now()).delete()
        log.info("newest seal of the audit events: %s", seals.newest() or "none")
