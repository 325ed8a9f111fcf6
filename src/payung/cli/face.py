"""What every command does alike: answer for people or machines, and say what is wrong in one sentence.

Exit status: 0 done, 1 done but there are findings to look at, 2 the command was asked wrongly.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from typing import Any, NoReturn

import click

from payung.values import Month, Period

FINDINGS = 1
USAGE = 2


def refuse(option: str, value: object, allowed: str) -> NoReturn:
    """End the command with status 2 and one sentence naming the option, the value and what is allowed."""
    print(f"{option}: {value!r} is not allowed; {allowed}", file=sys.stderr)
    raise SystemExit(USAGE)


def print_json(answer: Any) -> None:
    """Print one JSON object on standard output; dates and months as text, money as integers."""
    json.dump(answer, sys.stdout, ensure_ascii=False, default=str)
    sys.stdout.write("\n")


def month_option(option: str, text: str) -> Month:
    """Parse a month of an option; end with status 2 where it is none."""
    try:
        if _MONTH.fullmatch(text):
            return Month.parse(text)
    except ValueError:
        pass
    refuse(option, text, "write a month as YYYY-MM, for example 2026-11")


def periods_option(option: str, text: str) -> list[Period]:
    """Periods such as 2026-01..2026-05,2026-08 (both ends included); none for a text that is empty."""
    try:
        return Period.parse_several(text)
    except ValueError:
        refuse(
            option, text, "write months as FIRST..LAST, several with commas, e.g. 2026-01..2026-05,2026-08"
        )


_MONTH = re.compile(r"\d{4}-\d\d")
_DATE = re.compile(r"(19|20|21)\d\d-\d\d-\d\d")


def date_option(option: str, text: str) -> date:
    """Parse a date of an option; end with status 2 where it is none."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    refuse(option, text, "write a date from 1900 to 2199 as YYYY-MM-DD, for example 2026-11-22")


class OnceCommand(click.Command):
    """A command that refuses an option given twice, where only one can be meant: the last would win in silence."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        for param in order:
            if not isinstance(param, click.Option) or param.multiple or param.count:
                continue
            harmless = param.is_flag and not param.secondary_opts
            if order.count(param) > 1 and not harmless:
                raise click.BadOptionUsage(max(param.opts, key=len), "is given twice; give it once", ctx)
        return super().parse_args(ctx, args)


class OneSentenceGroup(click.Group):
    """A group of commands that says in one sentence what is missing or not known, and ends with status 2."""

    command_class = OnceCommand

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as problem:
            print(_sentence(problem), file=sys.stderr)
            raise SystemExit(USAGE) from None


def _sentence(problem: click.UsageError) -> str:
    where = problem.ctx.command_path if problem.ctx else "payung"
    if isinstance(problem, click.MissingParameter) and problem.param is not None:
        shown = max(problem.param.opts, key=len) if problem.param.opts else str(problem.param.name)
        name = shown if shown.startswith("-") else str(problem.param.make_metavar(problem.ctx))  # type: ignore[arg-type]
        told = getattr(problem.param, "help", None) or f"see `{where} --help`"
        return f"{name}: is missing; give it: {told}"
    if isinstance(problem, click.NoSuchOption):
        options = problem.ctx.command.params if problem.ctx else []
        known = ", ".join(max(one.opts, key=len) for one in options if isinstance(one, click.Option))
        return f"{problem.option_name}: is not an option of `{where}`; use one of {known}"
    if isinstance(problem, click.exceptions.NoSuchCommand) and problem.ctx:
        group = problem.ctx.command
        known = ", ".join(group.list_commands(problem.ctx)) if isinstance(group, click.Group) else ""
        return f"COMMAND: {problem.command_name!r} is not allowed; use one of {known}"
    if isinstance(problem, click.BadOptionUsage):
        return f"{problem.option_name}: {problem.format_message()}"
    return f"{where}: {problem.format_message()}"
