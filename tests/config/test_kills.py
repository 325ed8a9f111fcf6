"""PostgreSQL and the server are killed inside transactions: a small sample of `bench.kills`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.kill

SCRIPT = """
import os, sys
sys.path[:0] = [{root!r}, {root!r} + "/src"]
from pathlib import Path
from payung.config import embedded_postgres
from payung.config.prepare import ensure_ready, setup_django
setup_django()
ensure_ready()
from bench import kills
try:
    found = kills.run(Path(os.environ["PAYUNG_HOME"]), "payung", writes=12, kills=3)
finally:
    embedded_postgres.stop(Path(os.environ["PAYUNG_HOME"]))
assert found.whole, found
assert sum(found.kills.values()) == 3 and found.acknowledged >= 12, found
"""


def test_three_kills_inside_transactions_lose_and_double_nothing():
    home = Path(tempfile.mkdtemp(prefix="payung-kills-"))
    try:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT.format(root=str(ROOT))],
            env={
                **{name: value for name, value in os.environ.items() if name != "PAYUNG_DATABASE"},
                "PAYUNG_HOME": str(home / "home"),
            },
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    finally:
        shutil.rmtree(home, ignore_errors=True)
