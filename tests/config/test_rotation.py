"""Every key can be changed while Payung works, ended at any moment and gone on with; nothing becomes unreadable."""

from __future__ import annotations

import threading
from datetime import date

import psycopg
import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction

from payung.access import key_ring, rotation
from payung.access.actor import Actor, acting_as, everyone_visible
from payung.access.crypto import CannotDecrypt, asked_hashes, decrypt, encrypt, encrypt_many, nik_hash
from payung.access.fields import CiphertextField
from payung.access.models import Event, User
from payung.access.parts import read_parts
from payung.config import settle
from payung.config.keys import ENCRYPTION, INDEX, KINDS, SECRET, Keys, KeysWrong, Ring, write_ring
from payung.coverage.queries import person_by_nik
from payung.jobs import uploads
from payung.jobs.running import run_waiting
from payung.registry.actions import load_file
from payung.registry.linking import match
from payung.registry.models import Person, Record
from tests.registry.lists import ANDI, MARTHA, SITI, YOHANES, write_list
from tests.registry.test_jobs import ask

TODAY = date(2026, 11, 22)
#: A file of more than one part.
UPLOADED = b"Siti;" * 250_000
PEOPLE = (ANDI, SITI, YOHANES, MARTHA)


class Ended(BaseException):
    """The process is killed here."""


@pytest.fixture
def world(own_database, tmp_path, settings, monkeypatch):
    """A database with four people and a paper, and a home of its own with the keys they were written with."""
    monkeypatch.setattr(rotation, "let_everybody_look", lambda: None)
    home = tmp_path / "home"
    for kind in KINDS.values():
        ring = django_settings.KEYS.ring(kind)
        write_ring(home, Ring(kind, dict(ring.keys), ""))
    settings.HOME, settings.KEYS = home, Keys(home)
    papers = home / "papers"
    papers.mkdir()
    with acting_as(Actor.of(User.objects.get(username="operator"))) as actor:
        path = write_list(tmp_path / "list.xlsx", PEOPLE)
        load_file(actor, path=path, file_name=path.name, today=TODAY)
        match(actor)
        from payung.access.crypto import encrypt_bytes

        for number in range(3):
            (papers / f"{number}.bin").write_bytes(encrypt_bytes(b"paper", "claims.paper"))
        uploads.keep(SimpleUploadedFile("list.csv", UPLOADED))
    yield home
    for alias in ("owner",):
        connections[alias].close()


def rotate(kind) -> list[str]:
    said: list[str] = []
    key_ring.rotate(Actor.of(User.objects.get(username="admin")), kind, said.append)
    return said


def everything_opens() -> None:
    with acting_as(Actor.of(User.objects.get(username="operator"))):
        assert sorted(decrypt(one.nik_enc, "nik") for one in Person.objects.all()) == sorted(
            p[0] for p in PEOPLE
        )
        for record in Record.objects.all():
            assert "Andi" in decrypt(record.raw_enc, "record.raw") or record.name != "Andi Baso"
        for someone in PEOPLE:
            assert person_by_nik(someone[0]) is not None
    from payung.access.crypto import decrypt_bytes

    for path in (django_settings.HOME / "papers").iterdir():
        assert decrypt_bytes(path.read_bytes(), "claims.paper") == b"paper"
    operator = User.objects.get(username="operator")
    (name,) = [path.name for path in (django_settings.HOME / "uploads").iterdir() if len(path.name) == 32]
    with uploads.opened({"kept": name, "user": operator.pk}, operator) as path:
        assert path.read_bytes() == UPLOADED


@pytest.mark.parametrize("kind", [ENCRYPTION, INDEX], ids=lambda kind: kind.name)
def test_everything_is_brought_under_a_new_key_twice_and_the_old_one_given_up(world, kind):
    first = django_settings.KEYS.ring(kind).current
    for _ in range(2):
        rotate(kind)
        everything_opens()
        ring = django_settings.KEYS.ring(kind)
        assert len(ring.keys) == 1
    assert ring.current == first + 2
    with connections["owner"].cursor() as cursor:
        states = {one.number: one.state for one in settle.noted(cursor) if one.kind == kind.name}
        assert states == {first: "retired", first + 1: "retired", first + 2: "current"}
    kept = (world / "secrets" / "retired_keys").read_text().splitlines()
    assert [line.split()[1:3] for line in kept] == [[kind.name, str(first)], [kind.name, str(first + 1)]]
    assert (world / "secrets" / "retired_keys").stat().st_mode & 0o077 == 0
    assert (
        Event.objects.filter(action="keys.rotate").count()
        == 2
        == Event.objects.filter(action="keys.retire").count()
    )
    from payung.config.prepare import ensure_ready

    ensure_ready()


#: Where the process may be ended: before and after each thing that is written.
ENDS = [
    (ENCRYPTION, "payung.access.key_ring.write_ring", "before"),
    (ENCRYPTION, "payung.access.key_ring.write_ring", "after"),
    (ENCRYPTION, "payung.access.key_ring._note", "after"),
    (ENCRYPTION, "payung.access.rotation._column", "after"),
    (ENCRYPTION, "payung.access.rotation._from_now_on", "before"),
    (ENCRYPTION, "payung.access.rotation._from_now_on", "after"),
    (ENCRYPTION, "payung.access.rotation._prove", "after"),
    (ENCRYPTION, "payung.access.rotation._kept_files", "before"),
    (ENCRYPTION, "payung.access.rotation.os.fsync", "after"),
    (ENCRYPTION, "payung.access.key_ring._keep_retired", "before"),
    (ENCRYPTION, "payung.access.key_ring._keep_retired", "after"),
    (INDEX, "payung.access.key_ring._note", "after"),
    (INDEX, "payung.access.rotation._renew", "after"),
    (INDEX, "payung.access.rotation.settle.make_current", "after"),
    (INDEX, "payung.access.key_ring._keep_retired", "before"),
    (SECRET, "payung.access.key_ring.write_ring", "after"),
]


@pytest.mark.parametrize(
    ("kind", "at", "when"), ENDS, ids=lambda one: getattr(one, "name", str(one).rsplit(".")[-1])
)
def test_ended_anywhere_all_is_readable_and_the_next_run_goes_on(world, monkeypatch, kind, at, when):
    from pydoc import locate

    module, _, name = at.rpartition(".")
    place = locate(module)
    original = getattr(place, name)

    def end(*args, **kwargs):
        if when == "after":
            original(*args, **kwargs)
        raise Ended

    monkeypatch.setattr(place, name, end)
    with pytest.raises(Ended):
        rotate(kind)
    monkeypatch.setattr(place, name, original)
    connections["owner"].close()
    django_settings.KEYS.forget()
    from payung.config.prepare import ensure_ready

    ensure_ready()
    everything_opens()
    rotate(kind)
    everything_opens()
    if kind is not SECRET:
        assert len(django_settings.KEYS.ring(kind).keys) == 1
        used = [rotation.used(column) for column in rotation.columns()] if kind is ENCRYPTION else []
        assert all(set(one) <= {django_settings.KEYS.ring(kind).current} for one in used)


def test_who_looks_up_and_writes_meanwhile_notices_nothing(world, own_database):
    """A thread asks for everybody by NIK, another writes ciphertexts and hashes; every kind is rotated three times."""
    stop, missed, written, failed = threading.Event(), [], [], []

    def look() -> None:
        try:
            with acting_as(Actor.of(User.objects.get(username="operator"))):
                while not stop.is_set():
                    missed.extend(p[0] for p in PEOPLE if person_by_nik(p[0]) is None)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    def write() -> None:
        try:
            with acting_as(Actor.of(User.objects.get(username="operator"))):
                while not stop.is_set():
                    number = len(written)
                    nik = f"65710105{number:08d}"
                    with transaction.atomic(), everyone_visible():
                        made = Person.objects.create(
                            name="Baru", name_norm="baru", region_code="65.71.01", nik_hash=nik_hash(nik),
                            nik_enc=encrypt(nik, "nik"),
                        )  # fmt: skip
                    written.append((made.pk, nik))
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=look), threading.Thread(target=write)]
    for one in threads:
        one.start()
    try:
        for _ in range(3):
            rotate(INDEX)
            rotate(ENCRYPTION)
    finally:
        stop.set()
        for one in threads:
            one.join()
    assert not failed and not missed and len(written) > 10
    with acting_as(Actor.of(User.objects.get(username="operator"))):
        for pk, nik in written:
            someone = Person.objects.get(pk=pk)
            assert bytes(someone.nik_hash) == nik_hash(nik) and decrypt(someone.nik_enc, "nik") == nik


def test_a_process_that_has_only_the_old_key_can_write_nothing_more(world, settings):
    """Not even one that was started before the rotation and never looked again."""
    stale = {kind.name: django_settings.KEYS.ring(kind) for kind in KINDS.values()}
    rotate(ENCRYPTION)
    rotate(INDEX)
    fresh = settings.KEYS

    class Stale:
        def ring(self, kind):
            return stale[kind.name]

        def look(self):
            pass

    settings.KEYS = Stale()
    someone = {"name": "Baru", "name_norm": "baru", "region_code": "65.71.01"}
    with acting_as(Actor.of(User.objects.get(username="operator"))):
        with pytest.raises(Exception, match="registry_person_nik_enc_key"), transaction.atomic():
            Person.objects.create(**someone, nik_enc=encrypt("6571010508680099", "nik"))
        with pytest.raises(KeysWrong, match="start this process again"), transaction.atomic():
            Person.objects.create(**someone, nik_hash=nik_hash("6571010508680099"))
        with pytest.raises(Exception, match="registry_person_nik_hash_key"), transaction.atomic():
            Person.objects.create(**someone, nik_hash=asked_hashes("6571010508680099")[0])
    settings.KEYS = fresh


def test_every_column_of_ciphertexts_says_what_it_is_bound_to():
    """Else it would be left behind under a key that is given up."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.name.endswith("_enc"):
                assert isinstance(field, CiphertextField) and field.context, f"{model.__name__}.{field.name}"


def test_the_folders_of_encrypted_files_are_known(tmp_path, settings):
    from payung.documents.store import CASE_PAPERS, MEETING_FILES

    assert {store.folder: store.context for store in (CASE_PAPERS, MEETING_FILES)} == settle.STORES
    settings.HOME = tmp_path
    name = uploads.keep(SimpleUploadedFile("list.csv", b"x"))
    ((folder, context),) = settle.STORES_OF_PARTS.items()
    with (tmp_path / folder / name).open("rb") as source:
        assert list(read_parts(source, f"{context}.{name}")) == [b"x"]


def test_a_list_that_waits_is_loaded_after_the_key_was_changed(world, tmp_path):
    """It goes as late as it would have, and none that is forgotten meanwhile comes back."""
    with acting_as(Actor.of(User.objects.get(username="operator"))) as actor:
        ask(actor, write_list(tmp_path / "desa.xlsx", [("6571010508680099", *ANDI[1:])]))
    folder = world / "uploads"
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert rotation.used_by_files() == {1: 3 + len(before)}
    rotate(ENCRYPTION)
    assert rotation.used_by_files() == {2: 3 + len(before)}
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    rows = Record.objects.count
    with acting_as(actor):
        had = rows()
    run_waiting()
    with acting_as(actor):
        assert rows() == had + 1
    assert len(list(folder.iterdir())) == len(before) - 1


def test_an_upload_that_nothing_opens_keeps_no_key(world):
    strange = world / "uploads" / ("a" * 32)
    strange.write_bytes(b"\x00\x00\x00\x1d" + b"\x07" * 29)
    rotate(ENCRYPTION)
    assert strange.exists() and len(django_settings.KEYS.ring(ENCRYPTION).keys) == 1
    strange.unlink()
    everything_opens()


def test_a_key_given_by_a_variable_is_changed_by_a_person(world, monkeypatch):
    ring = django_settings.KEYS.ring(ENCRYPTION)
    monkeypatch.setenv(ENCRYPTION.variable, ring.keys[ring.current])
    django_settings.KEYS.forget()
    with pytest.raises(rotation.CannotRotate, match="PAYUNG_NIK_ENCRYPTION_KEY"):
        rotate(ENCRYPTION)
    monkeypatch.setenv(ENCRYPTION.variable, f"2:{'ab' * 32},1:{ring.keys[ring.current]}")
    django_settings.KEYS.forget()
    from payung.config.prepare import ensure_ready

    ensure_ready()
    said = rotate(ENCRYPTION)
    assert "take it out of PAYUNG_NIK_ENCRYPTION_KEY" in said[-1]
    everything_opens()
    monkeypatch.setenv(ENCRYPTION.variable, f"2:{'ab' * 32}")
    django_settings.KEYS.forget()
    ensure_ready()
    everything_opens()


def test_many_are_encrypted_as_one(world):
    sealed = encrypt_many(["a", "", None, *("b" * 600)], "nik")
    assert sealed[1] is sealed[2] is None
    assert [decrypt(one, "nik") for one in sealed if one] == ["a", *("b" * 600)]
    assert len({one[:13] for one in sealed if one}) == 601
    with pytest.raises(CannotDecrypt):
        decrypt(b"\x63" + sealed[0][1:], "nik")
    for cut in (b"", b"\x01", sealed[0][:12], sealed[0][:20]):
        with pytest.raises(CannotDecrypt):
            decrypt(cut, "nik")


def test_the_password_of_the_role_is_its_own(world, own_database):
    """On a server that asks for it: a new one is kept before it is set, and opens."""
    from payung.config import role
    from payung.config.database import former_password, password_file, role_passwords
    from payung.config.prepare import owner_connection

    with owner_connection() as owner:
        role.change(world, owner)
        (kept,) = role_passwords(world)
        assert password_file(world).stat().st_mode & 0o077 == 0
        stored = owner.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'payung_app'").fetchone()[0]
        assert stored.startswith("SCRAM-SHA-256$") and kept not in stored
        assert kept not in {former_password(key) for key in django_settings.KEYS.ring(SECRET).keys.values()}
        role.change(world, owner)
        assert role_passwords(world) != [kept] and len(role_passwords(world)) == 1
        owner.execute("ALTER ROLE payung_app PASSWORD NULL")
    connection.settings_dict["PASSWORD"] = django_settings.DATABASES["default"]["PASSWORD"] = ""
    assert isinstance(owner, psycopg.Connection)
