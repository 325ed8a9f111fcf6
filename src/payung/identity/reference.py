"""Reads the reference tables that lie beside the code (`data/`), each with its `# source` line."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of `data/<name>`, a CSV file whose first line names its source; `.gz` is unpacked."""
    path = DATA / name
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
            return list(csv.DictReader(line for line in text if not line.startswith("# source")))
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(line for line in text if not line.startswith("# source")))
