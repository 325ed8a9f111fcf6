"""An uploaded list lies encrypted until it is loaded or an hour is over, and opens for its uploader only."""

from __future__ import annotations

import os
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from payung.access.models import User
from payung.jobs import uploads
from payung.web import housekeeping

ROW = b"6571014508680001;Siti Aminah;Tarakan\n"
OWNER, OTHER = User(pk=1), User(pk=2)


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path
    return tmp_path


def keep(content: bytes) -> dict[str, object]:
    return {"kept": uploads.keep(SimpleUploadedFile("a.csv", content)), "user": 1}


def lying(home) -> list[bytes]:
    return [path.read_bytes() for path in (home / "uploads").iterdir()]


@pytest.mark.parametrize(
    "content",
    [b"", b"x", ROW, ROW * 1000, os.urandom(1024 * 1024), os.urandom(1024 * 1024 + 1), ROW * 100_000],
    ids=len,
)
def test_what_is_kept_is_unreadable_and_comes_back_whole(home, content):
    kept = keep(content)
    assert not any(b"Siti" in found or b"6571014508680001" in found for found in lying(home))
    with uploads.opened(kept, OWNER) as path:
        assert path.read_bytes() == content
        assert path.stat().st_mode & 0o777 == 0o600
    assert len(lying(home)) == 1, "the readable copy is gone"
    for found in (home / "uploads").iterdir():
        assert found.stat().st_mode & 0o777 == 0o600
    assert (home / "uploads").stat().st_mode & 0o777 == 0o700


def test_a_large_file_goes_through_its_parts(home):
    sent = TemporaryUploadedFile("a.csv", "text/csv", 3_500_000, None)
    sent.write(ROW * 100_000)
    sent.seek(0)
    with uploads.opened({"kept": uploads.keep(sent), "user": 1}, OWNER) as path:
        assert path.read_bytes() == ROW * 100_000


def test_the_readable_copy_goes_also_when_reading_fails(home):
    kept = keep(ROW)
    with pytest.raises(RuntimeError), uploads.opened(kept, OWNER):
        raise RuntimeError
    assert len(lying(home)) == 1


@pytest.mark.parametrize(
    "asked",
    [
        None,
        "x",
        {},
        {"user": 1},
        {"user": 1, "kept": ""},
        {"user": 1, "kept": "../secrets/secret_key"},
        {"user": 1, "kept": "/etc/passwd"},
        {"user": 1, "kept": "a" * 32},
        {"user": 1, "kept": ".."},
        {"user": 2, "kept": None},
    ],
)
def test_nothing_else_is_opened(home, asked):
    (home / "secrets").mkdir()
    (home / "secrets" / "secret_key").write_text("x")
    keep(ROW)
    with uploads.opened(asked, OWNER) as path:
        assert path is None


def test_another_user_cannot_open_it(home):
    with uploads.opened(keep(ROW), OTHER) as path:
        assert path is None


@pytest.mark.parametrize("how", ["time alone", "the next upload"])
def test_after_an_hour_it_is_gone(home, how, monkeypatch):
    monkeypatch.setattr(housekeeping.seals, "seal", lambda: None)
    kept = keep(ROW)
    with uploads.opened(kept, OWNER) as path:
        left = path.with_suffix(".left")
        left.write_bytes(ROW)
    old = time.time() - uploads.KEEP_SECONDS - 5
    for found in (home / "uploads").iterdir():
        os.utime(found, (old, old))
    if how == "time alone":
        housekeeping.look()
        assert lying(home) == []
    else:
        keep(b"x")
        assert len(lying(home)) == 1
    with uploads.opened(kept, OWNER) as path:
        assert path is None


def test_what_is_loaded_is_forgotten_at_once(home):
    kept = keep(ROW)
    uploads.forget(kept)
    assert lying(home) == []
    uploads.forget({"kept": "../x"})


def test_house_is_kept_although_one_step_fails(home, monkeypatch, caplog):
    def fail() -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(housekeeping.seals, "seal", fail)
    kept = keep(ROW)
    old = time.time() - uploads.KEEP_SECONDS - 5
    os.utime(home / "uploads" / str(kept["kept"]), (old, old))
    housekeeping.look()
    assert lying(home) == []
    assert "failed" in caplog.text
