"""`payung bill`: the month's bills, one per fund."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from payung.cli.face import month_option, print_json, refuse
from payung.values import format_rupiah

app = typer.Typer()


@app.command()
def bill(
    month: Annotated[str, typer.Option("--month", help="month of contribution, YYYY-MM")],
    months: Annotated[int, typer.Option("--months", help="how many months in advance, from that one")] = 1,
    approve: Annotated[
        str | None, typer.Option("--approve-as", help="also approve, as this other user")
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="also mark as sent to the payers")] = False,
    as_user: Annotated[str | None, typer.Option("--as", help="user to act as")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Make the bills of a month (safe to repeat), show them, and on demand approve and send them.

    Example: payung bill --month 2027-01 --approve-as penyetuju --send
    """
    first = month_option("--month", month)
    if not 1 <= months <= 12:
        refuse("--months", months, "1 to 12")
    from payung.cli.state import session

    made = 0
    with session(as_user) as actor:
        from payung.coverage.actions import make_bills

        for number in range(months):
            made += len(make_bills(actor, month=first + number).bills)
    if approve:
        with session(approve) as approver:
            from payung.coverage.actions import approve_bills

            for number in range(months):
                approve_bills(approver, month=first + number)
    with session(as_user) as actor:
        from payung.coverage.actions import send_bills
        from payung.coverage.queries import bills_of

        found: list[dict[str, Any]] = []
        for number in range(months):
            if send:
                send_bills(actor, month=first + number)
            found += bills_of(first + number)
    people, amount = sum(one["people"] for one in found), sum(one["amount"] for one in found)
    if as_json:
        print_json({"month": str(first), "new": made, "people": people, "amount": amount, "bills": found})
        return
    for one in found:
        typer.echo(
            f"{one['code']} {one['state']:<10} {one['people']:>7} orang {format_rupiah(one['payable']):>18}  "
            f"{one['fund']} (s.d. {one['expires_on']})"
        )
    typer.echo(f"{len(found)} tagihan ({made} baru), {people} orang, {format_rupiah(amount)}.")
    typer.echo("Berikutnya: payung pay REKENING-KORAN.csv")
