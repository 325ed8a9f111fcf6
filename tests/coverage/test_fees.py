"""Bank fees are told from contributions, and settled all at once; the branch's own columns are used as configured."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
import yaml

from payung.access.actor import NotAllowed, Refused, acting_as
from payung.coverage.actions import (
    approve_bills,
    approve_decree,
    load_statement,
    make_bills,
    make_uploads,
    propose_decree,
    settle_fees,
)
from payung.coverage.fees import open_fees
from payung.coverage.models import Bill, Difference, Statement
from payung.coverage.outlook import outlook
from payung.exchange.fees import is_fee
from payung.values import Month
from tests.coverage.scene import START, TODAY, Programme, actor, read_sheet, write_statement

pytestmark = pytest.mark.django_db
FEES = (
    "BIAYA ADM BULANAN",
    "By. Administrasi",
    "ADM BANK",
    "BIAYA TRANSFER BI-FAST",
    "BEA METERAI",
    "PAJAK BUNGA",
)


@pytest.fixture
def operator():
    with acting_as(actor("operator")) as who:
        yield who


@pytest.fixture
def programme(operator):
    made = Programme().build()
    decree = propose_decree(operator, plan_id=made.plan.pk, number="SK 1", dated=TODAY, signer="Gubernur")
    made.decree = approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    return made


@pytest.mark.parametrize("words", FEES)
def test_fees_are_known_by_their_words(words):
    assert is_fee(words)


@pytest.mark.parametrize(
    "words", ["IURAN BPU", "SETORAN DESA BIAYA IURAN", "TRANSFER DARI CV ADMIRAL", "ADMIN DESA"]
)
def test_what_pays_contributions_is_no_fee(words):
    assert not is_fee(words)


def test_the_fees_of_a_statement_are_settled_together_and_nothing_else_is(programme, operator, tmp_path):
    make_bills(operator, month=START, today=TODAY)
    approve_bills(actor("approver"), month=START)
    bill = Bill.objects.order_by("pk")[0]
    lines = [
        *[("05/02/2027", words, 6_500 + n) for n, words in enumerate(FEES)],
        ("05/02/2027", "SETORAN TUNAI", 7_000),
        ("05/02/2027", "BIAYA TRANSFER JARINGAN", 2_500_000),
        ("05/02/2027", f"BIAYA TRANSFER {bill.payment_code}", 1_000),
    ]
    load_statement(operator, path=write_statement(tmp_path / "k.csv", lines), today=TODAY)
    [fees] = open_fees()
    assert (len(fees.lines), fees.total) == (7, 40_015)
    kept = Statement.objects.get()
    with pytest.raises(NotAllowed):
        settle_fees(actor("village"), statement_id=kept.pk)
    settle_fees(operator, statement_id=kept.pk)
    open_ = Difference.objects.filter(kind="payment_unmatched", state="open")
    assert sorted(one.detail["reference"] for one in open_) == ["BIAYA TRANSFER JARINGAN", "SETORAN TUNAI"]
    assert Bill.objects.get(pk=bill.pk).paid == 0, "a fee pays no contribution though it names one"
    assert open_fees() == []
    with pytest.raises(Refused, match="no open bank fees"):
        settle_fees(operator, statement_id=kept.pk)


def test_the_branch_gets_the_columns_that_the_deployment_names(programme, operator, tmp_path, settings):
    template = tmp_path / "cabang.yaml"
    columns = [
        {"header": "No. Ref", "field": "line_ref"},
        {"header": "NAMA PESERTA", "field": "name"},
        {"header": "NIK KTP", "field": "nik"},
    ]
    template.write_text(yaml.safe_dump({"sheet": "DATA", "columns": columns}))
    settings.PAYUNG_BRANCH_TEMPLATE = str(template)
    made = make_uploads(operator, decree_id=programme.decree.pk, out_dir=tmp_path)
    book = openpyxl.load_workbook(made[0].path, read_only=True)
    assert book.sheetnames[0] == "DATA"
    assert list(next(book["DATA"].iter_rows(values_only=True))) == ["No. Ref", "NAMA PESERTA", "NIK KTP"]
    assert len(read_sheet(made[0].path)) == made[0].rows
    for wrong in (
        "columns: [",
        yaml.safe_dump({"sheet": "DATA", "columns": [{"header": "A", "field": "shoe_size"}]}),
    ):
        template.write_text(wrong)
        with pytest.raises(Refused, match="PAYUNG_BRANCH_TEMPLATE"):
            make_uploads(operator, decree_id=programme.decree.pk, out_dir=tmp_path)
    settings.PAYUNG_BRANCH_TEMPLATE = str(tmp_path / "none.yaml")
    with pytest.raises(Refused, match="PAYUNG_BRANCH_TEMPLATE"):
        make_uploads(operator, decree_id=programme.decree.pk, out_dir=tmp_path)


def test_the_outlook_reaches_the_december_more_than_half_a_year_ahead(programme):
    for start, goal in (((2027, 1), 2027), ((2027, 6), 2027), ((2027, 7), 2028), ((2027, 12), 2028)):
        told = outlook(date(2027, 1, 5), start=Month.of(*start))
        assert told.goal == Month.of(goal, 12)
