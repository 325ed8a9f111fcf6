"""Who is the same person, across every list. Pure: tables in, tables out.

`link` matches rows against each other and against people already known; `explain` says why in words;
`LookupIndex` answers while somebody types; `diff_letters` shows two spellings letter by letter; `calibrated`
turns clerks' labels into probabilities; `survey` names what is too common to tell people apart.
"""

from payung.matching.calibrate import calibrated, reliability, threshold_for
from payung.matching.columns import InputError, parse_columns, rename
from payung.matching.explain import Step, explain, weights_of
from payung.matching.letters import Piece, diff_letters
from payung.matching.link import Known, Linked, known_keys, link, standing_niks, survey
from payung.matching.lookup import Found, LookupIndex, lookup
from payung.matching.model import Model, ModelError, default, load

__all__ = [
    "Found",
    "InputError",
    "Known",
    "Linked",
    "LookupIndex",
    "Model",
    "ModelError",
    "Piece",
    "Step",
    "calibrated",
    "default",
    "diff_letters",
    "explain",
    "known_keys",
    "link",
    "load",
    "lookup",
    "parse_columns",
    "reliability",
    "rename",
    "standing_niks",
    "survey",
    "threshold_for",
    "weights_of",
]
