"""Kinds of jobs: each a function of a room's `jobs.py`, with its words and its lane.

    @job("registry.match", gettext_lazy("Mencocokkan baris"), by_itself=True)
    def match_waiting(actor: Actor, tell: Tell) -> Outcome: ...

    match_waiting.queue(actor)

A kind's module is imported when a job of it is queued, done or shown, never before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from typing import Any, Protocol, TypeVar

from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused
from payung.access.models import User
from payung.jobs import queue
from payung.jobs.models import Job


class Lane(StrEnum):
    """What a worker does side by side: one job of each lane at a time, so that no long one delays all others."""

    #: Lists, matching, files, letters: mostly seconds.
    WORK = "work"
    #: Plans: up to minutes of both processors.
    PLANS = "plans"
    #: Figures that pages show of everybody.
    FIGURES = "figures"


@dataclass(frozen=True, slots=True)
class Made:
    """A file that a job made: its name, its content, its media type, and how many people it names."""

    name: str
    content: bytes
    mime: str
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: a sentence (a msgid and its values), where to look (`path`), a file to take.

    Whole numbers among the values are written as the reader's language writes them, so the msgid takes them as `%s`.
    """

    text: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    path: str = ""
    file: Made | None = None


class Tell(Protocol):
    """Say how far a job is; a job that says nothing is only known to run."""

    @property
    def owner(self) -> User | None:
        """Return who asked for the job, and is to see what follows from it."""

    @property
    def job_id(self) -> int:
        """Return the number of the job."""

    def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
        """`step` is a msgid; `done` of `total` steps are over."""


Work = Callable[..., Outcome | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of job.

    `whole`: all it does and that it is done are one transaction; where not, it may be begun again after a kill and
    must then change nothing twice by itself. `by_itself`: it is done as Payung, whoever waits for it.
    """

    name: str
    words: str | Promise
    work: Work
    lane: Lane = Lane.WORK
    whole: bool = True
    by_itself: bool = False

    def queue(
        self, owner: Actor | User | None, *, key: str = "", batch: str = "", back: str = "", **arguments: Any
    ) -> Job:
        """Queue a job, which begins once the current transaction is over; see `payung.jobs.queue.add`."""
        user = owner.user if isinstance(owner, Actor) else owner
        return queue.add(self.name, self.lane, user, key=key, batch=batch, back=back, arguments=arguments)


def job(
    name: str, words: str | Promise, *, lane: Lane = Lane.WORK, whole: bool = True, by_itself: bool = False
) -> Callable[[Work], Kind]:
    """Make a function a kind of job. It is given the actor, a `Tell`, and its arguments by name.

    What it refuses (`Refused`, `NotAllowed`) is told to the owner; it returns an `Outcome`, or None.
    """

    def wrap(work: Work) -> Kind:
        return Kind(name, words, work, lane, whole, by_itself)

    return wrap


_WATCHES: dict[Callable[[], object], float] = {}
Look = TypeVar("Look", bound=Callable[[], object])


def watch(*, every: float) -> Callable[[Look], Look]:
    """Have workers call a room's function every so many seconds, which queues what has become necessary."""

    def note(look: Look) -> Look:
        _WATCHES[look] = every
        return look

    return note


def watches() -> dict[Callable[[], object], float]:
    """Return every function to be called, and every how many seconds."""
    autodiscover_modules("jobs")
    return dict(_WATCHES)


class UnknownKind(Refused, LookupError):
    """No room has this kind of job, or none any more: a job of another version of Payung."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("Versi Payung ini tidak mengenal pekerjaan %(kind)s; minta lagi dari halamannya."), kind=name
        )


def kind_of(name: str) -> Kind:
    """Return the kind of a name. Raises UnknownKind where no room has it (any more)."""
    room, _, _ = name.partition(".")
    try:
        module = import_module(f"payung.{room}.jobs")
    except ModuleNotFoundError as error:
        raise UnknownKind(name) from error
    for value in vars(module).values():
        if isinstance(value, Kind) and value.name == name:
            return value
    raise UnknownKind(name)
