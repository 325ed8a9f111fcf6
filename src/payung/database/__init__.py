"""The database room: named SQL, staging by COPY, typed rows, locks, region scope; nothing of Payung's subject."""

from payung.database.locks import Lock, one_at_a_time
from payung.database.query import dicts, prepared_dicts, rows, run, typed
from payung.database.staging import Staged, stage, stage_frame, stage_query
from payung.database.statements import Statement

__all__ = [
    "Lock",
    "Staged",
    "Statement",
    "dicts",
    "one_at_a_time",
    "prepared_dicts",
    "rows",
    "run",
    "stage",
    "stage_frame",
    "stage_query",
    "typed",
]
