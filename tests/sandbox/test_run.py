"""A reader that misbehaves in any way ends alone: the program says why, goes on, and keeps no remains."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from payung.exchange.guard import UnreadableFile, confined
from payung.sandbox import Bounds, Ended, client, run, start
from tests.sandbox import readers

HERE = "tests.sandbox.readers"
MEGABYTE = 1 << 20
SHORT = Bounds(memory=300 * MEGABYTE, output=50 * MEGABYTE, processor=2, clock=20.0)


def ended(reader: str, *arguments: object, bounds: Bounds = SHORT) -> Ended:
    with pytest.raises(Ended) as told:
        run(f"{HERE}:{reader}", b"content", *arguments, bounds=bounds)
    return told.value


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.parametrize(
    ("reader", "why"),
    [
        ("fills_memory", "memory"),
        ("fills_memory_bit_by_bit", "memory"),
        ("fills_memory_of_polars", "memory"),
        ("computes", "time"),
        ("one_long_step", "time"),
        ("answers_much", "output"),
        ("crashes", "crash"),
        ("ends", "crash"),
        ("leaves", "crash"),
        ("fails", "crash"),
        ("recurses", "crash"),
        ("panics", "crash"),
        ("lures_raised", "crash"),
        ("not_ours", "crash"),
        ("nothing_of_this_name", "crash"),
    ],
)
def test_what_misbehaves_is_ended_and_said(reader: str, why: str) -> None:
    begun = time.monotonic()
    # A number of a thousand million digits needs room before it needs time.
    roomy = Bounds(memory=2_000 * MEGABYTE, processor=2, clock=60.0)
    error = ended(reader, bounds=roomy if reader == "one_long_step" else SHORT)
    assert error.why == why
    assert "6571014501850001" not in str(error)
    assert time.monotonic() - begun < 60
    assert run(f"{HERE}:echo", b"after") == (b"after",)


def test_a_reader_that_waits_is_ended_by_the_clock() -> None:
    begun = time.monotonic()
    assert ended("sleeps", bounds=Bounds(clock=1.5)).why == "time"
    assert time.monotonic() - begun < 15


def test_values_and_tables_come_back_as_they_were() -> None:
    given = (b"", "text", 3.5, {"a": [1, None, True]}, ("x", frozenset({1})))
    assert run(f"{HERE}:echo", b"\0\xff", *given) == (b"\0\xff", *given)
    answer = run(f"{HERE}:table", b"abc", 1_000)
    assert answer["frames"][0].equals(readers.table(b"abc", 1_000)["frames"][0])
    assert answer["frames"][1].schema == answer["frames"][0].schema
    assert answer["marks"]["n"].sum() == 998


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 3_000_000)
    assert run(f"{HERE}:size", tmp_path / "a") == 3_000_000
    assert run(f"{HERE}:size", b"") == 0
    with pytest.raises(OSError, match="No such file"):
        run(f"{HERE}:size", tmp_path / "b")


def test_an_answer_that_would_run_something_is_not_read(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    with pytest.raises(Ended) as told:
        run(f"{HERE}:lures", str(mark).encode())
    assert told.value.why == "crash"
    assert not mark.exists()


def test_readers_hold_no_secret_and_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYUNG_SECRET_KEY", "very secret")
    monkeypatch.setenv("DATABASE_URL", "postgres://somebody")
    client.stop()
    found = run(f"{HERE}:environment", b"")
    assert not any("PAYUNG" in name or "DATABASE" in name for name in found)
    assert run(f"{HERE}:open_files", b"") <= 7


def test_one_reader_killed_stops_nobody(tmp_path: Path) -> None:
    where = tmp_path / "process"
    told: list[str] = []

    def reads() -> None:
        try:
            run(f"{HERE}:says_and_sleeps", b"", str(where))
        except Ended as error:
            told.append(error.why)

    thread = threading.Thread(target=reads)
    thread.start()
    while not (where.exists() and where.read_text()):
        time.sleep(0.05)
    os.kill(int(where.read_text()), signal.SIGKILL)
    thread.join(20)
    assert told == ["crash"]
    assert run(f"{HERE}:echo", b"after") == (b"after",)


def test_the_process_that_forks_readers_is_started_again() -> None:
    start()
    for _ in range(3):
        assert client._client.template is not None
        os.kill(client._client.template.process.pid, signal.SIGKILL)
        assert run(f"{HERE}:echo", b"after") == (b"after",)


def test_a_file_being_read_while_all_readers_are_killed_is_read_again() -> None:
    start()
    first = client._client.template
    assert first is not None
    answers: list[object] = []
    thread = threading.Thread(target=lambda: answers.append(run(f"{HERE}:sleeps", b"", 2.0)))
    thread.start()
    time.sleep(1)
    os.kill(first.process.pid, signal.SIGKILL)
    thread.join(60)
    assert answers == ["awake"]


def test_nothing_remains_of_readers() -> None:
    processes = [run(f"{HERE}:process", b"") for _ in range(5)]
    ended("ends")
    time.sleep(0.5)
    assert len(set(processes)) == 5
    assert not any(Path(f"/proc/{process}").exists() for process in processes)


def test_many_threads_read_at_once() -> None:
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(run(f"{HERE}:echo", b"", n))) for n in range(24)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) == [(b"", n) for n in range(24)]


PROGRAM = """
import os, sys
from payung.sandbox import client, run
sys.path.insert(0, os.getcwd())
import threading
threading.Thread(target=lambda: run("tests.sandbox.readers:says_and_sleeps", b"", sys.argv[1]), daemon=True).start()
import time
while not os.path.exists(sys.argv[1]): time.sleep(0.05)
print(client._client.template.process.pid, flush=True)
time.sleep(3600)
"""


def test_readers_end_with_the_program_however_it_ends(tmp_path: Path) -> None:
    where = tmp_path / "process"
    program = subprocess.Popen([sys.executable, "-c", PROGRAM, str(where)], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    template = int(program.stdout.readline())
    reader = int(where.read_text())
    assert alive(template)
    assert alive(reader)
    program.kill()
    program.wait(20)
    for _ in range(200):
        if not alive(template) and not alive(reader):
            return
        time.sleep(0.05)
    pytest.fail("a reader outlived its program")


def test_a_program_that_forks_reads_in_each_of_its_processes() -> None:
    run(f"{HERE}:echo", b"")
    process = os.fork()
    if process == 0:
        right = False
        try:
            right = run(f"{HERE}:echo", b"child") == (b"child",)
        finally:
            client.stop()
            os._exit(0 if right else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    assert run(f"{HERE}:echo", b"parent") == (b"parent",)


@pytest.mark.parametrize(
    ("reader", "code"), [("fills_memory", "ended"), ("fails", "damaged"), ("panics", "damaged")]
)
def test_a_sentence_is_said_of_each(reader: str, code: str) -> None:
    with pytest.raises(UnreadableFile) as told:
        confined(f"{HERE}:{reader}", b"x")
    assert told.value.code == code
    assert told.value.message("id").endswith(".")
    assert told.value.message("en").endswith(".")
