"""`payung claims`: cases listed, shown, moved; rights that nobody claimed."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from payung.cli.face import FINDINGS, date_option, print_json, refuse
from payung.values import format_rupiah, parse_rupiah

app = typer.Typer(no_args_is_help=True, help="Cases of deaths and accidents, from report to payment.")

AsUser = Annotated[str | None, typer.Option("--as", help="user to act as")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON object for machines")]


@app.command("list")
def list_cases(
    state: Annotated[str, typer.Option("--state", help="one state; without it all open cases")] = "",
    kind: Annotated[
        str, typer.Option("--kind", help="jkm, jkk, or other (a death that another payer covers)")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="at most so many")] = 50,
    as_user: AsUser = None,
    as_json: AsJson = False,
) -> None:
    """List cases, the nearest deadline first.

    Example: payung claims list --state reported
    """
    from payung.cli.state import session

    with session(as_user):
        from payung.claims.models import Case
        from payung.claims.queries import cases

        if state and state not in Case.State.values:
            refuse("--state", state, f"use one of {', '.join(Case.State.values)}")
        if kind and kind not in Case.Kind.values:
            refuse("--kind", kind, f"use one of {', '.join(Case.Kind.values)}")
        found = [_row(one) for one in cases(state, kind)[:limit]]
    if as_json:
        print_json({"cases": found})
        return
    for row in found:
        typer.echo(
            f"{row['case']:>6}  {row['kind']:5}  {row['event_on']}  {row['state']:10}  {_owed(row):>16}  "
            f"sampai {row['expires_on']}  diberi tahu {row['told']} kali"
        )
    typer.echo(f"{len(found)} kasus. Berikutnya: payung claims show NOMOR")


def _owed(row: dict[str, Any]) -> str:
    """Return the amount owed in rupiah, where it is counted here."""
    return "dihitung cabang" if row["kind"] == "other" else format_rupiah(row["owed"])


def _row(one: Any) -> dict[str, Any]:
    return {
        "case": one.pk,
        "kind": one.kind,
        "person": one.person_id,
        "event_on": one.event_on.isoformat(),
        "state": one.state,
        "owed": one.owed,
        "decided": one.decided_amount,
        "paid": one.paid_amount,
        "expires_on": one.expires_on.isoformat() if one.expires_on else None,
        "region": one.region_code,
        "told": getattr(one, "times_told", one.told.count()),
    }


@app.command("show")
def show(
    case_id: Annotated[int, typer.Argument(help="number of the case", metavar="CASE")],
    as_user: AsUser = None,
    as_json: AsJson = False,
) -> None:
    """Show one case: the amount line by line, the papers, the steps.

    Example: payung claims show 12
    """
    from payung.cli.state import session

    with session(as_user):
        from django.utils import timezone

        from payung.claims import queries
        from payung.claims.letter import amounts

        one = queries.case(case_id)
        if one is None:
            refuse("CASE", str(case_id), "use a number that `payung claims list` shows")
        late = queries.compensation(one, timezone.localdate())
        answer = {
            **_row(one),
            "late_compensation": late.value if late else 0,
            "amounts": dict(amounts(one)),
            "papers": [
                {"item": item.name, "from": item.issuer, "have": bool(item.papers)}
                for item in queries.checklist(one)
                if item.issuer or item.papers
            ],
            "steps": [
                {
                    "to": step.new_state,
                    "answer": step.answer,
                    "reason": step.reason,
                    "at": timezone.localtime(step.at).isoformat(),
                }
                for step in one.steps.order_by("id")
            ],
            "because": one.snapshot.get("id", {}).get("because", []),
        }
    if as_json:
        print_json(answer)
        return
    typer.echo(
        f"Kasus {answer['case']} ({answer['kind']}), {answer['event_on']}: {answer['state']}, "
        f"hak {_owed(answer)}, paling lambat {answer['expires_on']}"
    )
    for words, amount in answer["amounts"].items():
        typer.echo(f"  {words}: {format_rupiah(amount)}")
    if answer["late_compensation"]:
        typer.echo(f"  Ganti rugi keterlambatan cabang: {format_rupiah(answer['late_compensation'])}")
    for paper in answer["papers"]:
        issuer = f" ({paper['from']})" if paper["from"] else ""
        typer.echo(f"  [{'x' if paper['have'] else ' '}] {paper['item']}{issuer}")
    for step in answer["steps"]:
        typer.echo(f"  {step['at'][:16]}  {step['to']} {step['answer']} {step['reason']}")
    typer.echo(f"Berikutnya: payung claims move {answer['case']} --to STATUS")


@app.command("move")
def move_case(
    case_id: Annotated[int, typer.Argument(help="number of the case", metavar="CASE")],
    to: Annotated[str, typer.Option("--to", help="the next state; or approve, decline what waits")],
    reason: Annotated[str, typer.Option("--reason", help="why, where it must be said")] = "",
    amount: Annotated[str | None, typer.Option("--amount", help="rupiah decided or paid")] = None,
    on: Annotated[str | None, typer.Option("--on", help="day submitted or paid, YYYY-MM-DD")] = None,
    reference: Annotated[str, typer.Option("--reference", help="the branch's claim number")] = "",
    as_user: AsUser = None,
    as_json: AsJson = False,
) -> None:
    """Move a case on; what decides money waits for another user (--to approve --as APPROVER).

    Example: payung claims move 12 --to paid --amount 42000000 --on 2026-11-20
    """
    rupiah = None
    if amount is not None:
        try:
            rupiah = parse_rupiah(amount)
        except ValueError:
            refuse("--amount", amount, "write whole rupiah, for example 42000000")
    day = date_option("--on", on) if on else None
    from payung.cli.state import session

    with session(as_user) as actor:
        from payung.claims.actions import decide_move, move
        from payung.claims.models import Case

        if to in ("approve", "decline"):
            decide_move(actor, case_id=case_id, approve=to == "approve", reason=reason)
        else:
            move(actor, case_id=case_id, to=to, reason=reason, amount=rupiah, on=day, reference=reference)
        one = Case.objects.get(pk=case_id)
        waiting = one.steps.filter(answer="proposed").first()
    answer = {
        "case": case_id,
        "state": one.state,
        "waits_for_second_user": waiting.new_state if waiting else None,
    }
    if as_json:
        print_json(answer)
    elif waiting:
        typer.echo(
            f"Kasus {case_id} tetap '{one.get_state_display()}'; '{waiting.get_new_state_display()}' menunggu "
            f"pengguna kedua: payung claims move {case_id} --to approve --as penyetuju"
        )
    else:
        typer.echo(f"Kasus {case_id}: {one.get_state_display()}")


@app.command("lookback")
def lookback(
    since: Annotated[str, typer.Option("--since", help="first day of death, YYYY-MM-DD")] = "2023-01-01",
    scale: Annotated[
        float, typer.Option("--scale", min=0.0, max=10.0, help="mortality against the national life table")
    ] = 1.0,
    as_user: AsUser = None,
    as_json: AsJson = False,
) -> None:
    """Every right that nobody has claimed, newest deadline first; deaths expected and known by district.

    Exit status 1 where rights are unclaimed. Example: payung claims lookback --since 2023-01-01
    """
    first = date_option("--since", since)
    from payung.cli.state import session

    with session(as_user):
        from django.utils import timezone

        from payung.claims.queries import lookback as look

        today = timezone.localdate()
        if first > today:
            refuse("--since", since, "use a day that has come")
        found = look(first, today, scale)
    if as_json:
        print_json(found.as_data())
    else:
        typer.echo(
            f"{len(found.unclaimed)} hak belum diajukan, {format_rupiah(found.owed)}. Diperkirakan "
            f"{found.expected.deaths:.1f} kematian ({found.expected.low} sampai {found.expected.high}), "
            f"diketahui {found.standing['full'] + found.standing['partial']}."
        )
        for one in found.districts:
            if one.too_few:
                typer.echo(
                    f"  {one.name}: diketahui {one.known}, perkiraan {one.expected.low} sampai {one.expected.high}"
                )
        typer.echo("Berikutnya: payung claims list")
    if found.unclaimed:
        raise typer.Exit(FINDINGS)
