"""The embedded PostgreSQL: private, started again whatever was left behind, and never another home's."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from payung.config import embedded_files as files
from payung.config import embedded_postgres as server

ROOT = os.geteuid() == 0


def connect(home: Path, host: str | None = None) -> psycopg.Connection:
    return psycopg.connect(
        host=host or server.start(home), user="postgres", dbname="postgres", autocommit=True
    )


def postmaster(home: Path) -> psutil.Process:
    return psutil.Process(int((home / "postgres" / "postmaster.pid").read_text().split()[0]))


def kill_all(home: Path) -> None:
    """Everything of a home's PostgreSQL at once, as when the machine loses its power."""
    main = postmaster(home)
    family = [*main.children(recursive=True), main]
    for one in family:
        with suppress(psutil.NoSuchProcess):
            one.send_signal(signal.SIGKILL)
    psutil.wait_procs(family, timeout=10)


def _folder() -> Iterator[Path]:
    """Not pytest's own folder: each session of it closes that to the server's user anew."""
    made = Path(tempfile.mkdtemp(prefix="payung-test-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


tmp_path = pytest.fixture(_folder)
module_path = pytest.fixture(_folder, scope="module", name="module_path")


@pytest.fixture(scope="module")
def stopped(module_path) -> Path:
    """A home whose database has a table of one row, and is shut down."""
    home = module_path / "home"
    with connect(home) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('one')")
    assert server.stop(home)
    return home


@pytest.fixture
def home(stopped, tmp_path):
    """A home of the test's own; whatever runs in it is ended."""
    mine = tmp_path / "home"
    copy(stopped, mine)
    yield mine
    for pid in mine.parent.rglob("postmaster.pid"):
        if files.is_running(pid.parent):
            server._pg_ctl(pid.parent, "stop", "-m", "immediate", "-w")


def copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


def rows(home: Path) -> list[str]:
    with connect(home) as connection:
        return [word for (word,) in connection.execute("SELECT word FROM kept").fetchall()]


def test_a_copy_of_a_home_that_was_stopped_is_a_home_of_its_own(home, tmp_path):
    assert rows(home) == ["one"]
    assert server.stop(home)
    copy(home, tmp_path / "other")
    assert rows(tmp_path / "other") == ["one"] and rows(home) == ["one"]
    assert postmaster(home).pid != postmaster(tmp_path / "other").pid


def _unmarked(twin: Path) -> None:
    (twin / "postgres" / "payung.home").unlink()


def _without_pid(twin: Path) -> None:
    (twin / "postgres" / "postmaster.pid").unlink()


def _without_socket(twin: Path) -> None:
    (twin / "postgres" / ".s.PGSQL.5432").unlink()
    (twin / "postgres" / ".s.PGSQL.5432.lock").unlink()


def _cut_pid(twin: Path) -> None:
    path = twin / "postgres" / "postmaster.pid"
    path.write_text("\n".join(path.read_text().splitlines()[:2]))


COPIES = {
    "beside it": ("twin", lambda twin: None),
    "within it": ("home/twin", lambda twin: None),
    "without its mark": ("twin", _unmarked),
    "without its pid file": ("twin", _without_pid),
    "without its socket": ("twin", _without_socket),
    "with half a pid file": ("twin", _cut_pid),
    "with a blank in its name": ("twin of it", lambda twin: None),
    "by a long name": ("t" * 120, lambda twin: None),
    "in a folder of its own": ("a/b/c", lambda twin: None),
    "with a name that begins alike": ("home2", lambda twin: None),
}


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_of_a_running_home_leaves_the_original_alone(home, tmp_path, how):
    server.start(home)
    before = postmaster(home)
    name, changed = COPIES[how]
    twin = tmp_path / name
    twin.parent.mkdir(parents=True, exist_ok=True)
    if how == "within it":
        twin.mkdir()
        copy(home / "postgres", twin / "postgres")
    else:
        copy(home, twin)
    changed(twin)
    with pytest.raises(RuntimeError, match=r"is a copy of .* made while the database ran"):
        server.start(twin)
    with pytest.raises(RuntimeError, match="is a copy of"):
        server.stop(twin)
    assert before.is_running() and rows(home) == ["one"]


def test_a_copy_reached_by_a_link_is_known_and_a_link_to_the_original_is_the_original(home, tmp_path):
    server.start(home)
    copy(home, tmp_path / "twin")
    (tmp_path / "link").symlink_to(tmp_path / "twin")
    (tmp_path / "same").symlink_to(home)
    with pytest.raises(RuntimeError, match="is a copy of"):
        server.start(tmp_path / "link")
    assert rows(tmp_path / "same") == ["one"]


def test_a_home_that_was_moved_after_a_crash_is_taken_when_somebody_says_so(home, tmp_path):
    server.start(home)
    kill_all(home)
    moved = tmp_path / "moved"
    home.rename(moved)
    with pytest.raises(RuntimeError, match="payung db adopt"):
        server.start(moved)
    server.adopt(moved)
    assert rows(moved) == ["one"]


def _of_another_home(home: Path, tmp_path: Path) -> str:
    other = tmp_path / "another"
    copy(home, other)
    server.start(other)
    return str(postmaster(other).pid)


def _sleeper(home: Path, tmp_path: Path) -> str:
    who = server._server_user()
    words = {} if who is None else {"user": who[0], "group": who[1], "extra_groups": []}
    return str(subprocess.Popen(["sleep", "60"], **words).pid)


def _zombie(home: Path, tmp_path: Path) -> str:
    child = subprocess.Popen(["true"])
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    return str(child.pid)


LEFT = {
    "this program": lambda home, tmp_path: str(os.getpid()),
    "the first process": lambda home, tmp_path: "1",
    "a program of the server's user": _sleeper,
    "the server of another home": _of_another_home,
    "a process that has ended": _zombie,
    "a number nobody has": lambda home, tmp_path: "4194000",
    "a number too large": lambda home, tmp_path: "99999999999999999999",
    "nought": lambda home, tmp_path: "0",
    "less than nought": lambda home, tmp_path: "-1",
    "a word": lambda home, tmp_path: "postgres",
    "nothing": lambda home, tmp_path: "",
}


@pytest.mark.parametrize("what", LEFT)
def test_a_pid_file_left_behind_does_not_stop_a_start(home, tmp_path, what):
    folder = home / "postgres"
    number = LEFT[what](home, tmp_path)
    left = f"{number}\n{folder}\n1700000000\n5432\n.\n\n  1  1\nready\n" if number else ""
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (folder / name).write_text(left)
    files.mark(folder)
    assert not files.is_running(folder)
    assert rows(home) == ["one"] and files.is_running(folder)


LENGTHS = [20, 60, 85, 92, 93, 94, 100, 108, 130, 180, 240]


def nobody_connects(place: Path) -> bool:
    """Whether another user of the system comes in by the socket here; in a fork, since that user may lack Python."""
    child = os.fork()
    if not child:
        outcome = 1
        try:
            os.setgid(65534)
            os.setuid(65534)
            psycopg.connect(host=str(place), user="postgres", dbname="postgres").close()
            outcome = 0
        finally:
            os._exit(outcome)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize("length", LENGTHS)
def test_no_length_of_the_path_opens_the_socket_to_others(stopped, length):
    base = Path(f"/tmp/payung-test-{os.getpid()}-{length}")
    home = base
    while len(str(home)) + 9 < length:
        home = home / ("x" * max(1, min(60, length - len(str(home)) - 10)))
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        copy(stopped, home)
        host = server.start(home)
        with connect(home, host) as connection:
            place = connection.execute("SHOW unix_socket_directories").fetchone()
            assert place == (".",)
        for path in (home, home / "postgres", home / "postgres" / ".s.PGSQL.5432"):
            assert not path.stat().st_mode & 0o067, path
        assert not list(Path("/tmp").glob(f"*/{length}/.s.PGSQL*"))
        if ROOT:
            assert not nobody_connects(home / "postgres")
    finally:
        if files.is_running(home / "postgres"):
            server._pg_ctl(home / "postgres", "stop", "-m", "immediate", "-w")
        shutil.rmtree(base, ignore_errors=True)


def test_nobody_else_of_the_system_may_enter_even_through_an_open_folder(home):
    """Who may be whom is asked of the system, so a folder left open would not be enough."""
    server.start(home)
    with connect(home) as connection:
        rules = connection.execute("SELECT DISTINCT type, auth_method FROM pg_hba_file_rules").fetchall()
        assert rules == [("local", "peer")]
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=server.start(home), user="anybody", dbname="postgres")


def test_a_home_of_an_older_version_is_closed(home):
    """There everybody was trusted: the rules are renewed while its server goes on running."""
    folder = home / "postgres"
    server.start(home)
    with connect(home):
        (folder / "pg_hba.conf").write_text("local all all trust\n")
        server._pg_ctl(folder, "reload", "-s")
    home.chmod(0o755)
    before = postmaster(home).pid
    with connect(home) as connection:
        assert connection.execute("SELECT auth_method FROM pg_hba_file_rules").fetchall() == [("peer",)]
    assert postmaster(home).pid == before
    assert stat.S_IMODE(home.stat().st_mode) & 0o067 == 0


def test_after_a_power_cut_the_next_start_waits_for_recovery_and_loses_nothing(home):
    with connect(home) as connection:
        connection.execute("CREATE TABLE many AS SELECT g FROM generate_series(1, 400000) g")
    kill_all(home)
    with connect(home) as connection:
        assert connection.execute("SELECT count(*) FROM many").fetchone() == (400_000,)


def test_children_that_outlive_their_server_are_waited_for(home):
    with connect(home) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        postmaster(home).send_signal(signal.SIGKILL)
        time.sleep(0.1)
        assert rows(home) == ["one"]


def test_first_starts_at_once_all_end_well(tmp_path):
    home, said = tmp_path / "new", []

    def begin() -> None:
        script = (
            "from pathlib import Path; from payung.config import embedded_postgres as e; "
            f"print(e.start(Path({str(home)!r})))"
        )
        said.append(
            subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        )

    together = [threading.Thread(target=begin) for _ in range(4)]
    for one in together:
        one.start()
    for one in together:
        one.join()
    try:
        assert [done.returncode for done in said] == [0] * 4, [done.stderr for done in said]
        assert len({done.stdout for done in said}) == 1
    finally:
        server._pg_ctl(home / "postgres", "stop", "-m", "immediate", "-w")


def test_a_person_is_told_what_is_waited_for_and_a_page_does_not_wait_for_ever(monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(server, "_TELL_AFTER", 0.0)
    waiting = server._Waiting(None, told.append)
    waiting.until(lambda: bool(told), lambda: "")
    assert "this ends by itself" in told[0]
    with pytest.raises(server.NotReady):
        server._Waiting(0.05, told.append).until(lambda: False, lambda: "")
    with pytest.raises(RuntimeError, match="it has ended"):
        server._Waiting(None, told.append).until(lambda: False, lambda: "it has ended")


def test_half_a_database_is_named_not_built_over(tmp_path):
    (tmp_path / "home" / "postgres" / "base").mkdir(parents=True)
    with pytest.raises(RuntimeError, match="PG_VERSION is missing"):
        server.start(tmp_path / "home")
