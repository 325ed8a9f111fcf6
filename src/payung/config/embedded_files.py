"""The files of the embedded PostgreSQL: its settings, who may enter, whether it runs, whose copy they are."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

#: The user of the system as whom the server runs where Payung itself runs as root.
SERVER_USER = "embedded_postgres"
_MARK = "payung.home"
#: What Payung writes into the folder of the server.
WRITTEN = (_MARK, "payung.conf", "postgresql.conf", "pg_hba.conf", "pg_ident.conf")

#: What differs from PostgreSQL's own defaults, and why: bulk loads of lists and months need room for WAL, just-in-time
#: compilation costs more than it gains on the short queries of a page, and nobody enters but by the socket, which
#: lies in the server's own closed folder. Its log tells how the server
#: fares, and nothing of statements that failed: their errors quote what was sent, and whoever sent it is told them.
SETTINGS = """
shared_buffers = 256MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
max_connections = 60
timezone = 'Asia/Makassar'
listen_addresses = ''
unix_socket_directories = '.'
unix_socket_permissions = 0700
log_min_messages = log
log_checkpoints = off
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""
#: Largest log before it is put aside, in bytes, and how many are kept.
_LOG_MOST, _LOGS = 5_000_000, 3
_INCLUDE = "\ninclude_if_exists = 'payung.conf'\n"
_ROLES = ("postgres", "payung_app")


def put_log_aside(folder: Path) -> None:
    """Begin a new log where the one there is long; the oldest goes. Called before the server starts."""
    log = folder / "log"
    if log.exists() and log.stat().st_size > _LOG_MOST:
        for number in range(_LOGS - 1, 0, -1):
            older = folder / f"log.{number}"
            if older.exists():
                older.replace(folder / f"log.{number + 1}")
        log.replace(folder / "log.1")


def configure(folder: Path, users: tuple[str, ...]) -> bool:
    """Write the settings and who may enter; return whether anything changed."""
    changed = [_write(folder / name, text) for name, text in _wanted(users).items()]
    main = folder / "postgresql.conf"
    if _INCLUDE.strip() not in main.read_text():
        with main.open("a") as file:
            file.write(_INCLUDE)
        changed.append(True)
    return any(changed)


def is_configured(folder: Path, users: tuple[str, ...]) -> bool:
    """Return whether the server's files hold these settings and users."""
    return all(_read(folder / name) == text for name, text in _wanted(users).items())


def _wanted(users: tuple[str, ...]) -> dict[str, str]:
    who = "".join(f'payung "{user}" {role}\n' for user in users for role in _ROLES)
    return {
        "payung.conf": SETTINGS,
        "pg_hba.conf": "# Written by Payung: the users of pg_ident.conf, by the socket, and nobody else.\n"
        "local all all peer map=payung\n",
        "pg_ident.conf": f"# Written by Payung: who of this system may be whom in the database.\n{who}",
    }


def _write(path: Path, text: str) -> bool:
    if _read(path) == text:
        return False
    beside = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        file.write(text)
    beside.replace(path)
    return True


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError):
        return ""


def _told(folder: Path) -> list[str]:
    """Read postmaster.pid: process, folder, start, port, socket folder, address, memory, state."""
    return [line.strip() for line in _read(folder / "postmaster.pid").splitlines()]


def status(folder: Path) -> str:
    """Return the server's state by postmaster.pid; '' where it is not known."""
    told = _told(folder)
    return told[7] if len(told) > 7 else ""


def socket_folder(folder: Path) -> Path:
    """Return the folder of the server's socket by postmaster.pid, else the data folder."""
    told = _told(folder)
    return Path(told[4]) if len(told) > 4 and told[4] else folder


def is_running(folder: Path) -> bool:
    """Return whether the process that postmaster.pid names is the server of this very folder.

    The number alone says nothing: after a restart of the machine another program may have it, and in a copied home
    it is the number of the original's server. A server works within its folder.
    """
    told = _told(folder)
    if not told or not told[0].isdigit() or not 0 < int(told[0]) < 2**31:
        return False
    try:
        process = psutil.Process(int(told[0]))
        if process.status() == psutil.STATUS_ZOMBIE or not process.name().startswith("postgres"):
            return False
        return Path(process.cwd()).samefile(folder)
    except (psutil.Error, OSError):
        return False


def clear_misleading(folder: Path) -> None:
    """Remove files of a dead server that PostgreSQL would take for those of a live one.

    A file that names a process which is gone stays: by it PostgreSQL finds out whether children of that are left.
    """
    told = _told(folder)
    number = int(told[0]) if told and told[0].isdigit() else 0
    if not 0 < number < 2**31 or psutil.pid_exists(number):
        forget_server(folder)


def forget_server(folder: Path) -> None:
    """Remove every trace of a server that ran in this folder, or in the one it is a copy of."""
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock", ".s.PGSQL.5432"):
        (folder / name).unlink(missing_ok=True)


def mark(folder: Path) -> None:
    """Write where this folder is, so that a copy of it knows that it is one."""
    _write(folder / _MARK, f"{folder.resolve()}\n")


def has_its_mark(folder: Path) -> bool:
    """Return whether the folder is where it was; a folder that was never marked is taken for where it is."""
    marked = _read(folder / _MARK).strip()
    return not marked or marked == str(folder.resolve())


def refuse_copy(folder: Path, state: str) -> None:
    """Raise RuntimeError where the folder was copied from under a running server.

    state: how its server ended, by its own files, where its mark names another place; else ''.
    """
    told = _told(folder)
    named = told[1] if len(told) > 1 else ""
    marked = _read(folder / _MARK).strip()
    if named and os.path.realpath(named) != str(folder.resolve()):
        origin = named
    elif state and state not in ("shut down", "shut down in recovery"):
        origin = marked
    else:
        return
    raise RuntimeError(
        f"{folder.parent} is a copy of {Path(origin).parent} made while the database ran: the copy is not whole, and "
        "the original is left alone. Stop the original (payung db stop) and copy it again; if it was moved here or "
        "is gone for good, run payung db adopt."
    )


def last_words(folder: Path) -> str:
    """Return the last fatal error of the server's log as a sentence; '' where there is none."""
    try:
        with (folder / "log").open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 4_000))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    fatal = [line for line in lines if " FATAL: " in line or " PANIC: " in line]
    return f"Its log says: {fatal[-1].split(': ', 1)[1].strip()}. " if fatal else ""
