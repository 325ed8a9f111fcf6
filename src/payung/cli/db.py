"""`payung db`: the database itself."""

from __future__ import annotations

from typing import Annotated

import typer

from payung.cli.face import FINDINGS, USAGE, print_json

app = typer.Typer(
    help="The database: migrate it, stop the embedded server, say where it is.", no_args_is_help=True
)


@app.command()
def migrate() -> None:
    """Create or update the database. Safe to repeat.

    Example: payung db migrate
    """
    from payung.cli.state import session

    with session("operator"):
        from datetime import date

        from payung.claims.workdays import calendar_until

        typer.echo("The database is up to date. Next: payung intake list.xlsx")
        if calendar_until() <= date.today().year:  # noqa: DTZ011 (a year is enough)
            typer.echo(
                f"Collective leave (cuti bersama) is known until {calendar_until()}; for later years name a CSV file "
                "(date,name) in PAYUNG_HOLIDAYS, or deadlines of claims there are estimates.",
                err=True,
            )


@app.command()
def stop() -> None:
    """Stop the embedded PostgreSQL of this folder.

    Example: payung db stop
    """
    from payung.config.embedded_postgres import stop as stop_server
    from payung.config.home import payung_home

    try:
        stopped = stop_server(payung_home())
    except RuntimeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(USAGE) from error
    typer.echo("The embedded PostgreSQL has stopped." if stopped else "No embedded PostgreSQL runs here.")


@app.command()
def adopt() -> None:
    """Take this folder for the original, after it was moved or put back from a backup.

    Example: payung db adopt
    """
    from payung.config.embedded_postgres import adopt as adopt_home
    from payung.config.home import payung_home

    try:
        adopt_home(payung_home())
    except RuntimeError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(USAGE) from error
    typer.echo("This folder is the original now. Next: payung db migrate")


@app.command()
def password(
    username: Annotated[str, typer.Argument(help="whose password")],
    new: Annotated[str, typer.Option("--new", prompt=True, hide_input=True, help="at least 10 characters")],
) -> None:
    """Give a user a password.

    Example: payung db password operator
    """
    from payung.cli.state import session

    with session("admin") as actor:
        from payung.access.actions import set_password

        set_password(actor, username=username, password=new)
        typer.echo(f"{username} can now log in. Next: payung serve")


@app.command()
def seal() -> None:
    """Seal the audit events that have no seal yet; serving does it by itself.

    Example: payung db seal
    """
    from payung.cli.state import session

    with session():
        from payung.access import seals

        count = seals.seal()
        newest = seals.newest()
    typer.echo(f"{count} events sealed. Newest seal: {newest or 'none'}")


@app.command()
def check(
    noted: Annotated[
        str | None, typer.Option("--noted", help="a newest seal written down before, NUMBER:HASH")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Check every audit event against its seal: exit status 1 where one was changed, removed or added.

    Write the newest seal down outside of this machine, such as in the minutes of a meeting, and give it as --noted
    later: then not even who owns both the database and the keys can have changed what was sealed before it.

    Example: payung db check --noted 812:5f3c...
    """
    from dataclasses import asdict

    from payung.cli.state import session

    with session():
        from payung.access import seals

        found = seals.check()
        if noted and (fault := seals.noted(noted)):
            found.faults.append(fault)
        seals.seal()
        found.newest = seals.newest()
    if as_json:
        print_json(asdict(found))
    else:
        typer.echo(f"{found.events} events under {found.seals} seals, {found.unsealed} not sealed until now.")
        for fault in found.faults:
            typer.echo(fault, err=True)
        typer.echo(f"Newest seal: {found.newest or 'none'}")
    if found.faults:
        raise typer.Exit(FINDINGS)
