"""Passwords that somebody would guess are refused: breached, of local words, names or patterns; without a network."""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from zxcvbn import zxcvbn

from payung.access.models import User

#: Fewer guesses than this are within reach of whoever has stolen the hashes, slow as those are.
_GUESSES = 10**9
#: The estimate looks no further; what is longer is not weaker.
_LOOKED_AT = 72
#: So many local words joined are still one guess; a sentence of more is not.
_JOINED = 3
_LEET = str.maketrans("4@3€1!|0º5$7+89", "aaeeiiioossttbg")
_EDGES = re.compile(r"^[^a-z]+|[^a-z]+$")


class NotGuessed:
    """Refuses what is on the list of breached passwords, made of local words, or too few guesses away."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError, with what to do."""
        plain = password.casefold()
        if not plain:
            return  # too short is another validator's to say
        if plain in _breached() or _bare(plain) in _breached():
            raise ValidationError(
                _(
                    "Kata sandi ini ada dalam daftar kata sandi yang pernah bocor. "
                    "Pakai empat kata yang tidak berhubungan."
                ),
                code="breached",
            )
        own = _own_words(user)
        if _is_joined(plain, own.union(_local_words())):
            raise ValidationError(
                _(
                    "Kata sandi ini tersusun dari nama program, tempat, peran, atau nama Anda. "
                    "Pakai empat kata yang tidak berhubungan."
                ),
                code="local_words",
            )
        if zxcvbn(password[:_LOOKED_AT], user_inputs=[*sorted(own), *_local_words()])["guesses"] < _GUESSES:
            raise ValidationError(
                _("Kata sandi ini mudah ditebak. Pakai empat kata yang tidak berhubungan."), code="guessed"
            )

    def get_help_text(self) -> str:
        return str(_("Pakai empat kata yang tidak berhubungan; bukan nama, tempat, atau tanggal."))


@cache
def _breached() -> frozenset[str]:
    """Passwords of at least ten signs that leaked most often and that counting guesses would let through."""
    packed = resources.files("payung.access").joinpath("data", "breached_passwords.txt.xz").read_bytes()
    return frozenset(lzma.decompress(packed).decode().splitlines())


@cache
def _local_words() -> tuple[str, ...]:
    """Words of this office, those that are guessed first before others: the estimate goes by their order."""
    text = resources.files("payung.access").joinpath("data", "local_words.txt").read_text("utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


def _own_words(user: User | None) -> frozenset[str]:
    """Return the words about a user that everybody knows: names, position, organisation."""
    if user is None:
        return frozenset()
    known: list[str] = [user.username, user.full_name, user.position, user.email]
    if user.organisation_id and user.organisation is not None:
        known.append(user.organisation.name)
    return frozenset(word for text in known for word in re.findall(r"[a-z]{3,}", text.casefold()))


def _bare(plain: str) -> str:
    """Without digits and signs before and after."""
    return _EDGES.sub("", plain)


def _is_joined(plain: str, known: frozenset[str]) -> bool:
    """Return whether the letters are at most three known words, with any digits and signs around and between."""
    return any(_words_needed(letters, known) <= _JOINED for letters in _readings(plain))


def _readings(plain: str) -> Iterator[str]:
    """Yield the letters as they stand, and as they are meant where digits and signs stand for some."""
    yield "".join(re.findall(r"[a-z]", plain))
    words = "".join(part for part in re.split(r"[\W_]+", plain) if not part.isdigit())
    for meant in (plain, words, re.sub(r"[\d\W_]{2,}", "", plain)):
        for part in (meant, _bare(meant)):
            yield "".join(re.findall(r"[a-z]", part.translate(_LEET)))


def _words_needed(letters: str, known: frozenset[str]) -> float:
    """Return the least number of known words that make up `letters`; infinite where others are needed."""
    fewest = [0.0] + [float("inf")] * len(letters)
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - 20), end):
            if fewest[start] + 1 < fewest[end] and letters[start:end] in known:
                fewest[end] = fewest[start] + 1
    return fewest[-1] if letters else float("inf")
