"""Every act of the register by every role alone: of the province, and of one regency on its own and another's things.

What an act's scope and permissions say is what happens: it is done with one event, or refused without a trace and
never by a fault. A new act has no doer here and fails until it is classified and tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.utils.translation import override

from payung.access.actor import Actor, NotAllowed, Refused, acting_as, everyone_visible
from payung.access.acts import Act, Scope
from payung.access.models import Event, User
from payung.access.roles import GRANTS, Permission, Role
from payung.identity.regions import contains

from .scene import DOERS, OTHER, OWN, REGENCY, World

#: Permissions that an act asks for beside its own, since it also tells what they guard.
BESIDE = {Act.UPLOAD_MAKE: Permission.OPEN_NIK, Act.UPLOAD_DOWNLOAD: Permission.OPEN_NIK}
#: Acts by which nothing of another region can be named: whoever holds the permission acts on what is theirs.
NAMES_NOBODY = {Act.LOOKUP_ELSEWHERE, Act.SAVE_MAPPING, Act.MEETING_OPEN_FILE}


def test_every_act_is_classified_and_tried():
    assert set(DOERS) == set(Act)
    for act in Act:
        assert act.words and act.words[0].isupper(), act
        assert bool(act.permissions) == (act.scope != Scope.PUBLIC), act
        assert len(act.value) <= Event._meta.get_field("action").max_length
        assert in_english(act.words) != str(act.words), f"{act} has no English"
        assert len(act.subject) <= Event._meta.get_field("subject").max_length


def in_english(words: object) -> str:
    with override("en"):
        return str(words)


def test_a_refused_permission_is_said_in_one_language():
    nobody = Actor(User(username="tamu"))
    for permission in Permission:
        assert in_english(permission.label) != str(permission.label), permission
    with pytest.raises(NotAllowed) as refused:
        nobody.require_act(Act.APPROVE_FUND, region_code="65.71")
    assert refused.value.english == "tamu may not do this in region 65.71: Approving a fund."
    assert refused.value.sentence == "tamu tidak berwenang di wilayah 65.71: Menyetujui dana."
    with pytest.raises(NotAllowed) as refused:
        nobody.require_anywhere(Permission.SEE_PEOPLE)
    assert refused.value.english == "tamu may not do this: Seeing people's data."


def test_a_misspelt_act_cannot_be_written():
    with pytest.raises(ValueError):
        Act("bill.aprove")


def allowed(act: Act, role: str, region: str, village: str) -> bool:
    """What the register says, worked out anew."""
    granted = any(permission in GRANTS[role] for permission in act.permissions)
    granted = granted and (act not in BESIDE or BESIDE[act] in GRANTS[role])
    if act.scope == Scope.PROVINCE:
        return granted and region == "65"
    if act.scope == Scope.OWN and act in NAMES_NOBODY:
        return granted
    return granted and contains(region, village)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def standing() -> list[tuple[object, ...]]:
    """Each table's rows and the transaction that last wrote one of those that are left: any write would show."""
    tables = connection.introspection.table_names()
    sql = " UNION ALL ".join(
        f"SELECT '{table}', count(*), max(xmin::text::bigint) FROM \"{table}\"" for table in sorted(tables)
    )
    with transaction.atomic(), everyone_visible(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('payung.answers', '65', true)")
        cursor.execute(sql)
        return cursor.fetchall()


def attempt(world: World, act: Act, deed, actor: Actor, village: str, before: list) -> str:
    """Try it; what is wrong with what came of it, or ''."""
    wanted = allowed(act, *about(actor), village)
    events = Event.objects.filter(action=act.value, actor=actor.user)
    had = events.count()
    try:
        with acting_as(actor), transaction.atomic():
            deed(actor)
    except (NotAllowed, Refused) as refusal:
        told = f"{type(refusal).__name__}: {refusal}"
        if wanted:
            return f"refused though allowed ({told})"
        return "" if standing() == before else "refused and left a trace"
    written = events.count() - had
    if wanted and act == Act.LOOKUP_ELSEWHERE and about(actor)[1] == "65":
        return ""  # nothing is elsewhere for who sees the whole province
    if wanted:
        return "" if written == 1 else f"allowed and wrote {written} events"
    if act.scope == Scope.OWN and act.permissions and actor_holds(actor, act):
        return "" if standing()[1:] and untouched(before) else "reached people of another region"
    return "allowed though it must be refused"


def actor_holds(actor: Actor, act: Act) -> bool:
    return any(actor.holds(permission) for permission in act.permissions)


def untouched(before: list) -> bool:
    """An act in one's own regions that found nothing there leaves its event and nothing else."""
    now = {row[0]: row for row in standing()}
    changed = {row[0] for row in before if now[row[0]] != row}
    return changed <= {"access_event"}


def about(actor: Actor) -> tuple[str, str]:
    role, region = actor.user.username.rsplit("-", 1)
    return role, region


@pytest.mark.parametrize("act", [act for act in Act if act.scope != Scope.PUBLIC], ids=lambda act: act.value)
def test_only_who_may_does_it_and_a_refusal_leaves_nothing(world, act, settings):
    settings.PAYUNG_VILLAGE_NAMES = True
    wrong = []
    for village in (OWN, OTHER):
        with undone():
            deed = DOERS[act](world, village)
            before = standing()
            for region in ("65", REGENCY):
                for role in Role.values:
                    with undone():
                        found = attempt(world, act, deed, world.actor(role, region), village, before)
                    if found:
                        wrong.append(f"{role} of {region} in {village}: {found}")
    assert not wrong, "\n".join(wrong)
