"""`payung notices`: who must be told before a cover ends, and telling them once."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from payung.cli.face import FINDINGS, month_option, print_json, refuse

app = typer.Typer(
    no_args_is_help=True, help="Messages before a cover ends: make, send, print, where they go."
)

AsUser = Annotated[str | None, typer.Option("--as", help="user to act as")]
Json = Annotated[bool, typer.Option("--json", help="one JSON object for machines")]
AskMonth = Annotated[str, typer.Option("--month", help="last month of the covers, YYYY-MM")]
KINDS = ("worker", "village", "payer")


@app.command()
def make(month: AskMonth, as_user: AsUser = None, as_json: Json = False) -> None:
    """Write the messages about covers that end with a month. Safe to repeat.

    Example: payung notices make --month 2027-12
    """
    wanted = month_option("--month", month)
    from payung.cli.state import session

    with session(as_user) as actor:
        from payung.coverage.actions import make_notices

        new = make_notices(actor, month=wanted)
    if as_json:
        print_json({"month": str(wanted), "new": new})
        return
    typer.echo(f"{new} pemberitahuan baru. Berikutnya: payung notices send")


@app.command()
def send(
    to: Annotated[str | None, typer.Option("--to", help="worker, village or payer; else all")] = None,
    limit: Annotated[int, typer.Option("--limit", help="at most so many of each kind", min=1)] = 1000,
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """Hand waiting messages to the channels that the deployment sets (PAYUNG_GATEWAY_...), each once.

    Exit status 1 where messages wait for an address. Example: payung notices send --to payer
    """
    if to is not None and to not in KINDS:
        refuse("--to", to, f"use {', '.join(KINDS)}")
    from payung.cli.state import session

    told: dict[str, dict[str, Any]] = {}
    with session(as_user) as actor:
        from payung.coverage.actions import send_notices
        from payung.coverage.notices import configured_channel

        for kind in [to] if to else KINDS:
            channel = configured_channel(kind)
            if channel is None:
                told[kind] = {"channel": None, "sent": 0, "without_address": 0}
                continue
            done = send_notices(actor, to=kind, channel=channel, limit=limit)
            told[kind] = {
                "channel": channel.name,
                "sent": done.sent,
                "without_address": done.without_address,
            }
    if as_json:
        print_json(told)
    else:
        for kind, one in told.items():
            words = f"{one['sent']} terkirim lewat {one['channel']}" if one["channel"] else "dicetak"
            missing = one["without_address"]
            typer.echo(f"{kind}: {words}" + (f", {missing} belum punya alamat" if missing else ""))
    if any(one["without_address"] for one in told.values()):
        raise typer.Exit(FINDINGS)


@app.command(name="list")
def list_(month: AskMonth, as_user: AsUser = None, as_json: Json = False) -> None:
    """Print a month's messages, village by village, without NIK.

    Example: payung notices list --month 2027-12
    """
    wanted = month_option("--month", month)
    from payung.cli.state import session

    with session(as_user):
        from payung.coverage.notices import waiting_list

        rows = waiting_list(wanted)
    if as_json:
        print_json({"month": str(wanted), "notices": rows})
        return
    for row in rows:
        typer.echo("\t".join(str(row[name] or "-") for name in ("to", "village", "person", "text", "state")))


@app.command()
def printed(
    month: AskMonth,
    to: Annotated[str, typer.Option("--to", help="worker, village or payer")],
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """Say that a printed list was handed over, so that nobody is told twice.

    Example: payung notices printed --month 2027-12 --to worker
    """
    wanted = month_option("--month", month)
    if to not in KINDS:
        refuse("--to", to, f"use {', '.join(KINDS)}")
    from payung.cli.state import session

    with session(as_user) as actor:
        from payung.coverage.actions import mark_printed

        count = mark_printed(actor, month=wanted, to=to)
    if as_json:
        print_json({"month": str(wanted), "to": to, "printed": count})
        return
    typer.echo(f"{count} pemberitahuan ditandai sudah disampaikan.")


@app.command()
def contact(
    village: Annotated[str, typer.Option("--village", help="code of the village")] = "",
    payer: Annotated[str, typer.Option("--payer", help="name of the payer")] = "",
    email: Annotated[str, typer.Option("--email", help="e-mail address")] = "",
    phone: Annotated[str, typer.Option("--phone", help="phone number")] = "",
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """Say where messages to a village's office or to a payer go.

    Example: payung notices contact --village 65.71.01.1001 --email lurah@example.id
    """
    from payung.cli.state import session

    with session(as_user) as actor:
        from payung.coverage.actions import set_contact
        from payung.funding.models import Payer

        payer_id = None
        if payer:
            payer_id = Payer.objects.filter(name=payer).values_list("pk", flat=True).first()
            if payer_id is None:
                known = ", ".join(Payer.objects.values_list("name", flat=True)[:10])
                refuse("--payer", payer, f"known payers: {known}")
        made = set_contact(actor, village=village, payer_id=payer_id, email=email, phone=phone)
    if as_json:
        print_json({"contact": made.pk, "email": made.email, "phone": made.phone})
        return
    typer.echo("Alamat disimpan. Berikutnya: payung notices send")
