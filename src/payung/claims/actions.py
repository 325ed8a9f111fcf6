"""Every write of this room, in one place for the faces."""

from payung.claims.accidents import record_report, report_accident, tell_accident
from payung.claims.cases import decide_move, move, set_children, tell
from payung.claims.desk import DeskRun, run_desk
from payung.claims.letter import letter_pdf
from payung.claims.papers import open_paper, remove_paper, store_paper
from payung.claims.personal_codes import person_slip, renew_code, village_slips
from payung.claims.reports import decide_report, not_this_one, report_death

__all__ = [
    "DeskRun",
    "decide_move",
    "decide_report",
    "letter_pdf",
    "move",
    "not_this_one",
    "open_paper",
    "person_slip",
    "record_report",
    "remove_paper",
    "renew_code",
    "report_accident",
    "report_death",
    "run_desk",
    "set_children",
    "store_paper",
    "tell",
    "tell_accident",
    "village_slips",
]
