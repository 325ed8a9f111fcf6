"""`payung export`: the files for the BPJS branch."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from payung.cli.face import print_json, refuse

app = typer.Typer()


@app.command()
def export(
    decree: Annotated[
        str | None, typer.Option("--decree", help="number of the decree; else every approved one")
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="folder for the files")] = Path("kirim"),
    template: Annotated[
        Path | None, typer.Option("--template", help="YAML file of columns; else the project's")
    ] = None,
    as_user: Annotated[str | None, typer.Option("--as", help="user to act as")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object for machines")] = False,
) -> None:
    """Write the branch's upload files of approved decrees, one per fund and group.

    Example: payung export --decree "12/2027" --out kirim
    """
    from payung.exchange.branch import TemplateError, load_template

    if template is not None and not template.is_file():
        refuse("--template", str(template), "name a YAML file of columns")
    try:
        columns = load_template(template)
    except TemplateError as error:
        refuse("--template", str(template), str(error))
    from payung.cli.state import session

    with session(as_user) as actor:
        from payung.coverage.actions import make_uploads
        from payung.coverage.models import Decree

        approved = Decree.objects.filter(status="approved").order_by("pk")
        chosen = list(approved.filter(number=decree) if decree else approved)
        if not chosen:
            refuse("--decree", decree, "approve a decree first: payung decree approve NUMBER --as penyetuju")
        made = [
            one for d in chosen for one in make_uploads(actor, decree_id=d.pk, out_dir=out, template=columns)
        ]
    if as_json:
        files = [
            {
                "upload": m.upload_id,
                "file": str(m.path),
                "group": m.group_code,
                "rows": m.rows,
                "sha256": m.sha256,
            }
            for m in made
        ]
        print_json({"files": files, "rows": sum(m.rows for m in made)})
        return
    for one in made:
        typer.echo(f"{one.group_code} {one.rows:>7} orang  {one.path}")
    typer.echo("Berkas memuat NIK lengkap: kirim lewat saluran cabang, lalu hapus.")
    typer.echo("Berikutnya: payung answer JAWABAN.xlsx")
