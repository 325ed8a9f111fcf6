"""Run the tests against every fault of `known`: `python -m tests.mutants [WORD…]`, as `make mutants` does.

Each fault is put into a copy of the program, and the tests that should notice it run there. Killed: a test failed.
Survived: all passed. With words only the faults whose name or file holds one of them are tried. Ends with 1 where one
survived, or where the tests fail without a fault already (then they would notice nothing).
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import pytest

from tests.mutants.known import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
#: What tests read beside the program; it is not copied.
BESIDE = ("docs", "bench", "CONTRIBUTING.md", "README.md", "Makefile")
#: A test that a fault sends round for ever has noticed it.
MOST_SECONDS = 300
#: What takes long to be read, and is the same for every fault.
LIBRARIES = (
    "django.db.models",
    "hypothesis.stateful",
    "numpy",
    "openpyxl",
    "polars",
    "psycopg",
    "scipy.sparse",
)


def copy_to(place: Path) -> None:
    """Copy what is tested, so that a fault never stands in the working copy."""
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", place)
    for name in BESIDE:
        (place / name).symlink_to(ROOT / name)


def fails(place: Path, tests: Sequence[str]) -> bool:
    """Return whether one of the tests fails there.

    Each run is a process of its own, forked from this one, which has read the libraries but nothing of Payung.
    """
    child = os.fork()
    if not child:
        _run(place, tests)
    ends = time.monotonic() + MOST_SECONDS
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        if time.monotonic() > ends:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return True
        time.sleep(0.02)
    code = os.waitstatus_to_exitcode(status)
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        raise SystemExit(f"pytest ended with {code}; its words are in {place / 'pytest.log'}")
    return code != pytest.ExitCode.OK


def _run(place: Path, tests: Sequence[str]) -> NoReturn:
    """Run the tests of the copy in this process, and end it."""
    log = os.open(place / "pytest.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.chdir(place)
    os.environ.setdefault("PAYUNG_HOME", str(ROOT / ".payung"))
    sys.path[:0] = [str(place / "src"), str(place)]
    for name in [name for name in sys.modules if name.split(".")[0] in ("tests", "payung")]:
        del sys.modules[name]
    options = ["-q", "-x", "--tb=short", "--no-header", "-p", "no:cacheprovider", "--hypothesis-seed=1"]
    code = pytest.main([*options, *(f"tests/{test}" for test in tests)])
    sys.stdout.flush()
    os._exit(code)


def is_killed(place: Path, mutant: Mutant, at: int) -> bool:
    """Try one fault and take it out again."""
    path = place / "src" / "payung" / mutant.file
    before = path.read_text("utf-8")
    # Compiled files are known by the second and the size of their source: no two versions may have the same.
    now = int(time.time()) + 2 * at
    try:
        mutant.apply(place / "src" / "payung")
        os.utime(path, (now, now))
        return fails(place, mutant.tests)
    finally:
        path.write_text(before, "utf-8")
        os.utime(path, (now + 1, now + 1))


def main(words: Sequence[str]) -> int:
    """Try the faults, tell of each and give the score."""
    chosen = [one for one in MUTANTS if not words or any(word in f"{one.name} {one.file}" for word in words)]
    survivors = []
    for library in LIBRARIES:
        import_module(library)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        copy_to(place)
        tests = sorted({test for one in chosen for test in one.tests})
        if fails(place, tests):
            print("The tests fail without a fault: mend them first.")
            return 1
        for at, mutant in enumerate(chosen, start=1):
            begun = time.monotonic()
            killed = is_killed(place, mutant, at)
            if not killed:
                survivors.append(mutant)
            word = "killed" if killed else "SURVIVED"
            print(f"{word:9}{time.monotonic() - begun:5.0f} s  {mutant.file}: {mutant.name}", flush=True)
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} killed")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
