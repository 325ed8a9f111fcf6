"""Whose request it is: the session it keeps alive, and whose people the database may show before any view runs."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from payung.access.actor import Actor
from payung.access.context import caller
from payung.database.scope import set_scope

#: The header of what a page asks again and again by itself, and the parameter of an address that it reloads itself to.
BY_ITSELF, BY_ITSELF_PARAMETER = "X-By-Itself", "sendiri"


class Sessions(SessionMiddleware):
    """Django's own, but that a page which asks by itself keeps nobody signed in who has left the desk.

    Whoever forges the mark shortens a session of their own.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        marked = BY_ITSELF in request.headers or (
            request.method == "GET" and BY_ITSELF_PARAMETER in request.GET
        )
        request.session.by_itself = marked  # type: ignore[attr-defined]


class DatabaseScope:
    """Sets `request.actor` (None for the public) and the connection's scope for the length of the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            request.actor = None  # type: ignore[attr-defined]
            return self.get_response(request)
        actor = Actor.of(request.user)
        request.actor = actor  # type: ignore[attr-defined]
        caller().user = request.user.get_username()
        if not actor.regions:
            # Nobody is visible on a connection until a scope is set, and each request takes its own away.
            return self.get_response(request)
        set_scope(actor.regions)
        try:
            return self.get_response(request)
        finally:
            set_scope(())
