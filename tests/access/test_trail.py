"""Who came in, whom they looked at, what they took out and what was refused them is recorded, once each."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

import payung
from payung.access import trail
from payung.access.actor import acting_as
from payung.access.context import called_by
from payung.access.crypto import decrypt
from payung.access.models import Event
from payung.coverage.actions import approve_decree, make_notices, make_uploads, propose_decree
from payung.coverage.models import Upload
from payung.oversight import actions as oversight
from tests.claims.scene import build, hurt, protected
from tests.coverage.scene import START, TODAY, Programme, actor

pytestmark = pytest.mark.django_db
RIGHT, WRONG = "rahasia-sekali", "salah-sekali-2"
FROM = "192.0.2.77"


def events(action: str, **also) -> list[Event]:
    return list(Event.objects.filter(action=action, **also).order_by("pk"))


def the_only(action: str) -> Event:
    [found] = events(action)
    return found


def client_of(role: str, region: str = "65") -> tuple[Client, int]:
    user = actor(role, region).user
    client = Client(REMOTE_ADDR=FROM)
    client.force_login(user)
    return client, user.pk


@pytest.fixture
def programme(static_files, tmp_path):
    with acting_as(actor("operator")) as operator:
        made = Programme().build()
        decree = propose_decree(
            operator, plan_id=made.plan.pk, number="SK 1/2027", dated=date(2027, 1, 4), signer="Gubernur"
        )
        made.decree = approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
        make_uploads(operator, decree_id=decree.pk, out_dir=tmp_path)
        make_notices(operator, month=START + 5)
        made.upload = Upload.objects.order_by("pk").first()
    return made


#: Role, method, address, action recorded, rows told (None: not a list).
READINGS = {
    "a person's page": ("operator", "get", "/orang/{person}/", "person.open", None),
    "a person's page, by the branch": ("branch", "get", "/orang/{person}/", "person.open", None),
    "a person's cover for machines": ("operator", "get", "/orang/{person}/cakupan.json", "person.open", None),
    "a person's change": ("operator", "get", "/perubahan/usul/{person}/", "person.open", None),
    "a worker in a plan": ("operator", "get", "/rencana/{plan}/orang/{person}/", "person.open", None),
    "a full NIK": ("operator", "post", "/orang/{nik}/nik/", "open_nik", None),
    "the annex as CSV": ("operator", "get", "/sk/{decree}/lampiran.csv?pada=2027-01-04", "file.download", 10),
    "the annex as PDF": ("approver", "get", "/sk/{decree}/lampiran.pdf?pada=2027-01-04", "file.download", 10),
    "everybody's cover": ("operator", "get", "/cakupan.csv?pada=2027-01-20", "file.download", 10),
    "everybody's cover, by the branch": (
        "branch",
        "get",
        "/cakupan.csv?pada=2027-01-20",
        "file.download",
        10,
    ),
    "who is paid for twice": ("operator", "get", "/pasangan/ganda.csv", "file.download", 0),
    "a plan's lines as CSV": ("operator", "get", "/rencana/{plan}/baris.csv", "file.download", 12),
    "a plan's lines as XLSX": ("approver", "get", "/rencana/{plan}/baris.xlsx", "file.download", 12),
    "the branch's file": ("operator", "get", "/cabang/{upload}/berkas.xlsx", "upload.download", None),
    "all cases": ("operator", "get", "/klaim/daftar.csv", "file.download", 0),
    "questions to villages": ("operator", "get", "/pasangan/desa.xlsx", "file.download", 0),
    "who must be told": ("operator", "get", "/pemberitahuan/?bulan=2027-06&unduh=1", "file.download", None),
}


@pytest.mark.parametrize("name", READINGS)
def test_a_reading_is_recorded_once_with_who_where_and_how_much(programme, name):
    role, method, address, action, rows = READINGS[name]
    client, user = client_of(role)
    numbers = {
        "person": programme.persons[3].pk,
        "nik": programme.persons[3].pk,
        "plan": programme.plan.pk,
        "decree": programme.decree.pk,
        "upload": programme.upload.pk,
    }
    before = Event.objects.latest("pk").pk
    answer = getattr(client, method)(address.format(**numbers))
    assert answer.status_code == 200
    [found] = Event.objects.filter(pk__gt=before)
    assert (found.action, found.actor_id, found.address) == (action, user, FROM)
    assert found.request == answer.headers["X-Request-ID"] != ""
    if rows is not None:
        assert found.data["rows"] == rows
    if action == "person.open":
        assert found.subject_id == programme.persons[3].pk


def test_a_case_is_opened_and_all_cases_are_taken_out(static_files):
    today = build(60)
    with acting_as(actor("operator")) as operator:
        case = hurt(operator, protected(1, today - timedelta(days=4))[0])
    client, user = client_of("operator")
    for _ in range(3):
        assert client.get(f"/klaim/{case.pk}/").status_code == 200
    found = the_only("claim.open")
    assert (found.actor_id, found.subject_id) == (user, case.pk)
    client.get("/klaim/daftar.csv")
    assert the_only("file.download").data == {"file": "kasus.csv", "rows": 1}


def test_looking_again_within_a_quarter_of_an_hour_is_one_reading(programme):
    first, second = programme.persons[1].pk, programme.persons[2].pk
    client, user = client_of("operator")
    for number in (first, first, second, first):
        client.get(f"/orang/{number}/")
    other, other_user = client_of("approver")
    other.get(f"/orang/{first}/")
    seen = [(event.actor_id, event.subject_id) for event in events("person.open")]
    assert seen == [(user, first), (user, second), (other_user, first)]


def test_a_reading_later_is_another(programme, monkeypatch):
    monkeypatch.setattr(trail, "SAME_READING_SECONDS", 0)
    client, _ = client_of("operator")
    for _ in range(2):
        client.get(f"/orang/{programme.persons[1].pk}/")
    assert len(events("person.open")) == 2


@pytest.mark.parametrize("ask", ["page", "api"])
def test_whom_a_question_found_is_recorded_though_every_letter_asks(programme, ask):
    someone = programme.persons[1]
    nik = decrypt(someone.nik_enc, "nik")
    client, _ = client_of("operator")
    for _ in range(3):
        if ask == "page":
            assert client.post("/orang/kenal/", {"nik": nik}).status_code == 200
        else:
            assert client.post("/api/v1/lookup", {"nik": nik}).status_code == 200
    assert someone.pk in the_only("person.lookup").data["people"]


def test_readings_make_nothing_be_counted_again(programme):
    oversight.refresh_if_changed(TODAY)
    client, _ = client_of("operator")
    client.get(f"/orang/{programme.persons[1].pk}/")
    client.get("/cakupan.csv?pada=2027-01-20")
    client.get("/orang/999999/")
    Client().post("/masuk/", {"username": "x", "password": "y"})
    assert oversight.refresh_if_changed(TODAY) is False


# Coming in and going


def log_in(name: str, password: str, address: str = FROM) -> Client:
    client = Client(REMOTE_ADDR=address)
    client.post("/masuk/", {"username": name, "password": password})
    return client


def test_coming_in_and_going_are_recorded(static_files, make_actor):
    user = make_actor("operator", username="petugas").user
    client = log_in("petugas", RIGHT)
    client.post("/keluar/")
    client.post("/keluar/")
    came, went = the_only("access.sign_in"), the_only("access.sign_out")
    assert [came.actor_id, came.address, came.kind] == [user.pk, FROM, "access"]
    assert [went.actor_id, went.address] == [user.pk, FROM]


@pytest.mark.parametrize(
    ("name", "password", "known"),
    [
        ("petugas", WRONG, True),
        ("petugas", "", None),
        ("PETUGAS", WRONG, False),
        ("tidak-ada", WRONG, False),
        ("rahasia-sekali", "petugas", False),
        ("6571014508680001", WRONG, False),
        ("<script>", WRONG, False),
        ("x" * 150, WRONG, False),
        ("keluar", RIGHT, True),
        ("\u0645\u0648\u0638\u0641", WRONG, False),
    ],
)
def test_a_failure_names_a_user_who_exists_and_nothing_else_that_was_typed(
    static_files, make_actor, name, password, known
):
    made = {one: make_actor("operator", username=one).user for one in ("petugas", "keluar")}
    made["keluar"].is_active = False
    made["keluar"].save(update_fields=["is_active"])
    log_in(name, password)
    if known is None:
        assert not events("access.sign_in_failed"), "a form without a password is no attempt"
        return
    found = the_only("access.sign_in_failed")
    assert found.actor_id is None
    assert found.subject_id == (made[name].pk if known else None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(e)::text FROM access_event e WHERE id = %s", [found.pk])
        kept = cursor.fetchall()[0][0]
    assert name not in kept and (not password or password not in kept)
    assert not events("access.sign_in")


def test_reaching_a_limit_is_recorded_once(static_files, make_actor):
    make_actor("operator", username="petugas")
    for _ in range(13):
        log_in("petugas", WRONG)
    assert len(events("access.sign_in_failed")) == 8
    assert the_only("access.sign_in_limited").data == {"limit": "login-name-here"}


# Refusals


#: Role, region, method, address, status.
REFUSALS = {
    "a page of another role": ("dprd", "65", "get", "/orang/", 403),
    "a person, by a role that sees none": ("budget", "65", "get", "/orang/{person}/", 403),
    "a NIK, by a role that opens none": ("approver", "65", "post", "/orang/{person}/nik/", 403),
    "a list, by the member of parliament": ("dprd", "65", "get", "/cakupan.csv", 403),
    "the annex, by the budget officer": ("budget", "65", "get", "/sk/{decree}/lampiran.csv", 403),
    "a person of another city": ("operator", "65.01", "get", "/orang/{person}/", 404),
    "a NIK of another city": ("operator", "65.01", "post", "/orang/{person}/nik/", 409),
    "a person who is not": ("operator", "65", "get", "/orang/999999/", 404),
    "a decree decided, by its operator": ("operator", "65", "post", "/sk/{decree}/putuskan/", 403),
    "a plan decided, by its operator": ("operator", "65", "post", "/rencana/{plan}/putuskan/", 403),
    "the figures, by a donor": ("donor", "65", "get", "/pengawasan/", 403),
    "the interface, by the member of parliament": ("dprd", "65", "post", "/api/v1/lookup", 403),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_recorded_with_what_was_asked(programme, name):
    role, region, method, address, status = REFUSALS[name]
    client, user = client_of(role, region)
    numbers = {
        "person": programme.persons[1].pk,
        "decree": programme.decree.pk,
        "plan": programme.plan.pk,
    }
    before = Event.objects.latest("pk").pk
    answer = getattr(client, method)(address.format(**numbers))
    assert answer.status_code == status
    [found] = Event.objects.filter(pk__gt=before)
    assert (found.action, found.actor_id, found.address) == ("access.refused", user, FROM)
    assert found.data["status"] == status and found.data["method"] == method.upper()
    assert found.data["page"] and (":" in found.data["page"])


def test_a_form_without_its_token_is_refused_and_recorded(programme):
    user = actor("operator").user
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert client.post("/orang/kenal/", {"nama": "Siti"}).status_code == 403
    assert the_only("access.refused").actor_id == user.pk


def test_an_address_that_never_was_a_page_is_no_refusal(programme):
    client, _ = client_of("operator")
    for path in ("/wp-admin/", "/.env", "/orang/abc/"):
        assert client.get(path).status_code == 404
    assert not events("access.refused")


def test_a_program_that_is_refused_for_ever_does_not_fill_the_disk(static_files):
    client, _ = client_of("dprd")
    with transaction.atomic():
        for _ in range(330):
            client.get("/orang/")
    assert len(events("access.refused")) == 300


# What the events themselves hold


def test_the_database_dates_an_event_whatever_it_is_told():
    for told in ("2020-01-01", "2030-01-01"):
        before = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO access_event (at, action, subject, data, reason) "
                "VALUES (%s, 'x', 'y', '{}', '') RETURNING at",
                [told],
            )
            assert before <= cursor.fetchall()[0][0] <= timezone.now()


def test_no_event_takes_a_number_far_ahead():
    with pytest.raises(DatabaseError, match="takes the next number"), transaction.atomic():
        Event.objects.create(pk=2**62, action="x", subject="y")


def test_a_proxy_names_the_request_only_where_it_is_believed(static_files, settings):
    named = {"HTTP_X_REQUEST_ID": "dari-proksi-1234", "HTTP_X_FORWARDED_FOR": "198.51.100.9"}
    assert Client().get("/masuk/", **named).headers["X-Request-ID"] != "dari-proksi-1234"
    settings.PAYUNG_PROXIES = 1
    assert Client().get("/masuk/", **named).headers["X-Request-ID"] == "dari-proksi-1234"
    for strange in ("a b", "x" * 80, "<b>", "a\tb", "kurang"):
        assert (
            Client().get("/masuk/", **{**named, "HTTP_X_REQUEST_ID": strange}).headers["X-Request-ID"]
            != strange
        )


def test_a_command_is_recorded_with_who_sat_at_the_machine():
    with called_by("shell:budi", user="operator") as caller:
        made = Event.objects.create(action="x", subject="y")
    assert (made.address, made.request) == ("shell:budi", caller.request)
    assert Event.objects.create(action="x", subject="y").address == ""


def test_a_download_names_its_file_in_one_place_only():
    root = Path(payung.__file__).parent
    found = [
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if "Content-Disposition" in path.read_text("utf-8")
    ]
    assert found == ["web/pages.py"]


#: Files in which nobody is named, or whose reading the room itself records: every other is `file_of_people`.
PLAIN = {
    "claims/cases.py": 2,
    "claims/codes.py": 2,
    "coverage/branch.py": 1,
    "giving/public.py": 1,
    "jobs/views.py": 1,
    "funding/funds.py": 3,
    "oversight/explore.py": 2,
    "parliament/meetings.py": 2,
    "oversight/views.py": 4,
    "registry/intakes.py": 1,
}


def test_a_new_file_is_of_people_until_somebody_says_it_is_not():
    root = Path(payung.__file__).parent / "web"
    found = {
        str(path.relative_to(root)): len(re.findall(r"(?<!def )\bfile_answer\(", path.read_text("utf-8")))
        for path in root.rglob("*.py")
        if path.name != "pages.py"
    }
    assert {name: count for name, count in found.items() if count} == PLAIN


def test_only_a_look_by_itself_is_not_waited_for(make_actor):
    """A look within somebody's transaction must not make that transaction one that a crash may lose."""

    def hurried() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            return cursor.fetchall()[0][0]

    with transaction.atomic():
        trail.opened(make_actor("operator").user, trail.Trail.PERSON, 1)
        assert hurried() == "on"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 {trail._UNHURRIED}")
        assert hurried() == "off"
