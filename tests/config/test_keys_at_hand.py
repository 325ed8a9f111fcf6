"""A key that is lost, damaged or another than the database was written with is refused, never replaced."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from payung.config import settle
from payung.config.keys import (
    ENCRYPTION,
    INDEX,
    KINDS,
    SECRET,
    Keys,
    KeysWrong,
    new_key,
    refuse_unknown_variables,
)

FILES = {"encryption": "nik_encryption_key", "index": "nik_index_key", "secret": "secret_key"}


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A home with the keys that the database of the tests knows, in files; nothing in the environment."""
    for kind in KINDS.values():
        monkeypatch.delenv(kind.variable, raising=False)
    monkeypatch.delenv("PAYUNG_SECRET_KEY_FALLBACKS", raising=False)
    folder = tmp_path / "home" / "secrets"
    folder.mkdir(parents=True, mode=0o700)
    for kind in KINDS.values():
        ring = django_settings.KEYS.ring(kind)
        path = folder / kind.file
        path.write_text("".join(f"{number}:{key}\n" for number, key in ring.keys.items()))
        path.chmod(0o600)
    return folder.parent


def start(home: Path) -> bool:
    """What every command does first; whether everything is known."""
    with connection.cursor() as cursor:
        return settle.verify(settle.noted(cursor), Keys(home))


def write(home: Path, kind: str, text: str, mode: int = 0o600) -> None:
    path = home / "secrets" / FILES[kind]
    path.write_text(text)
    path.chmod(mode)


def key_of(home: Path, kind: str) -> str:
    return (home / "secrets" / FILES[kind]).read_text().split(":")[-1].strip()


LOST = {
    "file gone": lambda home, kind, env: (home / "secrets" / FILES[kind]).unlink(),
    "file renamed": lambda home, kind, env: (home / "secrets" / FILES[kind]).rename(home / "secrets" / "old"),
    "empty file": lambda home, kind, env: write(home, kind, ""),
    "only a line break": lambda home, kind, env: write(home, kind, "\n"),
    "too short": lambda home, kind, env: write(home, kind, key_of(home, kind)[:-1]),
    "too long": lambda home, kind, env: write(home, kind, key_of(home, kind) + "0"),
    "half of it": lambda home, kind, env: write(home, kind, key_of(home, kind)[:32]),
    "not hexadecimal": lambda home, kind, env: write(home, kind, "g" * 64),
    "a word": lambda home, kind, env: write(home, kind, "changeme"),
    "bytes": lambda home, kind, env: (home / "secrets" / FILES[kind]).write_bytes(b"\xff\x00" * 32),
    "another key": lambda home, kind, env: write(home, kind, new_key()),
    "another under a new number": lambda home, kind, env: write(home, kind, f"9:{new_key()}"),
    "no number": lambda home, kind, env: write(home, kind, f"x:{new_key()}"),
    "number nought": lambda home, kind, env: write(home, kind, f"0:{key_of(home, kind)}"),
    "twice one number": lambda home, kind, env: write(home, kind, f"1:{key_of(home, kind)}\n1:{new_key()}"),
    "open to the group": lambda home, kind, env: (home / "secrets" / FILES[kind]).chmod(0o640),
    "open to all": lambda home, kind, env: (home / "secrets" / FILES[kind]).chmod(0o604),
    "a folder": lambda home, kind, env: (
        (home / "secrets" / FILES[kind]).unlink(),
        (home / "secrets" / FILES[kind]).mkdir(),
    ),
    "a link to nowhere": lambda home, kind, env: (
        (home / "secrets" / FILES[kind]).unlink(),
        (home / "secrets" / FILES[kind]).symlink_to("/nowhere"),
    ),
    "the whole folder gone": lambda home, kind, env: shutil.rmtree(home / "secrets"),
    "an empty variable": lambda home, kind, env: env(KINDS[kind].variable, ""),
    "blanks in the variable": lambda home, kind, env: env(KINDS[kind].variable, "  "),
    "a short variable": lambda home, kind, env: env(KINDS[kind].variable, "ab" * 31),
    "a variable in quotes": lambda home, kind, env: env(KINDS[kind].variable, f'"{key_of(home, kind)}"'),
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("loss", LOST)
def test_a_key_that_is_not_as_it_was_is_refused_in_a_sentence(db, home, monkeypatch, loss, kind):
    LOST[loss](home, kind, monkeypatch.setenv)
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*") if not path.is_symlink()}
    with pytest.raises(KeysWrong) as refused:
        start(home)
    said = str(refused.value)
    assert "\n" not in said and said.endswith(".")
    assert FILES[kind] in said or KINDS[kind].variable in said or "the whole folder" in loss, (
        "where it was looked for"
    )
    assert any(word in said for word in ("put", "write", "run", "Payung's user")), "what to do"
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*") if not path.is_symlink()} == before


@pytest.mark.parametrize("kind", ["encryption", "index"])
def test_a_variable_with_another_key_is_refused(db, home, monkeypatch, kind):
    monkeypatch.setenv(KINDS[kind].variable, new_key())
    with pytest.raises(KeysWrong, match="is not the one this database was written with"):
        start(home)


@pytest.mark.parametrize(
    "name", ["PAYUNG_NIK_ENCRYPTON_KEY", "PAYUNG_NIK_KEY", "PAYUNG_SECRETKEY_KEY", "PAYUNG_KEYS"]
)
def test_a_mistyped_variable_is_not_passed_over(name):
    with pytest.raises(KeysWrong, match=name):
        refuse_unknown_variables({name: new_key()})


def test_keys_that_fit_are_taken_from_files_and_variables(db, home, monkeypatch):
    assert start(home)
    for kind in KINDS.values():
        monkeypatch.setenv(kind.variable, key_of(home, kind.name))
    shutil.rmtree(home / "secrets")
    assert start(home)


def test_a_new_secret_key_in_its_variable_locks_nobody_out(db, home, monkeypatch):
    """It signs sessions only, so it may be changed; but the database is to know it first."""
    former = key_of(home, "secret")
    monkeypatch.setenv("PAYUNG_SECRET_KEY", new_key())
    assert not start(home)
    monkeypatch.setenv("PAYUNG_SECRET_KEY_FALLBACKS", former)
    assert list(Keys(home).ring(SECRET).keys.values())[1:] == [former]


@pytest.mark.parametrize("bad", ["short", "ab" * 31, f"{'a' * 64},", "zz" * 32])
def test_a_damaged_fallback_is_refused(home, monkeypatch, bad):
    monkeypatch.setenv("PAYUNG_SECRET_KEY", new_key())
    monkeypatch.setenv("PAYUNG_SECRET_KEY_FALLBACKS", bad)
    with pytest.raises(KeysWrong, match="PAYUNG_SECRET_KEY_FALLBACKS"):
        Keys(home).ring(SECRET)


def test_a_running_process_keeps_its_keys_when_the_files_are_spoilt(home):
    keys = Keys(home)
    before = keys.ring(ENCRYPTION)
    for text in (new_key(), "", "rubbish"):
        write(home, "encryption", text)
        keys.look()
        assert keys.ring(ENCRYPTION).keys == before.keys
    (home / "secrets" / "nik_encryption_key").unlink()
    keys.look()
    assert keys.ring(ENCRYPTION).keys == before.keys


def test_a_running_process_reads_a_key_that_was_added(home):
    keys = Keys(home)
    first = keys.ring(INDEX)
    write(
        home, "index", f"7:{new_key()}\n" + "".join(f"{number}:{key}\n" for number, key in first.keys.items())
    )
    keys.look()
    assert keys.ring(INDEX).current == 7 and set(first.keys) < set(keys.ring(INDEX).keys)


def test_no_refusal_quotes_a_key(db, home, monkeypatch):
    for kind in FILES:
        for loss in LOST.values():
            shutil.rmtree(home / "secrets", ignore_errors=True)
            (home / "secrets").mkdir(mode=0o700)
            spoilt = {}
            for name, file in FILES.items():
                spoilt[name] = new_key()
                write(home, name, spoilt[name])
                assert file
            loss(home, kind, lambda *_: None)
            with pytest.raises(KeysWrong) as refused:
                start(home)
            assert not any(key[:16] in str(refused.value) for key in spoilt.values())


PAYUNG = [sys.executable, "-c", "from payung.cli.main import main; main()"]
#: What every door does, in a process of its own.
DOORS = {
    "a command": [*PAYUNG, "fund", "list"],
    "migrate": [*PAYUNG, "db", "migrate"],
    "serve": [*PAYUNG, "serve", "--port", "18999"],
    "a worker": [sys.executable, "-c", "import payung.config.wsgi"],
}


@pytest.mark.parametrize("door", DOORS)
def test_every_door_refuses(own_database, door):
    environment = {
        **os.environ,
        "PAYUNG_HOME": str(django_settings.HOME),
        "PAYUNG_DATABASE": own_database,
        "PAYUNG_NIK_ENCRYPTION_KEY": new_key(),
    }
    done = subprocess.run(
        DOORS[door], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode in (2, 3), done.stderr
    assert "is not the one this database was written with" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout and done.stderr.count("\n") == 1


def test_threads_that_ask_while_the_keys_are_read_anew_always_get_them(home, monkeypatch):
    """Whatever the order in which threads forget, look and ask."""
    monkeypatch.setattr("payung.config.keys.LOOK_AGAIN", 0.0005)
    keys, stop, refused = Keys(home), threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            for kind in KINDS.values():
                try:
                    keys.ring(kind)
                except KeysWrong as error:
                    refused.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for _ in range(300):
        keys.forget()
        time.sleep(0.001)
    stop.set()
    for one in threads:
        one.join()
    assert not refused
