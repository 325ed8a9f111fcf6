"""`payung allocate`: decide which fund pays for whom in which months, from two files or from the registry."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from payung.cli.face import FINDINGS, month_option, print_json, refuse
from payung.values import Month, Period, format_rupiah

if TYPE_CHECKING:
    from payung.allocation.report import Report

app = typer.Typer(add_completion=False, context_settings={"help_option_names": ["-h", "--help"]})


@app.command()
def allocate(
    start: Annotated[str, typer.Option("--from", help="First month of the plan, YYYY-MM.")],
    people: Annotated[Path | None, typer.Option(help="People: a parquet or csv file, one row each.")] = None,
    funds: Annotated[Path | None, typer.Option(help="Funds: a JSON list.")] = None,
    months: Annotated[int, typer.Option(help="Length of the plan in months.")] = 12,
    keep_months: Annotated[int, typer.Option(help="Nobody starts who cannot be kept this many months.")] = 6,
    baseline: Annotated[
        bool, typer.Option("--baseline", help="Also plan in today's way, to compare.")
    ] = False,
    most_people: Annotated[
        bool, typer.Option("--most-people", help="Most people before most months; its cost is said.")
    ] = False,
    goals: Annotated[
        str | None,
        typer.Option(help="Order of goals, e.g. kept,priority,months or kept,people,months,priority."),
    ] = None,
    floor: Annotated[
        list[str] | None,
        typer.Option(help="REGION=SHARE: least share of its need after keeping the covered, e.g. 65.04=0.3."),
    ] = None,
    fair: Annotated[
        float | None,
        typer.Option(help="0 to 1: part of the largest equal share that every regency is guaranteed."),
    ] = None,
    fixed: Annotated[
        Path | None, typer.Option(help="What is decreed and stays: person, fund, first_month, last_month.")
    ] = None,
    explain: Annotated[
        list[str] | None, typer.Option(help="Say why this person is funded or not; repeatable.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the published lottery that breaks ties.")] = 0,
    time_limit: Annotated[float | None, typer.Option(help="Seconds; the best checked plan by then.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for plan.parquet, unfunded.parquet, report.json.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Decide who is paid by which fund in which months; every plan is checked before it is written.

    Without --people and --funds it plans over the registry, and stores the plan for another user to approve.

    Example: payung allocate --people people.parquet --funds funds.json --from 2027-01 --baseline --out plan
    """
    first = month_option("--from", start)
    if not 1 <= months <= 60:
        refuse("--months", months, "write 1 to 60")
    if not 1 <= keep_months <= months:
        refuse("--keep-months", keep_months, f"write 1 to {months}, the months of the plan")
    if out is not None and out.exists() and not out.is_dir():
        refuse("--out", str(out), "name a folder; this is a file")
    options: dict[str, Any] = {
        "keep_months": keep_months,
        "seed": seed,
        "first_goal": goal_option(most_people, goals),
        "floors": floor_option(floor, fair),
        "fair": fair,
        "time_limit": time_limit,
    }
    if people is None and funds is None:
        if fixed is not None:
            refuse("--fixed", str(fixed), "leave it out; the registry knows what is decreed")
        from payung.cli.plan import plan_registry

        plan_registry(first, months, {"method": "best", **options}, out, as_json)
        return
    if people is None:
        refuse(
            "--people",
            "",
            "name a parquet or csv file of people; without --funds too, the registry is planned",
        )
    if funds is None:
        refuse("--funds", "", "name a JSON file with a list of funds")
    answer = allocate_files(
        people, funds, first, months, options, baseline=baseline, fixed=fixed, explain=explain or (), out=out
    )
    if as_json:
        print_json(answer)
    else:
        _tell(answer, out)
    if answer["violations"]:
        raise typer.Exit(FINDINGS)


def goal_option(most_people: bool, goals: str | None) -> str | list[str]:
    """Return the order of goals in the form the plan takes."""
    from payung.allocation.goals import goal_order

    if goals is None:
        return "people" if most_people else "months"
    if most_people:
        refuse("--goals", goals, "give it or --most-people, not both")
    order = [name.strip() for name in goals.split(",") if name.strip()]
    try:
        goal_order(order)
    except ValueError as error:
        refuse("--goals", goals, str(error))
    return order


def floor_option(texts: list[str] | None, fair: float | None) -> dict[str, float]:
    """Regional floors as {region: share}."""
    if fair is not None and (texts or not 0 <= fair <= 1):
        refuse("--fair", fair, "write 0 to 1, and give it or --floor, not both")
    found = {}
    for text in texts or []:
        region, _, share = text.partition("=")
        try:
            found[region] = float(share)
        except ValueError:
            refuse("--floor", text, "write REGION=SHARE, for example 65.04=0.3")
        if not 0 <= found[region] <= 1:
            refuse("--floor", text, "write a share from 0 to 1")
    return found


def allocate_files(
    people: Path,
    funds: Path,
    start: Month,
    months: int,
    options: dict[str, Any],
    *,
    baseline: bool = False,
    fixed: Path | None = None,
    explain: Sequence[str] = (),
    out: Path | None = None,
) -> Report:
    """Plan from two files, write the plan to `out` and return its report.

    Ends with status 2 where a file is unusable.
    """
    from payung.allocation import plan
    from payung.allocation.explain import explain_worker
    from payung.cli.allocation_files import read_fixed, read_funds, read_people

    described = read_funds(funds)
    kinds = {str(fund.get("kind") or "") for fund in described}
    table, prices = read_people(people, kinds, Period(start, start + months))
    made = plan(
        table,
        described,
        start,
        months,
        baseline=baseline,
        fixed=read_fixed(fixed) if fixed is not None else None,
        prices=prices,
        **{**options, "floors": options["floors"] or None},
    )
    if prices is not None:
        from payung.law import price_readings

        made.report["readings"] = price_readings(kinds, Period(start, start + months))
    if explain:
        try:
            made.report["explanations"] = [asdict(explain_worker(made, person)) for person in explain]
        except KeyError as error:
            refuse("--explain", " ".join(explain), str(error.args[0]))
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        made.assignments.write_parquet(out / "plan.parquet")
        made.unfunded.write_parquet(out / "unfunded.parquet")
        (out / "report.json").write_text(
            json.dumps(made.report, ensure_ascii=False, indent=2) + "\n", "utf-8"
        )
    return made.report


def _tell(answer: Report, out: Path | None) -> None:
    if answer.get("sentence_id"):
        typer.echo(answer["sentence_id"])
    typer.echo(f"pekerja terlindungi   {answer['people']:>12,}".replace(",", "."))
    typer.echo(f"bulan perlindungan    {answer['person_months']:>12,}".replace(",", "."))
    typer.echo(f"tetap terlindungi     {answer['kept']:>12,}  putus {answer['dropped']:,}".replace(",", "."))
    typer.echo(f"terpakai {format_rupiah(answer['spent'])}, sisa {format_rupiah(answer['unspent'])}")
    typer.echo(f"nomor undian {answer['parameters']['seed']}")
    for goal in answer["goals"]:
        gap = "-" if goal["gap"] is None else f"{100 * goal['gap']:.3f}%"
        typer.echo(f"  {goal['name']:<10} {goal['value']:>18,}  selisih {gap}")
    if cost := answer.get("cost_of_people_first"):
        typer.echo(
            f"orang terbanyak dulu: {cost['more_people']:+,} orang, {-cost['fewer_months']:+,} bulan "
            "dibanding bulan terbanyak dulu".replace(",", ".")
        )
    for row in answer.get("floors", []):
        typer.echo(
            f"  {row['region']}: dijamin {100 * row['guaranteed']:.1f}% kebutuhannya, "
            f"tercapai {100 * row['reached']:.1f}%"
        )
    for person in answer.get("explanations", []):
        typer.echo(f"{person['subject']}: {person['text_id']}")
        for change in person["changes"]:
            typer.echo(f"  yang harus berubah: {change['text_id']}")
    for reading in answer.get("readings", []):
        typer.echo(f"  {reading['text_id']}")
    for problem in answer["problems"]:
        typer.echo(f"! {problem['text_id']}")
    for refused in answer["rejected"]:
        typer.echo(f"!! {refused['text_id']}")
    for violation in answer["violations"]:
        typer.echo(f"!! {violation['text_id']}")
    if out is not None:
        typer.echo(f"tersimpan di {out}")
