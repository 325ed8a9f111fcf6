"""`payung serve`: the pages."""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import Annotated, NoReturn

import typer

from payung.cli.face import refuse

app = typer.Typer()

#: The longest that a head may take to come, and the largest that it may be.
HEAD_MILLISECONDS = 10_000
HEAD_BYTES = 64 * 1024
#: Connections of one worker, and open files that it needs besides.
_CONNECTIONS, _OTHER_FILES = 8_192, 256


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="TCP port")] = 8080,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="processes; as many as processor cores")] = 2,
    jobs: Annotated[
        int, typer.Option(help="workers for background work beside the pages; 0 where payung work runs")
    ] = 1,
    trusted_network: Annotated[
        bool, typer.Option("--trusted-network", help="serve beyond this machine without HTTPS all the same")
    ] = False,
) -> None:
    """Serve the pages.

    Example: payung serve --port 8080
    """
    from payung.cli.exposed import require_safe
    from payung.cli.state import session

    require_free(host, port)
    with session():
        require_safe(host, trusted_network=trusted_network)
    run(host, port, workers, jobs)


def require_free(host: str, port: int) -> None:
    """End the command where the address is taken by another program, or is not this machine's.

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


def run(host: str, port: int, workers: int, jobs: int = 1) -> NoReturn:
    """Collect the static files and become the supervisor of the server and of `jobs` workers, until stopped.

    The database must be ready. The server is a program of its own, not a call: it forks its workers, and a library that
    has started threads in this process (Polars) would wait for ever for them in a worker.
    """
    from django.core.management import call_command
    from django.db import connections

    from payung.cli.work import worker_command
    from payung.config.database import serving_environment

    call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payung.config.settings")
    typer.echo(f"Payung: http://{host}:{port}/  (Ctrl-C to stop)")
    sys.stdout.flush()
    options = {
        "--host": host,
        "--port": port,
        # The application reads bodies without threads and keeps its own; see `payung.config.front`.
        "--interface": "asginl",
        # Of HTTP/2 and of web sockets nothing is used, and each would be another way to keep the server busy.
        "--http": 1,
        "--workers": workers,
        # A head that has not come whole by then, or a kept connection that asks nothing, is closed.
        "--http1-header-read-timeout": HEAD_MILLISECONDS,
        "--http1-buffer-size": HEAD_BYTES,
        # Connections, not requests: below the number of open files, or no more could be accepted at all.
        "--backpressure": connections_allowed(),
        "--backlog": 4_096,
        "--log-level": "warning",
        # A page that does not end by itself does not keep the server from stopping.
        "--workers-kill-timeout": 10,
    }
    # A worker that dies is started again; without this the whole server would end with it.
    words = ["--respawn-failed-workers", "--no-ws", *(str(word) for pair in options.items() for word in pair)]
    commands = {
        "server": [sys.executable, "-m", "granian", *words, "payung.config.asgi:application"],
        "workers": [worker_command()] * jobs,
    }
    command = [sys.executable, "-m", "payung.config.supervisor", json.dumps(commands)]
    os.execve(sys.executable, command, serving_environment(dict(os.environ)))  # noqa: S606


def connections_allowed() -> int:
    """So many connections may each worker hold. Raises the limit of open files of this process as far as it may."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return _CONNECTIONS if soft == resource.RLIM_INFINITY else max(min(_CONNECTIONS, soft - _OTHER_FILES), 64)
