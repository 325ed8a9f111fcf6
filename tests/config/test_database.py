"""How a process reaches the database, and what it is not given."""

from __future__ import annotations

import pytest

from payung.config import database

URL = "postgresql://payung_owner:s3cret%40@db.example:5433/payung?sslmode=verify-full&sslrootcert=/etc/ca.pem"


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("PAYUNG_DATABASE", database.SERVING, database.PASSWORD_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


def test_all_that_the_url_says_is_kept(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", URL)
    found = database.connections(home)
    owner = found["owner"]
    assert (owner["USER"], owner["PASSWORD"], owner["HOST"], owner["PORT"], owner["NAME"]) == (
        "payung_owner", "s3cret@", "db.example", "5433", "payung",
    )  # fmt: skip
    for one in found.values():
        assert one["OPTIONS"]["sslmode"] == "verify-full" and one["OPTIONS"]["sslrootcert"] == "/etc/ca.pem"


def test_what_serves_pages_is_not_given_the_owner(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("PGPASSWORD", "s3cret@")
    given = database.serving_environment({"DATABASE_URL": URL, "PGPASSWORD": "s3cret@", "PATH": "/bin"})
    assert not any("s3cret" in value or "payung_owner" in value for value in given.values())
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(database.PASSWORD_VARIABLE, "web")
    found = database.connections(home)
    assert set(found) == {"default"}
    web = found["default"]
    assert (web["USER"], web["PASSWORD"], web["HOST"], web["PORT"], web["NAME"]) == (
        "payung_app", "web", "db.example", "5433", "payung",
    )  # fmt: skip
    assert web["OPTIONS"]["sslmode"] == "verify-full"


@pytest.mark.parametrize(
    "url",
    [
        "mysql://a:b@c/d", "db.example", "postgresql://host", "postgresql://host/", "postgres:/payung",
        "host=x dbname=y",
        "postgresql://a:b@c/d?nonsense=1",
        "postgresql://[::1/d", "postgresql://a:b@c/d?sslmode", "://",
    ],
)  # fmt: skip
def test_a_url_that_is_none_is_refused_without_its_password(home, monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ValueError, match="DATABASE_URL must look like"):
        database.connections(home)


def test_the_password_of_the_role_does_not_come_from_secret_key(home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", URL)
    database.keep_passwords(home, ["one", "two"])
    for secret_key in ("a" * 64, "b" * 64):
        monkeypatch.setenv("PAYUNG_SECRET_KEY", secret_key)
        assert database.connections(home)["default"]["PASSWORD"] == "one"
    monkeypatch.setenv(database.PASSWORD_VARIABLE, " ")
    with pytest.raises(RuntimeError, match="is empty"):
        database.connections(home)


REMOTE = [
    "db.example",
    "10.0.0.7",
    "2001:db8::1",
    "localhost,db.example",
    "LOCALHOST.example",
    "127x.example",
]


@pytest.mark.parametrize("host", REMOTE)
def test_over_a_network_the_server_s_certificate_is_checked_unless_another_mode_is_said(
    home, monkeypatch, host
):
    monkeypatch.delenv("PGSSLMODE", raising=False)
    monkeypatch.setenv("DATABASE_URL", f"postgresql:///payung?host={host}&user=a&password=b")
    for one in database.connections(home).values():
        assert (one["OPTIONS"]["sslmode"], one["OPTIONS"]["sslrootcert"]) == ("verify-full", "system")
    monkeypatch.setenv("DATABASE_URL", f"postgresql:///payung?host={host}&user=a&password=b&sslmode=require")
    options = database.connections(home)["default"]["OPTIONS"]
    assert options["sslmode"] == "require" and "sslrootcert" not in options


@pytest.mark.parametrize("host", ["", "localhost", "127.0.0.1", "::1", "/var/run/postgresql", "@payung"])
def test_on_this_machine_no_certificate_is_needed(home, monkeypatch, host):
    monkeypatch.delenv("PGSSLMODE", raising=False)
    monkeypatch.setenv("DATABASE_URL", f"postgresql:///payung?host={host}&user=a&password=b")
    assert "sslmode" not in database.connections(home)["default"]["OPTIONS"]
