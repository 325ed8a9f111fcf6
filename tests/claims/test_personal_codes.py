"""Codes are handed out on paper, by whom and where they may, each time with a line in the audit trail."""

from __future__ import annotations

import io
import json
import re

import pikepdf
import pytest
from django.db import connection
from django.utils import timezone

from payung import database
from payung.access.actor import NotAllowed, Refused, acting_as, action
from payung.access.acts import OWN_REGIONS, Act
from payung.access.crypto import nik_hash
from payung.access.models import Event
from payung.claims import letter, personal_codes
from payung.claims.actions import letter_pdf, person_slip, renew_code, run_desk, village_slips
from payung.claims.models import Case, PersonalCode
from payung.claims.personal_codes import codes_for, holds
from payung.identity.personal_code import read_code, written
from payung.registry.models import Person
from tests.claims.scene import build, die, protected, unprotected

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(make_actor):
    with acting_as(make_actor("operator", "65")) as actor:
        build(120)
        yield actor


@pytest.fixture
def printed(monkeypatch):
    """What papers were made of, in place of PDFs."""
    made = []
    monkeypatch.setattr(
        personal_codes,
        "_typeset",
        lambda village, people, *, signed: made.append((village, people, signed)) or b"%PDF",
    )
    return made


def keep_facts(monkeypatch, module, name: str) -> dict:
    """What the next paper of `module` is made of, filled when it is made."""
    facts: dict = {}
    real = module.make_paper

    def kept(room, template, data, **more):
        facts.update(data[name])
        return real(room, template, data, **more)

    monkeypatch.setattr(module, "make_paper", kept)
    return facts


def village_of(count: int) -> str:
    """The village of most covered people, to which the others of `count` were moved."""
    people = protected(count, timezone.localdate())
    Person.objects.filter(pk__in=[one.pk for one in people]).update(region_code=people[0].region_code)
    return people[0].region_code


def events() -> list[tuple[str, str, dict]]:
    return [
        (one.action, one.subject, one.data)
        for one in Event.objects.filter(action__startswith="code.").order_by("pk")
    ]


def test_a_village_is_printed_once_for_everybody_in_its_decrees(operator, printed):
    village = village_of(7)
    village_slips(operator, village=village)
    (place, people, signed) = printed[0]
    ours = Person.objects.filter(region_code=village, covered_until__isnull=False)
    assert (place, signed, len(people)) == (village, True, ours.count())
    assert len({code for _, code in people}) == len(people)
    assert all(read_code(code) == code for _, code in people)
    assert events() == [
        (
            "code.print_village",
            "region",
            {"village": village, "part": 1, "people": len(people), "new": len(people)},
        )
    ]
    village_slips(operator, village=village)
    assert printed[1] == printed[0]
    assert events()[1][2]["new"] == 0


def test_a_large_village_comes_in_parts_that_leave_out_nobody(operator, printed, monkeypatch):
    village = village_of(7)
    whole = [row["id"] for row in database.dicts(personal_codes._VILLAGE, {"village": village, "skip": 0})]
    monkeypatch.setattr(
        personal_codes, "_VILLAGE", personal_codes._VILLAGE.replace(f"LIMIT {personal_codes.PART}", "LIMIT 3")
    )
    monkeypatch.setattr(personal_codes, "PART", 3)
    found = personal_codes.villages([village])[0]
    for part in found.parts:
        village_slips(operator, village=village, part=part)
    assert [row["id"] for _, people, _ in printed for row, _ in people] == whole
    for part in (found.parts[-1] + 1, 10**6):
        with pytest.raises(Refused):
            village_slips(operator, village=village, part=part)


def test_the_family_keeps_the_code_of_the_worker(operator, printed):
    worker = protected(1, timezone.localdate())[0]
    person_slip(operator, person_id=worker.pk)
    Person.objects.filter(pk=worker.pk).update(died_on="2026-01-05")
    person_slip(operator, person_id=worker.pk)
    assert printed[0][1][0][1] == printed[1][1][0][1]
    assert "untuk ahli waris" in personal_codes._about(printed[1][1][0][0])


def test_a_new_code_ends_the_old_also_of_whoever_was_found_to_be_the_same(operator):
    one, other = protected(2, timezone.localdate())
    codes = codes_for(operator, [one.pk, other.pk])
    Person.objects.filter(pk=other.pk).update(merged_into=one)
    assert holds(one.pk, codes[one.pk])
    assert holds(one.pk, codes[other.pk])
    renew_code(operator, person_id=one.pk, issue=1, reason="slip hilang")
    renew_code(operator, person_id=one.pk, issue=1, reason="slip hilang")
    assert not holds(one.pk, codes[one.pk])
    assert not holds(one.pk, codes[other.pk])
    assert holds(one.pk, codes_for(operator, [one.pk])[one.pk])
    assert PersonalCode.objects.get(person=one).issue == 2
    assert [name for name, *_ in events()] == ["code.renew"]
    with pytest.raises(Refused):
        renew_code(operator, person_id=one.pk, issue=2, reason="  ")


@pytest.mark.parametrize(
    ("role", "region", "may"),
    [
        *(("operator", "65", True), ("branch", "65", True), ("village", "65", True)),
        *(("approver", "65", False), ("budget", "65", False), ("dprd", "65", False), ("admin", "65", False)),
        *(("operator", "elsewhere", False), ("branch", "elsewhere", False), ("village", "elsewhere", False)),
    ],
)
def test_codes_are_handed_out_by_whom_and_where_they_may(operator, make_actor, printed, role, region, may):
    village = village_of(3)
    someone = Person.objects.filter(region_code=village, covered_until__isnull=False).first()
    other = "65.71" if not village.startswith("65.71") else "65.01"
    actor = make_actor(role, other if region == "elsewhere" else region)
    with acting_as(actor):
        for act in (
            lambda: village_slips(actor, village=village),
            lambda: person_slip(actor, person_id=someone.pk),
            lambda: renew_code(actor, person_id=someone.pk, issue=1, reason="hilang"),
        ):
            if may:
                act()
            else:
                with pytest.raises((NotAllowed, Refused)):
                    act()
    assert bool(printed) is may
    assert bool(events()) is may


def test_codes_of_other_regions_are_not_seen_in_the_database(operator, make_actor):
    one = protected(1, timezone.localdate())[0]
    codes_for(operator, [one.pk])
    for regions, seen in ((("65",), 1), ((one.region_code,), 1), (("65.99",), 0), ((), 0)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('payung.regions', %s, false)", [",".join(regions)])
            cursor.execute("SELECT count(*) FROM claims_personalcode")
            assert cursor.fetchone()[0] == seen, regions


def test_a_code_does_not_stand_readable_in_the_database_or_the_audit_trail(operator, printed):
    village = village_of(3)
    village_slips(operator, village=village)
    kept = [bytes(row[0]) for row in database.rows("SELECT code_enc FROM claims_personalcode")]
    told = repr(list(Event.objects.values()))
    for _, code in printed[0][1]:
        assert not any(code.encode() in one for one in kept)
        assert code not in told
        assert written(code) not in told


def test_two_who_print_at_once_print_the_same_code(operator, monkeypatch):
    one = protected(1, timezone.localdate())[0]
    first = codes_for(operator, [one.pk])
    monkeypatch.setattr(personal_codes, "_having", lambda people: set())
    assert codes_for(operator, [one.pk]) == first


def pages_of(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


def test_a_slip_is_a_pdf_of_names_and_codes_without_nik_or_whole_birth_date(operator, monkeypatch):
    facts = keep_facts(monkeypatch, personal_codes, "facts")
    village = village_of(11)
    content = village_slips(operator, village=village)
    assert content.startswith(b"%PDF")
    # Eight to a page, then the list to sign.
    assert pages_of(content) == -(-len(facts["slips"]) // 8) + 1
    said = json.dumps(facts)
    assert not re.search(r"\d{4}-\d{2}-\d{2}", said)
    assert not re.search(r"\d{16}", said)
    assert facts["address"] == ""


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")',
        "= Judul",
        "*tebal*",
        "$x^2$",
        "\\u{41}",
        "]#pagebreak()[",
        '"; import',
        "@x <y>",
    ],
)
def test_a_name_is_never_run(operator, name):
    one = protected(1, timezone.localdate())[0]
    Person.objects.filter(pk=one.pk).update(name=name)
    assert pages_of(person_slip(operator, person_id=one.pk)) == 1


def test_the_letter_to_a_family_bears_the_code(operator, make_actor, monkeypatch):
    one = protected(1, timezone.localdate())[0]
    with action(operator, Act.DEATHS_RUN, region_code=OWN_REGIONS):
        die(operator, one)
    run_desk(operator, today=timezone.localdate())
    case = Case.objects.get(person=one)
    facts = keep_facts(monkeypatch, letter, "letter")
    assert letter_pdf(operator, case_id=case.pk).startswith(b"%PDF")
    assert holds(one.pk, read_code(facts["code"]))


def test_pages_of_codes(operator, client, make_actor):
    village = village_of(3)
    someone = Person.objects.filter(region_code=village, covered_until__isnull=False).first()
    Person.objects.filter(pk=someone.pk).update(nik_hash=nik_hash("6571014508680001"))
    client.force_login(make_actor("village", village).user)
    assert f'href="/kode/{village}/"' in client.get("/kode/").content.decode()
    assert "Unduh slip" in client.get(f"/kode/{village}/").content.decode()
    answer = client.post(f"/kode/{village}/", {"bagian": "1"})
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert "Ganti kode" in client.get(f"/kode/orang/{someone.pk}/").content.decode()
    assert client.post(f"/kode/orang/{someone.pk}/").content.startswith(b"%PDF")
    assert (
        client.post(
            f"/kode/orang/{someone.pk}/", {"tindakan": "ganti", "terbitan": "1", "alasan": "hilang"}
        ).status_code
        == 302
    )
    assert client.post(f"/kode/orang/{someone.pk}/", {"tindakan": "ganti"}).status_code == 409
    for bad in ("0", "-1", "x", "9" * 30, "2"):
        assert client.post(f"/kode/{village}/", {"bagian": bad}).status_code in (200, 409)
    for missing in ("/kode/65.71.01.9999/", "/kode/x/", "/kode/orang/999999999/"):
        assert client.get(missing).status_code == 404
        assert client.post(missing).status_code == 404
    with acting_as(operator):
        other = Person.objects.exclude(region_code=village).first()
    assert client.get(f"/kode/orang/{other.pk}/").status_code == 404
    assert client.get(f"/kode/{other.region_code}/").status_code == 403
    assert client.post(f"/kode/{other.region_code}/").status_code == 403
    for role in ("approver", "budget", "dprd", "admin"):
        client.force_login(make_actor(role).user)
        assert client.get("/kode/").status_code == 403
        assert client.post(f"/kode/{village}/").status_code == 403


def test_somebody_never_in_a_decree_is_printed_alone_and_not_with_the_village(operator, printed):
    one = unprotected(timezone.localdate())
    village_of(3)
    person_slip(operator, person_id=one.pk)
    assert len(printed[0][1]) == 1
    assert one.covered_until is None
