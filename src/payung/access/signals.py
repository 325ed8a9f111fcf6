"""Whoever comes in, goes or fails is recorded, by whichever way they come."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from payung.access import trail
from payung.access.models import User


@receiver(user_logged_in)
def _came_in(user: User, **_: Any) -> None:
    trail.sign_in(user)


@receiver(user_logged_out)
def _went(user: User | None, **_: Any) -> None:
    if user is not None:
        trail.sign_out(user)


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], **_: Any) -> None:
    trail.sign_in_failed(str(credentials.get("username", "")))
