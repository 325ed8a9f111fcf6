"""Cover that another pays, on the pages: the person, the public question, the desk, the case. Never 'no cover'."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from payung.access.actor import Actor, acting_as, action, everyone_visible
from payung.access.acts import OWN_REGIONS, Act
from payung.access.crypto import encrypt, nik_hash
from payung.claims.actions import run_desk
from payung.claims.models import Case
from payung.claims.personal_codes import codes_for
from payung.registry.models import Person
from payung.values import Month
from tests.claims.scene import build, die, protected, unprotected
from tests.coverage.extract import say

NIK, OTHER = "6571014508680001", "6571014508680002"
DENIALS = (
    "tidak ada perlindungan",
    "tidak terlindungi",
    "tanpa perlindungan",
    "belum dilindungi",
    "belum ada santunan",
)


@pytest.fixture
def logged_in(make_actor, db, static_files):
    """An operator, a client of theirs, and today, over a population of which half is covered."""
    actor = make_actor("operator", "65")
    client = Client()
    client.force_login(actor.user)
    with acting_as(actor):
        yield actor, client, build(120)


def page_of(client: Client, person: Person) -> str:
    return client.get(f"/orang/{person.pk}/").content.decode()


def strip_of(page: str) -> list[str]:
    """The states of the months of the strip, from twelve months ago."""
    return [part.split('"')[0].split(" ")[0] for part in page.split('<li class="strip-')[1:]]


#: Who it is, what the extract says (days until the end, days since the beginning), how many days ago they died: what
#: the page's tag says, whether the bar about another payer stands, and how many coming months (this one too) are its.
PEOPLE = [
    ("paid by another for half a year", "never", (200, None), None, "Dibayar pihak lain", True),
    ("paid by another to the end of this month", "never", (0, None), None, "Dibayar pihak lain", True),
    ("paid by another, from this month", "never", (200, 0), None, "Dibayar pihak lain", True),
    ("paid by another until last month", "never", (-32, None), None, "Tidak tercatat di program ini", False),
    ("paid by another long ago", "never", (-400, None), None, "Tidak tercatat di program ini", False),
    ("to be paid by another", "never", (300, -70), None, "Tidak tercatat di program ini", False),
    ("of no extract", "never", None, None, "Tidak tercatat di program ini", False),
    ("covered here", "own", None, None, "Terlindungi", False),
    ("covered here and elsewhere", "own", (200, None), None, "Terlindungi", True),
    ("dead, paid by another", "never", (200, None), 3, "Dibayar pihak lain", False),
    ("dead, of no extract", "never", None, 3, "Tidak tercatat di program ini", False),
    ("dead, covered here", "own", None, 3, "Terlindungi", False),
]


@pytest.mark.parametrize(
    ("who", "said", "died", "tag", "bar"), [pytest.param(*p[1:], id=p[0]) for p in PEOPLE]
)
def test_the_page_of_a_person_says_who_pays(logged_in, who, said, died, tag, bar):
    actor, client, today = logged_in
    person = protected(1, today)[0] if who == "own" else unprotected(today)
    if said is not None:
        since = None if said[1] is None else today - timedelta(days=said[1])
        say(actor, person, today + timedelta(days=said[0]), since)
    if died is not None:
        with action(actor, Act.DEATHS_RUN, region_code=OWN_REGIONS):
            die(actor, person, died)
    run_desk(actor, today=today)
    case = Case.objects.filter(person=person).first()
    page = page_of(client, person)
    low = page.lower()
    assert not [words for words in DENIALS if words in low]
    assert f"{tag}</span>" in page.replace("\n", "")
    assert ("jangan dibayari dua kali" in page) is bar
    until = None if said is None else Month.containing(today + timedelta(days=said[0]))
    covers = until is not None and until >= Month.containing(today) and "to be" not in who
    states = strip_of(page)
    if who == "never" and said is not None:
        begun = None if said[1] is None else Month.containing(today - timedelta(days=said[1]))
        first = Month.containing(today) + -12
        expected = [
            "other" if (begun is None or begun <= month) and month <= until else "none"
            for month in (first + n for n in range(24))
        ]
        assert states == expected
        assert "Pihak lain" in page
    if bar and who == "never":
        assert f"peserta sampai {until.in_words()}" in page
        assert covers
    if died is not None:
        assert "hari ini" not in page[page.index('id="perlindungan"') : page.index('id="kelayakan"')]
        assert (case is None) == (tag == "Tidak tercatat di program ini")
        assert case is None or f"/klaim/{case.pk}/" in page


def test_the_list_of_people_says_who_is_paid_by_others(logged_in):
    actor, client, today = logged_in
    person, ended = _never(2)
    say(actor, person, today + timedelta(days=200))
    say(actor, ended, today - timedelta(days=40))
    until = Month.containing(today + timedelta(days=200)).in_words()
    found = client.get("/orang/?status=elsewhere").content.decode()
    assert f"pihak lain s.d. {until}" in found
    assert f"/orang/{person.pk}/" in found
    assert f"/orang/{ended.pk}/" not in found
    uncovered = client.get("/orang/?status=uncovered").content.decode()
    assert f"/orang/{person.pk}/" not in uncovered
    everybody = client.get("/orang/").content.decode()
    assert "tidak ada</span>" not in everybody
    assert "tidak tercatat</span>" in everybody


def test_the_desk_counts_them_apart_and_names_no_amount(logged_in):
    actor, client, today = logged_in
    person = unprotected(today)
    say(actor, person, today + timedelta(days=200))
    with action(actor, Act.DEATHS_RUN, region_code=OWN_REGIONS):
        die(actor, person)
    run_desk(actor, today=today)
    number = Case.objects.get().pk
    desk = client.get("/klaim/?jenis=other").content.decode()
    assert person.name in desk
    assert "Kematian, dibayar pihak lain" in desk
    assert "dihitung cabang" in desk
    case = client.get(f"/klaim/{number}/").content.decode()
    assert "dibayar pihak lain." in case
    assert "Rp0" not in case
    letter = client.get(f"/klaim/{number}/surat.pdf")
    assert letter.content.startswith(b"%PDF")


@pytest.mark.browser
def test_the_pages_look_right(site, make_user, looks_right):
    user = make_user("operator")
    actor = Actor.of(user)
    with acting_as(actor):
        today = build(200)
        living, dead = _never(2)
        for person, nik in ((living, NIK), (dead, OTHER)):
            say(actor, person, today + timedelta(days=200), today - timedelta(days=90))
            Person.objects.filter(pk=person.pk).update(nik_hash=nik_hash(nik), nik_enc=encrypt(nik, "nik"))
        with action(actor, Act.DEATHS_RUN, region_code=OWN_REGIONS):
            die(actor, dead)
        Person.objects.filter(pk=dead.pk).update(nik_hash=nik_hash(OTHER))
        run_desk(actor, today=today)
        case = Case.objects.get()
    page = site.open_as(user)
    for address, name in (
        (f"/orang/{living.pk}/", "person-other-payer"),
        (f"/orang/{dead.pk}/", "person-other-payer-dead"),
        ("/klaim/?jenis=other", "claims-desk-other-payer"),
        (f"/klaim/{case.pk}/", "claims-case-other-payer"),
    ):
        page.goto(address)
        looks_right(page, name)
    asking = site.open_as()
    with acting_as(actor):
        codes = codes_for(actor, [living.pk, dead.pk])
    for nik, code, name in (
        (NIK, codes[living.pk], "status-other-payer"),
        (OTHER, codes[dead.pk], "status-other-payer-dead"),
        ("6571014508680009", codes[dead.pk], "status-no-answer"),
    ):
        asking.goto("/cek-perlindungan/")
        asking.get_by_label("NIK").fill(nik)
        asking.get_by_label("Kode pribadi").fill(code)
        asking.get_by_role("button", name="Cek").click()
        asking.locator("#jawaban").wait_for()
        looks_right(asking, name)


def _never(count: int) -> list[Person]:
    found: list[Person] = []
    with transaction.atomic(), everyone_visible():
        found.extend(Person.objects.filter(candidate=True, cover_months__isnull=True).order_by("pk")[:count])
    return found
