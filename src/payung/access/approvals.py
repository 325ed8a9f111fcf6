"""Approval: what one user proposes takes effect when another decides it, unchanged since it was proposed.

Everything that needs two people (a decree, a fund, a plan, a bill, a death told by a family, a move of a case) is a
table that inherits `Approval` and has the constraint `two_people`. Its row is sealed when it is proposed (`seal`) and
decided by `decide`, which refuses the proposer and whatever was changed in between. Faces ask `may_decide`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payung import database
from payung.access.actor import Actor, Deed, Refused, everyone_visible
from payung.access.acts import OF_SUBJECT, WHOLE_PROVINCE, Act, Scope
from payung.access.models import User


class OwnProposal(Refused):
    """The user proposed what is to be decided."""

    def __init__(self) -> None:
        super().__init__(_("Yang mengusulkan tidak boleh memutuskan sendiri; minta pengguna lain."))


class ContentChanged(Refused):
    """What is to be decided is not what was proposed."""

    def __init__(self) -> None:
        super().__init__(
            _("Isinya berubah sejak diusulkan. Periksa lagi; tolak dan usulkan lagi bila perlu.")
        )


class Approval(models.Model):
    """What one user proposes and another decides.

    `content_hash` is the SHA-256 of the content when it was proposed, in hexadecimal digits.
    """

    #: The fields of who proposes and of how far it has come; the states that wait for a decision, and those that turn
    #: it down.
    PROPOSER: ClassVar[str] = "proposed_by"
    STATE: ClassVar[str] = "status"
    WAITS: ClassVar[tuple[str, ...]] = ("proposed",)
    TURNED_DOWN: ClassVar[tuple[str, ...]] = ("rejected",)
    #: The act of whoever approves it.
    APPROVES: ClassVar[Act]
    #: Paths to the codes of the regions in all of which the permission to decide it must be held, unless that is the
    #: whole province; no code stands for the province.
    PLACES: ClassVar[tuple[str, ...]] = ("region_code",)
    #: SQL: all that is decided, as one text, of the row `t` of the table; '' where another row's content holds it.
    #: Made of JSON arrays, which keep apart what a separator would run together, and tell NULL from ''.
    CONTENT: ClassVar[str] = ""

    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    content_hash = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    @property
    def waits(self) -> bool:
        """Whether nobody has decided it yet."""
        return getattr(self, self.STATE) in self.WAITS

    def proposers(self) -> set[int]:
        """List who proposed it, by number: whoever had a part in it does not decide it."""
        return {getattr(self, f"{self.PROPOSER}_id")}

    def may_decide(self, actor: Actor) -> bool:
        """Tell whether this user may decide it now: it waits, is not theirs, and they hold the permission there."""
        return self.pk in decidable(actor, [self])


def decidable(actor: Actor, rows: Sequence[Approval]) -> set[int]:
    """Return the numbers of those rows of one table that this user may decide now, as `may_decide`.

    In a constant number of statements, however many rows.
    """
    others = [row for row in rows if row.waits and actor.user.pk not in row.proposers()]
    if not others:
        return set()
    model = type(others[0])
    province = WHOLE_PROVINCE if model.APPROVES.scope == Scope.PROVINCE else settings.PAYUNG_PROVINCE
    if actor.can(model.APPROVES, region_code=province):
        return {row.pk for row in others}
    if model.APPROVES.scope == Scope.PROVINCE or not actor.can(model.APPROVES, region_code=OF_SUBJECT):
        return set()
    return {
        number
        for number, places in _places(others).items()
        if places and all(actor.can(model.APPROVES, region_code=place) for place in places)
    }


def _places(rows: Sequence[Approval]) -> dict[int, set[str]]:
    """Return of each row, by its number, the regions in all of which the permission to decide must be held."""
    model = type(rows[0])
    first, *further = model.PLACES
    if not further and "__" not in first:
        return {row.pk: {getattr(row, first) or settings.PAYUNG_PROVINCE} for row in rows}
    places: dict[int, set[str]] = {row.pk: set() for row in rows}
    # Some may lie where the session sees nobody.
    with transaction.atomic(), everyone_visible():
        lie = model._default_manager.filter(pk__in=places).values_list("pk", *model.PLACES)
        for number, *codes in lie.distinct().order_by():
            places[number] |= {code or settings.PAYUNG_PROVINCE for code in codes}
    return places


Row = TypeVar("Row", bound=Approval)


def two_people(
    name: str,
    *,
    proposer: str = "proposed_by",
    state: str = "status",
    waits: Sequence[str] = ("proposed",),
    undecided: Sequence[str] = (),
    unless: models.Q | None = None,
) -> models.CheckConstraint:
    """Make the constraint of every approval: nobody decided it while it waits, afterwards somebody but the proposer.

    `undecided` are further states that nobody need have decided; rows of `unless` are no proposals at all.
    """
    nobody = models.Q(decided_by__isnull=True, **{f"{state}__in": [*waits, *undecided]})
    another = (
        models.Q(decided_by__isnull=False)
        & ~models.Q(decided_by=models.F(proposer))
        & ~models.Q(**{f"{state}__in": list(waits)})
    )
    held = nobody | another
    return models.CheckConstraint(
        condition=held if unless is None else unless | held, name=f"{name}_two_people"
    )


def hash_sql(content: str) -> str:
    """Write in SQL the hash of a content (an SQL text), as `content_hash` keeps it."""
    return f"encode(sha256(convert_to({content}, 'UTF8')), 'hex')"


def seal(rows: Sequence[Approval]) -> None:
    """Keep the hash of what is proposed, once all of it is written. One statement for all rows of a table."""
    if rows:
        kept = seal_all(type(rows[0]), [row.pk for row in rows])
        for row in rows:
            row.content_hash = kept[row.pk]


def seal_all(model: type[Approval], numbers: Sequence[int]) -> dict[int, str]:
    """Keep the hashes of what a statement proposed, by the numbers of its rows; each row's hash."""
    statement = (
        f"UPDATE {model._meta.db_table} t SET content_hash = {hash_sql(model.CONTENT)}"
        " WHERE t.id = ANY(%s) RETURNING t.id, t.content_hash"
    )
    with everyone_visible():
        return dict(database.rows(statement, [list(numbers)]))


def refuse_changed(rows: Sequence[Approval]) -> None:
    """Raise ContentChanged where what is proposed is no longer what was sealed. One statement."""
    model = type(rows[0])
    if not model.CONTENT:
        return
    statement = (
        f"SELECT t.id FROM {model._meta.db_table} t"
        f" WHERE t.id = ANY(%s) AND t.content_hash IS DISTINCT FROM {hash_sql(model.CONTENT)}"
    )
    with everyone_visible():
        if database.rows(statement, [[row.pk for row in rows]]):
            raise ContentChanged


def refuse_unlike(shown: str, now: str) -> None:
    """Raise ContentChanged where the hash of what was shown to who decides is not the hash of what there is now."""
    if shown != now:
        raise ContentChanged


def refuse_own(actor: Actor, proposers: Iterable[int | None]) -> None:
    """Raise OwnProposal where the actor is one of `proposers`."""
    if actor.user.pk in set(proposers):
        raise OwnProposal


def decide(actor: Actor, deed: Deed, rows: Sequence[Row], state: str, *, reason: str = "") -> None:
    """Decide rows of one table, which wait and are locked, within the action `deed`: in its event and in the rows.

    The event says the decision, who proposed and the hash of what was decided; of several rows the hashes in the order
    of `rows`. Raises OwnProposal for a proposer; ContentChanged where something other than what was proposed would
    take effect.
    """
    if not rows:
        return
    model = type(rows[0])
    refuse_own(actor, (proposer for row in rows for proposer in row.proposers()))
    if state not in model.TURNED_DOWN:
        refuse_changed(rows)
    settle(actor, model._default_manager.filter(pk__in=[row.pk for row in rows]), state)
    for row in rows:
        setattr(row, model.STATE, state)
        row.decided_by, row.decided_at = actor.user, timezone.now()
    deed.reason = reason.strip() or deed.reason
    deed.data |= {
        "decision": str(state),
        "proposed_by": sorted({proposer for row in rows for proposer in row.proposers()}),
        "hash": rows[0].content_hash if len(rows) == 1 else [row.content_hash for row in rows],
    }


def settle(actor: Actor, rows: models.QuerySet[Any], state: str) -> int:
    """Write who decided rows, and when, where another decision has settled them too; how many. One statement."""
    return rows.update(**{rows.model.STATE: state}, decided_by=actor.user, decided_at=timezone.now())
