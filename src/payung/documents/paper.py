"""Make a PDF from a room's template and data: the one way to a paper."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from payung.documents import qr
from payung.sandbox.typeset import pdf

_TYPOGRAPHY = "typography.typ"


def make_paper(
    room: str,
    template: str,
    data: Mapping[str, Any],
    *,
    address: str | None = None,
    pictures: Iterable[str] = (),
    rows: int = 0,
    tagged: bool | None = None,
) -> bytes:
    """Make the PDF of `ROOM/TEMPLATE`, typeset in a process of its own with Payung's typeface.

    Beside the template lie `data`, each as NAME.json; the QR of `address` as check.svg where an address is given (''
    draws an empty one); and `pictures`, paths within the package. `rows` is how many rows its tables have; `tagged`
    whether it bears tags for screen readers (None: typst's own way). Raises payung.sandbox.Ended.
    """
    package = resources.files("payung")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name, value in data.items():
            content = json.dumps(value, ensure_ascii=False, default=str)
            (work / f"{name}.json").write_text(content, "utf-8")
        for source in (f"{room}/{template}", f"documents/{_TYPOGRAPHY}", *pictures):
            file = package.joinpath(source)
            (work / file.name).write_bytes(file.read_bytes())
        if address is not None:
            qr.draw(address, work / "check.svg")
        with resources.as_file(package.joinpath("documents", "fonts")) as fonts:
            return pdf(work / template, rows=rows, fonts=fonts, tagged=tagged)


def source_of(room: str, template: str) -> str:
    """Read all that a paper is typeset from beside its data: where it changes, so does the paper."""
    package = resources.files("payung")
    return "".join(
        package.joinpath(name).read_text("utf-8")
        for name in (f"{room}/{template}", f"documents/{_TYPOGRAPHY}")
    )
