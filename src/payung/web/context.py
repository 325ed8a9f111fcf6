"""What every page knows about the deployment."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    return {
        "programme_owner": settings.PAYUNG_PROGRAMME_OWNER,
        "actor": getattr(request, "actor", None),
    }
