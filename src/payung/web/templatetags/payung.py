"""Template filters and parts: rupiah, months, numbers; status, figure, sortable header."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import resolve
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from payung.access.actor import Actor
from payung.access.middleware import BY_ITSELF, BY_ITSELF_PARAMETER
from payung.access.roles import Permission
from payung.claims.reports import evidence_in_words
from payung.oversight import written
from payung.web.pages import address, opens

register = template.Library()


for written_number in (
    written.rupiah,
    written.rupiah_short,
    written.whole,
    written.signed,
    written.percent,
    written.month_words,
    written.shown,
    written.public,
    written.closed_rupiah,
    written.worth,
):
    register.filter(written_number.__name__, written_number)


register.filter("evidence", evidence_in_words)


@register.filter
def plain(key: int) -> str:
    """Write a number for an address or form, without thousands separators."""
    return str(key)


@register.filter
def openable(path: str, actor: Actor | None) -> bool:
    """Return whether a user may open a page: a link that would only tell them that they may not is no link."""
    needed = getattr(resolve(path.partition("?")[0]).func, "needed", ())
    return not needed or (actor is not None and opens(actor, needed))


_OPENS_VILLAGES = (Permission.OVERSIGHT, Permission.SEE_PEOPLE)


@register.filter
def seen_by(code: str, actor: Actor | None) -> bool:
    """Return whether a user may open the page of a village; who is not logged in is asked to log in there."""
    return actor is None or any(actor.may(one, code) for one in _OPENS_VILLAGES)


@register.filter
def opens_villages_in(actor: Actor | None) -> str:
    """Name the regions whose villages a user may open: by them a part of a page with such links is kept."""
    if actor is None:
        return "anybody"
    return ",".join(sorted({code for one in _OPENS_VILLAGES for code in actor.where(one)}))


@register.filter
def hidden_nik(last4: str) -> str:
    """Mask a NIK, given its last four digits."""
    return f"•••• •••• •••• {last4}" if last4 else "–"


@register.simple_tag
def every(seconds: int) -> SafeString:
    """Let an element with hx-get ask again and again; such requests keep nobody signed in."""
    return format_html("""hx-trigger="every {}s" hx-headers='{{"{}": "1"}}'""", seconds, BY_ITSELF)


@register.simple_tag(takes_context=True)
def reloads(context: dict[str, Any], seconds: int) -> SafeString:
    """Let a page load itself again where no script runs; such requests keep nobody signed in."""
    again = address(context["request"], **{BY_ITSELF_PARAMETER: "1"})
    return format_html(
        '<noscript><meta http-equiv="refresh" content="{}; url={}"></noscript>', seconds, again
    )


@register.inclusion_tag("parts/status.html")
def status(label: str, tone: str = "neutral") -> dict[str, str]:
    """Render a status in words with a sign; tone good, wait, bad, info or neutral only adds the colour.

    The words may be a model's own, which are Indonesian: they are said in the reader's language.
    """
    return {"label": gettext(label) if label else "", "tone": tone}


@register.inclusion_tag("parts/figure.html")
def figure(
    label: str, value: str, definition: str = "", source: str = "", as_of: Any = None
) -> dict[str, Any]:
    """Render a large number with its meaning, source and as-of date under it."""
    return {"label": label, "value": value, "definition": definition, "source": source, "as_of": as_of}


@register.inclusion_tag("parts/sort_header.html", takes_context=True)
def sort_header(context: dict[str, Any], name: str, label: str, numeric: bool = False) -> dict[str, Any]:
    """Render a table header that sorts by ?urut=name, and by ?urut=-name when chosen again."""
    now = context.get("sort") or context["request"].GET.get("urut", "")
    direction = {name: "ascending", f"-{name}": "descending"}.get(now, "")
    turned = f"-{name}" if direction == "ascending" else name
    url = address(context["request"], urut=turned, hal=None, setelah=None, sebelum=None)
    return {"label": label, "url": url, "direction": direction, "numeric": numeric}


@register.filter
def thousandths(share: float | None) -> str:
    """Return a share 0..1 as whole thousandths, for a bar in a box of 1000; a visible trace if not zero."""
    if not share:
        return "0"
    return str(max(6, min(1000, round(share * 1000))))
