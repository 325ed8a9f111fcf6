"""Sessions in the database, read in plain SQL; they end after a time without a request, and after a working day."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils import timezone

#: Under which a session keeps when its user came in, in seconds since 1970.
_BEGAN = "_began"
#: So seldom is it written down that a session is in use.
_NOTED_EVERY = timedelta(minutes=1)


class SessionStore(DatabaseStore):
    """Django's own, but for how a session is read and when it ends.

    A row's `expire_date` is the end of the idle time, put off by each request that is not `by_itself`, and never later
    than SESSION_COOKIE_AGE after its user came in. Every page asks for a session, and composing the query cost more
    than it.
    """

    #: Whether a page asks, again and again, and not its user.
    by_itself = False
    #: The end that was found.
    _ends: datetime | None = None

    def load(self) -> dict[str, Any]:
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s",
                [self.session_key, now],
            )
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return {}
        data = self.decode(found[0])
        ends = _end(data, now)
        if ends <= now:
            self._session_key = None
            return {}
        self._ends = found[1]
        if not self.by_itself and ends - found[1] >= _NOTED_EVERY:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE django_session SET expire_date = %s WHERE session_key = %s",
                    [ends, self.session_key],
                )
        return data

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        if SESSION_KEY in data:
            data.setdefault(_BEGAN, int(time.time()))
        made = super().create_model_instance(data)
        ends = _end(data, timezone.now())
        made.expire_date = min(ends, self._ends) if self.by_itself and self._ends else ends
        return made

    def cycle_key(self) -> None:
        """Begin a new session, and with it the working day, for whoever signs in."""
        self.pop(_BEGAN, None)
        super().cycle_key()


def _end(data: dict[str, Any], now: datetime) -> datetime:
    """When a session ends if nothing more is asked: idle, or at the end of the day that began when its user came in."""
    whole = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    if SESSION_KEY not in data:
        return now + whole
    began = data.get(_BEGAN)
    last = now + whole if began is None else timezone.make_aware(datetime.fromtimestamp(began)) + whole  # noqa: DTZ006
    return min(last, now + timedelta(minutes=settings.PAYUNG_IDLE_MINUTES))
