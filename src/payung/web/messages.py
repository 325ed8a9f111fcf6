"""Messages to the next page, in a cookie that is bound to this host like the others."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class OwnCookie(CookieStorage):
    """Django's own, but for the cookie's name."""

    cookie_name = settings.PAYUNG_COOKIE_PREFIX + "messages"


class Storage(FallbackStorage):
    """In a cookie, and what does not fit into it in the session."""

    storage_classes = (OwnCookie, SessionStorage)
