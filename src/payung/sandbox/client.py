"""Asks for a file to be read in a process of its own, and waits for what it gives."""

from __future__ import annotations

import array
import atexit
import contextlib
import json
import logging
import mmap
import os
import pickle
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from payung.sandbox import parcel
from payung.sandbox.bounds import Bounds, Ended
from payung.sandbox.template import MOST_REQUEST

#: What readers need, imported once in the process that they are copies of.
MODULES = (
    "payung.exchange.tables",
    "payung.exchange.branch_answer",
    "payung.exchange.bank",
    "payung.exchange.documents",
    "payung.sandbox.frames",
    "payung.sandbox.typeset",
    "typst",
)
#: How many readers of one program run at once: each may take what Bounds allows.
AT_ONCE = 2
#: Seconds beyond a reader's own time until the process that should have ended it is itself taken for dead.
_GRACE = 15.0
#: Of the program's environment readers get only what says where libraries are.
_PASSED_ON = (
    "PATH",
    "LD_LIBRARY_PATH",
    "LANG",
    "LC_ALL",
    "TZ",
    "PYTHONDONTWRITEBYTECODE",
    "POLARS_MAX_THREADS",
)
_START = "import sys, json; sys.path[:] = json.loads(sys.argv[2]); from payung.sandbox.template import main; " \
    "main(int(sys.argv[1]), json.loads(sys.argv[3]))"  # fmt: skip

_log = logging.getLogger("payung.sandbox")


class _Template:
    """The process that forks readers, as the program sees it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        path = json.dumps([str(Path(entry).absolute()) for entry in sys.path])
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _START, str(theirs.fileno()), path, json.dumps(MODULES)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                cwd="/",
                # Without threads of jemalloc's the process has one thread when it forks.
                env={
                    **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                    "_RJEM_MALLOC_CONF": "background_thread:false",
                },
                start_new_session=True,
            )
        self.door = ours

    def ask(self, request: bytes, fds: list[int]) -> None:
        """Send one request. Raises OSError where the process is gone."""
        self.door.sendmsg([request], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))])

    def close(self) -> None:
        """End the process and with it every reader."""
        self.door.close()
        self.process.kill()
        self.process.wait()


class _Client:
    """The program's one template, started when first needed and again when it is gone."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.turns = threading.BoundedSemaphore(AT_ONCE)
        self.template: _Template | None = None

    def current(self) -> _Template:
        with self.lock:
            if self.template is None:
                self.template = _Template()
            return self.template

    def drop(self, template: _Template) -> None:
        """End a template that does not do its work, so that the next file gets a new one."""
        with self.lock:
            if self.template is template:
                self.template = None
        template.close()


_client = _Client()


def _after_fork() -> None:
    """Give a forked program a template of its own; sharing it would keep the parent's socket open."""
    global _client
    old, _client = _client, _Client()
    if old.template is not None:
        old.template.door.close()
        # Popen would otherwise wait for a child that is not this process's.
        old.template.process.returncode = 0


os.register_at_fork(after_in_child=_after_fork)


@atexit.register
def stop() -> None:
    """End the process that forks readers, if there is one."""
    if _client.template is not None:
        _client.drop(_client.template)


def start() -> None:
    """Start the process that forks readers ahead of the first file, while the program does other things."""
    _client.current()


def run(reader: str, source: Path | bytes, *arguments: Any, bounds: Bounds | None = None) -> Any:
    """Call `module:function` with the bytes of `source` and `arguments` in a process of its own, and return its result.

    It is called in a process of its own within `bounds` (those of the size of `source`, where none are given). Raises
    Payung's own errors as the function does, Ended where it gave no answer, OSError where `source` cannot be opened.
    """
    with _content(source) as content:
        allowed = bounds or Bounds.of_size(os.fstat(content).st_size)
        client = _client
        if not client.turns.acquire(timeout=allowed.clock):
            raise Ended("busy")
        try:
            return _asked(client, reader, content, arguments, allowed)
        finally:
            client.turns.release()


@contextlib.contextmanager
def _content(source: Path | bytes) -> Iterator[int]:
    """Open `source` for reading as a file descriptor, and close it afterwards."""
    if isinstance(source, Path):
        fd = os.open(source, os.O_RDONLY | os.O_CLOEXEC)
    else:
        fd = os.memfd_create("payung-sent", os.MFD_CLOEXEC)
    try:
        if not isinstance(source, Path) and source:
            os.truncate(fd, len(source))
            with mmap.mmap(fd, len(source)) as room:
                room[:] = source
        yield fd
    finally:
        os.close(fd)


def _asked(client: _Client, reader: str, content: int, arguments: tuple[Any, ...], bounds: Bounds) -> Any:
    request = pickle.dumps((reader, arguments, bounds))
    if len(request) > MOST_REQUEST:
        raise ValueError("what is long belongs into the source")
    result = os.memfd_create("payung-read", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        # Once more where the process that forks had died: then nothing of this file was to blame.
        answer = _answer(client, request, content, result, bounds) or _answer(
            client, request, content, result, bounds
        )
        if not answer:
            raise Ended("crash", "no process to read in")
        if "why" in answer:
            _log.warning("%s ended: %s, %s", reader, answer["why"], answer["detail"])
            raise Ended(answer["why"], answer["detail"])
        try:
            value = parcel.read(result)
        except Exception as error:  # whatever a reader that was led astray may have written
            raise Ended("crash", f"a result that cannot be read ({type(error).__name__})") from error
    finally:
        os.close(result)
    if answer["raised"] and isinstance(value, Exception):
        raise value
    return value


def _answer(
    client: _Client, request: bytes, content: int, result: int, bounds: Bounds
) -> dict[str, Any] | None:
    """Return the answer of the reader or of its parent; None where both died without one."""
    template = client.current()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        with theirs:
            os.lseek(content, 0, os.SEEK_SET)
            try:
                template.ask(request, [theirs.fileno(), content, result])
            except OSError:
                client.drop(template)
                return None
        watched = select.poll()
        watched.register(ours, select.POLLIN)
        said = ours.recv(MOST_REQUEST) if watched.poll((bounds.clock + _GRACE) * 1_000) else b""
    if not said:
        client.drop(template)
        return None
    found: dict[str, Any] = json.loads(said)
    return found
