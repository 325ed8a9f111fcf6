"""`payung serve`: the pages."""

from __future__ import annotations

import os
import socket
import sys
from typing import Annotated, NoReturn

import typer

from payung.cli.face import refuse

app = typer.Typer()


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="TCP port")] = 8080,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="processes; as many as processor cores")] = 2,
) -> None:
    """Serve the pages. Example: payung serve --port 8080"""
    from payung.cli.state import session

    require_free(host, port)
    with session():
        pass
    run(host, port, workers)


def require_free(host: str, port: int) -> None:
    """Ends the command where the address cannot be served: taken by another program, or not this machine's.

    The server shares a taken port silently, and visitors would reach now one Payung, now the other.
    """
    if not 1 <= port <= 65_535:
        refuse("--port", port, "use 1 to 65535")
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except OSError as error:
        refuse(
            "--port",
            port,
            f"it cannot be served on {host} ({os.strerror(error.errno or 0)}); stop what uses it or name another",
        )


def run(host: str, port: int, workers: int) -> NoReturn:
    """Collects the static files and becomes the server, until stopped. The database must be ready.

    The server is a program of its own, not a call: it forks its workers, and a library that has started threads in
    this process (Polars) would wait for ever for them in a worker.
    """
    from django.core.management import call_command
    from django.db import connections

    from payung.config.database import serving_environment

    call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payung.config.settings")
    typer.echo(f"Payung: http://{host}:{port}/  (Ctrl-C to stop)")
    sys.stdout.flush()
    options = {
        "--host": host,
        "--port": port,
        "--interface": "wsgi",
        "--workers": workers,
        # Each thread keeps a database connection; two let one page wait for its query while another renders.
        "--blocking-threads": 2,
        "--log-level": "warning",
        # A page that does not end by itself does not keep the server from stopping.
        "--workers-kill-timeout": 10,
    }
    # A worker that dies is started again; without this the whole server would end with it.
    words = ["--respawn-failed-workers", *(str(word) for pair in options.items() for word in pair)]
    command = [sys.executable, "-m", "granian", *words, "payung.config.wsgi:application"]
    os.execve(sys.executable, command, serving_environment(dict(os.environ)))  # noqa: S606
