"""Acting as somebody: permissions checked, the database told what may be seen, the deed recorded.

Every write of Payung is a function with an `actor`. It opens `action(...)`, which is one transaction with one
audit event in it. Row-level security in the database reads `payung.regions`, which this module sets.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from payung.access.models import Event, User
from payung.access.roles import GRANTS, Permission
from payung.identity.regions import within


class NotAllowed(Exception):
    """The actor does not hold the permission, or not in that region."""


class Refused(Exception):
    """An action cannot be done as asked; `sentence` (Indonesian) says why and what to do, `english` likewise."""

    def __init__(self, sentence: str, english: str) -> None:
        super().__init__(english)
        self.sentence = sentence
        self.english = english


@dataclass(frozen=True, slots=True)
class Actor:
    """A user with the permissions held and, for each, the region codes within which it is held."""

    user: User
    permissions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()

    @classmethod
    def of(cls, user: User) -> Actor:
        held: dict[str, set[str]] = {}
        roles = set()
        for role, region in _assignments(user) if user.assigned is None else user.assigned:
            roles.add(role)
            for permission in GRANTS[role]:
                held.setdefault(permission, set()).add(region)
        return cls(user, {name: tuple(sorted(codes)) for name, codes in held.items()}, frozenset(roles))

    def may(self, permission: Permission, region_code: str = "") -> bool:
        """Whether the permission is held, and, if a region is given, held there."""
        codes = self.permissions.get(permission, ())
        return bool(codes) if not region_code else within(region_code, codes)

    def require(self, permission: Permission, region_code: str = "") -> None:
        """Raises NotAllowed unless the permission is held (in the region)."""
        if not self.may(permission, region_code):
            where = f" di wilayah {region_code}" if region_code else ""
            raise NotAllowed(f"{self.user} tidak berwenang: {permission.label}{where}")

    @property
    def regions(self) -> tuple[str, ...]:
        """The region codes within which this actor may see people."""
        return self.permissions.get(Permission.SEE_PEOPLE, ())


def _assignments(user: User) -> list[tuple[str, str]]:
    """The user's roles and the regions in which they are held."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT role, region_code FROM access_assignment WHERE user_id = %s", [user.pk])
        return cursor.fetchall()


def set_scope(regions: tuple[str, ...]) -> None:
    """Tells the database which regions' people this connection may see, until the next call.

    Must be called outside a transaction, since a rollback would undo it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('payung.regions', %s, false)", [",".join(regions)])


@contextmanager
def acting_as(actor: Actor) -> Iterator[Actor]:
    """Within the block, the database shows this actor's people and nobody else's; afterwards nobody's."""
    set_scope(actor.regions)
    try:
        yield actor
    finally:
        # A transaction that must be rolled back takes its scope with it; asking would only hide what broke it.
        if not connection.needs_rollback:
            set_scope(())


@contextmanager
def everyone_visible() -> Iterator[None]:
    """Within the block (inside a transaction) all people of the deployment are visible.

    For work that must compare with everybody, such as matching: a person known in another regency must be
    found. What it returns to a face must be limited again.
    """
    with _visible((settings.PAYUNG_PROVINCE,)):
        yield


@contextmanager
def own_people_visible(actor: Actor) -> Iterator[None]:
    """Within the block (inside a transaction) this actor's people are visible, also where everybody was."""
    with _visible(actor.regions):
        yield


@contextmanager
def _visible(regions: tuple[str, ...]) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('payung.regions', true)")
        before = cursor.fetchall()[0][0] or ""
        cursor.execute("SELECT set_config('payung.regions', %s, true)", [",".join(regions)])
        yield
        cursor.execute("SELECT set_config('payung.regions', %s, true)", [before])


@dataclass(slots=True)
class Deed:
    """What an action notes for its audit event while it runs."""

    subject_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


@contextmanager
def action(
    actor: Actor, permission: Permission, name: str, subject: str, *, region_code: str = ""
) -> Iterator[Deed]:
    """One write: permission checked, one transaction, one audit event in it.

    Raises NotAllowed. The event is written when the block ends well; on any error nothing remains.
    """
    actor.require(permission, region_code)
    deed = Deed()
    with transaction.atomic():
        yield deed
        Event.objects.create(
            actor=actor.user,
            action=name,
            subject=subject,
            subject_id=deed.subject_id,
            data=deed.data,
            reason=deed.reason,
        )


@contextmanager
def public_action(name: str, subject: str) -> Iterator[Deed]:
    """One write of somebody who is not logged in: as `action`, with nobody's name and no permission to check.

    Only for what the public may do: a promise to pay, and what its secret address opens.
    """
    deed = Deed()
    with transaction.atomic():
        yield deed
        Event.objects.create(
            action=name, subject=subject, subject_id=deed.subject_id, data=deed.data, reason=deed.reason
        )


def record_reading(actor: Actor, name: str, subject: str, subject_id: int, **data: Any) -> None:
    """Records that somebody opened protected data (a full NIK, a document)."""
    Event.objects.create(actor=actor.user, action=name, subject=subject, subject_id=subject_id, data=data)
