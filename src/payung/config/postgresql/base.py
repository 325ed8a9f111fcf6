"""Django's own PostgreSQL backend, but for how it connects, sees whether a kept connection still stands, and logs."""

from __future__ import annotations

import os
import select
import threading
from typing import Any

from django.db.backends.postgresql import base, operations
from django.db.utils import OperationalError

#: Seconds that a page waits for an embedded server that was found dead and is started again.
_PATIENCE = 5.0


class DatabaseOperations(operations.DatabaseOperations):
    """Tells the log also what was asked of a plan that the server keeps, which the driver does not remember."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        return super().last_executed_query(cursor, sql, params) or str(sql)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django asks each kept connection SELECT 1 before a request uses it: a sixth of the time of a short one."""

    ops_class = DatabaseOperations

    def is_usable(self) -> bool:
        """Return whether the server is still there: where nothing waits to be read it has not hung up.

        What waits may also be a notice; then the server is asked, as Django does.
        """
        if self.connection is None or self.connection.closed:
            return False
        waiting = select.poll()
        waiting.register(self.connection.fileno(), select.POLLIN)
        return super().is_usable() if waiting.poll(0) else True

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; where the server is down or refuses the password, mend that and connect once more.

        An embedded server that was ended is started again, and the password of the role is read again.
        """
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            if not self._mended(conn_params):
                raise
            return super().get_new_connection(conn_params)

    def _mended(self, conn_params: dict[str, Any]) -> bool:
        from django.conf import settings

        from payung.config import embedded_postgres
        from payung.config.database import APP_ROLE, role_passwords

        if os.environ.get("DATABASE_URL"):
            if self.settings_dict["USER"] != APP_ROLE:
                return False
            fresh = [one for one in role_passwords(settings.HOME) if one != conn_params.get("password")]
            if fresh:
                conn_params["password"] = self.settings_dict["PASSWORD"] = fresh[0]
            return bool(fresh)
        # A command, and a worker that is beginning, wait as long as it takes; a page's thread has a visitor waiting.
        whole = threading.current_thread() is threading.main_thread()
        try:
            embedded_postgres.start(settings.HOME, patience=None if whole else _PATIENCE)
        except RuntimeError as error:
            raise OperationalError(str(error)) from error
        return True
