"""Readers that do what no reader should: each is called in a process of its own by the tests beside this file."""

from __future__ import annotations

import ctypes
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl


class Lures:
    """A value whose pickle would run a command where it is read."""

    def __init__(self, mark: str) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, (f"touch {self.mark}",)


def echo(content: bytes, *more: Any) -> Any:
    return (content, *more)


def size(content: bytes) -> int:
    return len(content)


def table(content: bytes, rows: int) -> dict[str, Any]:
    frame = pl.DataFrame({"n": range(rows), "text": [content.decode()] * rows})
    return {"frames": [frame, frame.head(0)], "marks": {"n": frame["n"] > 1}}


def fills_memory(content: bytes) -> int:
    return len(bytearray(8 << 30))


def fills_memory_bit_by_bit(content: bytes) -> int:
    kept = []
    while True:
        kept.append(b"x" * 1_000_000 + content)


def fills_memory_of_polars(content: bytes) -> int:
    return len(pl.int_range(0, 2_000_000_000, eager=True))


def computes(content: bytes) -> int:
    number = 1
    while True:
        number = number * 3 % 1_000_003


def one_long_step(content: bytes) -> int:
    number: int = 10 ** (10**9)
    return number


def sleeps(content: bytes, seconds: float = 3_600) -> str:
    time.sleep(seconds)
    return "awake"


def answers_much(content: bytes) -> bytes:
    return b"x" * (60 << 20)


def crashes(content: bytes) -> int:
    return int(ctypes.string_at(0)[0])


def ends(content: bytes) -> None:
    os._exit(7)


def leaves(content: bytes) -> None:
    raise SystemExit(3)


def fails(content: bytes) -> None:
    raise KeyError("6571014501850001")


def recurses(content: bytes) -> int:
    return recurses(content) + 1


def panics(content: bytes) -> Any:
    raise pl.exceptions.PanicException("a reader of Rust's")


def lures(content: bytes) -> Any:
    return Lures(content.decode())


def lures_raised(content: bytes) -> Any:
    error = ValueError("x")
    error.__class__ = type("Odd", (ValueError,), {"__module__": "payung.odd"})
    raise error


def environment(content: bytes) -> dict[str, str]:
    return dict(os.environ)


def open_files(content: bytes) -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def process(content: bytes) -> int:
    return os.getpid()


def says_and_sleeps(content: bytes, where: str) -> None:
    Path(where).write_text(str(os.getpid()))
    time.sleep(3_600)


@dataclass
class NotOurs:
    """A class of nobody's."""

    names: list[str] = field(default_factory=list)


def not_ours(content: bytes) -> NotOurs:
    return NotOurs(["x"])
