"""Deaths against covers at size, how many are found, and the public page's sameness.

    python -m bench.bench_claims desk [PEOPLE] [DEATHS]     5,000 deaths against 1,000,000 people and their covers
    python -m bench.bench_claims finding [WORKERS] [DEAD]   found and missed against the truth of a province
    python -m bench.bench_claims status [TIMES]             covered, lapsed and unknown people asked about over HTTP

`desk` takes a list of deaths in, matches it and sets it against every cover; every death in it is of somebody known
whose NIK is right, so that each must be found. Each works in a database of its own and drops it; the people of `desk`
are kept for the next run of the same day.
"""

from __future__ import annotations

import csv
import http.client
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.database import bench_database, copied, fill, set_up
from bench.served import PORT

_CLIENTS = 4
#: Questions from one address: fewer than the page allows in ten minutes.
_QUESTIONS = 20
_COLUMNS = (
    "nik_enc, nik_hash, name, name_norm, sex, birth_date, birth_place, mother_name, address, region_code,"
    " phone, occupation_id"
)


def timed(title: str, work: Callable[[], Any]) -> Any:
    began, cpu = time.perf_counter(), time.process_time()
    answer = work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{title:<34}{time.perf_counter() - began:>9.1f} s{time.process_time() - cpu:>9.1f} s CPU{peak:>7} MB",
        flush=True,
    )
    return answer


def write_people(people: Any) -> Callable[[Any], None]:
    """Writes a population's people as they are known after their lists were matched."""
    from payung.access.crypto import encrypt, nik_hash
    from payung.registry.loading import NIK

    def sealed(one: Any, name: str) -> bytes | None:
        return encrypt(one[name], name) if one[name] else None

    def write(cursor: Any) -> None:
        cursor.execute(
            "CREATE TEMP TABLE known (nik_enc bytea, nik_hash bytea, name text, name_norm text,"
            " sex text, birth_date date, birth_place text, mother_name bytea, address text, region_code text,"
            " phone bytea, occupation_id text)"
        )
        with cursor.copy("COPY known FROM STDIN") as copy:
            for one in people.iter_rows(named=True):
                nik = one["nik"]
                copy.write_row(
                    (
                        encrypt(nik, NIK), nik_hash(nik), one["name"], one["name"].lower(), one["sex"],
                        one["birth_date"], one["birth_place"] or "", sealed(one, "mother_name"), one["address"] or "",
                        one["village_code"], sealed(one, "phone"), one["occupation"],
                    )
                )  # fmt: skip
        cursor.execute(
            f"""INSERT INTO registry_person ({_COLUMNS}, heir_relation, sources, candidate)
                SELECT DISTINCT ON (nik_hash) {_COLUMNS}, '', 1, true FROM known"""
        )

    return write


def write_deaths(path: Path, dead: Any, today: Any) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["NIK", "Nama Almarhum/ah", "JK", "Tempat Lahir", "Tgl Lahir", "Tgl Meninggal"])
        for at, one in enumerate(dead.iter_rows(named=True)):
            writer.writerow(
                [
                    one["nik"],
                    one["name"],
                    "L" if one["sex"] == "male" else "P",
                    one["birth_place"] or "",
                    f"{one['birth_date']:%d-%m-%Y}",
                    f"{today - timedelta(days=at % 60):%d-%m-%Y}",
                ]
            )


def desk(people: int = 1_000_000, deaths: int = 5_000) -> None:
    set_up()
    from django.utils import timezone

    from payung.access.actor import Actor, acting_as
    from payung.access.models import User
    from payung.demo.workers import population

    today = timezone.localdate()
    drawn = population(people, 7, today).unique("nik", keep="first", maintain_order=True)
    what = f"dead_{people}_{today:%Y%m%d}"
    with (
        copied(what, lambda: fill(people, 12, today, write_people(drawn))),
        tempfile.TemporaryDirectory() as folder,
    ):
        operator = Actor.of(User.objects.get(username="operator"))
        path = Path(folder) / "kematian.csv"
        write_deaths(path, drawn.sample(deaths, seed=3), today)
        with acting_as(operator):
            _find(operator, path, today, deaths)


def _find(operator: Any, path: Path, today: Any, deaths: int) -> None:
    from payung.claims.actions import run_desk
    from payung.claims.queries import lookback, possible
    from payung.oversight.actions import rebuild
    from payung.registry.actions import load_file
    from payung.registry.linking import match
    from payung.registry.models import Person, Record

    last = Person.objects.order_by("-pk").values_list("pk", flat=True)[0]
    began = time.perf_counter()
    intake, _ = timed(
        f"taking in {deaths:,} deaths",
        lambda: load_file(operator, path=path, file_name=path.name, kind="deaths", today=today),
    )
    timed("matching", lambda: match(operator))
    run = timed("desk", lambda: run_desk(operator, today=today))
    print(f"{'together':<34}{time.perf_counter() - began:>9.1f} s")
    timed("the same again", lambda: run_desk(operator, today=today))
    timed("deaths that may be somebody known", lambda: print(len(possible()), "rows"))
    timed("looking back, nothing kept", lambda: lookback(today.replace(year=2023, month=1, day=1), today))
    timed("figures of oversight, which keep it", lambda: rebuild(operator, today=today))
    timed("looking back", lambda: lookback(today.replace(year=2023, month=1, day=1), today))
    found = Record.objects.filter(intake=intake, person_id__lte=last).count()
    print(f"{intake.accepted:,} rows accepted, {found:,} given to who was known, {run}")


def finding(workers: int = 20_000, dead: int = 8_000) -> None:
    from django.utils import timezone
    from tests.claims.finding import die, find, load_province, measure

    from payung.access.actor import Actor
    from payung.access.models import User

    today = timezone.localdate()
    operator = Actor.of(User.objects.get(username="operator"))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        intakes = timed(
            f"lists of {workers:,} workers", lambda: load_province(operator, out, workers, 11, today)
        )
        told = die(out, 11, today, dead)
        deaths = timed(f"{told.height:,} deaths", lambda: find(operator, out, intakes, told, today))
        for words, found in zip(
            ("NIK right", "all others"), measure(out, intakes, deaths, told), strict=True
        ):
            print(f"{words}: {found}, recall {found.recall:.4f}, precision {found.precision:.4f}")


def status(times: int = 1_000) -> None:
    """Asks the served page about covered, lapsed and unknown people by turns, as a browser would: form, then answer.

    Each question comes from an address and about a NIK that have not asked too often; four ask at once.
    """
    from bench.served import served

    asked = _people_to_ask_about()
    print({kind: len(people) for kind, people in asked.items()})
    seen: dict[str, list[tuple[int, int, float]]] = {kind: [] for kind in asked}
    work = [(kind, asked[kind][turn % len(asked[kind])]) for turn in range(times) for kind in asked]
    with served():
        threads = [
            threading.Thread(target=_ask_in_turn, args=(work[part::_CLIENTS], part, seen))
            for part in range(_CLIENTS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    print(f"{'':10}{'asked':>7}{'status':>8}{'bytes':>8}{'median ms':>12}{'p5 ms':>9}{'p95 ms':>9}")
    for kind, answers in seen.items():
        took = [1000 * seconds for *_, seconds in answers]
        parts = statistics.quantiles(took, n=20)
        print(
            f"{kind:10}{len(answers):>7}{'/'.join(sorted({str(a[0]) for a in answers})):>8}"
            f"{'/'.join(sorted({str(a[1]) for a in answers})):>8}"
            f"{statistics.median(took):>12.2f}{parts[0]:>9.2f}{parts[-1]:>9.2f}"
        )


def _people_to_ask_about(each: int = 200) -> dict[str, list[tuple[str, str]]]:
    """NIK and personal code of covered, lapsed and unknown people."""
    from django.utils import timezone
    from tests.oversight.population import populate

    from payung.access.actor import Actor
    from payung.access.crypto import nik_hash
    from payung.access.models import User
    from payung.claims.personal_codes import codes_for
    from payung.coverage.queries import coverage_on
    from payung.identity.personal_code import code_of
    from payung.registry.models import Person

    today = timezone.localdate()
    operator = Actor.of(User.objects.get(username="operator"))
    populate(6_000, past_months=9, today=today)
    kinds: dict[str, list[tuple[str, str]]] = {"covered": [], "lapsed": []}
    for number, person in enumerate(Person.objects.filter(candidate=True).order_by("pk")):
        told = coverage_on(person.pk, today)
        kind = "covered" if told.protected else "lapsed" if told.paid else ""
        if kind and len(kinds[kind]) < each:
            nik = f"65710145{number:08d}"
            Person.objects.filter(pk=person.pk).update(nik_hash=nik_hash(nik))
            kinds[kind].append((nik, codes_for(operator, [person.pk])[person.pk]))
        if all(len(people) == each for people in kinds.values()):
            break
    return {**kinds, "unknown": [(f"65710245{number:08d}", code_of(number)) for number in range(each)]}


def _ask_in_turn(
    work: list[tuple[str, tuple[str, str]]], part: int, seen: dict[str, list[tuple[int, int, float]]]
) -> None:
    """Asks every question of `work`, twenty from each address, of which the loopback network has many."""
    for start in range(0, len(work), _QUESTIONS):
        place = (f"127.{1 + part}.{start // _QUESTIONS // 250}.{1 + start // _QUESTIONS % 250}", 0)
        line = http.client.HTTPConnection("127.0.0.1", PORT, source_address=place, timeout=60)
        line.request("GET", "/cek-perlindungan/", headers={"Host": "localhost"})
        form = line.getresponse()
        text = form.read().decode()
        cookie = str(form.headers["Set-Cookie"]).split(";")[0]
        token = text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        for kind, (nik, code) in work[start : start + _QUESTIONS]:
            body = urlencode({"csrfmiddlewaretoken": token, "nik": nik, "code": code})
            headers = {
                "Host": "localhost",
                "Cookie": cookie,
                "Content-Type": "application/x-www-form-urlencoded",
            }
            began = time.perf_counter()
            line.request("POST", "/cek-perlindungan/", body, headers)
            answer = line.getresponse()
            size = len(answer.read())
            seen[kind].append((answer.status, size, time.perf_counter() - began))
        line.close()


if __name__ == "__main__":
    what = {"desk": desk, "finding": finding, "status": status}[sys.argv[1]]
    with nullcontext() if what is desk else bench_database():
        what(*map(int, sys.argv[2:]))
