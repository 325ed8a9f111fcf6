"""`payung work`: background work, beside what `payung serve` does."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def work(
    once: Annotated[bool, typer.Option("--once", help="do what waits now, then end")] = False,
) -> None:
    """Do queued jobs, until stopped. `payung serve` has a worker already; each of these is one more.

    Example: payung work --once
    """
    from payung.cli.state import session

    with session("admin"):
        if once:
            from payung.jobs.worker import work_once

            typer.echo(f"Pekerjaan selesai: {work_once()}")
            return
    from django.db import connections

    from payung.config.database import serving_environment

    connections.close_all()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payung.config.settings")
    typer.echo("Payung bekerja di latar belakang (Ctrl-C untuk berhenti)")
    sys.stdout.flush()
    environment = serving_environment(dict(os.environ))
    os.execve(sys.executable, worker_command(), environment)  # noqa: S606


def worker_command() -> list[str]:
    """Return the command of a worker, in an environment that names the database."""
    return [sys.executable, "-m", "payung.config.worker"]
