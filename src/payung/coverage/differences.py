"""Three sides compared: what we decreed and sent, what the branch registered, what was billed and paid.

What concerns one person is one item; what concerns a whole file, fund or bill is one item with a count. Each
has an owner until it is settled; one whose cause has gone settles itself.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings

from payung import database
from payung.access.actor import Actor, Refused, action, everyone_visible
from payung.access.acts import OF_SUBJECT, WHOLE_PROVINCE, Act
from payung.access.models import User
from payung.access.today import today_or
from payung.coverage.models import Bill, Difference
from payung.database.locks import Lock, one_at_a_time
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

#: Items that are worked out anew by every comparison of a month: (kind, person or null, fund, detail, key, region).
_MONTH_ITEMS = """
CREATE TEMP TABLE items ON COMMIT DROP AS
WITH cover AS (
    SELECT c.person_id, c.fund_id, c.region_code, r.state AS registered, l.person_id IS NOT NULL AS billed,
           l.jkk + l.jkm AS due, b.id AS bill_id
      FROM coverage_covermonth c
      LEFT JOIN (SELECT DISTINCT ON (person_id, fund_id) person_id, fund_id, state FROM coverage_registration
                  ORDER BY person_id, fund_id, (state = 'accepted') DESC, id DESC) r USING (person_id, fund_id)
      LEFT JOIN coverage_bill b ON b.fund_id = c.fund_id AND b.month = c.month
      LEFT JOIN coverage_billline l ON l.person_id = c.person_id AND l.month = c.month AND l.bill_id = b.id
     WHERE c.month = %(month)s
)
SELECT 'not_sent' AS kind, NULL::bigint AS person_id, fund_id, jsonb_build_object('people', count(*)) AS detail,
       'not_sent:' || fund_id || ':' || %(month)s AS key, %(province)s::text AS region_code
  FROM cover WHERE registered IS NULL GROUP BY fund_id
UNION ALL
SELECT 'billed_unregistered', NULL::bigint, fund_id, jsonb_build_object('people', count(*), 'amount', sum(due)),
       'billed_unregistered:' || fund_id || ':' || %(month)s, %(province)s
  FROM cover WHERE billed AND registered IS DISTINCT FROM 'accepted' AND registered IS DISTINCT FROM 'refused'
 GROUP BY fund_id
UNION ALL
SELECT 'billed_refused', person_id, fund_id, jsonb_build_object('amount', due),
       'billed_refused:' || person_id || ':' || %(month)s, region_code
  FROM cover WHERE billed AND registered = 'refused'
UNION ALL
SELECT 'unbilled', person_id, fund_id, '{}'::jsonb, 'unbilled:' || person_id || ':' || %(month)s, region_code
  FROM cover WHERE bill_id IS NOT NULL AND NOT billed AND registered = 'accepted'
"""

_STANDING_ITEMS = """
INSERT INTO items (kind, person_id, fund_id, detail, key, region_code)
SELECT 'unanswered', NULL::bigint, u.fund_id,
       jsonb_build_object('upload', u.id, 'file', u.file_name, 'people', count(*)),
       'unanswered:' || u.id, %(province)s
  FROM coverage_registration r JOIN coverage_upload u ON u.id = r.upload_id
 WHERE r.state = 'sent' GROUP BY u.id
UNION ALL
SELECT 'bill_overdue', NULL::bigint, b.fund_id,
       jsonb_build_object('bill', b.id, 'code', b.payment_code, 'open', b.amount - b.credit - b.paid),
       'bill_overdue:' || b.id, %(province)s
  FROM coverage_bill b WHERE b.state IN ('approved', 'sent') AND b.expires_on < %(today)s
"""

_OPEN = """
INSERT INTO coverage_difference (kind, person_id, fund_id, month, detail, owner_id, state, settlement, key,
                                 region_code)
SELECT kind, person_id, fund_id,
       CASE WHEN kind IN ('unanswered', 'bill_overdue') THEN NULL ELSE %(month)s END, detail,
       %(user)s, 'open', '', key, region_code FROM items
    ON CONFLICT (key) DO UPDATE SET detail = excluded.detail WHERE coverage_difference.state = 'open'
"""

#: An item whose cause has gone settles itself; one that a person settled is never opened again.
_GONE = """
UPDATE coverage_difference d SET state = 'settled', settled_by_id = %(user)s, settlement = 'Sudah tidak berbeda.'
 WHERE d.state = 'open' AND NOT EXISTS (SELECT 1 FROM items i WHERE i.key = d.key)
   AND (d.kind IN ('unanswered', 'bill_overdue')
        OR (d.month = %(month)s AND d.kind IN ('not_sent', 'billed_unregistered', 'billed_refused', 'unbilled')))
"""


def compare(actor: Actor, *, month: Month, today: date | None = None) -> dict[str, int]:
    """Compares the three sides for a month; how many items are open now, by kind (of all months).

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
            database.run("DROP TABLE IF EXISTS pg_temp.items")
            for sql in (_MONTH_ITEMS, _STANDING_ITEMS, _OPEN, _GONE):
                database.run(sql, about)
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
    """Settles an item with a sentence that says how. Raises Refused where it is settled, or says nothing."""
    with action(actor, Act.DIFFERENCE_SETTLE, region_code=OF_SUBJECT) as deed:
        deed.subject_id, deed.reason = difference_id, settlement.strip()
        item = Difference.objects.select_for_update().filter(pk=difference_id).first()
        if item is None or item.state == Difference.State.SETTLED or not settlement.strip():
            raise Refused(
                "Selisih ini sudah selesai atau tidak ada, atau penyelesaiannya kosong.",
                "This item is settled or does not exist, or the settlement is empty.",
            )
        deed.at(item.region_code)
        item.state, item.settled_by, item.settlement = (
            Difference.State.SETTLED,
            actor.user,
            settlement.strip()[:300],
        )
        item.save(update_fields=["state", "settled_by", "settlement"])
    return item


def give_difference(actor: Actor, *, difference_id: int, owner: User) -> Difference:
    """Makes another user the owner of an open item. Raises Refused."""
    with action(actor, Act.DIFFERENCE_GIVE, region_code=OF_SUBJECT) as deed:
        deed.subject_id, deed.data = difference_id, {"owner": owner.pk}
        item = Difference.objects.select_for_update().filter(pk=difference_id, state="open").first()
        if item is None:
            raise Refused("Selisih ini tidak terbuka.", "This item is not open.")
        deed.at(item.region_code)
        if item.owner_id == owner.pk:
            deed.unchanged()
        item.owner = owner
        item.save(update_fields=["owner"])
    return item


def reconcile_bills(actor: Actor, *, month: Month) -> int:
    """Marks a month's paid bills whose fund has no open difference of that month as reconciled; how many."""
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
