"""Who must be told before a cover ends (worker, village, payer): a list now, a gateway where there is one."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy

from payung import database
from payung.access.actor import Actor, Refused, action, everyone_visible
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.crypto import unsealed
from payung.coverage.models import Contact, Notice
from payung.database.locks import Lock, one_at_a_time
from payung.database.statements import Statement
from payung.funding.models import Payer
from payung.registry.models import Region
from payung.values import Month

#: (recipient kind, address or '', text) -> None; raises where the message did not go.
Gateway = Callable[[str, str, str], None]


@dataclass(frozen=True, slots=True)
class Channel:
    """A way for messages: its name, the field of a contact that it needs ('email', 'phone', '' none), the gateway."""

    name: str
    field: str
    put: Gateway


@dataclass(frozen=True, slots=True)
class Sent:
    """How many notices went, and how many wait because nobody knows where to send them."""

    sent: int
    without_address: int


_ENDING = Statement("coverage", "notices_ending")


def make_notices(actor: Actor, *, month: Month) -> int:
    """Write the notices for covers that end with `month`; return how many are new.

    Safe to repeat: one per recipient.
    """
    with action(actor, Act.NOTICE_MAKE, region_code=WHOLE_PROVINCE) as deed:
        last = month.last_day
        about = {
            "month": month.number,
            "day": f"{last.day} {month.in_words()}",
            "province": settings.PAYUNG_PROVINCE,
        }
        with everyone_visible():
            made = _ENDING.run(about)
        deed.data = {"month": str(month), "new": made}
        if not made:
            deed.unchanged()
    return made


_ADDRESSED = Statement("coverage", "notices_addressed")


def send_notices(actor: Actor, *, to: str, channel: Channel, limit: int = 1000) -> Sent:
    """Hand waiting notices for one kind of recipient to a channel, each once; those without an address wait.

    A notice is marked as sent, and that is kept, before it is handed over: after a crash one message may be
    missing, but none goes twice. One that the channel refuses waits again, and the error is raised.
    """
    actor.require_act(Act.NOTICE_SEND, region_code=WHOLE_PROVINCE)
    waiting = _ADDRESSED.rows({"field": channel.field, "to": to})
    addressed = [(pk, unsealed(sealed, "phone") or address) for pk, sealed, address in waiting]
    reachable = [(pk, address) for pk, address in addressed if address or not channel.field]
    sent = 0
    for pk, address in reachable[:limit]:
        with action(actor, Act.NOTICE_SEND, region_code=WHOLE_PROVINCE) as deed:
            notice = (
                Notice.objects.select_for_update(skip_locked=True)
                .filter(pk=pk, state=Notice.State.WAITING)
                .first()
            )
            deed.subject_id = pk
            if notice is None:
                deed.unchanged()
                continue
            notice.state, notice.channel, notice.sent_at = Notice.State.SENT, channel.name, timezone.now()
            notice.save(update_fields=["state", "channel", "sent_at"])
        try:
            channel.put(to, address, notice.text)
        except Exception:
            Notice.objects.filter(pk=pk).update(state=Notice.State.WAITING, channel="", sent_at=None)
            raise
        sent += 1
    return Sent(sent, len(waiting) - len(reachable))


def mark_printed(actor: Actor, *, month: Month, to: str) -> int:
    """Say that the printed list of a month's notices was handed over: they are sent; how many. Safe to repeat."""
    with action(actor, Act.NOTICE_PRINTED, region_code=WHOLE_PROVINCE) as deed:
        waiting = Notice.objects.filter(month=month, to=to, state=Notice.State.WAITING)
        count = waiting.update(state=Notice.State.SENT, channel="daftar", sent_at=timezone.now())
        deed.data = {"month": str(month), "to": to, "notices": count}
        if not count:
            deed.unchanged()
    return count


def set_contact(
    actor: Actor, *, email: str = "", phone: str = "", village: str = "", payer_id: int | None = None
) -> Contact:
    """Say where messages to a village's office or a payer go. Raises NotAllowed; Refused for a wrong address."""
    email, phone = email.strip(), phone.strip()
    try:
        if email:
            validate_email(email)
    except ValidationError as error:
        raise Refused(
            gettext_lazy("Alamat surel %(email)s tidak sah."),
            email=repr(email),
        ) from error
    if bool(village) == bool(payer_id) or not (email or phone):
        raise Refused(gettext_lazy("Sebutkan satu desa atau satu pembayar, dan surel atau teleponnya."))
    if village and not Region.objects.filter(code=village, level="village").exists():
        raise Refused(
            gettext_lazy("Kode desa %(village)s tidak dikenal."),
            village=repr(village),
        )
    if payer_id and not Payer.objects.filter(pk=payer_id).exists():
        raise Refused(
            gettext_lazy("Pembayar %(payer_id)s tidak ada."),
            payer_id=payer_id,
        )
    with action(actor, Act.CONTACT_SET, region_code=WHOLE_PROVINCE) as deed:
        where = {"region_code": village} if village else {"payer_id": payer_id}
        one_at_a_time(Lock.CONTACT, village, payer_id)
        known = Contact.objects.filter(**where, email=email, phone=phone).first()
        if known is not None:
            deed.unchanged()
            return known
        made, _ = Contact.objects.update_or_create(defaults={"email": email, "phone": phone}, **where)
        deed.subject_id, deed.data = made.pk, {"village": village, "payer": payer_id}
    return made


def email_channel() -> Channel:
    """Mail by the deployment's server; where none is configured the messages lie as files in the outbox."""

    def put(to: str, address: str, text: str) -> None:
        send_mail("Perlindungan BPJS Ketenagakerjaan akan berakhir", text, None, [address])

    return Channel("email", "email", put)


def configured_channel(to: str) -> Channel | None:
    """Return the deployment's channel for a kind of recipient; None where their messages are printed.

    Raises Refused where the gateway it names cannot be loaded.
    """
    name = settings.PAYUNG_GATEWAYS[to]
    if not name:
        return None
    if name == "email":
        return email_channel()
    module, _, function = name.partition(":")
    try:
        put = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise Refused(
            gettext_lazy(
                "Gerbang pesan %(name)s tidak dapat dimuat: %(error)s. Periksa PAYUNG_GATEWAY_%(to)s."
            ),
            name=repr(name),
            error=error,
            to=to.upper(),
        ) from error
    return Channel(name[:20], "phone", put)


def waiting_list(month: Month) -> list[dict[str, object]]:
    """Return the notices for covers ending with `month`, for a printed list: village by village, no NIK."""
    return database.dicts(
        "SELECT n.\"to\", v.name AS village, coalesce(p.name, '') AS person, n.text, n.state FROM coverage_notice n"
        " LEFT JOIN registry_person p ON p.id = n.person_id LEFT JOIN registry_region v ON v.code = n.region_code"
        ' WHERE n.month = %s ORDER BY n."to" DESC, n.region_code, p.name LIMIT 20000',
        [month.number],
    )


def contacts() -> dict[str, list[tuple[Any, str, str]]]:
    """Payers with what is known of where their messages go (id, name, address), and the villages that have one."""
    payers = database.rows(
        "SELECT y.id, y.name, coalesce(nullif(c.email, ''), c.phone, '') FROM funding_payer y"
        " LEFT JOIN coverage_contact c ON c.payer_id = y.id ORDER BY y.name"
    )
    villages = database.rows(
        "SELECT v.code, v.name, coalesce(nullif(c.email, ''), c.phone) FROM coverage_contact c"
        " JOIN registry_region v ON v.code = c.region_code ORDER BY v.code"
    )
    return {"payers": payers, "villages": villages}
