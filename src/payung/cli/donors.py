"""`payung donors`: promises of donors listed, checked, approved, ended; the certificate of one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payung.cli.face import print_json, refuse
from payung.values import format_rupiah

if TYPE_CHECKING:
    from payung.giving.models import Donation

app = typer.Typer(no_args_is_help=True, help="Donors' promises, from check to certificate.")

AsUser = Annotated[str | None, typer.Option("--as", help="user to act as")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON object for machines")]
Reference = Annotated[str, typer.Argument(help="number of the promise", metavar="REFERENCE")]


def _find(reference: str) -> Donation:
    from payung.giving.models import Donation

    found = Donation.objects.filter(reference=reference.strip().upper()).first()
    if found is None:
        refuse("REFERENCE", reference, "use a number that `payung donors list` shows")
    return found


def _row(one: Donation) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "donor": one.donor,
        "name": one.name,
        "region": one.region_code,
        "trade": one.trade_id,
        "people": one.people,
        "months": one.months,
        "first_month": str(one.first_month),
        "amount": one.amount,
        "standing": one.standing,
        "expires_on": one.expires_on.isoformat(),
        "fund": one.fund.code if one.fund else None,
    }


def _tell(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json({"promises": rows})
        return
    for row in rows:
        typer.echo(
            f"{row['reference']}  {row['standing']:9}  {row['people']} orang, {row['months']} bulan dari "
            f"{row['first_month']}, {format_rupiah(row['amount'])}  {row['name'] or 'tanpa nama'}"
        )


@app.command("list")
def list_promises(
    tab: Annotated[str, typer.Option("--tab", help="periksa, setujui, berjalan or selesai")] = "periksa",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="at most so many")] = 50,
    as_user: AsUser = None,
    as_json: AsJson = False,
) -> None:
    """List the promises of one tab of the desk.

    Example: payung donors list --tab setujui
    """
    from payung.cli.state import session

    with session(as_user) as actor:
        from payung.access.roles import Permission
        from payung.giving.queries import TABS, promises

        actor.require_anywhere(Permission.SEE_MONEY)
        if tab not in TABS:
            refuse("--tab", tab, f"use one of {', '.join(TABS)}")
        _tell([_row(one) for one in promises(tab)[:limit]], as_json)


@app.command()
def check(reference: Reference, as_user: AsUser = None, as_json: AsJson = False) -> None:
    """Turn a promise that was found true into a proposed fund.

    Example: payung donors check PY-ABCD-EFGH
    """
    from payung.cli.state import session

    with session(as_user) as actor:
        from django.utils import timezone

        from payung.giving.actions import check_donation

        one = check_donation(actor, _find(reference).pk, today=timezone.localdate())
        _tell([_row(one)], as_json)


@app.command()
def approve(reference: Reference, as_user: AsUser = None, as_json: AsJson = False) -> None:
    """Put its fund in force, as another user.

    Example: payung donors approve PY-ABCD-EFGH --as penyetuju
    """
    from payung.cli.state import session

    with session(as_user) as actor:
        from django.utils import timezone

        from payung.giving.actions import approve_donation

        one = approve_donation(actor, _find(reference).pk, today=timezone.localdate())
        _tell([_row(one)], as_json)


@app.command()
def expire(as_user: AsUser = None, as_json: AsJson = False) -> None:
    """End the promises whose time has run out.

    Example: payung donors expire --as penyetuju
    """
    from payung.cli.state import session

    with session(as_user) as actor:
        from django.utils import timezone

        from payung.giving.actions import expire_donations

        ended = expire_donations(actor, today=timezone.localdate())
    if as_json:
        print_json({"expired": ended})
    else:
        typer.echo(f"{ended} janji dinyatakan kedaluwarsa")


@app.command("certificate")
def write_certificate(
    reference: Reference,
    out: Annotated[Path, typer.Option("--out", help="PDF to write")],
    as_user: AsUser = None,
) -> None:
    """Write the certificate as it stands today.

    Example: payung donors certificate PY-ABCD-EFGH --out s.pdf
    """
    from payung.cli.state import session

    with session(as_user) as actor:
        from django.utils import timezone

        from payung.access.roles import Permission
        from payung.giving.certificate import certificate
        from payung.giving.gifts import gift

        actor.require_anywhere(Permission.SEE_MONEY)
        one = _find(reference)
        out.write_bytes(certificate(gift(one), timezone.localdate()))
    typer.echo(f"{out}: kode cek {one.check_code}")
