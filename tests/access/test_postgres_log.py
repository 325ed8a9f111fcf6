"""What a statement failed with is told to whoever sent it, and stands in no log of the embedded server."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction

from payung.config import embedded_files
from tests.access.test_logs import FAILING, NIK

pytestmark = pytest.mark.skipif(
    not (Path(settings.HOME) / "postgres" / "log").exists(),
    reason="a server named by DATABASE_URL keeps its own log",
)
NAME = "Siti Aminah"


@pytest.fixture
def new_words():
    """What the server's log says from now on."""
    log = Path(settings.HOME) / "postgres" / "log"
    before = log.stat().st_size

    def read() -> str:
        with log.open("rb") as file:
            file.seek(before)
            return file.read().decode(errors="replace")

    return read


@pytest.mark.django_db(databases=["default", "owner"])
@pytest.mark.parametrize("alias", ["default", "owner"])
@pytest.mark.parametrize("what", FAILING)
def test_a_failing_statement_leaves_no_value_in_the_log(new_words, what, alias):
    statement, values = FAILING[what]
    with pytest.raises(DatabaseError), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(statement, values)
    told = new_words()
    assert NAME not in told and NIK not in told, told


#: Rows that cannot be copied in: wrong type, too few cells, too many, a sign that is no UTF-8, a broken rule.
COPIES = {
    "another type": f'"{NAME}",{NIK}\n'.encode(),
    "a cell missing": f"{NIK}\n".encode(),
    "a cell too many": f"1,{NAME},{NIK}\n".encode(),
    "no UTF-8": b"1,Siti Aminah \xff" + NIK.encode(),
    "an open quote": f'1,"{NAME} {NIK}\n'.encode(),
    "a rule": f"-1,{NAME} {NIK}\n".encode(),
    "a number out of range": f"{NIK}{NIK},{NAME}\n".encode(),
    "a key twice": f"1,{NAME}\n1,{NAME} {NIK}\n".encode(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", COPIES)
def test_a_copy_that_fails_leaves_no_cell_in_the_log(new_words, what):
    with pytest.raises(psycopg.Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE staged (n bigint PRIMARY KEY CHECK (n > 0), name text) ON COMMIT DROP"
        )
        with cursor.copy("COPY staged FROM STDIN (FORMAT csv)") as copy:
            copy.write(COPIES[what])
    told = new_words()
    assert NAME not in told and NIK not in told, told


@pytest.mark.parametrize("kept", range(6))
def test_a_long_log_is_put_aside_and_the_oldest_goes(tmp_path, kept, monkeypatch):
    monkeypatch.setattr(embedded_files, "_LOG_MOST", 100)
    for number in range(kept):
        (tmp_path / "log").write_text(f"{number} " * 100)
        embedded_files.put_log_aside(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"log.{number}" for number in range(1, min(kept, 3) + 1)]
    if kept:
        assert (tmp_path / "log.1").read_text().startswith(f"{kept - 1} ")
    (tmp_path / "log").write_text("short")
    embedded_files.put_log_aside(tmp_path)
    assert (tmp_path / "log").read_text() == "short"
