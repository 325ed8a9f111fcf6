"""Every write of this room, under one roof. Each is one transaction with one audit event, safe to repeat."""

from payung.coverage.answers import Applied, apply_answer
from payung.coverage.bills import (
    Billed,
    approve_bill,
    approve_bills,
    make_bills,
    send_bill,
    send_bills,
    set_payment_code,
)
from payung.coverage.decrees import approve_decree, propose_decree, reject_decree
from payung.coverage.payments import Loaded, load_statement, match_by_hand, match_payments, record_refund
from payung.coverage.uploads import MadeUpload, make_uploads

__all__ = [
    "Applied",
    "Billed",
    "Loaded",
    "MadeUpload",
    "apply_answer",
    "approve_bill",
    "approve_bills",
    "approve_decree",
    "load_statement",
    "make_bills",
    "make_uploads",
    "match_by_hand",
    "match_payments",
    "propose_decree",
    "record_refund",
    "reject_decree",
    "send_bill",
    "send_bills",
    "set_payment_code",
]
