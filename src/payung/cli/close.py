"""`payung close`: the whole month in order, as far as it goes without another person."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from payung.cli.face import FINDINGS, date_option, month_option, print_json, refuse

app = typer.Typer()


@app.command()
def close(
    month: Annotated[str, typer.Option("--month", help="month of contribution, YYYY-MM")],
    out: Annotated[Path, typer.Option("--out", help="folder for the branch's files")] = Path("kirim"),
    on: Annotated[str | None, typer.Option("--on", help="as of this date, YYYY-MM-DD; else today")] = None,
    approve: Annotated[
        str | None, typer.Option("--approve-as", help="another user who approves on the way")
    ] = None,
    without_answers: Annotated[
        bool, typer.Option("--without-answers", help="bill although the branch has not answered everything")
    ] = False,
    as_user: Annotated[str | None, typer.Option("--as", help="user to act as")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Do the month: changes, amendments, files, bills, payments, differences, notices. Safe to run again.

    Stops where a person must act and lists what waits for whom; exit status 1 then.
    Example: payung close --month 2027-01 --approve-as penyetuju
    """
    wanted = month_option("--month", month)
    day = date_option("--on", on) if on else None
    from payung.cli.state import session

    with ExitStack() as stack:
        actor = stack.enter_context(session(as_user))
        approver = None
        if approve:
            from payung.access.actor import Actor
            from payung.access.models import User

            user = User.objects.filter(username=approve).first()
            if user is None:
                refuse("--approve-as", approve, "name a user who may approve, such as penyetuju")
            approver = Actor.of(user)
        from payung.coverage.actions import close_month

        closing = close_month(
            actor, month=wanted, out_dir=out, today=day, approver=approver, without_answers=without_answers
        )
    if as_json:
        print_json(closing.as_data())
    else:
        for step in closing.steps:
            words = ", ".join(
                f"{name} {value}" for name, value in step.items() if name != "step" and value != []
            )
            typer.echo(f"  {step['step']:<20} {words}")
        for item in closing.waiting:
            typer.echo(f"menunggu {item['who']}: {item['what']}")
        typer.echo(
            f"{wanted.in_words()} selesai."
            if closing.closed
            else f"{wanted.in_words()} belum selesai; kerjakan yang menunggu, lalu jalankan lagi."
        )
    if not closing.closed:
        raise typer.Exit(FINDINGS)
