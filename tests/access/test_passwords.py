"""What somebody would guess is no password: breached ones, words of this office, patterns, one's own name."""

from __future__ import annotations

import lzma
from importlib import resources

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from payung.access.actions import create_user, set_demo_password, set_password
from payung.access.actor import Refused
from payung.access.models import Organisation, User

GUESSED = [
    "payung2026!",
    "operator1234",
    "admin12345",
    "P@ssw0rd123",
    "Indonesia123",
    "disnakertrans",
    "a" * 70,
    "payung-demo-2026",
    "p4yung2026",
    "P4yUn9_2027",
    "p4yung-2026!",
    "0perat0r#99",
    "Kaltara2026!!",
    "KalimantanUtara",
    "kalimantan-utara-2026",
    "bpjsketenagakerjaan",
    "BPJS.Tarakan.65",
    "Disnaker#2026",
    "!!disnaker!!",
    "2026operator2026",
    "operatorpayung",
    "payungpayungpayung",
    "rahasia-sandi",
    "sandirahasia99",
    "bismillah123",
    "Alhamdulillah1",
    "sayangku123",
    "merdeka1945",
    "garuda12345",
    "jakarta2026",
    "Tarakan@2026",
    "nunukan_malinau",
    "adminadmin123",
    "januari-2026",
    "qwertyuiop",
    "1234567890",
    "0987654321",
    "1q2w3e4r5t",
    "asdfghjkl;",
    "abcdefghij",
    "abcd1234567",
    "aaaaaaaaaa",
    "abababababab",
    "17081945!!",
    "17-08-1945",
    "6571014508680001",
    "081234567890",
    "iloveyou123",
    "letmein12345",
    "pa$$w0rd2026",
    "p4ssw0rd!!",
    "welcome12345",
    "Sitiaminah68",
    "aminah-siti-1",
    "s.aminah@1968",
    "kabag umum 1",
    "pendek",
    "",
]
#: Breached, and guessing alone would think much of them.
BREACHED = ["3rjs1la7qe", "3RJS1LA7QE", "ohyeah1979", "18436572lol"]
GOOD = [
    "kopi tubruk hujan sore",
    "sungai biru menanam jagung",
    "nelayan tangguh lima kapal",
    "rumah hijau 7 kucing",
    "hujan-payung-kelapa-muda",
    "Zq7-tiga-lembu",
    "xK9#mQ2$vL",
    "tr0ub4dor&3",
    "batu sikat kelabu renang",
    "9f8e7d6c5b4a",
    "\u067e\u0633\u062a\u0647 \u06a9\u0648\u0647 \u0628\u0627\u0631\u0627\u0646",
    "x" * 3 + " kerbau menyeberang jalan raya " * 6,
]


def siti() -> User:
    return User(
        username="saminah",
        full_name="Siti Aminah",
        position="Kabag Umum",
        email="s.aminah@contoh.go.id",
        organisation=Organisation(pk=1, name="Dinas Contoh"),
    )


@pytest.mark.parametrize("password", GUESSED)
def test_what_somebody_would_guess_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, siti())


@pytest.mark.parametrize("password", GOOD)
def test_a_sentence_or_chance_is_taken(password):
    validate_password(password, siti())


def packed() -> list[str]:
    data = resources.files("payung.access").joinpath("data", "breached_passwords.txt.xz").read_bytes()
    assert len(data) < 500_000
    return lzma.decompress(data).decode().splitlines()


def test_breached_passwords_are_refused_in_any_case_and_with_signs_around():
    known = packed()
    assert len(known) > 50_000 and all(len(word) >= 10 for word in known)
    for word in known[::4_000]:
        for typed in (word, word.upper(), word.title()):
            with pytest.raises(ValidationError):
                validate_password(typed)
    plain = [word for word in known if word.isalpha() and word.isascii()][::1_500]
    assert len(plain) > 5
    for word in plain:
        with pytest.raises(ValidationError):
            validate_password(f"!{word.capitalize()}99")


@pytest.mark.django_db
def test_whoever_gives_a_password_is_told_in_both_languages_what_to_do(make_actor):
    admin = make_actor("admin")
    make_actor("operator", username="petugas")
    for give in (
        lambda: set_password(admin, username="petugas", password="payung2026!"),
        lambda: create_user(
            admin,
            username="baru",
            full_name="Baru",
            role="operator",
            region_code="65",
            password="payung2026!",
        ),
    ):
        with pytest.raises(Refused) as refused:
            give()
        assert "empat kata" in refused.value.sentence
        assert "four words" in refused.value.english
    assert not User.objects.filter(username="baru").exists()
    set_password(admin, username="petugas", password="kopi tubruk hujan sore")
    assert User.objects.get(username="petugas").check_password("kopi tubruk hujan sore")


@pytest.mark.django_db
def test_the_password_of_the_demo_is_for_the_demo_only(make_actor):
    from payung.cli.demo import PASSWORD

    admin = make_actor("admin")
    make_actor("operator", username="petugas")
    with pytest.raises(Refused):
        set_password(admin, username="petugas", password=PASSWORD)
    set_demo_password(admin, username="petugas", password=PASSWORD)
    assert User.objects.get(username="petugas").check_password(PASSWORD)


@pytest.mark.django_db
def test_a_new_password_ends_every_session_of_before(static_files, make_actor):
    admin, user = make_actor("admin"), make_actor("operator", username="petugas").user
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(user)
        assert client.get("/orang/").status_code == 200
    set_password(admin, username="petugas", password="kopi tubruk hujan sore")
    for client in clients:
        assert client.get("/orang/").url.startswith("/masuk/")
