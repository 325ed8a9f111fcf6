"""The password of the role as whom Payung works on a server of its own: kept by itself, derived from nothing."""

from __future__ import annotations

from os import environ
from pathlib import Path
from typing import Any

from payung.config.database import (
    APP_ROLE,
    PASSWORD_VARIABLE,
    former_password,
    keep_passwords,
    new_password,
    password_file,
    role_passwords,
    server_given,
)
from payung.config.keys import SECRET, KeysWrong
from payung.config.prepare import owner_connection

_MAKE = f"CREATE ROLE {APP_ROLE} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"


def settle(home: Path) -> None:
    """See to it that the role exists and this home knows its password. Raises KeysWrong where another set it.

    The role belongs to the whole server: a password that another Payung there may use is not changed unasked.
    """
    if server_given() is None:
        return
    kept = role_passwords(home)
    with owner_connection() as owner:
        exists = owner.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE]).fetchall()
        if exists:
            for password in kept:
                if _opens(password):
                    use(password)
                    return
            if kept or not _was_derived():
                raise KeysWrong(
                    f"The password of {APP_ROLE} in {PASSWORD_VARIABLE} or {password_file(home)} is "
                    f"{'not the one that the server has' if kept else 'missing'}: give it in {PASSWORD_VARIABLE}, or "
                    "set a new one with payung keys rotate database."
                )
        else:
            owner.execute(_MAKE)
        change(home, owner)


def change(home: Path, owner: Any) -> None:
    """Give the role a password, kept before it is set, so that whenever this ends one of the two kept ones opens."""
    given = role_passwords(home)
    if PASSWORD_VARIABLE in environ:
        password = given[0]
    else:
        password = new_password()
        keep_passwords(home, [*given[:1], password])
    sealed = owner.pgconn.encrypt_password(password.encode(), APP_ROLE.encode(), b"scram-sha-256").decode()
    owner.execute(f"ALTER ROLE {APP_ROLE} PASSWORD '{sealed}'")
    if PASSWORD_VARIABLE not in environ:
        keep_passwords(home, [password])
    use(password)


def use(password: str) -> None:
    """Let this process connect with the password."""
    from django.conf import settings
    from django.db import connections

    settings.DATABASES["default"]["PASSWORD"] = password
    connections["default"].settings_dict["PASSWORD"] = password


def _was_derived() -> bool:
    """Return whether the role still has the password that versions before derived from SECRET_KEY."""
    from django.conf import settings

    ring = settings.KEYS.ring_or_none(SECRET)
    return ring is not None and any(_opens(former_password(key)) for key in ring.keys.values())


def _opens(password: str) -> bool:
    import psycopg
    from django.conf import settings

    owner = settings.DATABASES["owner"]
    where = {"host": owner["HOST"], "port": owner["PORT"]}
    options = {name: value for name, value in owner["OPTIONS"].items() if name != "prepare_threshold"}
    try:
        psycopg.connect(
            dbname=owner["NAME"], user=APP_ROLE, password=password,
            **{name: value for name, value in where.items() if value}, **options,
        ).close()  # fmt: skip
    except psycopg.OperationalError:
        return False
    return True
