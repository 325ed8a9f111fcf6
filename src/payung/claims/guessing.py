"""Who guesses at the public status page: counted, slowed down, refused and told of, without shutting a family out.

A guess meets a code once in 17 thousand million; what is counted here keeps even that from being tried at will, and
tells the programme that somebody is trying. Refusing everybody after too many wrong codes would let a stranger close
the page for a family, or for the province, by guessing badly on purpose. So whoever guesses is refused at the address
from which the guesses come; where many guess about one NIK, or at all, each address is given fewer tries, but each
still has some. Who brings the right code is not counted as guessing.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from payung.access.actor import public_action
from payung.access.acts import Act
from payung.access.limits import Limit, give_back, take
from payung.access.models import Event

_log = logging.getLogger("payung.status")

#: Questions with a code from one address, right or wrong: a village office asks for many.
ASKED = Limit("status-asked", 120, 600)
#: Wrong codes in ten minutes from one address, and from one address about one NIK.
WRONG_HERE = Limit("status-wrong-here", 30, 600)
WRONG_HERE_NIK = Limit("status-wrong-here-nik", 6, 600)
#: Wrong codes in an hour about one NIK, and in all, after which each address is given fewer tries.
WRONG_NIK = Limit("status-wrong-nik", 20, 3600)
WRONG_ALL = Limit("status-wrong-all", 300, 3600)
#: What an address is given then.
FEW_NIK = Limit("status-few-nik", 2, 600)
FEW_ALL = Limit("status-few-all", 5, 600)
#: Right answers in a day to one address, above which somebody may hold a stack of other people's papers.
ANSWERED = Limit("status-answered", 60, 86_400)
#: Each alarm once an hour; of all alarms so many a day: who guesses must not fill the audit trail.
_ONCE = Limit("status-alarm", 1, 3600)
_ALARMS = Limit("status-alarms", 100, 86_400)


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm: when, of what kind (address, nik, all, papers), and from where, if from one address."""

    at: datetime
    kind: str
    address: str


def allowed(address: str, nik: str) -> bool:
    """Count a question as a wrong guess until it proves right; tell whether it may be looked up.

    What is asked and answered here depends on counts alone, never on who is asked about.
    """
    if (exceeded := take(_here(address, nik))) is not None:
        if exceeded != WRONG_HERE_NIK:
            _alarm("address", address, address)
        return False
    about_one, in_all = take([(WRONG_NIK, nik)]), take([(WRONG_ALL, "")])
    few_of_one, few_in_all = take([(FEW_NIK, _pair(address, nik))]), take([(FEW_ALL, address)])
    if about_one is not None:
        _alarm("nik", nik, "")
    if in_all is not None:
        _alarm("all", "", "")
    return not (about_one and few_of_one) and not (in_all and few_in_all)


def was_right(address: str, nik: str) -> None:
    """Take a right answer back out of the count of guesses."""
    give_back(
        [
            *_here(address, nik)[1:],
            (WRONG_NIK, nik),
            (WRONG_ALL, ""),
            (FEW_NIK, _pair(address, nik)),
            (FEW_ALL, address),
        ]
    )
    if take([(ANSWERED, address)]) is not None:
        _alarm("papers", address, address)


def alarms(since: datetime) -> list[Alarm]:
    """Return the alarms since a moment, the newest first."""
    found = Event.objects.filter(action=Act.STATUS_GUESSED.value, at__gte=since).order_by("-at")[:200]
    return [Alarm(one.at, one.data["kind"], one.data["address"]) for one in found]


def _here(address: str, nik: str) -> list[tuple[Limit, str]]:
    return [(ASKED, address), (WRONG_HERE, address), (WRONG_HERE_NIK, _pair(address, nik))]


def _pair(address: str, nik: str) -> str:
    return f"{address} {nik}"


def _alarm(kind: str, key: str, address: str) -> None:
    """Write an alarm into the log and the audit trail, once an hour for each of what it is about."""
    if take([(_ONCE, f"{kind} {key}")]) is not None or take([(_ALARMS, "")]) is not None:
        return
    _log.warning("the status page is being guessed at: %s %s", kind, address)
    with public_action(Act.STATUS_GUESSED) as deed:
        deed.data = {"kind": kind, "address": address}
