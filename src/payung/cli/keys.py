"""`payung keys`: which keys are in use, and new ones."""

from __future__ import annotations

from typing import Annotated

import typer

from payung.cli.face import USAGE, refuse

app = typer.Typer(help="Keys: which are in use, and new ones in their place.", no_args_is_help=True)


@app.command()
def status() -> None:
    """Show every key by number, where it is kept and what it wrote.

    Example: payung keys status
    """
    from payung.cli.state import session

    with session("admin"):
        from django.conf import settings
        from django.db import connections

        from payung.access import rotation
        from payung.config import settle
        from payung.config.keys import KINDS

        with connections["owner"].cursor() as cursor:
            known = settle.noted(cursor)
        for kind in KINDS.values():
            typer.echo(f"{kind.name} ({kind.what}), in {settings.KEYS.ring(kind).where}")
            for one in known:
                if one.kind == kind.name:
                    typer.echo(f"  key {one.number}: {one.state}")
        for column in rotation.columns():
            _count(f"{column.table}.{column.name}", rotation.used(column))
        _count("files", rotation.used_by_files())


def _count(what: str, used: dict[int, int]) -> None:
    if used:
        words = ", ".join(f"{count} by key {number}" for number, count in sorted(used.items()))
        typer.echo(f"{what}: {words}")


@app.command()
def rotate(
    kind: Annotated[
        str, typer.Argument(help="encryption, index, secret, database (the role's password), or all")
    ] = "all",
) -> None:
    """Make a new key, bring everything under it, give up the old one; goes on where it was ended.

    Example: payung keys rotate encryption
    """
    from payung.cli.state import session
    from payung.config.keys import KINDS

    names = [*KINDS, "database"]
    if kind not in ("all", *names):
        refuse("KIND", kind, f"name one of {', '.join(names)}, or all")
    changed = kind in ("all", "database") and _role_password()
    if kind == "database" and not changed:
        typer.echo("database: the embedded server asks for no password, but who runs the program")
        return
    with session("admin") as actor:
        from payung.access import key_ring
        from payung.access.rotation import CannotRotate

        if changed:
            key_ring.note_role(actor)
            typer.echo("database: the role has a new password")
        try:
            for name in KINDS if kind == "all" else [one for one in KINDS if one == kind]:
                key_ring.rotate(actor, KINDS[name], typer.echo)
        except CannotRotate as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(USAGE) from error


def _role_password() -> bool:
    """Set a new password of the role before anything connects as it; return whether a server asks for one."""
    from payung.config.database import server_given
    from payung.config.prepare import owner_connection, setup_django

    setup_django()
    if server_given() is None:
        return False
    from django.conf import settings

    from payung.config import role

    with owner_connection() as owner:
        role.change(settings.HOME, owner)
    return True
