"""What every `payung law` command shares: its options, the law that was asked for, and how an answer is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

import click

from payung.cli.face import USAGE, print_json, refuse
from payung.cli.law_input import one_of_option
from payung.law import Law, LawError, OtherReading, Step, national_law, render_text
from payung.law.steps import LANGUAGES

Answer = TypeVar("Answer")
Command = TypeVar("Command", bound=Callable[..., None])

in_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
in_language = click.option(
    "--lang", default="id", show_default=True, help="Language of the answer: id or en."
)
with_drafts = click.option(
    "--draft", multiple=True, help="A draft parameter file, or folder of them, laid over the law (what-if)."
)
with_readings = click.option(
    "--reading",
    multiple=True,
    help="Read a contested rule otherwise: RULE=OPTION (see `payung law readings`).",
)


def answering(command: Command) -> Command:
    """Add the options that every question takes."""
    return with_readings(with_drafts(in_language(in_json(command))))


def law_asked(reading: Sequence[str], draft: Sequence[str], lang: str) -> Law:
    """Return the law in force, with the drafts and readings asked for."""
    one_of_option("--lang", lang, LANGUAGES)
    law = asked(national_law)
    if draft:
        try:
            law = law.with_drafts(*draft)
        except LawError as problem:
            refuse("--draft", ", ".join(str(path) for path in draft), str(problem))
    chosen: dict[str, str] = {}
    for given in reading:
        rule, _, option = given.partition("=")
        if not rule or not option:
            refuse("--reading", given, "write RULE=OPTION, for example jkm_wait_unit=days")
        if (name := rule.removeprefix("reading.")) in chosen:
            refuse("--reading", given, f"{name} is already read as {chosen[name]}; give each rule once")
        chosen[name] = option
    if chosen:
        try:
            return law.with_readings(chosen)
        except LawError as problem:
            refuse("--reading", ", ".join(reading), str(problem))
    return law


def asked(question: Callable[[], Answer]) -> Answer:
    """Return the answer to a question; end with status 2 and the law's sentence where it refuses."""
    try:
        return question()
    except LawError as problem:
        click.echo(str(problem), err=True)
        raise SystemExit(USAGE) from None


def begun(option: str, text: str, day: date, prefix: str) -> date:
    """`day`, typed as `text`, refused where the rules of that part of the law in force begin later."""
    known = national_law().parameters.values()
    begins = max(one.values[0].since for one in known if one.name.startswith(prefix))
    if day < begins:
        refuse(option, text, f"the rules here begin on {begins}; use that day or a later one")
    return day


def print_answer(
    data: dict[str, Any], because: Step, readings: tuple[OtherReading, ...], lang: str, as_json: bool
) -> None:
    """Print an answer as text or JSON."""
    if as_json:
        print_json(data)
        return
    click.echo(render_text(because, lang))
    for condition in data.get("conditions", ()):
        click.echo(f"{'Syarat' if lang == 'id' else 'Condition'}: {condition}")
    for other in readings:
        word = "Tafsir lain" if lang == "id" else "Another reading"
        click.echo(f"{word}: {other.how(lang)}: {other.in_words(lang)}")
