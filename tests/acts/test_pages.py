"""Whoever is shown a link or a button may use it: each page a role reaches, and each form on it sent as it stands.

Of the province and of one regency alone. Nothing is refused for want of a permission, and nothing is a fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from payung.access.acts import Act
from payung.access.models import User
from payung.access.roles import Role
from payung.funding.models import Plan

from .scene import DOERS, OTHER, OWN, REGENCY

#: What lies prepared on the pages, in both regencies: one of each thing that somebody may decide.
PREPARED = (
    *(Act.APPROVE_FUND, Act.DECIDE_CHANGE, Act.APPROVE_PLAN, Act.JUDGE_SAME, Act.JUDGE_UNKNOWN, Act.SETTLE),
    *(Act.CASE_DECIDE, Act.DEATH_CONFIRM, Act.DIFFERENCE_SETTLE, Act.DONATION_CHECK),
    *(Act.CASE_ANSWER, Act.MEETING_ADOPT, Act.RESOLUTION_DECIDE, Act.STATEMENT_FEES),
)
#: At most so many pages of one kind (an address with its numbers taken out) are opened.
_OF_A_KIND = 2
_ELSEWHERE = re.compile(r"^(https?:|mailto:|tel:|#|data:|/static/|/keluar/|/bahasa/|/masuk/)")
_TEXT = {"date": "2026-01-05", "number": "1", "month": "2026-01", "datetime-local": "2026-01-05T08:00"}


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    sends_file: bool = False


class Page(HTMLParser):
    """The links and forms of a page, each field filled as whoever presses at once would leave or fill it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag, given):
        a = {name: value or "" for name, value in given}
        if tag == "a" and a.get("href"):
            self.links.append(a["href"])
        elif tag == "form":
            self._form = Form(a.get("action", ""), a.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is None:
            return
        elif (
            tag == "input" and a.get("name") and a.get("type") not in ("submit", "file", "radio", "checkbox")
        ):
            self._form.fields[a["name"]] = a.get("value") or _TEXT.get(a.get("type", ""), "uji")
        elif tag == "input" and a.get("type") in ("radio", "checkbox") and "checked" in a:
            self._form.fields[a["name"]] = a.get("value", "on")
        elif tag == "input" and a.get("type") == "file":
            self._form.sends_file = True
        elif tag == "textarea" and a.get("name"):
            self._form.fields[a["name"]] = "uji"
        elif tag == "select":
            self._select = a.get("name", "")
        elif tag == "option" and self._select and a.get("value"):
            if "selected" in a or self._select not in self._form.fields:
                self._form.fields[self._select] = a["value"]
        elif tag == "button" and a.get("type", "submit") == "submit":
            self._form.buttons.append((a.get("name", ""), a.get("value", "")))

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""


def kind(address: str) -> str:
    """The page an address is of, whatever it is asked for."""
    path = address.partition("?")[0]
    try:
        return resolve(path).route
    except Resolver404:
        return path


def filled(world) -> None:
    for village in (OWN, OTHER):
        for act in PREPARED:
            DOERS[act](world, village)
    DOERS[Act.PAYMENT_MATCH](world, OTHER)
    with transaction.atomic():
        made = Plan.objects.exclude(report={}).latest("pk")
        Plan.objects.filter(report={}).update(report=made.report)
    with world.by("operator") as operator:
        from payung.oversight.actions import rebuild

        rebuild(operator, today=world.today)


def walk(client: Client, start: str) -> tuple[list[str], int, int]:
    """Follow what is shown from a page on: what went wrong, pages opened, buttons pressed."""
    wrong: list[str] = []
    waiting, met, seen, pressed = [(start, "")], {start}, {}, set()
    while waiting:
        address, source = waiting.pop(0)
        if seen.setdefault(kind(address), 0) >= _OF_A_KIND:
            continue
        seen[kind(address)] += 1
        with transaction.atomic():
            answer = client.get(address)
            body = b"" if answer.streaming else answer.content
            transaction.set_rollback(True)
        if answer.status_code == 403 or answer.status_code >= 404:
            wrong.append(f"{source} shows {address}: {answer.status_code}")
            continue
        if answer.status_code in (301, 302):
            waiting.append((answer["Location"], source))
            continue
        if "html" not in answer.get("Content-Type", ""):
            continue
        page = Page(body.decode())
        for link in page.links:
            target = link if link.startswith("/") else address.partition("?")[0] + link
            if not _ELSEWHERE.match(link) and target not in met:
                met.add(target)
                waiting.append((target, address))
        for form in page.forms:
            for name, value in form.buttons or [("", "")]:
                act = form.action or address
                this = (kind(act), tuple(sorted(form.fields)), name, value)
                if form.method != "post" or _ELSEWHERE.match(act) or this in pressed:
                    continue
                pressed.add(this)
                with transaction.atomic():
                    sent = client.post(act, {**form.fields, **({name: value} if name else {})})
                    transaction.set_rollback(True)
                if sent.status_code == 403 or sent.status_code >= 500:
                    wrong.append(f"{address} has a button {name}={value} to {act}: {sent.status_code}")
    return wrong, sum(seen.values()), len(pressed)


@pytest.mark.parametrize("region", ["65", REGENCY])
def test_what_is_shown_may_be_used(world, region, settings):
    settings.PAYUNG_VILLAGE_NAMES = True
    filled(world)
    for role in Role.values:
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.get(username=f"{role}-{region}"))
        wrong, pages, buttons = walk(client, "/beranda/")
        assert not wrong, f"{role}:\n" + "\n".join(wrong)
        assert pages >= 1
        if role in (Role.OPERATOR, Role.APPROVER) and region == "65":
            assert pages > 40 and buttons > 12, (pages, buttons)
