"""Who may send more than a form: asked before the rest of a large body is read."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest, parse_cookie

from payung.access.actor import Actor
from payung.access.acts import Act
from payung.access.models import User
from payung.access.roles import Permission
from payung.web.pages import opens


def may_send(cookie: str, needed: tuple[Permission | Act, ...]) -> bool:
    """Return whether the session of these cookies is of a user who may open a page that needs this."""
    key = parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME, "")
    if not key:
        return False
    close_old_connections()
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(request)
    return isinstance(user, User) and opens(Actor.of(user), needed)
