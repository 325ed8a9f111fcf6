"""The `payung` command. Each command's module is imported only when it is asked for.

So `payung law` and `payung nik` answer without loading Django or opening a database.
"""

from __future__ import annotations

import importlib
import os
import sys

import click

from payung.cli.face import OneSentenceGroup

#: command name -> (module that holds a typer app, or a click command, called `app`; one line of help)
COMMANDS: dict[str, tuple[str, str]] = {
    "fund": ("payung.cli.funds", "Funds: propose, approve, change, list, statement."),
    "plan": ("payung.cli.plan", "Plans over the registry: propose, approve, show, compare, explain."),
    "allocate": ("payung.cli.allocate", "Plan which fund pays for whom, in which months."),
    "match": ("payung.cli.match", "Find which rows of lists are the same person."),
    "nik": ("payung.cli.nik", "Read one NIK: valid or not, sex, birth date, region, findings."),
    "intake": ("payung.cli.intake", "Take lists in: read, clean, judge, load; bad rows come back."),
    "eligible": ("payung.cli.eligible", "Decide by law who may be enrolled on a date."),
    "decree": ("payung.cli.decree", "Decrees (SK): propose, approve, amend, annex."),
    "export": ("payung.cli.export", "Write the BPJS branch's upload files."),
    "answer": ("payung.cli.answer", "Apply the branch's answer files."),
    "bill": ("payung.cli.bill", "Make, approve and send a month's bills."),
    "pay": ("payung.cli.pay", "Match bank statements to the bills."),
    "coverage": ("payung.cli.coverage", "Who is protected on a date, by whom, until when."),
    "deaths": ("payung.cli.deaths", "Deaths found, matched and set against every cover."),
    "claims": ("payung.cli.claims", "Cases from report to payment; rights nobody claimed."),
    "donors": ("payung.cli.donors", "Donors' promises: check, approve, expire, certificate."),
    "outlook": ("payung.cli.outlook", "How long the money lasts, whose cover ends, what-if."),
    "close": ("payung.cli.close", "Do the whole month in order; stop where a person must act."),
    "notices": ("payung.cli.notices", "Who must be told before a cover ends; told once."),
    "report": ("payung.cli.report", "The ladder, the money and the gap."),
    "demo": ("payung.cli.demo", "Bring a synthetic province through the whole line."),
    "serve": ("payung.cli.serve", "Serve the pages."),
    "work": ("payung.cli.work", "Do queued jobs, beside what serve does."),
    "db": ("payung.cli.db", "The database: migrate, stop, passwords."),
    "keys": ("payung.cli.keys", "Keys: which are in use, and new ones."),
    "province": ("payung.cli.province", "Write a synthetic province to try everything on."),
    "law": ("payung.cli.law", "Ask the law: contribution, eligibility, benefit clock, JKM, JKK."),
}


class LazyGroup(OneSentenceGroup):
    """A command group that imports a command's module on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        app = importlib.import_module(COMMANDS[cmd_name][0]).app
        if isinstance(app, click.Command):
            return app
        import typer

        command = typer.main.get_command(app)

        # Typer carries a click of its own, so the command runs by itself: its exits, usage errors
        # and help would mean nothing to this group.
        def run(arguments: tuple[str, ...]) -> None:
            command.main(args=list(arguments), prog_name=f"payung {cmd_name}")

        return click.Command(
            cmd_name,
            callback=run,
            params=[click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)],
            add_help_option=False,
            context_settings={"ignore_unknown_options": True},
        )

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="payung", message="payung %(version)s")
def cli() -> None:
    """Payung: get every vulnerable worker under JKK and JKM protection, and keep them there.

    Start with `payung demo`, or with your own lists: `payung intake list.xlsx`.
    """


def main() -> None:
    """Entry point of the `payung` console script."""
    # What commands write may name people: nobody else on this machine may read it.
    os.umask(0o077)
    sys.exit(cli.main(prog_name="payung"))
