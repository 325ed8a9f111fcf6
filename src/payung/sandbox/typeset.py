"""Typesets a PDF in a process of its own: a list of eighteen thousand people takes more than a gigabyte, for once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from payung.sandbox.bounds import MEGABYTE, Bounds
from payung.sandbox.client import run

#: What a page of text takes, and what each further row of a table does; as measured, times two.
_PAGE, _ROW = 500 * MEGABYTE, 160_000


def pdf(main: Path, *, rows: int = 0, fonts: Path | None = None, tagged: bool | None = None) -> bytes:
    """Return the PDF of the typst source `main` with a table of `rows` rows; it can read files of its own folder only.

    `fonts` is a folder of fonts; `tagged` whether the file bears tags for screen readers (None: typst's own way).
    Raises payung.sandbox.Ended where it could not be made within its bounds.
    """
    options: dict[str, Any] = {"root": str(main.parent)}
    if fonts is not None:
        options["font_paths"] = [str(fonts)]
    if tagged is not None:
        options["pdf_tags"] = tagged
    bounds = Bounds(
        memory=_PAGE + rows * _ROW, output=100 * MEGABYTE, processor=20 + rows // 500, clock=60 + rows / 100
    )
    made: bytes = run("payung.sandbox.typeset:make_here", str(main).encode(), options, bounds=bounds)
    return made


def make_here(main: bytes, options: dict[str, Any]) -> bytes:
    """As `pdf`, in this process, which keeps the memory."""
    import typst

    return bytes(typst.compile(main.decode(), **options))
