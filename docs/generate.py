"""Writes the reference pages that come from the code: commands, finding codes, roles. Run by `make docs`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

REFERENCE = Path(__file__).parent / "reference"


def commands() -> str:
    """Every command's own help, as a new user sees it."""
    from payung.cli.main import COMMANDS

    parts = ["# Commands\n", "Made from the commands' own `--help`; `make docs` writes it anew.\n"]
    for name, (_, line) in COMMANDS.items():
        parts += [f"## payung {name}\n", f"{line}\n", "```text", _help(name), "```\n"]
    return "\n".join(parts)


def _help(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "from payung.cli.main import main; main()", *words, "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"},
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def findings() -> str:
    """Every finding of intake: code, severity, what is wrong, what to do, in both languages."""
    from payung.identity.findings import CATALOGUE

    parts = [
        "# Findings of intake\n",
        "Made from the catalogue in `payung.identity.findings`; `make docs` writes it anew. A finding that *blocks*",
        "sends the row back to its sender; one that *warns* is kept with the row.\n",
        "| code | severity | what is wrong | what to do |",
        "|---|---|---|---|",
    ]
    for kind in CATALOGUE.values():
        parts.append(
            f"| `{kind.code}` | {kind.severity} | {kind.message('id')}<br>{kind.message('en')} "
            f"| {kind.todo('id')}<br>{kind.todo('en')} |"
        )
    return "\n".join(parts) + "\n"


def roles() -> str:
    """Every role and what it may do."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payung.config.settings")
    import django

    django.setup()
    from payung.access.acts import Act, Scope
    from payung.access.roles import GRANTS, Permission, Role

    held = {
        Scope.PROVINCE: "in the whole province",
        Scope.SUBJECT: "where its subject lies",
        Scope.OWN: "anywhere; it reaches only what is there",
        Scope.PUBLIC: "by nobody in particular",
    }
    parts = [
        "# Roles\n",
        "Made from `payung.access.roles`; `make docs` writes it anew. A role counts only within the region it was",
        "given for.\n",
        "| permission | " + " | ".join(role.value for role in Role) + " |",
        "|---" * (len(Role) + 1) + "|",
    ]
    for permission in Permission:
        marks = ["yes" if permission in GRANTS[role] else "" for role in Role]
        parts.append(f"| {permission.label} (`{permission.value}`) | " + " | ".join(marks) + " |")
    parts += [
        "\n## Acts\n",
        "Every act that leaves an event in the audit, the permissions of which any one allows it, and where that must",
        "be held. Made from `payung.access.acts`.\n",
        "| act | what it asks | held |",
        "|---|---|---|",
    ]
    for act in Act:
        asked = ", ".join(f"`{permission.value}`" for permission in act.permissions) or "nothing"
        parts.append(f"| {act.words} (`{act.value}`) | {asked} | {held[act.scope]} |")
    return "\n".join(parts) + "\n"


def main() -> None:
    REFERENCE.mkdir(exist_ok=True)
    for name, make in (("commands", commands), ("findings", findings), ("roles", roles)):
        (REFERENCE / f"{name}.md").write_text(make(), encoding="utf-8")
        print(f"docs/reference/{name}.md")
    subprocess.run(
        [
            sys.executable,
            "-c",
            "from payung.cli.main import main; main()",
            "law",
            "reference",
            "--out",
            str(REFERENCE / "law"),
        ],
        check=True,
    )


if __name__ == "__main__":
    main()
