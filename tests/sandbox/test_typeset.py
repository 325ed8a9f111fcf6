"""Papers are made in processes that end: the program that asks keeps no memory of them."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from payung.sandbox import Ended, typeset

PAGE = "#set page(width: 100mm, height: auto)\n"


def test_a_paper_is_made(tmp_path: Path) -> None:
    (tmp_path / "a.typ").write_text(PAGE + "Halo")
    assert typeset.pdf(tmp_path / "a.typ").startswith(b"%PDF")


def test_a_long_table_leaves_no_memory_behind(tmp_path: Path) -> None:
    rows = ", ".join(f"[{number}], [Nama Orang {number}]" for number in range(3_000))
    (tmp_path / "a.typ").write_text(f"#table(columns: 2, {rows})")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert typeset.pdf(tmp_path / "a.typ", rows=3_000).startswith(b"%PDF")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("#let f(n) = f(n + 1)\n#f(0)", "crash"),
        ('#read("/etc/passwd")', "crash"),
        ('#read("../../../../../../etc/passwd")', "crash"),
        ('#let x = ()\n#for i in range(100000000) { x.push("aaaaaaaaaaaaaaaaaaaa") }', "memory"),
        ("#let n = 0\n#while true { n = n + 1 }", "crash"),
    ],
)
def test_what_cannot_be_made_ends_alone(tmp_path: Path, source: str, why: str) -> None:
    (tmp_path / "a.typ").write_text(source)
    with pytest.raises(Ended) as told:
        typeset.pdf(tmp_path / "a.typ")
    assert told.value.why == why
    (tmp_path / "b.typ").write_text("Halo")
    assert typeset.pdf(tmp_path / "b.typ").startswith(b"%PDF")
