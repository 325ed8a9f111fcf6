"""What every page knows: the deployment, the user, the navigation, the languages."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

from payung.access.roles import Role
from payung.web.navigation import items_for


def site(request: HttpRequest) -> dict[str, object]:
    """Return what every template knows of the deployment and the visitor."""
    actor = getattr(request, "actor", None)
    return {
        "programme_owner": settings.PAYUNG_PROGRAMME_OWNER,
        "actor": actor,
        "role_names": ", ".join(gettext(Role(role).label) for role in sorted(actor.roles)) if actor else "",
        "navigation": items_for(request),
        "languages": settings.LANGUAGES,
        "here": request.get_full_path(),
    }
