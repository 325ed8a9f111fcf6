"""`payung fund`: funds and their money: proposed, approved, changed, listed, and a statement of each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from payung.cli.face import date_option, month_option, print_json, refuse
from payung.values import format_rupiah, parse_rupiah

app = typer.Typer(no_args_is_help=True, help="Funds: propose, approve, change, list, statement.")

AsUser = Annotated[str | None, typer.Option("--as", help="user to act as")]
Json = Annotated[bool, typer.Option("--json", help="one JSON object for machines")]
Code = Annotated[str, typer.Argument(help="the fund's code", metavar="CODE")]


@app.command("list")
def list_funds(as_user: AsUser = None, as_json: Json = False) -> None:
    """List every fund with what its money is doing.

    Example: payung fund list
    """
    from payung.cli.state import session

    with session(as_user):
        from django.utils import timezone

        from payung.funding.queries import fund_rows

        rows: list[dict[str, Any]] = [
            {
                "code": row.fund.code,
                "name": row.fund.name,
                "payer": row.fund.payer.name,
                "kind": row.fund.kind,
                "status": row.fund.status,
                "amount": row.fund.amount,
                "released": row.released,
                **row.balance,
            }
            for row in fund_rows(today=timezone.localdate())
        ]
    if as_json:
        print_json({"funds": rows})
        return
    for row in rows:
        typer.echo(
            f"{row['code']:<24} {row['status']:<9} {format_rupiah(row['amount']):>18}  "
            f"tersedia {format_rupiah(row['available'])}, terikat {format_rupiah(row['committed'])}, "
            f"dibayar {format_rupiah(row['paid'])}  {row['name']}"
        )
    waiting = sum(row["status"] == "proposed" for row in rows)
    if waiting:
        typer.echo(f"{waiting} dana menunggu persetujuan: payung fund approve KODE --as penyetuju")
    elif not rows:
        typer.echo("Belum ada dana. Berikutnya: payung fund propose --file funds.json")


@app.command()
def propose(
    file: Annotated[
        Path | None, typer.Option("--file", help="JSON list of funds, as `allocate` takes")
    ] = None,
    code: Annotated[str | None, typer.Option("--code", help="code of one fund, e.g. csr-pt-contoh")] = None,
    name: Annotated[str | None, typer.Option("--name", help="its name; else the code")] = None,
    payer: Annotated[str | None, typer.Option("--payer", help="who pays, e.g. 'PT Contoh'")] = None,
    payer_kind: Annotated[
        str, typer.Option("--payer-kind", help="province, regency, village, baznas, company, donors, self")
    ] = "company",
    cash: Annotated[
        list[str] | None, typer.Option("--cash", help="MONTH=RUPIAH; give it once per month of release")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", help="first month it pays for, YYYY-MM")] = None,
    last: Annotated[str | None, typer.Option("--to", help="last month it pays for, YYYY-MM")] = None,
    region: Annotated[
        list[str] | None, typer.Option("--region", help="code such as 65.71; repeatable")
    ] = None,
    trade: Annotated[list[str] | None, typer.Option("--trade", help="occupation id; repeatable")] = None,
    sex: Annotated[str, typer.Option("--sex", help="female or male only")] = "",
    min_age: Annotated[int | None, typer.Option("--min-age", help="youngest age in years")] = None,
    max_age: Annotated[int | None, typer.Option("--max-age", help="oldest age in years")] = None,
    person: Annotated[
        list[str] | None, typer.Option("--person", help="NIK or number of a named worker; repeatable")
    ] = None,
    new_only: Annotated[bool, typer.Option("--new-only", help="only workers never covered before")] = False,
    covered_only: Annotated[
        bool, typer.Option("--covered-only", help="only workers covered already")
    ] = False,
    kind: Annotated[
        str | None,
        typer.Option("--kind", help="apbd, apbn, apbdes, dbh, csr, donor, self; else by the payer"),
    ] = None,
    group: Annotated[
        str | None,
        typer.Option("--group", help="branch group code: SC, SB, SG, SD, SA, SL; else by the payer"),
    ] = None,
    min_people: Annotated[int, typer.Option("--min-people", help="smallest head count")] = 0,
    exact_people: Annotated[int | None, typer.Option("--exact-people", help="exact head count")] = None,
    package: Annotated[int | None, typer.Option("--package", help="months of a package: 3, 6 or 12")] = None,
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """Propose funds from a file, or one fund; another user approves.

    Example: payung fund propose --code csr-1 --payer "PT Contoh" --cash 2027-01=90000000 --from 2027-01 --to 2027-12
    """
    if file is None:
        missing = [
            option for option, value in (("--code", code), ("--payer", payer), ("--from", first)) if not value
        ]
        if missing or not cash or not last:
            option = (missing or (["--cash"] if not cash else ["--to"]))[0]
            refuse(option, "", "give --file, or --code, --payer, --cash, --from and --to")
    elif not file.is_file():
        refuse("--file", str(file), "name a file that exists")
    releases = [_cash(text) for text in cash or []]
    begin, end = (month_option(o, t) if t else None for o, t in (("--from", first), ("--to", last)))
    from payung.cli.state import session

    with session(as_user) as actor:
        from payung.funding.actions import add_payer, propose_fund
        from payung.funding.loading import load_funds
        from payung.funding.named import people_named
        from payung.values import Month

        if file is not None:
            funds = load_funds(actor, file)
        else:
            assert code and payer and begin and end
            funds = [
                propose_fund(
                    actor,
                    code=code,
                    payer=add_payer(actor, name=payer, kind=payer_kind),
                    name=name or code,
                    cash=releases,
                    first_month=begin,
                    end_month=Month(end.number + 1),
                    regions=region or [],
                    trades=trade or [],
                    sex=sex,
                    min_age=min_age,
                    max_age=max_age,
                    people=people_named(person or []),
                    new_only=new_only,
                    covered_only=covered_only,
                    kind=kind,
                    group_code=group,
                    min_people=min_people,
                    exact_people=exact_people,
                    package_months=package,
                )
            ]
        answer = [{"code": fund.code, "status": fund.status, "amount": fund.amount} for fund in funds]
    _tell(answer, as_json, "payung fund approve --all --as penyetuju")


def _cash(text: str) -> tuple[str, int]:
    month, _, amount = text.partition("=")
    month_option("--cash", month)
    try:
        return month, parse_rupiah(amount)
    except ValueError:
        refuse("--cash", text, "write MONTH=RUPIAH, for example 2027-01=90000000")


@app.command()
def approve(
    codes: Annotated[
        list[str] | None, typer.Argument(help="codes of proposed funds", metavar="CODE...")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="every proposed fund that others proposed")
    ] = False,
    reject: Annotated[str | None, typer.Option("--reject", help="reject instead, with this reason")] = None,
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """Put proposed funds in force as another user; their money becomes available.

    Example: payung fund approve csr-1
    """
    if not codes and not everything:
        refuse("CODE", "", "name one or more funds, or give --all")
    from payung.cli.state import session

    with session(as_user) as actor:
        from django.utils import timezone

        from payung.funding.actions import approve_fund, reject_fund
        from payung.funding.queries import waiting_for_approval

        others = waiting_for_approval(actor.user.pk)["funds"] if everything else []
        chosen = others or [_fund(code) for code in codes or []]
        if reject is not None:
            done = [reject_fund(actor, fund.pk, reason=reject) for fund in chosen]
        else:
            done = [approve_fund(actor, fund.pk, today=timezone.localdate()) for fund in chosen]
        answer = [{"code": fund.code, "status": fund.status, "amount": fund.amount} for fund in done]
    _tell(answer, as_json, "payung plan propose --from 2027-01")


def _fund(code: str) -> Any:
    from payung.funding.models import Fund

    fund = Fund.objects.filter(code=code).first()
    if fund is None:
        known = ", ".join(Fund.objects.order_by("code").values_list("code", flat=True)[:20])
        refuse("CODE", code, f"known funds: {known or 'none'}")
    return fund


@app.command()
def change(
    code: Code,
    reason: Annotated[str, typer.Option("--reason", help="why; kept on record")],
    cash: Annotated[
        list[str] | None, typer.Option("--cash", help="MONTH=RUPIAH to add; with a minus to take away")
    ] = None,
    region: Annotated[list[str] | None, typer.Option("--region", help="new regions; repeatable")] = None,
    trade: Annotated[list[str] | None, typer.Option("--trade", help="new trades; repeatable")] = None,
    last: Annotated[str | None, typer.Option("--to", help="new last month it pays for, YYYY-MM")] = None,
    close: Annotated[bool, typer.Option("--close", help="close the fund; what is left expires")] = False,
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """Propose a change of a fund: more or less money, other regions, trades or validity, or closing it.

    Example: payung fund change csr-1 --cash 2027-06=10000000 --reason "tambahan TJSL"
    """
    money = [_cash(text) for text in cash or []]
    terms: dict[str, Any] = {name: value for name, value in (("regions", region), ("trades", trade)) if value}
    if last:
        terms["end_month"] = month_option("--to", last) + 1
    from payung.cli.state import session

    with session(as_user) as actor:
        from payung.funding.actions import propose_change

        made = propose_change(
            actor,
            _fund(code).pk,
            reason=reason,
            terms=terms or None,
            cash=money,
            close=close,
        )
        answer = {"change": made.pk, "fund": code, "kind": made.kind, "status": made.status}
    if as_json:
        print_json(answer)
    else:
        typer.echo(f"Usulan {made.pk} untuk {code}. Berikutnya: payung fund decide {made.pk} --as penyetuju")


@app.command()
def decide(
    number: Annotated[int, typer.Argument(help="number of the proposed change", metavar="CHANGE")],
    reject: Annotated[bool, typer.Option("--reject", help="reject instead of approve")] = False,
    reason: Annotated[str, typer.Option("--reason", help="kept on record")] = "",
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """Approve or reject a change of a fund as another user.

    Example: payung fund decide 3 --as penyetuju
    """
    from payung.cli.state import session

    with session(as_user) as actor:
        from django.utils import timezone

        from payung.funding.actions import decide_change

        made = decide_change(actor, number, approve=not reject, today=timezone.localdate(), reason=reason)
        answer = {"change": made.pk, "fund": made.fund.code, "status": made.status}
    if as_json:
        print_json(answer)
    else:
        typer.echo(f"Usulan {made.pk} untuk {answer['fund']}: {made.get_status_display()}.")


@app.command()
def statement(
    code: Code,
    first: Annotated[str | None, typer.Option("--from", help="first day, YYYY-MM-DD")] = None,
    last: Annotated[str | None, typer.Option("--to", help="last day, YYYY-MM-DD")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="write a .csv or .pdf instead of printing")
    ] = None,
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """List every movement of a fund's money with balances.

    Example: payung fund statement apbd-65 --out apbd.pdf
    """
    if out is not None and out.suffix not in (".csv", ".pdf"):
        refuse("--out", str(out), "name a .csv or .pdf file")
    days = [date_option(o, t) if t else None for o, t in (("--from", first), ("--to", last))]
    from payung.cli.state import session

    with session(as_user) as actor:
        from django.conf import settings
        from django.utils import timezone

        from payung.access.roles import Permission
        from payung.funding.queries import statement as read
        from payung.funding.statements import statement_csv, statement_pdf

        actor.require_anywhere(Permission.SEE_MONEY)
        found = read(_fund(code), first=days[0], last=days[1])
        if out is not None and out.suffix == ".csv":
            out.write_text(statement_csv(found), encoding="utf-8")
        elif out is not None:
            owner, today = settings.PAYUNG_PROGRAMME_OWNER, timezone.localdate()
            out.write_bytes(statement_pdf(found, owner=owner, printed_on=today))
        lines: list[dict[str, Any]] = [
            {
                "on": line.entry.effective_on.isoformat(),
                "from": line.entry.debit,
                "to": line.entry.credit,
                "amount": line.entry.amount,
                "available": line.available,
                "cause": line.entry.cause,
                "cause_id": line.entry.cause_id,
            }
            for line in found.lines
        ]
    if as_json:
        print_json({"fund": code, "opening": found.opening, "closing": found.closing, "entries": lines})
    elif out is not None:
        typer.echo(f"{len(lines)} gerakan uang tersimpan di {out}")
    else:
        for entry in lines:
            typer.echo(
                f"{entry['on']}  {entry['from']:<9} -> {entry['to']:<9} {format_rupiah(entry['amount']):>18}  "
                f"tersedia {format_rupiah(entry['available']):>18}  {entry['cause']} {entry['cause_id'] or ''}"
            )
        closing = found.closing
        typer.echo(
            f"Saldo akhir: tersedia {format_rupiah(closing['available'])}, terikat "
            f"{format_rupiah(closing['committed'])}, dibayar {format_rupiah(closing['paid'])}"
        )


def _tell(answer: list[dict[str, Any]], as_json: bool, following: str) -> None:
    if as_json:
        print_json({"funds": answer})
        return
    for row in answer:
        typer.echo(f"{row['code']:<24} {row['status']:<9} {format_rupiah(row['amount']):>18}")
    typer.echo(
        f"{len(answer)} dana, {format_rupiah(sum(row['amount'] for row in answer))}. Berikutnya: {following}"
    )
