"""`payung match` without files: every record that waits gets its person."""

from __future__ import annotations

from typing import Any

import typer

from payung.cli.face import FINDINGS, print_json


def match_registry(as_user: str | None, as_json: bool, *, learn: bool = False) -> None:
    """Match the registry's waiting records; end with status 1 when pairs wait for a clerk."""
    from rich.console import Console

    from payung.cli.state import session

    console = Console(stderr=True)
    with session(as_user) as actor, console.status("mencocokkan", spinner="line"):
        from payung.registry.linking import match
        from payung.registry.models import Pair

        run = match(actor, learn=learn)
        waiting = Pair.objects.filter(state__in=[Pair.State.OPEN, Pair.State.ASKED]).count()
    answer: dict[str, Any] = {
        "rows": run.rows if run else 0,
        "same": run.same if run else 0,
        "new": run.new if run else 0,
        "doubtful": run.doubtful if run else 0,
        "waiting_pairs": waiting,
        "model": run.model_id if run else None,
        "threshold_same": run.threshold_same if run else None,
        "threshold_doubtful": run.threshold_new if run else None,
        "findings": run.report.get("findings", []) if run else [],
    }
    if as_json:
        print_json(answer)
    else:
        typer.echo(
            f"{answer['rows']} baris dicocokkan: {answer['new']} orang baru, {answer['same']} orang yang sudah "
            f"dikenal, {answer['doubtful']} pasangan meragukan; {waiting} pasangan menunggu petugas."
        )
        for finding in answer["findings"]:
            if finding["code"] != "column_empty":
                typer.echo(f"- {finding['message_id']}")
        typer.echo("Berikutnya: payung eligible; pasangan diputuskan di halaman /pasangan/.")
    if waiting:
        raise SystemExit(FINDINGS)
