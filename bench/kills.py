"""Kills PostgreSQL and the server inside transactions: what was acknowledged is there once, and nothing else.

A trigger holds transactions at one of three places (before the audit event, before the money, within COMMIT); that a
transaction stands there is seen in `pg_stat_activity` before every process is killed with signal 9. Writes go over
HTTP to the server that `payung serve` becomes: funds are proposed by one user and approved by another, which moves
money in the ledger.

Run by itself: `python -m bench.kills --writes 1000 --kills 100`.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil

ROOT = Path(__file__).resolve().parents[1]
#: The lock at which held transactions wait.
LOCK = 77_001
WRITERS = 3
#: Where a transaction is held: the table, when, and how the trigger is declared.
PLACES = {
    "before the audit event": ("access_event", "TRIGGER", "BEFORE INSERT", ""),
    "before the money moves": ("funding_entry", "TRIGGER", "BEFORE INSERT", ""),
    "within COMMIT": ("access_event", "CONSTRAINT TRIGGER", "AFTER INSERT", "DEFERRABLE INITIALLY DEFERRED"),
}
_HOLD = f"""
CREATE FUNCTION hold_here() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({LOCK}) WHERE pg_is_in_recovery() IS FALSE;
    RETURN NEW;
END $$;
"""
_INSIDE = f"""
SELECT count(*) FROM pg_stat_activity a JOIN pg_locks l USING (pid)
 WHERE a.usename = 'payung_app' AND a.state = 'active' AND a.xact_start IS NOT NULL
   AND l.locktype = 'advisory' AND NOT l.granted AND l.objid = {LOCK} AND a.datname = current_database()
"""


@dataclass(slots=True)
class Told:
    """What the writers were told: funds whose proposal or approval was acknowledged."""

    proposed: set[str] = field(default_factory=set)
    approved: set[str] = field(default_factory=set)
    tried: set[str] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)

    @property
    def acknowledged(self) -> int:
        return len(self.proposed) + len(self.approved)


@dataclass(slots=True)
class Result:
    """What was found in the end."""

    acknowledged: int
    kills: Counter[str]
    lost: list[str]
    doubled: list[str]
    audit: dict[str, tuple[int, int]]
    answers: Counter[str]
    seconds: float

    @property
    def whole(self) -> bool:
        return not self.lost and not self.doubled and all(a == b for a, b in self.audit.values())


class Server:
    """The server that `payung serve` becomes, on a home of its own."""

    def __init__(self, home: Path, database: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._environment = {
            **os.environ,
            "PAYUNG_HOME": str(home),
            "PAYUNG_DATABASE": database,
            "PAYUNG_SERVING": "1",
            "DJANGO_SETTINGS_MODULE": "payung.config.settings",
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._log = home / "kills.log"

    def start(self) -> None:
        words = [
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--interface",
            "wsgi",
            "--respawn-failed-workers",
        ]
        words += ["--workers", "1", "--blocking-threads", str(WRITERS + 1), "--log-level", "warning"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "granian", *words, "payung.config.wsgi:application"],
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        for _ in range(6000):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            if self._process.poll() is not None:
                raise RuntimeError(f"serve ended: see {self._log}: {self._log.read_text()[-2000:]}")
            time.sleep(0.1)
        raise RuntimeError("the server did not begin within ten minutes")

    def kill(self) -> None:
        """Every process of the server at once, with signal 9."""
        assert self._process is not None
        main = psutil.Process(self._process.pid)
        kill_all([*main.children(recursive=True), main])
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()


def kill_all(family: list[psutil.Process]) -> None:
    for one in family:
        with suppress(psutil.NoSuchProcess):
            one.send_signal(signal.SIGKILL)
    psutil.wait_procs(family, timeout=30)


def kill_postgres(home: Path) -> None:
    """Every process of the home's PostgreSQL at once, with signal 9."""
    main = psutil.Process(int((home / "postgres" / "postmaster.pid").read_text().split()[0]))
    kill_all([*main.children(recursive=True), main])


def writer(server: Server, told: Told, cookies: dict[str, str], number: int, stop: threading.Event) -> None:
    """Proposes funds as one user and approves each as another, until told to stop."""
    token = "k" * 32
    count = 0
    while not stop.is_set():
        count += 1
        code = f"kill-{number}-{count}"
        told.tried.add(code)
        place = _post(server, told, cookies["operator"], "/dana/usul/", {
            "payer": f"Pembayar {code}", "payer_kind": "company", "name": f"Dana {code}", "code": code, "kind": "csr",
            "group_code": "SC", "cash": "2027-01 = 1.000.000", "first_month": "2027-01", "last_month": "2027-12",
        }, token)  # fmt: skip
        if not place:
            time.sleep(0.1)
            continue
        told.proposed.add(code)
        if _post(server, told, cookies["penyetuju"], f"{place}putuskan/", {"tindakan": "setujui"}, token):
            told.approved.add(code)


def _post(server: Server, told: Told, cookie: str, address: str, form: dict[str, str], token: str) -> str:
    """Where the answer sends to, which acknowledges the write; '' for any other answer or none."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        line.request(
            "POST", address, urlencode({**form, "csrfmiddlewaretoken": token}),
            {"Cookie": f"sessionid={cookie}; csrftoken={token}", "Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        answer = line.getresponse()
        body = answer.read()
        told.answers[str(answer.status)] += 1
        where = answer.getheader("Location", "")
        if answer.status == 422 and not told.answers["shown"]:
            told.answers["shown"] = 1
            print(
                re.findall(r"invalid-feedback[^<]*<?[^<]*|errorlist.*", body.decode(errors="replace"))[:5],
                file=sys.stderr,
            )
        return where if answer.status == 302 and where.startswith("/dana/") else ""
    except (OSError, http.client.HTTPException) as error:
        told.answers[type(error).__name__] += 1
        return ""
    finally:
        line.close()


def hold_and_kill(home: Path, server: Server, connect: Any, place: str, what: str) -> bool:
    """Holds a transaction at a place, sees it there, kills; whether one was seen in time."""
    with connect() as owner:
        table, kind, when, rest = PLACES[place]
        for held in ("access_event", "funding_entry"):
            owner.execute(f"DROP TRIGGER IF EXISTS hold_here ON {held}")
        owner.execute(f"SELECT pg_advisory_lock({LOCK})")
        owner.execute(
            f"CREATE {kind} hold_here {when} ON {table} {rest} FOR EACH ROW EXECUTE FUNCTION hold_here()"
        )
        for _ in range(1500):
            if owner.execute(_INSIDE).fetchone()[0]:
                break
            time.sleep(0.01)
        else:
            return False
        if what == "server":
            server.kill()
            # The transactions of the killed server go on to their end, and find nobody to tell.
            owner.execute(f"SELECT pg_advisory_unlock({LOCK})")
        else:
            kill_postgres(home)
    return True


def run(home: Path, database: str, *, writes: int, kills: int, minutes: float = 120, seed: int = 1) -> Result:
    """So many kills among so many acknowledged writes, in a migrated database of a home; what was found."""
    import psycopg

    from payung.config import embedded_postgres

    def connect() -> Any:
        return psycopg.connect(
            host=embedded_postgres.start(home), user="postgres", dbname=database, autocommit=True
        )

    began = time.perf_counter()
    with connect() as owner:
        owner.execute(_HOLD)
    cookies, told, stop = _sessions(), Told(), threading.Event()
    server, drawn, done = Server(home, database), random.Random(seed), Counter()
    server.start()
    writers = [
        threading.Thread(target=writer, args=(server, told, cookies, number, stop), daemon=True)
        for number in range(WRITERS)
    ]
    for one in writers:
        one.start()
    try:
        while sum(done.values()) < kills or told.acknowledged < writes:
            if time.perf_counter() - began > minutes * 60:
                break
            due = min(writes, (sum(done.values()) + 1) * writes // max(1, kills))
            if told.acknowledged < due:
                time.sleep(0.02)
                continue
            if sum(done.values()) >= kills:
                break
            place, what = (
                list(PLACES)[sum(done.values()) % len(PLACES)],
                drawn.choices(["postgres", "server"], [9, 1])[0],
            )
            with suppress(psycopg.OperationalError):
                if hold_and_kill(home, server, connect, place, what):
                    done[f"{what}, {place}"] += 1
                    print(
                        f"kill {sum(done.values())}: {what}, {place}; {told.acknowledged} acknowledged",
                        flush=True,
                    )
            if what == "server":
                server.start()
    finally:
        stop.set()
        for one in writers:
            one.join(timeout=90)
        server.stop()
    with connect() as owner:
        return _found(owner, told, done, time.perf_counter() - began)


def _sessions() -> dict[str, str]:
    """A session of each user, as if they had logged in."""
    from django.test import Client

    from payung.access.models import User

    made = {}
    for name in ("operator", "penyetuju"):
        client = Client()
        client.force_login(User.objects.get(username=name))
        made[name] = client.cookies["sessionid"].value
    return made


def _found(owner: Any, told: Told, kills: Counter[str], seconds: float) -> Result:
    def ask(query: str) -> dict[str, int]:
        return dict(owner.execute(query).fetchall())

    funds = ask("SELECT code, count(*) FROM funding_fund WHERE code LIKE 'kill-%' GROUP BY 1")
    approved = ask(
        "SELECT code, count(*) FROM funding_fund WHERE code LIKE 'kill-%' AND status = 'active' GROUP BY 1"
    )
    money = ask(
        "SELECT f.code, sum(e.amount)::bigint FROM funding_entry e JOIN funding_fund f ON f.id = e.fund_id"
        " WHERE e.credit = 'available' GROUP BY 1"
    )
    events = ask("SELECT action, count(*) FROM access_event GROUP BY 1")
    payers = owner.execute("SELECT count(*) FROM funding_payer WHERE name LIKE 'Pembayar kill-%'").fetchone()[
        0
    ]
    lost = [f"proposal {code}" for code in told.proposed if funds.get(code, 0) < 1]
    lost += [
        f"approval {code}" for code in told.approved if code not in approved or money.get(code, 0) < 1_000_000
    ]
    doubled = [f"fund {code}" for code, count in funds.items() if count > 1]
    doubled += [
        f"money {code}" for code, amount in money.items() if amount != 1_000_000 or code not in approved
    ]
    doubled += [f"nobody asked for {code}" for code in funds if code not in told.tried]
    audit = {
        "propose_fund": (events.get("propose_fund", 0), len(funds)),
        "approve_fund": (events.get("approve_fund", 0), len(approved)),
        "add_payer": (events.get("add_payer", 0), payers),
    }
    return Result(told.acknowledged, kills, lost, doubled, audit, told.answers, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writes", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument(
        "--minutes", type=float, default=120, help="ends then, and says what was found so far"
    )
    asked = parser.parse_args()
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    with tempfile.TemporaryDirectory(prefix="payung-kills-") as folder:
        home = Path(folder) / "home"
        os.environ["PAYUNG_HOME"] = str(home)
        from payung.config import embedded_postgres
        from payung.config.prepare import ensure_ready, setup_django

        setup_django()
        ensure_ready()
        try:
            found = run(home, "payung", writes=asked.writes, kills=asked.kills, minutes=asked.minutes)
        finally:
            embedded_postgres.stop(home)
    print(
        f"{found.acknowledged} acknowledged writes, {sum(found.kills.values())} kills in {found.seconds:.0f} s"
    )
    for name, count in sorted(found.kills.items()):
        print(f"  {count} x {name}")
    print(f"lost {len(found.lost)}, doubled {len(found.doubled)}, audit events and effects {found.audit}")
    print(f"answers {dict(found.answers)}")
    sys.exit(0 if found.whole else 1)


if __name__ == "__main__":
    main()
