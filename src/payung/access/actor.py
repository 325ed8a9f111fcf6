"""Acting as somebody: permissions checked, the database told what may be seen, the deed recorded.

Every write of Payung is a function with an `actor`. It opens `action(...)`, which is one transaction with one
audit event in it. Row-level security in the database reads `payung.regions`, which this module sets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.functional import lazy
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from payung.access.acts import OF_SUBJECT, OWN_REGIONS, WHOLE_PROVINCE, Act, Scope
from payung.access.models import Event, User
from payung.access.roles import GRANTS, Permission
from payung.database.scope import regions_visible, set_scope
from payung.identity.regions import within


class Refusal(Exception):
    """What was asked is not done: one sentence says why and what to do, in either language.

    `message` is translated lazily and has a named place (`%(name)s`) for each of `facts`. As text it is English, for
    logs and whoever develops.
    """

    def __init__(self, message: StrOrPromise, **facts: object) -> None:
        super().__init__(message)
        self.message, self.facts = message, facts

    def __str__(self) -> str:
        return self.english

    def say(self, language: str) -> str:
        """Return the sentence in a language (`id`, `en`)."""
        with override(language):
            return str(self.message) % self.facts if self.facts else str(self.message)

    @property
    def sentence(self) -> str:
        """The sentence in Indonesian."""
        return self.say("id")

    @property
    def english(self) -> str:
        """The sentence in English."""
        return self.say("en")


if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class NotAllowed(Refusal):
    """The actor does not hold the permission, or not in that region."""


class Refused(Refusal):
    """An action cannot be done as asked."""


def spoken(say: Callable[[Literal["id", "en"]], str]) -> StrOrPromise:
    """Return what `say` says in the language that is in use when it is read."""
    return lazy(lambda: say("en" if get_language() == "en" else "id"), str)()


def either(indonesian: object, english: object) -> StrOrPromise:
    """Return the one or the other, by the language that is in use when it is read."""
    return spoken(lambda language: str(english if language == "en" else indonesian))


class DoneMeanwhile(Refused):
    """Somebody else did the same, or something that stands against it, in the same moment."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Orang lain baru saja mencatat hal yang sama. Muat ulang halaman ini dan "
                "lihat apa yang tercatat."
            )
        )


#: What PostgreSQL says where two transactions met: a key that is taken, each waiting for the other, no lock in time.
_MET = ("23505", "40P01", "40001", "55P03")


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

    def holds(self, permission: Permission) -> bool:
        """Return whether the permission is held anywhere: enough to open a page, never to write."""
        return permission in self.permissions

    def where(self, permission: Permission) -> tuple[str, ...]:
        """Return the region codes within which the permission is held."""
        return self.permissions.get(permission, ())

    def may(self, permission: Permission, region_code: str) -> bool:
        """Return whether the permission is held in the region, or in the whole province."""
        if region_code == WHOLE_PROVINCE:
            region_code = settings.PAYUNG_PROVINCE
        return bool(region_code) and within(region_code, self.where(permission))

    def require(self, permission: Permission, region_code: str) -> None:
        """Raise NotAllowed unless the permission is held in the region, or in the whole province."""
        if not self.may(permission, region_code):
            raise _not_allowed(self.user, permission.label, region_code)

    def require_anywhere(self, permission: Permission) -> None:
        """Raise NotAllowed unless the permission is held somewhere: enough to read what its own scope then limits."""
        if not self.holds(permission):
            raise _not_allowed(self.user, permission.label, OF_SUBJECT)

    def can(self, act: Act, *, region_code: str) -> bool:
        """Return whether this actor may do the act there: what `action` asks, for a face that shows a button.

        OF_SUBJECT asks whether it may be done anywhere. Raises ValueError for a place that the act is not done in.
        """
        _must_fit(act, region_code)
        if region_code in (OWN_REGIONS, OF_SUBJECT):
            return any(self.holds(permission) for permission in act.permissions)
        return any(self.may(permission, region_code) for permission in act.permissions)

    def require_act(self, act: Act, *, region_code: str) -> None:
        """Raise NotAllowed unless `can`."""
        if not self.can(act, region_code=region_code):
            raise _not_allowed(self.user, act.words, region_code)

    @property
    def regions(self) -> tuple[str, ...]:
        """The region codes within which this actor may see people."""
        return self.where(Permission.SEE_PEOPLE)


def _not_allowed(user: User, what: StrOrPromise, region_code: str) -> NotAllowed:
    if region_code in (OWN_REGIONS, OF_SUBJECT):
        return NotAllowed(_("%(user)s tidak berwenang: %(what)s."), user=user, what=what)
    if region_code == WHOLE_PROVINCE:
        return NotAllowed(_("%(user)s tidak berwenang di seluruh provinsi: %(what)s."), user=user, what=what)
    return NotAllowed(
        _("%(user)s tidak berwenang di wilayah %(region)s: %(what)s."),
        user=user,
        what=what,
        region=region_code,
    )


def _must_fit(act: Act, region_code: str) -> None:
    """Raise ValueError where a place does not go with the act's scope, a mistake of the program."""
    fits = {
        Scope.PROVINCE: region_code == WHOLE_PROVINCE,
        Scope.SUBJECT: bool(region_code) and region_code not in (WHOLE_PROVINCE, OWN_REGIONS),
        Scope.OWN: region_code == OWN_REGIONS,
        Scope.PUBLIC: False,
    }
    if not fits[act.scope]:
        raise ValueError(f"{act} is done at the place of its scope ({act.scope}), not at {region_code!r}")


def _assignments(user: User) -> list[tuple[str, str]]:
    """Return the user's roles and the regions in which they are held."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT role, region_code FROM access_assignment WHERE user_id = %s", [user.pk])
        return list(cursor.fetchall())


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
    with regions_visible((settings.PAYUNG_PROVINCE,)):
        yield


@contextmanager
def own_people_visible(actor: Actor, permission: Permission = Permission.SEE_PEOPLE) -> Iterator[None]:
    """Within the block (inside a transaction) only people of where the actor holds the permission are visible.

    So an act done in one's own regions reaches no further, also where everybody was visible, or where its actor may
    see more people than those for whom the act is allowed.
    """
    with regions_visible(actor.where(permission)):
        yield


@dataclass(slots=True)
class Deed:
    """What an action notes for its audit event while it runs."""

    actor: Actor | None = None
    act: Act | None = None
    subject_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    placed: bool = True
    nothing_done: bool = False

    def at(self, *codes: str) -> None:
        """Say where the subject of an act lies, once it is found. Raises NotAllowed unless the actor may do it in all.

        A subject that lies nowhere (a decree without a line) is the province's.
        """
        assert self.actor is not None and self.act is not None
        for code in dict.fromkeys(codes or ("",)):
            self.actor.require_act(self.act, region_code=code or settings.PAYUNG_PROVINCE)
        self.placed = True

    def unchanged(self) -> None:
        """Say that somebody had done this already, so that one deed leaves one event however often it is asked."""
        self.nothing_done = True


@contextmanager
def _first_come() -> Iterator[None]:
    """Where two sessions met and the database let one pass, the other is told so."""
    try:
        yield
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") in _MET:
            raise DoneMeanwhile from error
        raise


@contextmanager
def action(actor: Actor, act: Act, *, region_code: str) -> Iterator[Deed]:
    """One write: permission checked, one transaction, one audit event in it.

    `region_code` is where the act is done: a region's code, or WHOLE_PROVINCE, OWN_REGIONS or OF_SUBJECT (which
    `Deed.at` must then name before the block ends). Raises NotAllowed; DoneMeanwhile where another session was first.
    The event is written when the block ends well,
    unless the deed was `unchanged`; on any error nothing remains.
    """
    actor.require_act(act, region_code=region_code)
    deed = Deed(actor, act, placed=region_code != OF_SUBJECT)
    with _first_come(), transaction.atomic():
        yield deed
        if not deed.placed:
            raise RuntimeError(f"{act} ended without saying where its subject lies")
        if not deed.nothing_done:
            _record(act, actor.user, deed)


@contextmanager
def public_action(act: Act) -> Iterator[Deed]:
    """One write of somebody who is not logged in: as `action`, with nobody's name and no permission to check.

    Only for what the public may do: a promise to pay, and what its secret address opens.
    """
    if act.scope != Scope.PUBLIC:
        raise ValueError(f"{act} is nothing that the public does")
    deed = Deed()
    with _first_come(), transaction.atomic():
        yield deed
        if not deed.nothing_done:
            _record(act, None, deed)


def record_reading(actor: Actor, act: Act, subject_id: int, *, region_code: str, **data: Any) -> None:
    """Record that somebody opened protected data (a full NIK, a document). Raises NotAllowed, as `action`."""
    if region_code == OF_SUBJECT:
        raise ValueError("what is read is known, and where it lies")
    actor.require_act(act, region_code=region_code)
    _record(act, actor.user, Deed(subject_id=subject_id, data=data), Event.Kind.READING)


def record_by_itself(act: Act, subject_id: int, **data: Any) -> None:
    """Record an act that Payung did by itself, with no user behind it."""
    _record(act, None, Deed(subject_id=subject_id, data=data))


def _record(act: Act, user: User | None, deed: Deed, kind: Event.Kind = Event.Kind.ACT) -> None:
    Event.objects.create(
        kind=kind,
        actor=user,
        action=act.value,
        subject=act.subject,
        subject_id=deed.subject_id,
        data=deed.data,
        reason=deed.reason,
    )
