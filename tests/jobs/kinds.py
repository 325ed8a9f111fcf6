"""Kinds of jobs for tests, found as those of a room are: `make_kind` puts one into `payung.jobs.jobs`."""

from __future__ import annotations

import sys
from types import ModuleType

from payung.jobs.kinds import Kind


def give_room(name: str, *kinds: Kind) -> ModuleType:
    """Makes a module `payung.NAME.jobs` that holds these kinds."""
    module = ModuleType(f"payung.{name}.jobs")
    for number, kind in enumerate(kinds):
        setattr(module, f"kind_{number}", kind)
    sys.modules[f"payung.{name}"] = ModuleType(f"payung.{name}")
    sys.modules[module.__name__] = module
    return module
