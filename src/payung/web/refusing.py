"""What is said where a form did not come from a page of ours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form without its token; `reason` is Django's and stands in the log only."""
    return render(request, "csrf.html", status=403)
