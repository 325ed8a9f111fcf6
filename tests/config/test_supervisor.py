"""Pages and workers end together; a worker that dies is started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from payung.config.supervisor import supervise

_STAYS = "import sys, time, os; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"


def pids(path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def wait_for(so) -> None:
    until = time.monotonic() + 20
    while not so():
        assert time.monotonic() < until
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with Path(f"/proc/{pid}/stat").open() as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] != "Z"


def start(tmp_path):
    import json

    server, worker = ([sys.executable, "-c", _STAYS, str(tmp_path / name)] for name in ("server", "worker"))
    commands = json.dumps({"server": server, "workers": [worker]})
    program = subprocess.Popen([sys.executable, "-m", "payung.config.supervisor", commands])
    wait_for(lambda: pids(tmp_path / "server") and pids(tmp_path / "worker"))
    return program


def test_a_worker_that_dies_is_started_again_and_all_end_when_told(tmp_path):
    program = start(tmp_path)
    first = pids(tmp_path / "worker")[0]
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: len(pids(tmp_path / "worker")) == 2)
    program.terminate()
    assert program.wait(20) == 0
    assert not any(alive(pid) for name in ("server", "worker") for pid in pids(tmp_path / name))


def test_none_stays_when_the_supervisor_is_killed(tmp_path):
    program = start(tmp_path)
    program.kill()
    program.wait(20)
    everyone = [pid for name in ("server", "worker") for pid in pids(tmp_path / name)]
    wait_for(lambda: not any(alive(pid) for pid in everyone))


def test_the_workers_end_with_the_server_whose_status_is_told(tmp_path):
    worker = [sys.executable, "-c", _STAYS, str(tmp_path / "worker")]
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        assert (
            supervise([sys.executable, "-c", "import time; time.sleep(1); raise SystemExit(3)"], [worker])
            == 3
        )
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert not any(alive(pid) for pid in pids(tmp_path / "worker"))
