"""Who is the same person, across every list. Pure: tables in, tables out.

`link` matches rows against each other and against people already known; `explain` says why in words;
`LookupIndex` answers while somebody types; `diff_letters` shows two spellings letter by letter.
"""

from payung.matching.columns import InputError, parse_columns, rename
from payung.matching.link import Linked, link
from payung.matching.model import Model, ModelError, default, load

__all__ = [
    "InputError",
    "Linked",
    "Model",
    "ModelError",
    "default",
    "link",
    "load",
    "parse_columns",
    "rename",
]
