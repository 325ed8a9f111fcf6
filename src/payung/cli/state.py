"""What commands that work on the registry share: the database ready, a user to act as, refusals as sentences."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import TYPE_CHECKING

import typer

from payung.cli.face import USAGE

if TYPE_CHECKING:
    from payung.access.actor import Actor

DEFAULT_USER = "operator"


def _require_clock(today: date) -> None:
    """Raise RuntimeError where this machine's clock stands before any law, so that every counted day would be wrong."""
    from payung.law import first_day

    if today < first_day():
        raise RuntimeError(
            f"The clock of this machine says {today}, and the law known here begins on {first_day()}: set the clock."
        )


def _seal() -> None:
    """Seal the command's events; a busy database leaves that to the serving process."""
    from django.db import DatabaseError

    from payung.access import seals

    with suppress(DatabaseError):
        seals.seal()


def _shell_user() -> str:
    """Whoever is logged in on this machine, also behind sudo: --as says only as whom they act."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


@contextmanager
def session(username: str | None = None) -> Iterator[Actor]:
    """Prepare Django and the database and act as `username` (else PAYUNG_USER, else 'operator').

    Inside, NotAllowed and Refused end the command with status 2 and their sentence; nothing half done remains.
    """
    from payung.config.prepare import ensure_ready, setup_django

    try:
        _require_clock(date.today())  # noqa: DTZ011 (a day more or less is none of its faults)
        setup_django()
        ensure_ready()
    except (RuntimeError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(USAGE) from error

    from django.db import InterfaceError, OperationalError, connection

    from payung.access.actor import Actor, NotAllowed, Refused, acting_as
    from payung.access.context import called_by
    from payung.access.models import User
    from payung.config.keys import KeysWrong
    from payung.sandbox import Ended

    name = username or os.environ.get("PAYUNG_USER") or DEFAULT_USER
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        known = ", ".join(User.objects.order_by("username").values_list("username", flat=True)[:20])
        typer.echo(f"--as: {name!r} is not a user; known users: {known}", err=True)
        raise typer.Exit(USAGE)
    try:
        with called_by(f"shell:{_shell_user()}", user=name), acting_as(Actor.of(user)) as actor:
            yield actor
            _seal()
    except NotAllowed as error:
        typer.echo(f"--as: {error.sentence}\n{error.english}", err=True)
        raise typer.Exit(USAGE) from error
    except Ended as error:
        # Files that are read say so themselves; this is a paper that was to be made.
        typer.echo(
            f"a paper cannot be made: it is too large, or too many are being made ({error.why})", err=True
        )
        raise typer.Exit(USAGE) from error
    except Refused as refusal:
        typer.echo(f"{refusal.sentence}\n{refusal.english}", err=True)
        raise typer.Exit(USAGE) from refusal
    except KeysWrong as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(USAGE) from error
    except (OperationalError, InterfaceError) as error:
        if connection.connection is not None and not connection.connection.closed:
            raise
        typer.echo(
            "The database was ended while this ran; of the step it was in nothing remains. Run it again.",
            err=True,
        )
        raise typer.Exit(USAGE) from error
