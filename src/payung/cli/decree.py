"""`payung decree`: decrees (SK) proposed, approved, rejected, listed, and their annex on paper."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from payung.cli.face import date_option, month_option, print_json, refuse
from payung.values import Period, format_rupiah

app = typer.Typer(no_args_is_help=True, help="Decrees (SK): propose, approve, reject, amend, annex, list.")

#: Changes by which somebody leaves, comes in, or stands in a decree otherwise.
KINDS = ("died", "moved", "aged", "wage", "double", "refused", "wants_out", "joins", "changed")
AsUser = Annotated[str | None, typer.Option("--as", help="user to act as")]
Json = Annotated[bool, typer.Option("--json", help="one JSON object for machines")]
Number = Annotated[str, typer.Argument(help="the decree's number, as printed", metavar="NUMBER")]


@app.command()
def propose(
    number: Number,
    plan: Annotated[
        int | None, typer.Option("--plan", help="number of the plan; else the latest approved")
    ] = None,
    dated: Annotated[
        str | None, typer.Option("--dated", help="date of the decree, YYYY-MM-DD; else today")
    ] = None,
    signer: Annotated[str, typer.Option("--signer", help="official who signs")] = "Gubernur Kalimantan Utara",
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """Prepare a decree from an approved plan.

    Example: payung decree propose "100.3.3/12/2027" --plan 3
    """
    from payung.cli.state import session

    day = date_option("--dated", dated) if dated else None
    with session(as_user) as actor:
        from django.utils import timezone

        from payung.coverage.actions import propose_decree
        from payung.coverage.queries import decree_summary
        from payung.funding.models import Plan

        chosen = (
            plan
            or Plan.objects.filter(status="approved").order_by("-pk").values_list("pk", flat=True).first()
        )
        if chosen is None:
            refuse("--plan", plan, "approve a plan first (payung allocate)")
        decree = propose_decree(
            actor, plan_id=chosen, number=number, dated=day or timezone.localdate(), signer=signer
        )
        summary = decree_summary(decree.pk)
    _show(summary, as_json, f'payung decree approve "{number}" --as penyetuju')


@app.command()
def approve(number: Number, as_user: AsUser = None, as_json: Json = False) -> None:
    """Approve a proposed decree or amendment as another user.

    Example: payung decree approve "100.3.3/12/2027" --as penyetuju
    """
    from payung.cli.state import session

    with session(as_user or "penyetuju") as actor:
        from payung.coverage.actions import approve_amendment, approve_decree
        from payung.coverage.queries import decree_summary

        changed = _amendment(number)
        if changed is None:
            decree_id = approve_decree(actor, decree_id=_id(number)).pk
        else:
            decree_id = approve_amendment(actor, amendment_id=changed).decree_id
        summary = decree_summary(decree_id)
    _show(summary, as_json, f'payung export --decree "{number}" --out kirim/')


@app.command()
def reject(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", help="why")],
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """Turn a proposed decree or amendment down; what an amendment carried waits again.

    Example: payung decree reject "100.3.3/12/2027" --reason "salah wilayah"
    """
    from payung.cli.state import session

    with session(as_user or "penyetuju") as actor:
        from payung.coverage.actions import reject_amendment, reject_decree
        from payung.coverage.queries import decree_summary

        changed = _amendment(number)
        if changed is None:
            decree_id = reject_decree(actor, decree_id=_id(number), reason=reason).pk
        else:
            decree_id = reject_amendment(actor, amendment_id=changed, reason=reason).decree_id
        summary = decree_summary(decree_id)
    _show(summary, as_json, "payung decree propose")


@app.command()
def change(
    nik: Annotated[str, typer.Argument(help="NIK of the person")],
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            help="died, moved, aged, wage, double, refused, wants_out (leaves); joins; changed (fund, months, tariff)",
        ),
    ],
    first: Annotated[str, typer.Option("--from", help="first month it is in force, YYYY-MM")],
    evidence: Annotated[str, typer.Option("--evidence", help="letter, witness or source")],
    until: Annotated[str | None, typer.Option("--until", help="joins, changed: last month, YYYY-MM")] = None,
    fund: Annotated[str | None, typer.Option("--fund", help="joins, changed: code of the fund")] = None,
    decree: Annotated[str | None, typer.Option("--decree", help="joins: number of the decree")] = None,
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """Propose that a person leaves a decree, joins it, or stands in it otherwise, with the evidence.

    Example: payung decree change 6571014508680001 --kind moved --from 2027-03 --evidence "Surat pindah 12/2027";
    payung decree change 6571014508680001 --kind joins --decree "12/2027" --fund APBD-PROV --from 2027-03
    --until 2027-12 --evidence "Nota dinas 7/2027"
    """
    if kind not in KINDS:
        refuse("--kind", kind, f"use one of {', '.join(KINDS)}")
    month = month_option("--from", first)
    last = month_option("--until", until) if until else None
    for option, value in (("--until", last), ("--fund", fund), ("--decree", decree)):
        if kind == "joins" and value is None:
            refuse(option, value, "joins needs --decree, --fund and --until")
        if kind not in ("joins", "changed") and value is not None:
            refuse(option, value, "only with --kind joins or changed")
    if last is not None and last < month:
        refuse("--until", until, f"a month from {month} on")
    from payung.cli.state import session

    with session(as_user) as actor:
        from payung.coverage.actions import propose_addition, propose_alteration, propose_change
        from payung.coverage.queries import person_by_nik

        person = person_by_nik("".join(sign for sign in nik if sign.isdigit()))
        if person is None:
            refuse("NIK", f"...{nik[-4:]}", "the NIK of somebody known in your region")
        if kind == "joins":
            assert last is not None and fund is not None and decree is not None
            made = propose_addition(
                actor,
                decree_id=_id(decree),
                person_id=person,
                fund_id=_fund(fund),
                months=Period(month, last + 1),
                evidence=evidence,
            )
        elif kind == "changed":
            made = propose_alteration(
                actor,
                person_id=person,
                from_month=month,
                fund_id=_fund(fund) if fund else None,
                end_month=last + 1 if last else None,
                evidence=evidence,
            )
        else:
            made = propose_change(actor, person_id=person, kind=kind, from_month=month, evidence=evidence)
    if as_json:
        print_json({"change": made.pk, "person": made.person_id, "kind": made.kind, "from": str(month)})
        return
    typer.echo(f"Perubahan {made.pk} diusulkan. Berikutnya: payung decree amend NOMOR-SK NOMOR-SK-PERUBAHAN")


@app.command()
def amend(
    number: Number,
    amendment: Annotated[str, typer.Argument(help="number of the amendment", metavar="AMENDMENT")],
    dated: Annotated[str | None, typer.Option("--dated", help="date, YYYY-MM-DD; else today")] = None,
    find: Annotated[
        bool, typer.Option("--find/--no-find", help="first look for changes in the facts")
    ] = True,
    approve_as: Annotated[
        str | None, typer.Option("--approve-as", help="also approve, as this other user")
    ] = None,
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """Carry all waiting changes into an amendment; each place goes to the next in its fund's queue.

    Example: payung decree amend "12/2027" "12a/2027" --approve-as penyetuju
    """
    day = date_option("--dated", dated) if dated else None
    from payung.cli.state import session

    with session(as_user) as actor:
        from django.utils import timezone

        from payung.coverage.actions import find_changes, propose_amendment
        from payung.coverage.outlook import first_open_month

        on = day or timezone.localdate()
        if find:
            find_changes(actor, month=first_open_month(on))
        made = propose_amendment(actor, decree_id=_id(number), number=amendment, dated=on)
    if made is not None and approve_as:
        with session(approve_as) as approver:
            from payung.coverage.actions import approve_amendment

            approve_amendment(approver, amendment_id=made.amendment.pk)
    told: dict[str, Any] = {
        "amendment": amendment,
        "removed": 0,
        "replaced": 0,
        "added": 0,
        "empty": 0,
        "short": [],
    }
    if made is not None:
        told |= {name: getattr(made, name) for name in ("removed", "replaced", "added", "empty")}
        told["short"] = [asdict(one) for one in made.short]
    if as_json:
        print_json(told)
        return
    if made is None:
        typer.echo("Tidak ada perubahan yang menunggu. Berikutnya: payung decree change NIK --kind ...")
        return
    typer.echo(
        f"{told['removed']} keluar, {told['replaced']} pengganti, {told['added']} ditambah atau diubah, "
        f"{told['empty']} tempat kosong."
    )
    if made.short:
        from payung.coverage.affordable import OutOfMoney

        typer.echo(OutOfMoney(made.short).sentence)
    typer.echo("Berikutnya: payung export" if approve_as else "Menunggu penyetuju lain (halaman /sk/).")


@app.command()
def annex(
    number: Number,
    out: Annotated[Path, typer.Option("--out", help="folder for the files")] = Path("lampiran"),
    on: Annotated[
        str | None, typer.Option("--on", help="the annex as it stood on a date; else today")
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="also as PDF")] = True,
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """Write a decree's annex (CSV, PDF with check code, no NIK).

    Example: payung decree annex "100.3.3/12/2027" --out lampiran
    """
    from payung.cli.state import session

    day = date_option("--on", on) if on else None
    with session(as_user) as actor:
        from django.utils import timezone

        from payung.coverage.annex import write_annex

        files = write_annex(actor, _id(number), out, on=day or timezone.localdate(), pdf=pdf)
    if as_json:
        print_json({"number": number, "files": [str(path) for path in files]})
        return
    for path in files:
        typer.echo(str(path))


@app.command(name="list")
def list_(as_user: AsUser = None, as_json: Json = False) -> None:
    """List the decrees.

    Example: payung decree list
    """
    from payung.cli.state import session

    with session(as_user):
        from payung.coverage.queries import decree_summaries

        found = decree_summaries()
    if as_json:
        print_json({"decrees": found})
        return
    for one in found:
        _line(one)
    if not found:
        typer.echo("Belum ada SK. Berikutnya: payung decree propose NOMOR --plan RENCANA")


def _amendment(number: str) -> int | None:
    """Return the amendment of this number where no decree has it."""
    from payung.coverage.models import Amendment, Decree

    if Decree.objects.filter(number=number.strip()).exists():
        return None
    found = Amendment.objects.filter(number=number.strip()).values_list("pk", flat=True)
    return found.first()


def _id(number: str) -> int:
    from payung.coverage.models import Decree

    found = Decree.objects.filter(number=number.strip()).values_list("pk", flat=True).first()
    if found is None:
        known = ", ".join(Decree.objects.order_by("-pk").values_list("number", flat=True)[:10]) or "none yet"
        refuse("NUMBER", number, f"known decrees: {known}")
    return found


def _fund(code: str) -> int:
    from payung.funding.models import Fund

    found = Fund.objects.filter(code=code.strip()).values_list("pk", flat=True).first()
    if found is None:
        known = ", ".join(Fund.objects.order_by("code").values_list("code", flat=True)[:20]) or "none yet"
        refuse("--fund", code, f"known funds: {known}")
    return found


def _line(one: dict[str, Any]) -> None:
    typer.echo(
        f"SK {one['number']} {one['status']}: {one['people']} orang, {one['months']} bulan-orang, "
        f"{format_rupiah(one['amount'])}, kode cek {one['check_code']}"
    )


def _show(summary: dict[str, Any], as_json: bool, following: str) -> None:
    if as_json:
        print_json(summary)
        return
    _line(summary)
    for fund in summary["funds"]:
        typer.echo(f"  {fund['people']:>7} orang  {format_rupiah(fund['amount']):>18}  {fund['fund']}")
    typer.echo(f"Berikutnya: {following}")
