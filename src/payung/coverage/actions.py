"""Every write of this room, under one roof. Each is one transaction with one audit event, safe to repeat."""

from payung.coverage.alterations import propose_addition, propose_alteration
from payung.coverage.amendments import Amended, approve_amendment, propose_amendment, reject_amendment
from payung.coverage.answers import Applied, apply_answer, preview_answer, take_back_answer
from payung.coverage.bills import (
    Billed,
    approve_bill,
    approve_bills,
    make_bills,
    send_bill,
    send_bills,
    set_payment_code,
)
from payung.coverage.changes import find_changes, propose_change, reject_change
from payung.coverage.close import Closing, close_month
from payung.coverage.decrees import approve_decree, propose_decree, reject_decree
from payung.coverage.differences import compare, give_difference, reconcile_bills, settle_difference
from payung.coverage.fees import settle_fees
from payung.coverage.notices import make_notices, mark_printed, send_notices, set_contact
from payung.coverage.payments import (
    Loaded,
    load_statement,
    match_by_hand,
    match_payments,
    record_receipt,
    record_refund,
    take_back_match,
)
from payung.coverage.uploads import MadeUpload, make_uploads

__all__ = [
    "Amended",
    "Applied",
    "Billed",
    "Closing",
    "Loaded",
    "MadeUpload",
    "apply_answer",
    "approve_amendment",
    "approve_bill",
    "approve_bills",
    "approve_decree",
    "close_month",
    "compare",
    "find_changes",
    "give_difference",
    "load_statement",
    "make_bills",
    "make_notices",
    "make_uploads",
    "mark_printed",
    "match_by_hand",
    "match_payments",
    "preview_answer",
    "propose_addition",
    "propose_alteration",
    "propose_amendment",
    "propose_change",
    "propose_decree",
    "reconcile_bills",
    "record_receipt",
    "record_refund",
    "reject_amendment",
    "reject_change",
    "reject_decree",
    "send_bill",
    "send_bills",
    "send_notices",
    "set_contact",
    "set_payment_code",
    "settle_difference",
    "settle_fees",
    "take_back_answer",
    "take_back_match",
]
