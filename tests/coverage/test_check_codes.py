"""A paper carries an address only where readers can open it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured

from payung.access.actor import acting_as
from payung.config.home import public_url
from payung.coverage.actions import propose_decree
from payung.coverage.annex import annex_on, annex_pdf
from payung.coverage.check_codes import check_address, printed
from tests.coverage.scene import TODAY, Programme, actor


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("", ""),
        ("http://localhost:8080", ""),
        ("http://localhost", ""),
        ("https://127.0.0.1:8090", ""),
        ("http://0.0.0.0:8080", ""),
        ("http://payung.localhost", ""),
        ("https://payung.kaltaraprov.go.id", "https://payung.kaltaraprov.go.id/cek/AB-12"),
        ("https://payung.kaltaraprov.go.id/", "https://payung.kaltaraprov.go.id/cek/AB-12"),
        ("https://dinas.go.id/payung", "https://dinas.go.id/payung/cek/AB-12"),
        ("https://dinas.go.id:8443", "https://dinas.go.id:8443/cek/AB-12"),
    ],
)
def test_an_address_only_this_machine_knows_is_not_printed(settings, base, address):
    settings.PAYUNG_PUBLIC_URL = public_url(base)
    settings.CSRF_TRUSTED_ORIGINS = ["http://localhost:9999"]
    assert check_address("AB-12") == address
    told = printed("AB-12")
    assert told["address"] == address
    assert "AB-12" in told["check"]
    assert "localhost" not in str(told)


@pytest.mark.parametrize(
    "text",
    [
        "payung.go.id",
        "ftp://payung.go.id",
        "https://",
        "https:/payung.go.id",
        "https://payung go id",
        "javascript:alert(1)",
        "https://a.id/?q=1",
        "https://a.id#x",
        "//a.id",
        "https://a.id\nx",
    ],
)
def test_what_is_no_address_stops_the_start_with_a_sentence(text):
    with pytest.raises(ImproperlyConfigured, match="PAYUNG_PUBLIC_URL"):
        public_url(text)


@pytest.mark.django_db
@pytest.mark.parametrize("base", ["", "https://payung.kaltaraprov.go.id"])
def test_the_annex_is_printed_with_and_without_an_address(settings, base):
    settings.PAYUNG_PUBLIC_URL = base
    with acting_as(actor("operator")) as operator:
        programme = Programme().build()
        decree = propose_decree(
            operator, plan_id=programme.plan.pk, number="SK 1", dated=date(2027, 1, 4), signer="Gubernur"
        )
        assert annex_pdf(decree, annex_on(decree.pk, TODAY), TODAY).startswith(b"%PDF")
