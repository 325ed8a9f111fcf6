"""What was published is shown again as it was; a correction says so, and why."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from io import BytesIO

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from payung.access.actor import NotAllowed, Refused, acting_as
from payung.access.models import Event
from payung.oversight import actions, definitions, paper, queries
from payung.oversight.models import Refreshed, Snapshot
from tests.oversight.population import NOW, TODAY, populate

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)


@pytest.fixture
def operator(make_actor):
    actor = make_actor("operator", "65")
    with acting_as(actor):
        yield actor


def counted(operator, people=200, today=TODAY):
    made = populate(people)
    actions.rebuild(operator, today=today)
    return made


def pay(fund_id):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE coverage_bill SET state = 'paid' WHERE fund_id = %s", [fund_id])


def test_the_definitions_are_those_of_their_version():
    """Words of a definition change only with the version: a published figure names the version it was counted by."""
    with translation.override("id"):
        words = json.dumps(definitions.in_words(), sort_keys=True, ensure_ascii=False)
    kept = {"2026-12a": "4a03f7238ac7"}
    assert hashlib.sha256(words.encode()).hexdigest()[:12] == kept[definitions.VERSION], (
        "raise definitions.VERSION and name its hash here"
    )


def test_published_figures_stay_and_a_correction_needs_a_reason(operator):
    made = counted(operator)
    first = actions.publish(operator)
    assert actions.publish(operator) == first
    pay(made.other_id)
    actions.rebuild(operator, today=TODAY)
    with pytest.raises(Refused, match="corrected"):
        actions.publish(operator)
    second = actions.publish(operator, reason="Bukti bayar menyusul")
    assert [one.pk for one in queries.published(NOW)] == [second.pk, first.pk]
    with pytest.raises(DatabaseError), transaction.atomic():
        Snapshot.objects.all().delete()


def test_a_kept_sheet_is_the_published_one_whatever_changed_since(operator):
    made = counted(operator)
    live = queries.sheet()
    kept = actions.publish(operator)
    pay(made.other_id)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM coverage_covermonth WHERE person_id %% 3 = 0", [])
    actions.rebuild(operator, today=TODAY)
    shown = queries.sheet_of(queries.snapshot(kept.pk))
    assert shown.as_data() == live.as_data()
    assert shown.ladder[-1].value == live.ladder[-1].value != queries.sheet().ladder[-1].value
    assert {one.label for one in queries.changes(shown, queries.sheet())} >= {live.words["active"].label}


def test_words_of_the_time_are_shown_with_the_figures_of_the_time(operator, monkeypatch):
    counted(operator)
    kept = actions.publish(operator)
    figures = {
        **kept.figures,
        "words": {**kept.figures["words"], "active": {"id": ["Lama", "Arti lama", "Sumber"]}},
    }
    old = Snapshot(month=NOW, definitions="2020-01", figures=figures, taken_at=kept.taken_at)
    assert queries.sheet_of(old).words["active"].meaning == "Arti lama"


def test_a_month_that_ends_is_kept_by_itself_as_it_was_last_counted(operator):
    counted(operator)
    november = queries.sheet()
    assert not Snapshot.objects.exists()
    actions.refresh_if_changed(DECEMBER)
    kept = Snapshot.objects.get()
    assert (kept.month, kept.by) == (NOW, None)
    assert queries.sheet_of(kept).as_data() == november.as_data()
    assert Event.objects.filter(action="publish", subject_id=kept.pk).count() == 1
    actions.refresh_if_changed(date(2026, 12, 2))
    assert Snapshot.objects.count() == 1


def test_an_ended_month_is_corrected_with_its_bills_as_they_are_now(operator):
    made = counted(operator)
    before = queries.sheet()
    actions.refresh_if_changed(DECEMBER)
    with pytest.raises(Refused, match="nothing to correct"):
        actions.correct(operator, month=NOW, reason="coba")
    pay(made.other_id)
    actions.rebuild(operator, today=DECEMBER)
    changed = queries.since_published(NOW, queries.sheet())
    assert {one.unit for one in changed} == {"people", "rupiah"}
    with pytest.raises(Refused):
        actions.correct(operator, month=NOW, reason="  ")
    corrected = queries.sheet_of(
        actions.correct(operator, month=NOW, reason="Bukti bayar PT Contoh menyusul")
    )
    assert corrected.total.active > before.total.active
    assert corrected.count_of(NOW).active == corrected.total.active
    assert (corrected.total.gap, corrected.total.candidates) == (before.total.gap, before.total.candidates)
    assert queries.since_published(NOW, queries.sheet()) == []


def test_only_those_who_record_resolutions_publish(operator, make_actor):
    counted(operator, 20)
    for attempt in (
        lambda who: actions.publish(who),
        lambda who: actions.record_outside(
            who, question="employed", value="1", period="2026", source="x", today=TODAY
        ),
    ):
        with pytest.raises(NotAllowed):
            attempt(make_actor("dprd"))


@pytest.mark.parametrize(
    ("question", "value", "period", "source"),
    [
        ("umur", "1", "2026-10", "BPS"),
        ("employed", "banyak", "2026-10", "BPS"),
        ("employed", "-1", "2026-10", "BPS"),
        ("employed", "12,5", "2026-10", "BPS"),
        ("employed", "NaN", "2026-10", "BPS"),
        ("coverage_all", "101", "2026-10", "BPS"),
        ("employed", "400.000", "2026-13", "BPS"),
        ("employed", "400.000", "2027-01", "BPS"),
        ("employed", "400.000", "0000", "BPS"),
        ("employed", "400.000", "lalu", "BPS"),
        ("employed", "400.000", "2026-10", " "),
    ],
)
def test_a_figure_that_cannot_be_is_refused_in_a_sentence(operator, question, value, period, source):
    with pytest.raises(Refused):
        actions.record_outside(
            operator, question=question, value=value, period=period, source=source, today=TODAY
        )


def test_a_later_record_of_one_source_and_period_replaces_and_the_same_adds_nothing(operator):
    def record(value):
        return actions.record_outside(
            operator, question="active_nonwage", value=value, period="2026-10", source="Cabang", today=TODAY
        )

    first = record("31.900")
    assert record("31900") == first
    second = record("32.000")
    assert second != first
    actions.rebuild(operator, today=TODAY)
    assert [one.value for one in queries.sheet().outside if one.question == "active_nonwage"] == [32_000]


def test_the_sheet_on_paper_opens_with_resolutions_and_holds_every_table(operator):
    import pikepdf

    counted(operator, 600)
    for language in ("id", "en"):
        with translation.override(language):
            pdf = pikepdf.open(BytesIO(paper.sheet_pdf(queries.sheet(), None, "Terbitan")))
            assert 3 <= len(pdf.pages) <= 14
            villages = pikepdf.open(BytesIO(paper.villages_pdf(queries.sheet())))
            assert len(villages.pages) >= 6
    assert Refreshed.objects.count() == 1


def test_figures_of_other_definitions_are_counted_again(operator):
    populate(20)
    actions.refresh_if_changed(TODAY)
    assert not actions.refresh_if_changed(TODAY)
    kept = Refreshed.objects.get()
    Refreshed.objects.update(kept={**kept.kept, "version": "2026-11c"})
    assert actions.refresh_if_changed(TODAY)
    assert not actions.refresh_if_changed(TODAY)
