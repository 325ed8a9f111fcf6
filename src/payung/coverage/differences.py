"""Three sides compared: what we decreed and sent, what the branch registered, what was billed and paid.

What concerns one person is one item; what concerns a whole file, fund or bill is one item with a count. Each
has an owner until it is settled; one whose cause has gone settles itself.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from payung import database
from payung.access.actor import Actor, Refused, action, everyone_visible
from payung.access.acts import OF_SUBJECT, WHOLE_PROVINCE, Act
from payung.access.models import User
from payung.access.today import today_or
from payung.coverage.models import Bill, Difference
from payung.database.locks import Lock, one_at_a_time
from payung.database.statements import Statement
from payung.values import Month

#: kind -> what a page says about it
KINDS = {
    "refused": "Ditolak cabang",
    "answer_conflict": "Jawaban cabang bertentangan",
    "unknown_line": "Baris jawaban tidak dikenal",
    "unread_line": "Baris jawaban tidak dapat dipakai",
    "undecided_word": "Kata jawaban tidak dikenal",
    "registered_not_covered": "Terdaftar di cabang, tidak ada di SK",
    "late_start": "Mulai di cabang lebih lambat dari SK",
    "not_sent": "Ada di SK, belum dikirim ke cabang",
    "unanswered": "Dikirim, belum dijawab cabang",
    "billed_unregistered": "Ditagih, belum terdaftar",
    "billed_refused": "Ditagih, lalu ditolak cabang",
    "unbilled": "Terdaftar dan di SK, tidak ditagih",
    "bill_overdue": "Tagihan lewat jatuh tempo",
    "payment_unmatched": "Pembayaran belum cocok",
    "payment_returned": "Pembayaran yang uangnya kembali",
}

_MONTH_ITEMS = Statement("coverage", "differences_of_month")

_STANDING_ITEMS = Statement("coverage", "differences_standing")

_OPEN = Statement("coverage", "differences_open")

_GONE = Statement("coverage", "differences_gone")


def compare(actor: Actor, *, month: Month, today: date | None = None) -> dict[str, int]:
    """Compare the three sides for a month and return how many items are open now, by kind (of all months).

    Six statements, however many people. Raises NotAllowed.
    """
    with action(actor, Act.DIFFERENCE_COMPARE, region_code=WHOLE_PROVINCE) as deed:
        one_at_a_time(Lock.DIFFERENCES)
        about = {
            "month": month.number,
            "province": settings.PAYUNG_PROVINCE,
            "today": today_or(today),
            "user": actor.user.pk,
        }
        with everyone_visible():
            items = _MONTH_ITEMS.stage("items", about)
            _STANDING_ITEMS.run(about, items=items)
            _OPEN.run(about, items=items)
            _GONE.run(about, items=items)
            deed.data = open_by_kind()
    return deed.data


def open_by_kind() -> dict[str, int]:
    """How many items are open, by kind, among those the session may see."""
    return dict(
        database.rows(
            "SELECT kind, count(*) FROM coverage_difference WHERE state = 'open' GROUP BY kind ORDER BY 2 DESC"
        )
    )


def settle_difference(actor: Actor, *, difference_id: int, settlement: str) -> Difference:
    """Settle an item with a sentence that says how. Raises Refused where it is settled, or says nothing."""
    with action(actor, Act.DIFFERENCE_SETTLE, region_code=OF_SUBJECT) as deed:
        deed.subject_id, deed.reason = difference_id, settlement.strip()
        item = Difference.objects.select_for_update().filter(pk=difference_id).first()
        if item is None or item.state == Difference.State.SETTLED or not settlement.strip():
            raise Refused(_("Selisih ini sudah selesai atau tidak ada, atau penyelesaiannya kosong."))
        deed.at(item.region_code)
        item.state, item.settled_by, item.settlement = (
            Difference.State.SETTLED,
            actor.user,
            settlement.strip()[:300],
        )
        item.save(update_fields=["state", "settled_by", "settlement"])
    return item


def give_difference(actor: Actor, *, difference_id: int, owner: User) -> Difference:
    """Make another user the owner of an open item. Raises Refused."""
    with action(actor, Act.DIFFERENCE_GIVE, region_code=OF_SUBJECT) as deed:
        deed.subject_id, deed.data = difference_id, {"owner": owner.pk}
        item = Difference.objects.select_for_update().filter(pk=difference_id, state="open").first()
        if item is None:
            raise Refused(_("Selisih ini tidak terbuka."))
        deed.at(item.region_code)
        if item.owner_id == owner.pk:
            deed.unchanged()
        item.owner = owner
        item.save(update_fields=["owner"])
    return item


def reconcile_bills(actor: Actor, *, month: Month) -> int:
    """Mark a month's paid bills of funds without an open difference as reconciled; return how many."""
    with action(actor, Act.BILL_RECONCILE, region_code=WHOLE_PROVINCE) as deed:
        with everyone_visible():
            changed = database.run(
                "UPDATE coverage_bill b SET state = %s WHERE b.month = %s AND b.state = 'paid' AND NOT EXISTS ("
                " SELECT 1 FROM coverage_difference d WHERE d.fund_id = b.fund_id AND d.state = 'open'"
                " AND (d.month = b.month OR d.kind = 'answer_conflict'))",
                [Bill.State.RECONCILED, month.number],
            )
        deed.data = {"month": str(month), "bills": changed}
        if not changed:
            deed.unchanged()
    return changed
