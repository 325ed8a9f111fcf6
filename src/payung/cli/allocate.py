"""`payung allocate`: decide which fund pays for whom in which months, from two files or from the registry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from payung.cli.face import FINDINGS, month_option, print_json, refuse
from payung.values import Month, format_rupiah

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
    goal = "people" if most_people else "months"
    if people is None and funds is None:
        from payung.cli.plan import plan_registry

        plan_registry(first, months, keep_months, goal, seed, time_limit, out, as_json)
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
        people,
        funds,
        first,
        months,
        keep_months,
        seed=seed,
        baseline=baseline,
        first_goal=goal,
        time_limit=time_limit,
        out=out,
    )
    if as_json:
        print_json(answer)
    else:
        _tell(answer, out)
    if answer["violations"]:
        raise typer.Exit(FINDINGS)


def allocate_files(
    people: Path,
    funds: Path,
    start: Month,
    months: int,
    keep_months: int,
    *,
    seed: int = 0,
    baseline: bool = False,
    first_goal: str = "months",
    time_limit: float | None = None,
    out: Path | None = None,
) -> dict[str, Any]:
    """The plan of two files, written to `out`; its report. Ends with status 2 where a file is unusable."""
    from payung.allocation import plan

    made = plan(
        read_people(people),
        read_funds(funds),
        start,
        months,
        keep_months,
        seed=seed,
        baseline=baseline,
        first_goal=first_goal,
        time_limit=time_limit,
    )
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        made.assignments.write_parquet(out / "plan.parquet")
        made.unfunded.write_parquet(out / "unfunded.parquet")
        (out / "report.json").write_text(
            json.dumps(made.report, ensure_ascii=False, indent=2) + "\n", "utf-8"
        )
    return made.report


def read_people(path: Path) -> Any:
    """The people of a parquet or csv file as a table. Ends with status 2 and one sentence where it is unusable."""
    import polars as pl

    if not path.is_file():
        refuse("--people", str(path), "name a file that exists")
    try:
        if path.suffix == ".csv":
            text = {"id": pl.String, "region": pl.String, "current_fund": pl.String}
            table = pl.read_csv(path, schema_overrides=text)
        else:
            table = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        refuse("--people", str(path), "write a parquet or csv file")
    missing = [name for name in ("id", "region", "monthly_due") if name not in table.columns]
    if missing:
        refuse("--people", str(path), f"add the column(s) {', '.join(missing)}")
    for name in ("eligible_until", "covered_until"):
        if name in table.columns and table[name].dtype == pl.String:
            wrong = [text for text in table[name].drop_nulls().unique() if not _is_month(text)]
            if wrong:
                refuse("--people", f"{name} {wrong[0]}", "write a month as YYYY-MM or as its number")
    numbers = ("monthly_due", "priority", "eligible_until", "covered_until")
    for name in numbers:
        is_month = name.endswith("until") and name in table.columns and table[name].dtype == pl.String
        if (
            name in table.columns
            and not is_month
            and not (table[name].dtype.is_numeric() or table[name].dtype == pl.Null)
        ):
            refuse("--people", f"column {name} of type {table[name].dtype}", "write numbers in that column")
    return table


def _is_month(text: str) -> bool:
    try:
        Month.parse(text)
    except ValueError:
        return False
    return True


def read_funds(path: Path) -> list[dict[str, Any]]:
    """The list of funds in a JSON file. Ends with status 2 and one sentence where it is unusable."""
    if not path.is_file():
        refuse("--funds", str(path), "name a file that exists")
    try:
        funds = json.loads(path.read_text("utf-8"))
    except (ValueError, UnicodeDecodeError):
        refuse("--funds", str(path), "write a JSON list of funds")
    if not isinstance(funds, list) or not all(isinstance(fund, dict) for fund in funds):
        refuse("--funds", str(path), "write a JSON list of objects, one per fund")
    return funds


def _tell(answer: dict[str, Any], out: Path | None) -> None:
    if answer.get("sentence_id"):
        typer.echo(answer["sentence_id"])
    typer.echo(f"pekerja terlindungi   {answer['people']:>12,}".replace(",", "."))
    typer.echo(f"bulan perlindungan    {answer['person_months']:>12,}".replace(",", "."))
    typer.echo(f"tetap terlindungi     {answer['kept']:>12,}  putus {answer['dropped']:,}".replace(",", "."))
    typer.echo(f"terpakai {format_rupiah(answer['spent'])}, sisa {format_rupiah(answer['unspent'])}")
    for goal in answer["goals"]:
        gap = "-" if goal["gap"] is None else f"{100 * goal['gap']:.3f}%"
        typer.echo(f"  {goal['name']:<10} {goal['value']:>18,}  selisih {gap}")
    for problem in answer["problems"]:
        typer.echo(f"! {problem['text_id']}")
    for violation in answer["violations"]:
        typer.echo(f"!! {violation['text_id']}")
    if out is not None:
        typer.echo(f"tersimpan di {out}")
