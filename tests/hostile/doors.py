"""Every way by which a file comes in, on the pages and on the command line, tried in this process and measured."""

from __future__ import annotations

import contextlib
import io
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from payung.jobs.models import Job
from payung.jobs.running import run_waiting
from payung.jobs.scope import everyones_jobs
from payung.sandbox import client as sandbox
from tests.hostile.files import Hostile

MEGABYTE = 1 << 20


@dataclass
class Outcome:
    """What became of one file at one door."""

    file: str
    door: str
    status: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    megabytes: int = 0
    fault: str = ""


@dataclass
class Doors:
    """The doors of one deployment: an actor who may do all, a case to which papers belong."""

    actor: Any
    case: int
    folder: Path
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def __post_init__(self) -> None:
        self.client.force_login(self.actor.user)
        self.client.cookies["django_language"] = "id"

    def bring(self, file: Hostile, *, every: bool = False) -> Iterator[Outcome]:
        """Brings a file to the doors of its kind; with `every` to those as well that it was not made for."""
        for name, door in self.of(file.door, every=every).items():
            told = Outcome(file.name, name)
            with measured(told):
                told.status = door(file)
            yield told

    def of(self, kind: str, *, every: bool) -> dict[str, Callable[[Hostile], int]]:
        """The doors of a kind of file, by name."""
        lists = {"page of lists": self.page_of_lists, "payung intake": self.command("intake")}
        answers = {"page of answers": self.page_of_answers, "payung answer": self.command("answer")}
        statements = {"page of payments": self.page_of_payments, "payung pay": self.command("pay")}
        papers = {"page of papers": self.page_of_papers}
        objects = {
            "interface": self.interface,
            "payung fund": self.command("fund", "propose", "--file"),
            "payung allocate": self.command("allocate", "--from", "2027-01", "--people", "x.csv", "--funds"),
            "payung match --model": self.command("match", "x.csv", "--model"),
        }
        tables = {
            "page of plans": self.page_of_plans,
            "payung law": self.command("law", "population", "--on", "2027-01-01"),
            "payung match": self.command("match"),
        }
        known = {
            "list": lists,
            "answer": answers,
            "statement": statements,
            "paper": papers,
            "object": objects,
        }
        return (
            lists | answers | statements | papers | objects | tables
            if every
            else {**known, "table": tables}[kind]
        )

    def _post(self, address: str, file: Hostile, field: str, **more: str) -> Any:
        return self.client.post(address, {field: SimpleUploadedFile(file.name, file.content), **more})

    def page_of_lists(self, file: Hostile) -> int:
        """Uploads, looks at the preview, loads."""
        kind = ("candidates", "branch", "deaths")[len(file.name) % 3]
        sent = self._post("/daftar/muat/", file, "file", kind=kind, sender_name="", region_code="65")
        if sent.status_code != 302:
            return sent.status_code
        seen = self.client.get(sent.headers["Location"])
        if seen.status_code != 200:
            return seen.status_code
        return self._worked(self.client.post(sent.headers["Location"], {"muat": "1"}))

    def _worked(self, answer: Any) -> int:
        """The status of an answer whose work was queued, once that is done: that of a failure where it failed."""
        place = answer.headers.get("Location", "")
        if not place.startswith("/pekerjaan/"):
            return answer.status_code
        run_waiting()
        with everyones_jobs():
            failed = Job.objects.filter(state=Job.State.FAILED).count()
        return 500 if failed else self.client.get(place).status_code

    def page_of_answers(self, file: Hostile) -> int:
        """Uploads, looks at the preview, applies."""
        sent = self._post("/cabang/", file, "berkas")
        address = sent.headers.get("Location", "")
        if sent.status_code != 302 or "jawaban" not in address:
            return sent.status_code
        seen = self.client.get(address)
        return seen.status_code if seen.status_code != 200 else self._worked(self.client.post(address))

    def page_of_payments(self, file: Hostile) -> int:
        """Uploads a statement."""
        return self._worked(self._post("/pembayaran/", file, "berkas"))

    def page_of_papers(self, file: Hostile) -> int:
        """Uploads a paper of the case."""
        return self._post(f"/klaim/{self.case}/", file, "berkas", tindakan="berkas", butir="KTP").status_code

    def page_of_plans(self, file: Hostile) -> int:
        """Uploads a plan made by hand."""
        more = {"name": "x", "first_month": "2027-01", "months": "6"}
        return self._worked(self._post("/rencana/tangan/", file, "file", **more))

    def interface(self, file: Hostile) -> int:
        """Asks the interface with the file as its body."""
        return self.client.post("/api/v1/lookup", file.content, content_type="application/json").status_code

    def command(self, *words: str) -> Callable[[Hostile], int]:
        """A command to which the file is given as its last word."""

        def door(file: Hostile) -> int:
            path = self.folder / file.name
            path.write_bytes(file.content)
            other = self.folder / "x.csv"
            other.write_text("id,region,monthly_due,name\n1,65.71,16800,a\n2,65.71,16800,b\n")
            try:
                return run_command(*[str(other) if word == "x.csv" else word for word in words], str(path))
            finally:
                path.unlink()

        return door


def run_command(*words: str) -> int:
    """A command in this process; its exit status. Raises what would have been a traceback."""
    from payung.cli.main import cli

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            cli.main(args=list(words), prog_name="payung")
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 1
    if "Traceback" in said.getvalue():
        raise AssertionError(said.getvalue()[-500:])
    return status


@contextlib.contextmanager
def measured(told: Outcome) -> Iterator[None]:
    """Notes how long something took, the most memory that this process and its readers held, and what it raised."""
    stop, most, start = threading.Event(), [0], resident()

    def watch() -> None:
        while not stop.wait(0.05):
            most[0] = max(most[0], resident() - start)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    begun, busy = time.monotonic(), processor()
    try:
        yield
    except BaseException as error:
        told.fault = f"{type(error).__name__}: {str(error)[:200]} {traceback.format_exc(limit=-3)[-400:]}"
        if isinstance(error, KeyboardInterrupt):
            raise
    finally:
        told.seconds, told.processor = time.monotonic() - begun, processor() - busy
        stop.set()
        thread.join()
        told.megabytes = most[0] // MEGABYTE


def resident() -> int:
    """Bytes that this process and its readers hold now."""
    template = sandbox._client.template
    processes = ["self"]
    if template is not None:
        pid = template.process.pid
        processes += Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    held = 0
    for process in processes:
        with contextlib.suppress(OSError, IndexError, ValueError):
            held += int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4_096
    return held


def processor() -> float:
    """Seconds of processor that this process and its readers have used."""
    template, used = sandbox._client.template, time.process_time()
    if template is not None:
        with contextlib.suppress(OSError):
            told = Path(f"/proc/{template.process.pid}/stat").read_text().rpartition(")")[2].split()
            used += sum(map(int, told[11:15])) / 100
    return used


def main(outcomes: list[Outcome]) -> None:
    """Prints what was seen, door by door, and everything that must not be."""
    doors = sorted({one.door for one in outcomes})
    for door in doors:
        here = [one for one in outcomes if one.door == door]
        faults = [one for one in here if one.fault or one.status >= 500]
        slowest, largest = max(one.seconds for one in here), max(one.megabytes for one in here)
        print(
            f"{door:22} {len(here):5} files  {len(faults)} faults  slowest {slowest:.1f} s  most {largest} MB"
        )
    for one in outcomes:
        if one.fault or one.status >= 500 or one.processor > 10 or one.megabytes > 1_000:
            print(one, file=sys.stderr)
