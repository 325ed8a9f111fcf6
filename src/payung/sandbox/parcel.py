"""What a reader gives back, as bytes in a file: plain values pickled, tables beside them as Arrow.

Whoever reads it here does not trust who wrote it: only values of Python, dates, decimals, and the data classes, named
tuples and errors of Payung are made from it; nothing is called.
"""

from __future__ import annotations

import copyreg
import fcntl
import io
import json
import os
import pickle
import sys
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

_FOREIGN = frozenset(
    (
        *(("datetime", "date"), ("datetime", "datetime"), ("decimal", "Decimal")),
        *(("builtins", "set"), ("builtins", "frozenset")),
    )
)
#: A result's last bytes are the length of the JSON before them, which tells where its parts lie.
_END = 8


def part(number: int) -> Any:
    """Stand in the pickle for the table of that number; whoever reads puts the table in its place."""
    raise pickle.UnpicklingError(f"part {number} can only be read with its file")


def write(value: Any, fd: int) -> None:
    """Write `value` into the file `fd`. Raises OSError over the process's limit of file size."""
    places: list[tuple[str, int, int]] = []
    with os.fdopen(os.dup(fd), "wb", buffering=1 << 20) as file:

        def put(kind: str, frame: Any) -> tuple[Any, tuple[int]]:
            at = file.tell()
            frame.write_ipc_stream(file)
            places.append((kind, at, file.tell() - at))
            return part, (len(places) - 1,)

        packed = io.BytesIO()
        packer = pickle.Pickler(packed, protocol=5)
        polars = sys.modules.get("polars")
        if polars is not None:
            packer.dispatch_table = copyreg.dispatch_table | {
                polars.DataFrame: lambda frame: put("frame", frame),
                polars.Series: lambda series: put("series", series.to_frame()),
            }
        packer.dump(value)
        places.append(("value", file.tell(), len(packed.getbuffer())))
        file.write(packed.getbuffer())
        about = json.dumps(places).encode()
        file.write(about + len(about).to_bytes(_END, "big"))


def read(fd: int) -> Any:
    """Return the value in the file `fd`.

    Raises pickle.UnpicklingError, ValueError or an error of Polars where it is none.
    """
    # Whoever wrote it may still live: from here on the file stays as it is.
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE)
    with Path(f"/proc/self/fd/{fd}").open("rb") as file:
        size = file.seek(-_END, os.SEEK_END)
        start = size - int.from_bytes(file.read(_END), "big")
        file.seek(start)
        places = json.loads(file.read(size - start))
        _, at, length = places.pop()
        file.seek(at)
        return _Unpacker(io.BytesIO(file.read(length)), file, places).load()


class _Unpacker(pickle.Unpickler):
    """Makes no class but those that are plain values, and calls nothing else."""

    def __init__(self, packed: io.BytesIO, file: Any, places: list[Any]) -> None:
        super().__init__(packed)
        self._file, self._places = file, places

    def _part(self, number: int) -> Any:
        import polars as pl

        kind, at, _ = self._places[number]
        self._file.seek(at)
        frame = pl.read_ipc_stream(self._file)
        return frame.to_series() if kind == "series" else frame

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == (__name__, part.__name__):
            return self._part
        if (module, name) in _FOREIGN:
            return super().find_class(module, name)
        if module.startswith("payung.") and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module and _is_plain(found):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value that a reader gives")


def _is_plain(kind: type) -> bool:
    named_tuple = issubclass(kind, tuple) and hasattr(kind, "_fields")
    return is_dataclass(kind) or named_tuple or issubclass(kind, Exception)
