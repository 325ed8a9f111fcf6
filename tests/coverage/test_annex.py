"""The annex on paper: whose names, which months, no NIK, and a code that the public page knows."""

from datetime import date

import pikepdf
import pytest

from payung.access.actor import acting_as
from payung.access.crypto import decrypt
from payung.coverage.actions import approve_decree, propose_decree
from payung.coverage.annex import annex_csv, annex_on, annex_pdf, write_annex
from payung.coverage.queries import decree_summary
from tests.coverage.scene import TODAY, Programme, actor, make_fund, make_person, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def decree():
    with acting_as(actor("operator")) as operator:
        programme = Programme().build()
        decree = propose_decree(
            operator, plan_id=programme.plan.pk, number="SK 1/2027", dated=date(2027, 1, 4), signer="Gubernur"
        )
        yield approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)


def test_the_csv_names_everyone_and_no_nik(decree):
    text = annex_csv(annex_on(decree.pk, TODAY))
    assert len(text.splitlines()) == 11
    assert "2027-01,2027-06" in text
    from payung.registry.models import Person

    for person in Person.objects.filter(nik_enc__isnull=False):
        assert decrypt(person.nik_enc, "nik") not in text


def test_a_name_that_a_spreadsheet_would_run_is_written_as_text(decree):
    rows = annex_on(decree.pk, TODAY)
    rows[0]["name"] = "=HYPERLINK(1)"
    assert "'=HYPERLINK" in annex_csv(rows)


def test_the_pdf_opens_and_has_pages(decree, tmp_path):
    rows = annex_on(decree.pk, TODAY) * 30
    path = tmp_path / "a.pdf"
    path.write_bytes(annex_pdf(decree, rows, TODAY))
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) > 3
        assert "SK 1/2027" in str(pdf.docinfo.get("/Title"))
    assert [one.suffix for one in write_annex(actor("operator"), decree.pk, tmp_path, on=TODAY)] == [
        ".csv",
        ".pdf",
    ]


def test_another_region_sees_only_its_own_rows(decree):
    with acting_as(actor("operator", "65.01")):
        assert annex_on(decree.pk, TODAY) == []


def test_a_decree_counts_whom_two_funds_pay_in_turn_once():
    with acting_as(actor("operator")) as operator:
        one, two = make_fund("PROV", 9_000_000), make_fund("DESA", 9_000_000)
        first, second = make_person(1), make_person(2)
        plan = make_plan((first, one, 0, 1), (first, two, 1, 5), (second, one, 0, 6))
        decree = propose_decree(operator, plan_id=plan.pk, number="SK 9", dated=TODAY, signer="Gubernur")
        told = decree_summary(decree.pk)
        assert (told["people"], told["months"]) == (2, 12)
        assert [(fund["fund"], fund["people"], fund["months"]) for fund in told["funds"]] == [
            ("Dana PROV", 2, 7),
            ("Dana DESA", 1, 5),
        ]
        page = annex_on(decree.pk, TODAY, skip=1, limit=1)
        assert page == annex_on(decree.pk, TODAY)[1:2]
