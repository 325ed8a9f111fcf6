"""`payung coverage`: who is protected on a date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from payung.cli.face import FINDINGS, date_option, print_json, refuse

if TYPE_CHECKING:
    from payung.coverage.other_payers import Membership
    from payung.coverage.queries import Coverage

app = typer.Typer()


@app.command()
def coverage(
    nik: Annotated[str | None, typer.Argument(help="one person's NIK", metavar="[NIK]")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="everyone instead of one person")] = False,
    on: Annotated[str | None, typer.Option("--on", help="date, YYYY-MM-DD; else today")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="with --all: CSV file to write (no NIK)")] = None,
    as_user: Annotated[str | None, typer.Option("--as", help="user to act as")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Say whether a person is protected on a date, by whom and until when; or count (and list) everyone.

    Exit status 1 where the person is unknown, or neither protected nor, by the branch's extract, paid for by others.
    Example: payung coverage 6571014508680001 --on 2027-01-15; payung coverage --all --on 2027-01-15 --out semua.csv
    """
    if (nik is None) == (not everyone):
        refuse("NIK", nik, "give either one NIK or --all")
    if out is not None and not everyone:
        refuse("--out", str(out), "only together with --all")
    from payung.law import first_day

    day = date_option("--on", on) if on else None
    if day is not None and day < first_day():
        refuse("--on", str(on), f"the law known here begins on {first_day()}; use a day from then on")
    from payung.cli.state import session

    with session(as_user) as actor:
        from django.utils import timezone

        from payung.access.trail import Trail, downloaded, opened
        from payung.coverage import queries, standing
        from payung.coverage.other_payers import membership_by_others

        day = day or timezone.localdate()
        if nik is None:
            counts = standing.write_everyone(day, out) if out else standing.counts_on(day)
            if out:
                downloaded(actor.user, out.name, sum(counts.values()), on=str(day))
            if as_json:
                print_json({"on": day, "counts": counts, "file": str(out) if out else None})
                return
            for state, count in counts.items():
                typer.echo(f"{count:>9}  {queries.STATES[state]}")
            if out:
                typer.echo(f"Daftar: {out}")
            return
        person = queries.person_by_nik("".join(sign for sign in nik if sign.isdigit()))
        if person is None:
            if as_json:
                print_json({"known": False, "protected": False, "on": day})
            else:
                typer.echo("NIK ini tidak dikenal, atau di luar wilayah Anda.")
            raise typer.Exit(FINDINGS)
        opened(actor.user, Trail.PERSON, person)
        told, others = queries.coverage_on(person, day), membership_by_others(person)
    if as_json:
        said = others.as_data(day) if others else None
        print_json({"known": True, **told.as_data(), "paid_by_others": said})
    else:
        _tell(told, others)
    if not told.protected and not (others and others.covers_on(day)):
        raise typer.Exit(FINDINGS)


def _tell(told: Coverage, others: Membership | None) -> None:
    from payung.coverage.queries import STATES
    from payung.exchange.answer_words import REFUSAL_WORDS

    typer.echo(f"{told.on}: {STATES[told.state]}")
    if others and others.covers_on(told.on):
        as_of = f" per {others.as_of}" if others.as_of else ""
        typer.echo(f"  menurut data cabang{as_of}: peserta sampai {others.until_month}, dibayar pihak lain")
    if told.fund:
        typer.echo(f"  dibayar {told.payer} ({told.fund})" + (f" sampai {told.until}" if told.until else ""))
    if told.member_no:
        typer.echo(f"  nomor peserta {told.member_no}, mulai {told.starts_on or '-'}")
    if told.refusal:
        typer.echo(f"  ditolak cabang: {REFUSAL_WORDS.get(told.refusal, told.refusal)}")
    if told.protected:
        typer.echo(
            f"  JKM {told.clock.jkm}, penuh sejak {told.clock.jkm_full_from}, berakhir {told.clock.lapses_on}"
        )
    for one in told.history:
        typer.echo(f"  {one.first}..{one.last} {one.fund or 'CELAH: tidak tercatat di program ini'}")
