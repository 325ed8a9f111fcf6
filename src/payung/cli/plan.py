"""`payung plan`: plans of who is paid by whom over the registry: propose, approve, show, compare, explain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payung.cli.allocate import floor_option, goal_option
from payung.cli.face import FINDINGS, month_option, print_json, refuse
from payung.values import Month, format_rupiah, parse_rupiah

if TYPE_CHECKING:
    from payung.funding.models import Plan

app = typer.Typer(
    no_args_is_help=True, help="Plans over the registry: propose, approve, show, compare, explain."
)

AsUser = Annotated[str | None, typer.Option("--as", help="user to act as")]
Json = Annotated[bool, typer.Option("--json", help="one JSON object for machines")]
Number = Annotated[int, typer.Argument(help="number of the plan", metavar="PLAN")]


@app.command()
def propose(
    start: Annotated[str, typer.Option("--from", help="first month, YYYY-MM")],
    months: Annotated[int, typer.Option("--months", help="length in months")] = 12,
    keep_months: Annotated[
        int, typer.Option("--keep-months", help="nobody starts who cannot be kept this long")
    ] = 6,
    name: Annotated[
        str | None, typer.Option("--name", help="its name; else made of month and method")
    ] = None,
    method: Annotated[
        str, typer.Option("--method", help="best, rule (simple rule) or today (today's way)")
    ] = "best",
    by_hand: Annotated[
        Path | None, typer.Option("--by-hand", help="CSV: person or nik, fund, first_month, last_month")
    ] = None,
    most_people: Annotated[
        bool, typer.Option("--most-people", help="most people before most months")
    ] = False,
    goals: Annotated[
        str | None, typer.Option("--goals", help="order of goals, e.g. kept,priority,months")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="seed of the published lottery")] = 0,
    floor: Annotated[
        list[str] | None,
        typer.Option("--floor", help="REGION=SHARE: least share of its need, e.g. 65.04=0.3"),
    ] = None,
    fair: Annotated[
        float | None,
        typer.Option("--fair", help="0 to 1: part of the largest equal share every regency is guaranteed"),
    ] = None,
    weight: Annotated[
        list[str] | None, typer.Option("--weight", help="NAME=NUMBER of the priority, e.g. poverty=0.5")
    ] = None,
    extra: Annotated[
        list[str] | None, typer.Option("--extra", help="FUND=RUPIAH more (or less) to ask what if")
    ] = None,
    time_limit: Annotated[float | None, typer.Option("--time-limit", help="seconds to search")] = None,
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """Compute a plan over the verified and eligible, for another user to approve.

    Example: payung plan propose --from 2027-01 --keep-months 6
    """
    answer = allocate_registry(
        start=month_option("--from", start),
        months=months,
        name=name,
        by_hand=by_hand,
        as_user=as_user,
        options={
            "method": method,
            "keep_months": keep_months,
            "first_goal": goal_option(most_people, goals),
            "seed": seed,
            "floors": floor_option(floor, fair),
            "fair": fair,
            "weights": _numbers("--weight", weight, float),
            "extra": _numbers("--extra", extra, _rupiah),
            "time_limit": time_limit,
        },
    )
    _answer(answer, as_json)


def allocate_registry(
    *,
    start: Month,
    months: int,
    options: dict[str, Any],
    name: str | None = None,
    by_hand: Path | None = None,
    out: Path | None = None,
    as_user: str | None = None,
) -> dict[str, Any]:
    """Plan over the registry as a user, store the plan (and to `out`) and return its summary."""
    if by_hand is not None and not by_hand.is_file():
        refuse("--by-hand", str(by_hand), "name a file that exists")
    from payung.cli.state import session

    with session(as_user) as actor:
        from django.utils import timezone

        from payung.planning.actions import propose_plan
        from payung.planning.by_hand import propose_plan_by_hand

        known: dict[str, Any] = {"today": timezone.localdate()}
        if by_hand is not None:
            plan = propose_plan_by_hand(
                actor,
                name=name or by_hand.stem,
                content=by_hand.read_bytes(),
                first_month=start,
                months=months,
                keep_months=options["keep_months"],
                **known,
            )
        else:
            words = f"Rencana {start} {options['method']} K{options['keep_months']}"
            plan = propose_plan(
                actor, name=name or words, first_month=start, months=months, options=options, **known
            )
        if out is not None:
            _write(plan, out)
        return summary(plan)


def plan_registry(
    start: Month, months: int, options: dict[str, Any], out: Path | None, as_json: bool
) -> None:
    """`payung allocate` without files: the registry's plan, stored; with --out its report and lines too."""
    answer = allocate_registry(start=start, months=months, options=options, out=out)
    _answer(answer, as_json)


def _write(plan: Plan, out: Path) -> None:
    """plan.parquet, unfunded.parquet and report.json, as the command writes them from files."""
    import json

    import polars as pl

    from payung.funding.models import PlanLine

    out.mkdir(parents=True, exist_ok=True)
    lines = PlanLine.objects.filter(plan=plan).order_by("person_id", "first_month")
    names = ("person_id", "fund__code", "first_month", "end_month", "reason")
    rows = [
        (str(person), fund, first and first.number, end and end.number - 1, reason)
        for person, fund, first, end, reason in lines.values_list(*names)
    ]
    schema = {
        "person": pl.String,
        "fund": pl.String,
        "first_month": pl.Int32,
        "last_month": pl.Int32,
        "reason": pl.String,
    }
    table = pl.DataFrame(rows, schema=schema, orient="row")
    table.filter(pl.col("fund").is_not_null()).drop("reason").write_parquet(out / "plan.parquet")
    unfunded = table.filter(pl.col("fund").is_null()).select("person", "reason")
    unfunded.write_parquet(out / "unfunded.parquet")
    (out / "report.json").write_text(json.dumps(plan.report, ensure_ascii=False, indent=2) + "\n", "utf-8")


def summary(plan: Plan) -> dict[str, Any]:
    """Return a plan as one JSON object: figures, goals with bound and gap, today's way, sentence, problems."""
    report = plan.report
    return {
        "plan": plan.pk,
        "name": plan.name,
        "status": plan.status,
        **report["figures"],
        "goals": report.get("goals", []),
        "seconds": report.get("seconds", {}),
        "peak_mb": report.get("peak_mb"),
        "baseline": report["baseline"],
        "sentence": report["sentence"]["id"],
        "reasons": report["reasons"],
        **{name: report[name] for name in ("cost_of_people_first", "floors", "next_money") if name in report},
        "problems": report["problems"],
        "rejected": report.get("rejected", []),
        "violations": report["violations"],
    }


def _numbers(option: str, texts: list[str] | None, read: Any) -> dict[str, Any]:
    found = {}
    for text in texts or []:
        name, _, value = text.partition("=")
        try:
            found[name] = read(value)
        except ValueError:
            refuse(option, text, "write NAME=NUMBER")
    return found


def _rupiah(text: str) -> int:
    return -parse_rupiah(text[1:]) if text.startswith("-") else parse_rupiah(text)


def _answer(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        typer.echo(f"Rencana {answer['plan']} ({answer['name']}), {answer['status']}")
        typer.echo(answer["sentence"])
        for label, key in (("orang", "people"), ("bulan", "person_months"), ("putus", "dropped")):
            typer.echo(
                f"  {label:<8} {answer[key]:>12,}  cara sekarang {answer['baseline'][key]:>12,}".replace(
                    ",", "."
                )
            )
        typer.echo(f"  terpakai {format_rupiah(answer['spent'])}, sisa {format_rupiah(answer['unspent'])}")
        for goal in answer["goals"]:
            if goal["gap"] is not None:
                typer.echo(f"  tujuan {goal['name']:<9} selisih dari batas terbaik {100 * goal['gap']:.3f}%")
        if cost := answer.get("cost_of_people_first"):
            typer.echo(
                f"  orang terbanyak dulu: {cost['more_people']:+,} orang, {-cost['fewer_months']:+,} bulan "
                "dibanding bulan terbanyak dulu".replace(",", ".")
            )
        for problem in [*answer["problems"], *answer["rejected"], *answer["violations"]]:
            typer.echo(f"! {problem['text_id']}")
        if answer["status"] == "proposed":
            typer.echo(f"Berikutnya: payung plan approve {answer['plan']} --as penyetuju")
    if answer["violations"]:
        raise typer.Exit(FINDINGS)


def _plan(number: int) -> Plan:
    from payung.funding.models import Plan

    found = Plan.objects.filter(pk=number).first()
    if found is None:
        last = Plan.objects.order_by("-pk").values_list("pk", flat=True).first()
        refuse(
            "PLAN",
            number,
            f"the latest plan is {last}" if last else "no plan exists yet; payung plan propose",
        )
    return found


@app.command("list")
def list_plans(as_user: AsUser = None, as_json: Json = False) -> None:
    """List plans, newest first.

    Example: payung plan list
    """
    from payung.cli.state import session

    with session(as_user):
        from payung.planning.queries import plans

        rows = [
            {
                "plan": p.pk,
                "name": p.name,
                "status": p.status,
                "from": str(p.first_month),
                **p.report["figures"],
            }
            for p in plans()[:50]
        ]
    if as_json:
        print_json({"plans": rows})
        return
    for row in rows:
        typer.echo(
            f"{row['plan']:>4} {row['status']:<9} {row['from']} {row['people']:>8} orang  {row['name']}"
        )
    if not rows:
        typer.echo("Belum ada rencana. Berikutnya: payung plan propose --from 2027-01")


@app.command()
def show(number: Number, as_user: AsUser = None, as_json: Json = False) -> None:
    """Show one plan: its sentence, figures and what each fund's money did.

    Example: payung plan show 3
    """
    from payung.cli.state import session

    with session(as_user):
        plan = _plan(number)
    if as_json:
        print_json({**summary(plan), "funds": plan.report["funds"], "by_regency": plan.report["by_regency"]})
        return
    for row in plan.report["funds"]:
        typer.echo(f"{row['name']}: {row['people']} orang, {format_rupiah(row['spent'])}. {row['why']}")
    for row in plan.report["by_regency"]:
        typer.echo(f"{row['name']}: {row['people']} dari {row['eligible']} layak, {row['months']} bulan")
    _answer(summary(plan), as_json=False)


@app.command()
def approve(
    number: Number,
    reject: Annotated[str | None, typer.Option("--reject", help="reject instead, with this reason")] = None,
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """Accept a plan as another user, so that a decree can be made.

    Example: payung plan approve 3 --as penyetuju
    """
    from payung.cli.state import session

    with session(as_user) as actor:
        from payung.planning.actions import approve_plan, reject_plan

        plan = approve_plan(actor, number) if reject is None else reject_plan(actor, number, reason=reject)
    if as_json:
        print_json(summary(plan))
    else:
        typer.echo(f"Rencana {plan.pk} ({plan.name}): {plan.get_status_display()}.")
        if reject is None:
            typer.echo(f"Berikutnya: payung decree propose NOMOR --plan {plan.pk}")


app.command("accept", help="The same as approve.")(approve)


@app.command()
def compare(
    numbers: Annotated[
        list[int], typer.Argument(help="one plan (against today's way) or more", metavar="PLAN...")
    ],
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """Show plans side by side; one alone stands beside today's way.

    Example: payung plan compare 3 4
    """
    from payung.cli.state import session

    with session(as_user):
        from payung.planning.queries import compare as beside

        found = beside(numbers)
    if as_json:
        print_json(found)
        return
    typer.echo(f"{'':<16}" + "".join(f"{name[:22]:>24}" for name in found["names"]))
    for row in found["figures"]:
        cells = (
            f"{value:,}{'*' if best else ' '}" for value, best in zip(row["values"], row["best"], strict=True)
        )
        typer.echo(f"{row['name']:<16}" + "".join(f"{cell:>24}" for cell in cells).replace(",", "."))
    typer.echo("* terbaik")


@app.command()
def explain(
    number: Number,
    person: Annotated[int, typer.Argument(help="number of the person", metavar="PERSON")],
    as_user: AsUser = None,
    as_json: Json = False,
) -> None:
    """Explain why one worker is paid for, or not, and what would have to change.

    Example: payung plan explain 3 1207
    """
    from payung.cli.state import session

    with session(as_user) as actor:
        from django.utils import timezone

        from payung.access.roles import Permission
        from payung.planning.queries import explain_worker

        actor.require_anywhere(Permission.SEE_PEOPLE)
        found = explain_worker(_plan(number), person, today=timezone.localdate())
        answer: dict[str, Any] = {
            "person": person,
            "reason": found.reason,
            "text": found.text,
            "months": [
                {"fund": m["fund"].code, "from": str(m["first"]), "to": str(m["end"] - 1)}
                for m in found.months
            ],
            "rank": found.rank,
            "queue": found.queue,
            "priority": found.priority,
            "scores": found.scores,
            "may_be_paid_by": [f["fund"].code for f in found.funds if f["allowed"]],
            "would_have_to_change": [text for text, _ in found.changes],
        }
    if as_json:
        print_json(answer)
        return
    typer.echo(answer["text"])
    for row in answer["months"]:
        typer.echo(f"  {row['fund']}: {row['from']} sampai {row['to']}")
    if answer["rank"]:
        typer.echo(f"  antrean {answer['rank']} dari {answer['queue']}, prioritas {answer['priority']}")
    for text in answer["would_have_to_change"]:
        typer.echo(f"  yang harus berubah: {text}")


@app.command()
def export(
    number: Number,
    out: Annotated[Path, typer.Option("--out", help="a .csv file to write; no NIK in it")],
    as_user: AsUser = None,
) -> None:
    """Write a plan's lines, without NIK.

    Example: payung plan export 3 --out rencana.csv
    """
    if out.suffix != ".csv":
        refuse("--out", str(out), "name a .csv file")
    from payung.cli.state import session

    with session(as_user) as actor:
        from payung.access.roles import Permission
        from payung.access.trail import downloaded
        from payung.planning.queries import EXPORT, export_rows
        from payung.values.spreadsheet import CsvWriter, csv_file

        actor.require_anywhere(Permission.SEE_PEOPLE)
        with csv_file(out) as file:
            writer = CsvWriter(file)
            writer.writerow(EXPORT)
            writer.writerows(export_rows(_plan(number)))
        downloaded(actor.user, out.name, writer.written - 1, plan=number)
    typer.echo(f"tersimpan di {out}")
