"""Payung as an actor: what it does by itself, without anybody's press, bears its own name in the audit trail."""

from __future__ import annotations

from django.conf import settings

from payung.access.actor import Actor
from payung.access.models import User
from payung.access.roles import Permission

#: Its user, who has no password and no role, and cannot log in.
NAME = "payung-otomatis"
#: What follows from a list by the rules alone. It decides nothing that a person must decide.
_MAY = (
    Permission.SEE_PEOPLE,
    Permission.MATCH,
    Permission.ELIGIBILITY,
    Permission.CLAIM,
    Permission.OVERSIGHT,
)


def ensure_itself(using: str = "default") -> None:
    """Give the deployment its own user. Safe to repeat."""
    if User.objects.using(using).filter(username=NAME).exists():
        return
    user = User(username=NAME, full_name="Payung (otomatis)", is_active=False)
    user.set_unusable_password()
    user.save(using=using)


def itself() -> Actor:
    """Return Payung as it acts by itself, in the whole province."""
    user = User.objects.get(username=NAME)
    return Actor(user, dict.fromkeys(_MAY, (settings.PAYUNG_PROVINCE,)))
