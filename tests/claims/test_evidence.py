"""Who told of a death, on what evidence, and who confirmed it: printed as it was in the case and the amendment."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from payung.access.actor import acting_as, action, everyone_visible
from payung.access.acts import Act
from payung.access.crypto import encrypt_json
from payung.claims.actions import decide_report, report_death, run_desk
from payung.claims.models import Case
from payung.coverage.changes import find_changes
from payung.coverage.models import MonthlyChange
from payung.registry.loading import RAW
from payung.registry.merging import refresh
from payung.registry.models import Intake, Person, Record
from payung.values import Month
from tests.claims.scene import build, protected

pytestmark = pytest.mark.django_db

REPORTS = [
    "SKD 474.3/12/XI/2026",
    "Surat desa 12/2026",
    "Saksi: Pak RT 03 (paman)",
    "100% pasti, lihat foto {nisan}",
    "Akta kematian 'KM-000123'",
    'kata "istri" almarhum',
    "Laporan kematian lewat telepon",
    "baris 12: Daftar kematian desa",
    "é–•",
    "x" * 300,
]


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator", "65", "siti")
    with acting_as(actor):
        yield actor


@pytest.fixture
def worker(operator) -> Person:
    return protected(1, build(120))[0]


@pytest.fixture
def approver(make_actor):
    actor = make_actor("approver", "65", "kadis")
    actor.user.full_name = "Kepala Dinas"
    actor.user.save(update_fields=["full_name"])
    return actor


def listed(actor, person, died_on, file_name="kematian-oktober.xlsx", row_no=7) -> None:
    """A death as a loaded list tells it."""
    with action(actor, Act.LOAD, region_code="65"), everyone_visible():
        intake = Intake.objects.create(
            kind="deaths", file_name=file_name, sha256=os.urandom(32).hex(), region_code="65", rows=1, accepted=1,
            loaded_by=actor.user,
        )  # fmt: skip
        Record.objects.create(
            intake=intake, row_no=row_no, person=person, accepted=True, raw_enc=encrypt_json({}, RAW),
            event_date=died_on, region_code=person.region_code,
        )  # fmt: skip
        refresh(actor, [person.pk])


def told(today) -> tuple[Case, MonthlyChange]:
    return Case.objects.get(), MonthlyChange.objects.get(kind="died")


@pytest.mark.parametrize("evidence", REPORTS)
def test_a_report_is_told_with_its_evidence_its_reporter_and_who_confirmed_it(
    operator, approver, worker, evidence
):
    today = timezone.localdate()
    died = today - timedelta(days=3)
    report = report_death(operator, person_id=worker.pk, died_on=died, evidence=evidence, today=today)
    decide_report(approver, report_id=report.pk, confirm=True)
    find_changes(operator, month=Month.containing(today))
    case, change = told(today)
    step = case.steps.get()
    assert step.reason == f"Dilaporkan: {evidence}"[:300]
    assert (step.by_id, step.decided_by_id, step.two_people) == (operator.user.pk, approver.user.pk, True)
    assert change.evidence.startswith(evidence[:200])
    assert f"meninggal {died:%d-%m-%Y}" in change.evidence
    if len(evidence) < 200:
        assert "dilaporkan siti" in change.evidence
        assert "dikonfirmasi Kepala Dinas" in change.evidence
    assert "Daftar kematian:" not in change.evidence.replace(evidence, "")


@pytest.mark.parametrize("row_no", [2, 7, 1204])
@pytest.mark.parametrize("file_name", ["kematian-oktober.xlsx", "dukcapil 100%.csv"])
def test_a_row_of_a_list_is_told_with_its_file_and_who_loaded_it(
    operator, worker, make_actor, file_name, row_no
):
    today = timezone.localdate()
    died = today - timedelta(days=3)
    listed(operator, worker, died, file_name, row_no)
    other = make_actor("operator", "65", "budi")
    find_changes(other, month=Month.containing(today))
    run_desk(other, today=today)
    case, change = told(today)
    step = case.steps.get()
    assert step.reason == f"Ditemukan di daftar kematian: {file_name}, baris {row_no}"
    assert (step.by_id, step.decided_by_id) == (operator.user.pk, None)
    assert change.evidence == f"Daftar kematian {file_name}, baris {row_no}: meninggal {died:%d-%m-%Y}"


def test_a_report_of_the_same_day_goes_before_the_list(operator, approver, worker):
    today = timezone.localdate()
    died = today - timedelta(days=3)
    report = report_death(operator, person_id=worker.pk, died_on=died, evidence="SKD 9", today=today)
    decide_report(approver, report_id=report.pk, confirm=True)
    listed(operator, worker, died)
    find_changes(operator, month=Month.containing(today))
    _, change = told(today)
    assert change.evidence.startswith("SKD 9 (dilaporkan siti, dikonfirmasi Kepala Dinas)")
