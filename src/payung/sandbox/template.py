"""The process of which readers are copies: it has imported what they need, and forks one for every file.

A process of its own and not a fork of the program: the server has threads, and a fork of a process with threads may
wait for ever for a lock that one of them held. Here only one thread does anything (Polars' own cleaner sleeps).
It holds no secret: neither the program's environment nor its connections.
"""

from __future__ import annotations

import array
import contextlib
import ctypes
import importlib
import json
import os
import pickle
import resource
import selectors
import signal
import socket
import time
from dataclasses import dataclass
from typing import Any, NoReturn

from payung.sandbox import parcel
from payung.sandbox.bounds import Bounds

#: A request and the three files that come with it: the answer's socket, what is read, where the result goes.
MOST_REQUEST = 128 * 1024
FILES = 3
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
#: What ended a reader, by the signal that did; Rust's memory aborts where Python's raises.
_SIGNALS: dict[int, str] = {signal.SIGXCPU: "time", signal.SIGXFSZ: "output", signal.SIGABRT: "memory"}
_libc = ctypes.CDLL(None)


@dataclass(slots=True)
class _Reader:
    """A reader at work: where its answer goes, when its time is up by this machine's clock, whether it was ended."""

    answer: socket.socket
    until: float
    late: bool = False


def main(control: int, modules: list[str]) -> None:
    """Serve requests from the socket `control` until the program at its other end is gone; then end every reader."""
    _prepare()
    for module in modules:
        importlib.import_module(module)
    woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    readers: dict[int, _Reader] = {}
    with socket.socket(fileno=control) as door, selectors.DefaultSelector() as watch:
        watch.register(door, selectors.EVENT_READ)
        watch.register(woken, selectors.EVENT_READ)
        while True:
            for key, _ in watch.select(_patience(readers)):
                if key.fileobj is door and not _take(door, readers):
                    _end_all(readers)
                    return
                if key.fileobj is not door:
                    with contextlib.suppress(BlockingIOError):
                        os.read(woken, 4_096)
            _end_late(readers)
            _reap(readers)


def _prepare() -> None:
    """No core dump, no more rights: neither may hold or change what a file said of a person."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _patience(readers: dict[int, _Reader]) -> float | None:
    return max(0.0, min(one.until for one in readers.values()) - time.monotonic()) if readers else None


def _take(door: socket.socket, readers: dict[int, _Reader]) -> bool:
    """Start the reader that is asked for and return whether there was anybody to ask."""
    request, ancillary, _, _ = door.recvmsg(
        MOST_REQUEST, socket.CMSG_SPACE(FILES * array.array("i").itemsize)
    )
    if not request:
        return False
    fds = array.array("i")
    for _, _, data in ancillary:
        fds.frombytes(data)
    answer, content, result = fds
    reader, arguments, bounds = pickle.loads(request)  # noqa: S301 - the program's own words
    process = os.fork()
    if process == 0:
        _read(reader, arguments, bounds, socket.socket(fileno=answer), content, result)
    os.close(content)
    os.close(result)
    readers[process] = _Reader(socket.socket(fileno=answer), time.monotonic() + bounds.clock)
    return True


def _end_late(readers: dict[int, _Reader]) -> None:
    now = time.monotonic()
    for process, one in readers.items():
        if one.until <= now and not one.late:
            one.late = True
            one.until = now + 3_600
            os.kill(process, signal.SIGKILL)


def _reap(readers: dict[int, _Reader]) -> None:
    """Tell of readers that have ended how they did. One that answered itself has been heard before."""
    for process in list(readers):
        done, status = os.waitpid(process, os.WNOHANG)
        if not done:
            continue
        one = readers.pop(process)
        ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        why = "time" if one.late else _SIGNALS.get(ended, "crash")
        with contextlib.suppress(OSError):
            one.answer.send(
                json.dumps({"why": why, "detail": f"signal {ended}" if ended else "no answer"}).encode()
            )
        one.answer.close()


def _end_all(readers: dict[int, _Reader]) -> None:
    for process in readers:
        os.kill(process, signal.SIGKILL)
    for process in readers:
        os.waitpid(process, 0)


def _read(
    reader: str, arguments: tuple[Any, ...], bounds: Bounds, answer: socket.socket, content: int, result: int
) -> NoReturn:
    """Read the file, send the answer and end the new process; never return."""
    try:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _keep_only({0, 1, 2, answer.fileno(), content, result})
        _limit(bounds)
        answer.send(json.dumps(_outcome(reader, arguments, content, result)).encode())
    finally:
        os._exit(0)


def _outcome(reader: str, arguments: tuple[Any, ...], content: int, result: int) -> dict[str, Any]:
    """Call the reader and describe its outcome: where the result lies, or why there is none.

    Errors of Payung's own are a result that is raised by the caller.
    """
    try:
        module, _, name = reader.partition(":")
        function = getattr(importlib.import_module(module), name)
        with os.fdopen(content, "rb") as file:
            given = file.read()
        try:
            value, raised = function(given, *arguments), False
        except Exception as error:
            if not type(error).__module__.startswith("payung."):
                raise
            value, raised = error, True
            value.__traceback__ = value.__cause__ = value.__context__ = None
        parcel.write(value, result)
        return {"raised": raised}
    except MemoryError:
        return {"why": "memory", "detail": "MemoryError"}
    except BaseException as error:  # a reader written in Rust panics with what is no Exception
        return {"why": "crash", "detail": _place(error)}


def _place(error: BaseException) -> str:
    """Return the kind of an error and where it came up, without its words, which may be a person's."""
    trace, at = error.__traceback__, ""
    while trace is not None:
        at = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}"  # noqa: PTH119
        trace = trace.tb_next
    return f"{type(error).__name__} at {at}"


def _keep_only(kept: set[int]) -> None:
    for entry in os.listdir("/proc/self/fd"):  # noqa: PTH208
        if int(entry) not in kept:
            with contextlib.suppress(OSError):
                os.close(int(entry))


def _limit(bounds: Bounds) -> None:
    """Memory is what the process itself fills (RLIMIT_DATA): libraries reserve addresses far beyond what they use."""
    for what, most in (
        (resource.RLIMIT_DATA, bounds.memory),
        (resource.RLIMIT_FSIZE, bounds.output),
        (resource.RLIMIT_CPU, bounds.processor),
    ):
        resource.setrlimit(what, (most, most + 1 if what == resource.RLIMIT_CPU else most))
    # Python ignores it otherwise, and each library would say in its own words that it could not write.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
