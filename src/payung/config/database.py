"""How each process reaches the database, and as whom.

Two roles: the owner migrates; everything else runs as `payung_app`, which owns nothing and cannot bypass
row-level security. A process that serves pages is not given the owner's credentials at all.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from payung.config import embedded_postgres
from payung.config.home import make_private
from payung.config.keys import KeysWrong, new_key, read_private, secrets_folder, write_private

APP_ROLE = "payung_app"
PASSWORD_VARIABLE = "PAYUNG_DATABASE_PASSWORD"  # noqa: S105
#: Set in the environment of processes that serve pages.
SERVING = "PAYUNG_SERVING"
#: The server's certificate is checked against the authorities that this machine trusts, and its name.
_CHECKED = {"sslmode": "verify-full", "sslrootcert": "system"}
_URL = "DATABASE_URL must look like postgresql://user:password@host:5432/database"


def password_file(home: Path) -> Path:
    """Return the file of the application role's passwords."""
    return secrets_folder(home) / "database_password"


def role_passwords(home: Path) -> list[str]:
    """Return the application role's passwords on its own server: the one in use, then one being changed to.

    Raises KeysWrong for an empty variable or a file that others can read.
    """
    given = os.environ.get(PASSWORD_VARIABLE)
    if given is not None:
        if not given.strip():
            raise KeysWrong(
                f"{PASSWORD_VARIABLE} is empty: give the password of the role {APP_ROLE}, or unset it."
            )
        return [given]
    return [line.strip() for line in (read_private(password_file(home)) or "").splitlines() if line.strip()]


def keep_passwords(home: Path, passwords: Iterable[str]) -> None:
    """Write the passwords of the application role, the one in use first."""
    make_private(home)
    write_private(password_file(home), "".join(f"{one}\n" for one in passwords))


def new_password() -> str:
    """Return a new random password."""
    return new_key()


def former_password(secret_key: str) -> str:
    """Return the password that versions before derived from SECRET_KEY: only to take over a role they made."""
    return hmac.new(secret_key.encode(), b"payung_app role", hashlib.sha256).hexdigest()


def connections(home: Path) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: `default` as the application role, `owner` for migrations where pages are not served.

    PAYUNG_DATABASE names another database of the same server, for tests and benchmarks.
    Raises RuntimeError when the embedded server cannot start, ValueError when DATABASE_URL is not understood.
    """
    make_private(home)
    given = server_given()
    if given is not None:
        named = dict(given)
        base = {
            "NAME": os.environ.get("PAYUNG_DATABASE") or named.pop("dbname"),
            "HOST": named.pop("host", ""),
            "PORT": named.pop("port", ""),
        }
        owner = {"USER": named.pop("user", ""), "PASSWORD": named.pop("password", "")}
        named.pop("dbname", None)
        app = {"USER": APP_ROLE, "PASSWORD": next(iter(role_passwords(home)), "")}
    else:
        named = {}
        base = {
            "NAME": os.environ.get("PAYUNG_DATABASE", "payung"),
            "HOST": embedded_postgres.start(home),
            "PORT": "",
        }
        owner = {"USER": "postgres", "PASSWORD": ""}
        app = {"USER": APP_ROLE, "PASSWORD": ""}
    common = {
        "ENGINE": "payung.config.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # Only cursors of psycopg's own are prepared: what `prepared_dicts` asks.
        "OPTIONS": {"connect_timeout": 10, "prepare_threshold": 0, **named},
        **base,
    }
    found = {"default": {**common, **app}}
    return found if os.environ.get(SERVING) else {**found, "owner": {**common, **owner, "CONN_MAX_AGE": 0}}


def server_given() -> dict[str, str] | None:
    """Parse DATABASE_URL with all its options (`sslmode` too); None where it is not set. Raises ValueError."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return None
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        given = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except ProgrammingError as error:
        raise ValueError(_URL) from error
    if not url.startswith(("postgres://", "postgresql://")) or not given.get("dbname"):
        raise ValueError(_URL)
    if not _on_this_machine(given.get("host", "")) and "PGSSLMODE" not in os.environ:
        # Anything less and whoever stands between could read what goes by, or answer in the server's place.
        given = {**({} if "sslmode" in given else _CHECKED), **given}
    return given


def _on_this_machine(hosts: str) -> bool:
    """Return whether each host is a socket or this machine's own address."""
    return all(
        not host or host.startswith(("/", "@")) or host in ("localhost", "127.0.0.1", "::1")
        for host in hosts.split(",")
    )


def serving_environment(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment of a serving process: the same server, without the owner's name and password."""
    mine = {**environment, SERVING: "1"}
    given = server_given()
    if given is not None:
        places = {
            name: value
            for name, value in given.items()
            if name not in ("user", "password", "dbname", "passfile", "sslpassword")
        }
        words = "&".join(f"{name}={quote(value, safe='')}" for name, value in places.items())
        mine["DATABASE_URL"] = f"postgresql:///{quote(given['dbname'], safe='')}?{words}"
        for name in ("PGPASSWORD", "PGUSER", "PGPASSFILE"):
            mine.pop(name, None)
    return mine
