"""Which kind of source is believed first: set by a person for the deployment, with a reason, and kept for good."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused, action, everyone_visible
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.registry.facts import people_where, refresh_people, trust_order
from payung.registry.merging import hold_people
from payung.registry.models import Intake, TrustOrder


def order() -> list[str]:
    """Kinds of source, most believed first."""
    ranks = trust_order()
    return sorted(Intake.Kind.values, key=lambda kind: (ranks.get(kind, len(ranks) + 1), kind))


def history() -> list[TrustOrder]:
    """Every order that was set, newest first."""
    return list(TrustOrder.objects.select_related("set_by").order_by("-pk")[:50])


def set_order(actor: Actor, *, kinds: Sequence[str], reason: str) -> list[str]:
    """Put an order in use and work out everybody's facts anew by it. Nothing is overwritten: the records stay.

    Repeating it changes nothing. Raises NotAllowed unless the actor may match in the whole deployment; Refused
    without a reason, and for an order that does not name each kind of source once.
    """
    if not reason.strip():
        raise Refused(_("Tulis alasan urutan ini."))
    if sorted(kinds) != sorted(Intake.Kind.values):
        named = ", ".join(Intake.Kind.values)
        raise Refused(
            _("Urutan harus menyebut tiap jenis sumber satu kali: %(named)s."),
            named=named,
        )
    with (
        action(actor, Act.SET_TRUST, region_code=WHOLE_PROVINCE) as deed,
        everyone_visible(),
    ):
        hold_people(wait=True)
        before = order()
        if before == list(kinds):
            deed.unchanged()
            return before
        row = TrustOrder.objects.create(kinds=list(kinds), reason=reason.strip(), set_by=actor.user)
        refresh_people(actor, people_where("SELECT id AS person_id FROM registry_person WHERE sources > 0"))
        deed.subject_id = row.pk
        deed.reason = reason
        deed.data = {"order": list(kinds), "before": before}
    return list(kinds)
