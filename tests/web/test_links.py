"""Links lead somewhere: keys stand in addresses as they are, and nobody is shown a link that they may not open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import payung.web
from payung.access.actor import acting_as
from payung.registry.models import Person
from tests.oversight.population import populate

TEMPLATES = Path(payung.web.__file__).parent / "templates"
_ATTRIBUTE = re.compile(r'="[^"]*\{\{[^"]*"')
_KEY = re.compile(r"\{\{ ?(?:[a-z_]+\.)*(?:pk|id|(?!auto)[a-z_]+_id) ?\}\}")


def test_no_address_or_form_bears_a_key_with_the_separators_of_thousands():
    bare = [
        f"{path.relative_to(TEMPLATES)}: {found.group(0)}"
        for path in TEMPLATES.rglob("*.html")
        for found in _ATTRIBUTE.finditer(path.read_text("utf-8"))
        if _KEY.search(found.group(0))
    ]
    assert not bare, "write {{ ...|plain }}"


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["operator", "approver", "branch", "budget", "dprd"])
def test_every_link_of_a_page_opens_for_whom_it_is_shown(client, make_actor, role):
    populate(60)
    who = make_actor(role)
    with acting_as(make_actor("operator")):
        other = Person.objects.first()
        late = Person.objects.create(
            pk=987_654_321, name="Siti", name_norm="siti", region_code=other.region_code
        )
    client.force_login(who.user)
    opened = 0
    for page in ("/bulan-ini/", "/klaim/", "/tagihan/", "/sk/", f"/orang/{late.pk}/", "/pengawasan/"):
        answer = client.get(page)
        assert answer.status_code in (200, 403), page
        for link in set(re.findall(r'href="(/[^"#]*)"', answer.content.decode())):
            if answer.status_code == 200 and "/static/" not in link:
                assert client.get(link.replace("&amp;", "&")).status_code in (200, 302), (page, link)
                opened += 1
    assert opened > 20
