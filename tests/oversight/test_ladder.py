"""The ladder never contradicts itself: in random worlds, at every region and month, on page, paper, file and command.

A world is some people, each drawn with what may happen to them: on a list or not, verified, eligible, dead, merged,
covered in some months, the cover in another village than theirs, answered by the branch in any way, billed, paid, taken
out of the decree after the month was paid, or a member whom others pay.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payung.access.actor import Actor, acting_as, everyone_visible
from payung.access.models import User
from payung.cli.report import summary
from payung.oversight import actions, cuts, exports, paper, queries
from payung.oversight.models import Refreshed
from payung.oversight.sheet import Sheet
from payung.values import Month
from tests.coverage.scene import make_person
from tests.examples import examples
from tests.oversight.population import NOW, TODAY, populate

pytestmark = pytest.mark.django_db
RUNGS = ("candidates", "verified", "eligible", "decreed", "registered", "active")
VILLAGES = ("65.71.01.1001", "65.71.01.1002", "65.02.01.2001", "65.02.01", "65")


@dataclass(frozen=True)
class Who:
    """One person of a world. `covered` says for which of the last, this and the next month a decree stands."""

    home: str
    place: str
    candidate: bool
    judged: str
    covered: tuple[bool, bool, bool]
    answer: str
    billed: str
    taken_out: bool
    elsewhere: int | None
    merged: bool
    dead: bool


people = st.builds(
    Who,
    home=st.sampled_from(VILLAGES),
    place=st.sampled_from(VILLAGES),
    candidate=st.sampled_from([True, True, True, False]),
    judged=st.sampled_from(["eligible", "eligible", "eligible", "not", "unverified", "never"]),
    covered=st.tuples(st.booleans(), st.booleans(), st.booleans()),
    answer=st.sampled_from(["accepted", "accepted", "later", "refused", "sent", "none", "undated"]),
    billed=st.sampled_from(["paid", "paid", "sent", "none"]),
    taken_out=st.sampled_from([False, False, True]),
    elsewhere=st.sampled_from([None, None, None, -40, 0, 100]),
    merged=st.sampled_from([False] * 5 + [True]),
    dead=st.sampled_from([False] * 5 + [True]),
)


def build(world: list[Who]) -> None:
    """The world beside one person who is nobody's candidate, with the funds, bills and files of a population."""
    made = populate(1, past_months=2)
    with transaction.atomic(), everyone_visible(), connection.cursor() as cursor:
        cursor.execute("UPDATE registry_person SET candidate = false RETURNING id")
        keeper = cursor.fetchone()[0]
        ids = [make_person(number, who.home).pk for number, who in enumerate(world)]
        cursor.execute("SELECT id, fund_id FROM coverage_upload ORDER BY id")
        uploads = {fund: upload for upload, fund in cursor.fetchall()}
        for at, (person, who) in enumerate(zip(ids, world, strict=True)):
            fund = (made.fund_id, made.other_id)[at % 2]
            until = None if who.elsewhere is None else date.fromordinal(TODAY.toordinal() + who.elsewhere)
            cursor.execute(
                """UPDATE registry_person SET region_code = %s, candidate = %s, branch_until = %s, died_on = %s,
                          merged_into_id = %s WHERE id = %s""",
                [
                    who.home,
                    who.candidate,
                    until,
                    TODAY if who.dead else None,
                    keeper if who.merged else None,
                    person,
                ],
            )
            if who.judged != "never":
                cursor.execute(
                    """INSERT INTO registry_eligibility (person_id, judged_on, eligible, reasons, law_version, verified,
                                                         region_code) VALUES (%s, %s, %s, '[]', 'x', %s, %s)""",
                    [person, TODAY, who.judged != "not", who.judged != "unverified", who.home],
                )
            for ahead, covered in zip((-1, 0, 1), who.covered, strict=True):
                if not covered:
                    continue
                month = NOW.number + ahead
                if not (who.taken_out and ahead == 0):
                    cursor.execute(
                        """INSERT INTO coverage_covermonth (month, person_id, fund_id, line_id, region_code)
                           VALUES (%s, %s, %s, 0, %s)""",
                        [month, person, fund, who.place],
                    )
                if who.billed != "none" and ahead < 1:
                    cursor.execute(
                        """INSERT INTO coverage_billline (month, person_id, bill_id, jkk, jkm, region_code)
                           SELECT month, %s, id, 10000, 6800, %s FROM coverage_bill
                           WHERE fund_id = %s AND month = %s""",
                        [person, who.place, fund, month],
                    )
            if who.answer != "none" and any(who.covered):
                state = {"sent": "sent", "refused": "refused"}.get(who.answer, "accepted")
                first = {"accepted": NOW - 2, "later": NOW + 1}.get(who.answer)
                cursor.execute(
                    """INSERT INTO coverage_registration (upload_id, person_id, fund_id, line_ref, state, member_no,
                                                          starts_on, refusal, region_code)
                       VALUES (%s, %s, %s, %s, %s, '', %s, '', %s)""",
                    [uploads[fund], person, fund, f"L{person}", state, first and first.first_day, who.place],
                )
        cursor.execute("UPDATE coverage_bill SET state = 'paid' WHERE fund_id = %s", [made.fund_id])


def by_hand(world: list[Who]) -> Counter[str]:
    """How many stand on each rung and in each part, this month, person by person."""
    found: Counter[str] = Counter()
    for at, who in enumerate(world):
        decreed = who.covered[1] and not who.taken_out
        listed = who.candidate and not who.merged
        verified = listed and who.judged in ("eligible", "not")
        lawful = listed and who.judged == "eligible"
        elsewhere = who.elsewhere is not None and who.elsewhere >= 0
        registered = decreed and who.answer in ("accepted", "undated")
        active = registered and who.billed != "none" and at % 2 == 0
        found["candidates"] += listed or decreed
        found["verified"] += verified or decreed
        found["eligible"] += decreed or (lawful and not elsewhere)
        found["decreed"] += decreed
        found["registered"] += registered
        found["active"] += active
        found["gap"] += lawful and not elsewhere and not decreed
        found["other_payer"] += lawful and elsewhere and not decreed
        found["ineligible"] += decreed and not lawful
        found["unverified"] += listed and not verified and not decreed
        found["not_eligible"] += verified and not lawful and not decreed
        found["unpaid"] += registered and not active
        found[
            {"later": "later", "refused": "refused", "sent": "unanswered", "none": "unsent"}.get(
                who.answer, ""
            )
        ] += decreed and not registered
    return found


def counted(world: list[Who]) -> Sheet:
    build(world)
    actions.rebuild(Actor.of(User.objects.get(username="operator")), today=TODAY)
    found = queries.sheet()
    assert found is not None
    return found


def assert_safe(sheet: Sheet, expected: Counter[str]) -> None:
    """What is shown of the whole stands in its order, adds up, and no two numbers of it differ by 1 to 4."""
    ladder = [getattr(sheet.total, name) for name in RUNGS]
    assert ladder == sorted(ladder, reverse=True)
    for one, other in combinations([0, *ladder], 2):
        assert not 0 < abs(one - other) < 5
    for name in RUNGS:
        assert abs(getattr(sheet.total, name) - expected[name]) < 20
        assert expected[name] or not getattr(sheet.total, name)
    for before, rung in zip(sheet.ladder[1:], sheet.ladder[2:], strict=False):
        assert before.value - rung.value == sum(part.people for part in rung.parts) >= 0
        assert not any(0 < part.people < 5 for part in (*rung.parts, *rung.within))
    for level in sheet.shown:
        for rows in level.values() if isinstance(level, dict) else [level]:
            for row in rows:
                assert row.active <= row.registered <= row.decreed <= row.eligible
                assert row.eligible <= row.verified <= row.candidates
                assert row.gap == row.eligible - row.decreed and row.covered == row.decreed
                assert row.ending <= row.decreed and row.other_payer <= row.verified - row.eligible


worlds = st.lists(people, max_size=25)
many = settings(
    max_examples=examples(12),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@many
@given(worlds)
def test_no_rung_is_above_the_one_before_and_the_parts_add_up_anywhere(db, world):
    with acting_as(Actor.of(User.objects.get(username="operator"))), transaction.atomic():
        shown = counted(world)
        assert_safe(shown, by_hand(world))
        row = Refreshed.objects.get()
        sheet = Sheet.from_data(row.figures, row.as_of)
        expected = by_hand(world)
        assert {
            name: getattr(sheet.total, name) for name in (*RUNGS, "gap", "other_payer", "ineligible")
        } == {name: expected[name] for name in (*RUNGS, "gap", "other_payer", "ineligible")}
        named = {part.id: part.people for rung in sheet.ladder for part in (*rung.parts, *rung.within)}
        assert named == {
            name: people for name, people in expected.items() if people and name and name not in RUNGS
        }
        for before, rung in zip(sheet.ladder[1:], sheet.ladder[2:], strict=False):
            assert before.value - rung.value == sum(part.people for part in rung.parts) >= 0
            assert rung.of_previous is None or 0 <= rung.of_previous <= 1
        places = [
            *sheet.villages,
            *(row for level in ("regency", "district", "village") for row in sheet._at(level).values()),
        ]
        for row in places:
            ladder = [getattr(row, name) for name in RUNGS]
            assert ladder == sorted(ladder, reverse=True), row
            assert row.eligible == row.active + row.waiting + row.gap
            assert row.covered == row.decreed
            assert row.ineligible <= row.decreed
        for one in sheet.months:
            assert one.decreed >= one.registered >= one.active
        assert sheet.count_of(NOW).decreed == sheet.total.decreed
        cuts.recount(TODAY)
        for name in RUNGS:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT coalesce(sum(counts[1]), 0) FROM oversight_cutcount"
                    " WHERE cut = '' AND step = %s AND month = %s AND region_code = '65'",
                    [name, NOW.number],
                )
                assert cursor.fetchone()[0] == expected[name], name
        transaction.set_rollback(True)


def varied(number: int, **change) -> list[Who]:
    """So many people of the simplest kind (eligible, covered, registered, paid), changed in one way."""
    plain = {
        "home": VILLAGES[0],
        "place": VILLAGES[0],
        "candidate": True,
        "judged": "eligible",
        "covered": (True, True, True),
        "answer": "accepted",
        "billed": "paid",
        "taken_out": False,
        "elsewhere": None,
        "merged": False,
        "dead": False,
    }
    return [Who(**(plain | change)) for _ in range(number)]


#: What happened to ten people, twenty others being plain; and what the ten are called.
KINDS = [
    ("taken out after the month was paid", {"taken_out": True}, {"gap": 10}),
    ("no longer eligible", {"judged": "not"}, {"ineligible": 10}),
    ("no longer verified", {"judged": "unverified"}, {"ineligible": 10}),
    ("never judged", {"judged": "never"}, {"ineligible": 10}),
    ("no longer on a list", {"candidate": False}, {"ineligible": 10}),
    ("merged into another", {"merged": True}, {"ineligible": 10}),
    ("refused by the branch", {"answer": "refused"}, {"refused": 10}),
    ("not sent to the branch", {"answer": "none"}, {"unsent": 10}),
    ("not answered by the branch", {"answer": "sent"}, {"unanswered": 10}),
    ("accepted from next month on", {"answer": "later"}, {"later": 10}),
    ("registered and not billed", {"billed": "none"}, {}),
    ("covered elsewhere than they live", {"place": "65.02.01.2001"}, {}),
    ("covered and paid by others too", {"elsewhere": 100}, {}),
    ("paid by others, no decree", {"elsewhere": 100, "covered": (True, False, False)}, {"other_payer": 10}),
    ("paid by others until last month", {"elsewhere": -40, "covered": (True, False, False)}, {"gap": 10}),
]


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        yield actor


@pytest.mark.parametrize(("name", "change", "called"), KINDS, ids=[kind[0] for kind in KINDS])
def test_page_paper_file_and_command_say_the_same_ladder(
    operator, static_files, make_actor, name, change, called
):
    world = [*varied(20), *varied(10, **change)]
    sheet = counted(world)
    expected = by_hand(world)
    ladder = [expected[rung] for rung in RUNGS]
    assert ladder == sorted(ladder, reverse=True)
    named = {part.id: part.people for rung in sheet.ladder for part in (*rung.parts, *rung.within)}
    assert {part: named.get(part) for part in called} == called

    assert [rung["people"] for rung in summary(TODAY)["ladder"][1:]] == ladder
    assert {
        part: people
        for rung in summary(TODAY)["ladder"]
        for part, people in (rung["less"] | rung["within"]).items()
    } == named
    rows = list(csv.DictReader(io.StringIO(exports.as_csv(exports.table(sheet, "tangga")))))
    assert [int(row["people"]) for row in rows[1:]] == ladder
    parts = list(csv.DictReader(io.StringIO(exports.as_csv(exports.table(sheet, "bagian")))))
    assert {row["id"]: int(row["people"]) for row in parts} == named
    with translation.override("id"):
        shown = paper._ladder(sheet)
    assert [row["value"] for row in shown[1:]] == [str(number) for number in ladder]
    for row in shown[2:]:
        share = float(row["share"].removesuffix("%").replace(",", ".") or 0)
        assert 0 <= share <= 100
    caches["pages"].clear()
    client = Client()
    client.force_login(make_actor("dprd", "65").user)
    page = client.get("/pengawasan/").content.decode()
    front = Client().get("/").content.decode()
    for part, people in named.items():
        label = next(p.label for rung in sheet.ladder for p in (*rung.parts, *rung.within) if p.id == part)
        assert f"{people} {label}" in page
        assert f"{people} {label}" in front
    total = sheet.total
    assert total.active + total.waiting + total.gap == total.eligible
    assert "Ditetapkan, belum aktif" in front
    assert client.get("/pengawasan/lembar.pdf").status_code == 200


@pytest.mark.parametrize("people", [0, 1, 2, 3, 4, 5, 6, 40])
@pytest.mark.parametrize("by", ["payer", "village", "trade"])
def test_the_sheet_opens_however_small_one_payer_village_or_trade_is(
    operator, static_files, make_actor, by, people
):
    made = populate(120)
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM coverage_covermonth WHERE month = %s ORDER BY 1", [NOW.number])
        chosen = [row[0] for row in cursor.fetchall()][:people]
        if by == "payer":
            cursor.execute(
                "UPDATE coverage_covermonth SET fund_id = %s WHERE fund_id = %s",
                [made.fund_id, made.other_id],
            )
            cursor.execute(
                "UPDATE coverage_covermonth SET fund_id = %s WHERE person_id = ANY(%s)",
                [made.other_id, chosen],
            )
        elif by == "village":
            cursor.execute("UPDATE coverage_covermonth SET region_code = '65.71.01.1001'")
            cursor.execute(
                "UPDATE coverage_covermonth SET region_code = '65.71.01.1002' WHERE person_id = ANY(%s)",
                [chosen],
            )
        else:
            cursor.execute("SELECT id FROM registry_occupation ORDER BY id LIMIT 2")
            (one,), (other,) = cursor.fetchall()
            cursor.execute("UPDATE registry_person SET occupation_id = %s", [one])
            cursor.execute(
                "UPDATE registry_person SET occupation_id = %s WHERE id = ANY(%s)", [other, chosen]
            )
    actions.rebuild(operator, today=TODAY)
    sheet = queries.sheet()
    for kind, funds in sheet.shown_payers:
        for one in (kind, *funds):
            assert one.people % 5 == 0 and one.person_months % 5 == 0
            assert one.last_month is None or isinstance(one.last_month, Month)
    client = Client()
    client.force_login(make_actor("dprd", "65").user)
    for address in (
        "/pengawasan/",
        "/pengawasan/lembar.pdf",
        "/pengawasan/lembar.xlsx",
        "/pengawasan/pembayar.csv",
        "/",
    ):
        assert client.get(address).status_code in (200, 404), address
    assert client.get("/pengawasan/").status_code == client.get("/pengawasan/lembar.pdf").status_code == 200
