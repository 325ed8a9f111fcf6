"""Movements of money. The database keeps the balances, refuses to overdraw, and never changes an entry.

A movement's `key` says what it stands for ("decree:7:commit:3"). Posting it again changes nothing; posting
something else under the same key is refused. So a step that was killed may simply be repeated.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused, action, either
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.access.roles import Permission
from payung.database.statements import Statement
from payung.funding.models import Account, Fund
from payung.values import Month, format_rupiah

K = Account.Kind

#: name of a movement -> (account it leaves, account it reaches)
MOVES: dict[str, tuple[str, str]] = {
    "pledge": (K.WORLD, K.PLEDGED),
    "withdraw": (K.PLEDGED, K.WORLD),
    "release": (K.PLEDGED, K.AVAILABLE),
    "hold_back": (K.AVAILABLE, K.PLEDGED),
    "commit": (K.AVAILABLE, K.COMMITTED),
    "uncommit": (K.COMMITTED, K.AVAILABLE),
    "bill": (K.COMMITTED, K.BILLED),
    "unbill": (K.BILLED, K.COMMITTED),
    "pay": (K.BILLED, K.PAID),
    "unpay": (K.PAID, K.BILLED),
    "refund": (K.PAID, K.REFUNDED),
    "reuse": (K.REFUNDED, K.AVAILABLE),
    "expire": (K.AVAILABLE, K.EXPIRED),
}


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry to post: `amount` rupiah of a fund from account `debit` to account `credit`."""

    fund_id: int
    debit: str
    credit: str
    amount: int
    effective_on: date
    cause: str
    cause_id: int | None
    key: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """What a posting did: entries written, entries that were there already, rupiah in the new ones."""

    new: int
    repeated: int
    amount: int


def post(
    actor: Actor, entries: Iterable[Movement], *, permission: Permission = Permission.PAY, reason: str = ""
) -> Posted:
    """Post any number of movements in one transaction, with one audit event. Safe to repeat.

    Raises NotAllowed, and Refused when a fund would be overdrawn or a key stands for another movement.
    """
    with action(actor, Act.POST, region_code=WHOLE_PROVINCE) as deed:
        posted = post_within(actor, entries)
        if not posted.new:
            deed.unchanged()
        deed.data = {"new": posted.new, "repeated": posted.repeated, "amount": posted.amount}
        deed.reason = reason
    return posted


def move(
    actor: Actor,
    name: str,
    amounts: Mapping[int, int],
    *,
    cause: str,
    cause_id: int | Mapping[int, int] | None,
    key: str,
    effective_on: date,
    note: str = "",
) -> Posted:
    """One named movement (see MOVES) of each fund's amount, inside the caller's transaction and audit event.

    `amounts` is {fund id: rupiah}; zero moves nothing. `cause_id` may be {fund id: number of the cause}. Each
    entry's key is "<key>:<name>:<fund id>". Raises Refused when a fund would be overdrawn; the caller's action
    must then end.
    """
    debit, credit = MOVES[name]
    causes = cause_id if isinstance(cause_id, Mapping) else dict.fromkeys(amounts, cause_id)
    return post_within(
        actor,
        [
            Movement(
                fund_id,
                debit,
                credit,
                amount,
                effective_on,
                cause,
                causes.get(fund_id),
                f"{key}:{name}:{fund_id}",
                note,
            )
            for fund_id, amount in sorted(amounts.items())
            if amount
        ],
    )


def release_entries(
    fund_id: int, cash: Mapping[Month, int], today: date, cause: str, cause_id: int, key: str
) -> list[Movement]:
    """Entries that bring `cash` (rupiah by month; negative takes away) into a fund, or out of it.

    The pledge counts from `today`, or from the first release if that is earlier; each release from the first
    day of its month.
    """
    entries = []
    for month, amount in cash.items():
        day = month.first_day
        names = ("pledge", "release") if amount > 0 else ("hold_back", "withdraw")
        for name in names:
            debit, credit = MOVES[name]
            when = min(today, day) if name == "pledge" else day
            entries.append(
                Movement(
                    fund_id,
                    debit,
                    credit,
                    abs(amount),
                    when,
                    cause,
                    cause_id,
                    f"{key}:{name}:{month}",
                    str(month),
                )
            )
    return entries


_INSERT = Statement("funding", "ledger_post")


_KNOWN = """
SELECT key, fund_id, debit, credit, amount FROM funding_entry
 WHERE key = ANY (ARRAY(SELECT json_array_elements_text(%s::json)))
"""


def post_within(actor: Actor, entries: Iterable[Movement]) -> Posted:
    """As `post`, inside the caller's transaction; at most two statements however many the entries."""
    rows = list(entries)
    if not rows:
        return Posted(0, 0, 0)
    if len({row.key for row in rows}) < len(rows):
        raise ValueError("two movements of one posting have the same key")
    # One JSON text: arrays of parameters would be written and read value by value.
    asked = json.dumps(
        [
            {
                "fund_id": row.fund_id,
                "debit": row.debit,
                "credit": row.credit,
                "amount": row.amount,
                "effective_on": row.effective_on.isoformat(),
                "cause": row.cause,
                "cause_id": row.cause_id,
                "key": row.key,
                "note": row.note,
            }
            for row in rows
        ]
    )
    try:
        with transaction.atomic():
            ((new, moved),) = _INSERT.rows({"entries": asked, "user": actor.user.pk})
            if new < len(rows):
                _refuse_other_content(rows)
    except IntegrityError as error:
        raise _refusal(error) from error
    return Posted(new, len(rows) - new, moved)


def _refuse_other_content(rows: list[Movement]) -> None:
    """Raise Refused if a key of `rows` stands for another movement than the one asked now."""
    # Read by key and compared here: a join would be planned by the size the table had when last analysed.
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [json.dumps([row.key for row in rows])])
        found = {key: rest for key, *rest in cursor.fetchall()}
    for row in rows:
        if found[row.key] != [row.fund_id, str(row.debit), str(row.credit), row.amount]:
            raise Refused(
                _("Kunci %(key)s sudah dipakai gerakan uang lain; tidak ada yang dicatat."),
                key=row.key,
            )


def _refusal(error: IntegrityError) -> Exception:
    """Turn an overdraft into a sentence with the fund, what it has and what was asked; keep any other error."""
    diagnosis: Any = getattr(error.__cause__, "diag", None)
    if diagnosis is None or diagnosis.constraint_name != "account_not_overdrawn":
        return error
    short = json.loads(diagnosis.message_detail)
    name = Fund.objects.values_list("name", flat=True).get(pk=short["fund_id"])
    label = K(short["kind"]).label
    has, asked = format_rupiah(short["balance"]), format_rupiah(short["asked"])
    return Refused(
        _(
            "Dana %(name)s tidak cukup: saldo %(state)s %(has)s, diminta %(asked)s. "
            "Kurangi jumlahnya atau tambahkan uang ke dana ini lebih dulu."
        ),
        name=name,
        state=either(label.lower(), short["kind"]),
        has=has,
        asked=asked,
    )
