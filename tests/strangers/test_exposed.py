"""Served beyond this machine only with HTTPS, and never with passwords that everybody knows."""

from __future__ import annotations

import pytest
from django.test import override_settings

from payung.cli.demo import PASSWORD
from payung.cli.exposed import beyond_this_machine, demo_users, missing, require_safe

HERE = ["127.0.0.1", "127.9.8.7", "::1", "localhost"]
BEYOND = [
    "0.0.0.0",
    "::",
    "192.0.2.7",
    "10.0.0.1",
    "2001:db8::1",
    "fe80::1",
    "no-such-host.invalid",
    "::ffff:10.0.0.1",
]
SAFE = {
    "PAYUNG_HTTPS": True,
    "PAYUNG_PUBLIC_URL": "https://payung.example.go.id",
    "ALLOWED_HOSTS": ["payung.example.go.id"],
    "PAYUNG_PROXIES": 1,
}
UNSAFE = {
    "plain HTTP": ({"PAYUNG_HTTPS": False}, "PAYUNG_HTTPS=true"),
    "no public address": ({"PAYUNG_PUBLIC_URL": ""}, "PAYUNG_PUBLIC_URL=https://"),
    "a plain public address": ({"PAYUNG_PUBLIC_URL": "http://payung.example"}, "PAYUNG_PUBLIC_URL=https://"),
    "this machine's names": ({"ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"]}, "PAYUNG_HOSTS="),
    "no name": ({"ALLOWED_HOSTS": []}, "PAYUNG_HOSTS="),
    "no proxy": ({"PAYUNG_PROXIES": 0}, "PAYUNG_PROXIES=1"),
}


@pytest.mark.parametrize("host", HERE)
def test_this_machine_s_own_addresses(host):
    assert not beyond_this_machine(host)


@pytest.mark.parametrize("host", BEYOND)
def test_addresses_that_others_reach(host):
    assert beyond_this_machine(host)


@pytest.mark.django_db
@pytest.mark.parametrize(("settings", "named"), UNSAFE.values(), ids=UNSAFE.keys())
def test_what_is_missing_is_named(capsys, settings, named):
    with override_settings(**{**SAFE, **settings}):
        with pytest.raises(SystemExit) as ended:
            require_safe("0.0.0.0", trusted_network=False)
        assert ended.value.code == 2
        said = capsys.readouterr().err
        assert named in said and said.count("\n") == 1
        require_safe("127.0.0.1", trusted_network=False)
        require_safe("0.0.0.0", trusted_network=True)
    with override_settings(**SAFE):
        require_safe("0.0.0.0", trusted_network=False)


def test_all_that_is_missing_is_named_at_once():
    assert len(missing(https=False, public_url="", hosts=["localhost"], proxies=0)) == 4


@pytest.mark.django_db
@pytest.mark.parametrize("trusted", [False, True])
def test_the_demo_s_passwords_are_refused_everywhere_but_here(capsys, make_actor, trusted):
    user = make_actor("operator", username="operator").user if not _exists("operator") else _user("operator")
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    with override_settings(**SAFE):
        with pytest.raises(SystemExit):
            require_safe("0.0.0.0", trusted_network=trusted)
        said = capsys.readouterr().err
        assert "operator" in said and PASSWORD not in said
        require_safe("127.0.0.1", trusted_network=trusted)
        user.is_active = False
        user.save(update_fields=["is_active"])
        require_safe("0.0.0.0", trusted_network=trusted)
    assert demo_users(PASSWORD, ["operator"]) == []


def _exists(name):
    return _user(name) is not None


def _user(name):
    from payung.access.models import User

    return User.objects.filter(username=name).first()
