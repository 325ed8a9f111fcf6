"""An answer shows what it would do, decides nothing that it does not plainly say, and can be taken back."""

from __future__ import annotations

import itertools

import pytest

from payung.access.actor import NotAllowed, Refused, acting_as
from payung.access.models import Event
from payung.coverage.actions import (
    apply_answer,
    approve_decree,
    find_changes,
    make_bills,
    make_uploads,
    preview_answer,
    propose_decree,
    settle_difference,
    take_back_answer,
)
from payung.coverage.models import Answer, Difference, MonthlyChange, Registration
from payung.registry.models import Person
from tests.coverage.scene import START, TODAY, Programme, accept, actor, read_sheet, refuse, write_answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    with acting_as(actor("operator")) as who:
        yield who


@pytest.fixture
def lines(operator, tmp_path):
    """The ten lines sent to the branch, five of each fund."""
    made = Programme().build()
    decree = propose_decree(operator, plan_id=made.plan.pk, number="SK 1", dated=TODAY, signer="Gubernur")
    approve_decree(actor("approver"), decree_id=decree.pk, today=TODAY)
    uploads = make_uploads(operator, decree_id=decree.pk, out_dir=tmp_path)
    return [line for one in uploads for line in read_sheet(one.path)]


def apply(operator, folder, rows, work=apply_answer):
    path = write_answer(folder / f"jawaban{len(list(folder.iterdir()))}.csv", rows)
    return work(operator, path=path, today=TODAY)


def stand():
    fields = ("line_ref", "state", "member_no", "starts_on", "refusal")
    return sorted(Registration.objects.values_list(*fields))


def items():
    return sorted(Difference.objects.filter(state="open").values_list("kind", flat=True))


ROWS = {
    "accepted": lambda line, n: accept(line, n),
    "refused": lambda line, n: refuse(line),
    "pending": lambda line, n: {**line, "STATUS": "PENDING"},
    "word": lambda line, n: {**line, "STATUS": "lihat lampiran"},
    "number": lambda line, n: {**accept(line, n), "NO PESERTA": "2,7001E+10"},
}


def test_a_preview_shows_what_would_be_and_changes_nothing(operator, lines, tmp_path):
    before, events = stand(), Event.objects.count()
    rows = [make(line, n) for n, (make, line) in enumerate(zip(ROWS.values(), lines, strict=False))]
    seen = apply(operator, tmp_path, rows, preview_answer)
    assert (seen.rows, seen.accepted, seen.refused, seen.unknown, seen.changed) == (5, 1, 1, 3, 2)
    assert seen.undecided == {"number": 1, "pending": 1, "word": 1}
    assert {(word["text"], word["taken"]) for word in seen.words} >= {
        ("lihat lampiran", "unknown"),
        ("PENDING", "pending"),
        ("DITERIMA", "accepted"),
    }
    assert (stand(), items(), Answer.objects.count(), Event.objects.count()) == (before, [], 0, events)


def test_what_decides_nothing_leaves_the_line_waiting_and_is_an_item(operator, lines, tmp_path):
    rows = [make(line, n) for n, (make, line) in enumerate(zip(ROWS.values(), lines, strict=False))]
    apply(operator, tmp_path, rows)
    assert [one[1] for one in stand()].count("sent") == 8
    assert items() == ["refused", "undecided_word", "unread_line"]
    word = Difference.objects.get(kind="undecided_word")
    assert (word.detail["words"], word.detail["people"]) == ("lihat lampiran", 1)
    assert Difference.objects.get(kind="unread_line").detail["problem"] == "number"


def test_taken_back_everything_stands_as_before_and_the_file_can_come_again(operator, lines, tmp_path):
    before = stand()
    rows = [accept(lines[0], 0), refuse(lines[1]), {**lines[2], "STATUS": "entah"}, {"NO REFERENSI": "U9-9"}]
    applied = apply(operator, tmp_path, rows)
    after, opened = stand(), items()
    path = next(tmp_path.glob("jawaban*.csv"))
    with pytest.raises(Refused):
        take_back_answer(operator, answer_id=applied.answer_id, reason=" ")
    with pytest.raises(NotAllowed):
        take_back_answer(actor("budget"), answer_id=applied.answer_id, reason="x")
    for _ in range(2):
        take_back_answer(operator, answer_id=applied.answer_id, reason="Berkas salah")
    assert (stand(), items()) == (before, [])
    event = Event.objects.filter(action="answer.take_back").order_by("pk")[0]
    assert (event.subject_id, event.reason, event.data["lines"]) == (applied.answer_id, "Berkas salah", 2)
    again = apply_answer(operator, path=path, today=TODAY)
    assert not again.repeated
    assert (stand(), items()) == (after, opened)
    assert apply_answer(operator, path=path, today=TODAY).repeated


def test_a_refusal_that_was_overtaken_is_open_again(operator, lines, tmp_path):
    apply(operator, tmp_path, [refuse(lines[0], "Usia > 65")])
    before = stand()
    second = apply(operator, tmp_path, [accept(lines[0], 0)])
    assert items() == []
    take_back_answer(operator, answer_id=second.answer_id, reason="Salah")
    assert (stand(), items()) == (before, ["refused"])


def test_the_later_file_about_the_same_lines_goes_first(operator, lines, tmp_path):
    first = apply(operator, tmp_path, [accept(lines[0], 0), accept(lines[1], 1)])
    other = apply(operator, tmp_path, [accept(lines[5], 5)])
    second = apply(operator, tmp_path, [{**accept(lines[0], 0), "ALASAN": "sesuai"}])
    with pytest.raises(Refused, match="later answer"):
        take_back_answer(operator, answer_id=first.answer_id, reason="Salah")
    take_back_answer(operator, answer_id=second.answer_id, reason="Salah")
    take_back_answer(operator, answer_id=first.answer_id, reason="Salah")
    assert [one[1] for one in stand()].count("accepted") == 1
    take_back_answer(operator, answer_id=other.answer_id, reason="Salah")


def test_once_a_bill_stands_on_it_it_stays(operator, lines, tmp_path):
    applied = apply(operator, tmp_path, [refuse(lines[0])])
    make_bills(operator, month=START, today=TODAY)
    with pytest.raises(Refused, match="was made by this answer"):
        take_back_answer(operator, answer_id=applied.answer_id, reason="Salah")
    later = apply(operator, tmp_path, [accept(lines[1], 1)])
    take_back_answer(operator, answer_id=later.answer_id, reason="Salah")
    assert [one[1] for one in stand()].count("refused") == 1


def test_once_a_change_is_proposed_for_a_refusal_it_stays(operator, lines, tmp_path):
    applied = apply(operator, tmp_path, [refuse(lines[0])])
    find_changes(operator, month=START)
    assert MonthlyChange.objects.filter(kind="refused").exists()
    with pytest.raises(Refused, match="proposed changes"):
        take_back_answer(operator, answer_id=applied.answer_id, reason="Salah")


def test_an_item_that_a_person_settled_keeps_its_sentence(operator, lines, tmp_path):
    applied = apply(operator, tmp_path, [refuse(lines[0])])
    item = Difference.objects.get(kind="refused")
    settle_difference(operator, difference_id=item.pk, settlement="Sudah diperbaiki di Dukcapil")
    take_back_answer(operator, answer_id=applied.answer_id, reason="Salah")
    item.refresh_from_db()
    assert (item.state, item.settlement) == ("settled", "Sudah diperbaiki di Dukcapil")


def test_a_reference_beside_another_persons_nik_decides_nothing(operator, lines, tmp_path):
    one, two = accept(lines[0], 0), accept(lines[1], 1)
    applied = apply(
        operator, tmp_path, [{**one, "NIK": two["NIK"]}, {**two, "NIK": one["NIK"]}, accept(lines[2], 2)]
    )
    assert (applied.accepted, applied.undecided) == (1, {"other_person": 2})
    assert items() == ["unread_line", "unread_line"]


def test_a_corrected_nik_beside_our_reference_is_no_other_person(operator, lines, tmp_path):
    applied = apply(operator, tmp_path, [{**accept(lines[0], 0), "NIK": "6571010101010001"}])
    assert applied.accepted == 1


def test_the_number_of_somebody_else_is_not_taken(operator, lines, tmp_path):
    apply(operator, tmp_path, [accept(lines[0], 0)])
    applied = apply(operator, tmp_path, [accept(lines[1], 0), accept(lines[2], 2)])
    assert (applied.accepted, applied.undecided) == (1, {"taken_number": 1})


@pytest.mark.parametrize("steps", [1, 2])
@pytest.mark.parametrize("what", ["nik", "number"])
def test_two_who_became_one_person_are_nobody_else(operator, lines, tmp_path, what, steps):
    """Their records were joined after both had been sent: the one's NIK and number may stand beside the other."""
    numbers = [line["NO REFERENSI"] for line in lines[: steps + 1]]
    people = [Registration.objects.get(line_ref=number).person_id for number in numbers]
    for gone, kept in itertools.pairwise(people):
        Person.objects.filter(pk=gone).update(merged_into_id=kept)
    if what == "nik":
        rows = [{**accept(lines[0], 0), "NIK": lines[steps]["NIK"]}]
    else:
        apply(operator, tmp_path, [accept(lines[steps], 0)])
        rows = [accept(lines[0], 0)]
    applied = apply(operator, tmp_path, rows)
    assert (applied.accepted, applied.undecided) == (1, {})


def test_taken_without_a_number_is_said(operator, lines, tmp_path):
    applied = apply(operator, tmp_path, [{**lines[0], "STATUS": "DITERIMA"}, accept(lines[1], 1)])
    assert (applied.accepted, applied.without_number, applied.unknown) == (2, 1, 0)
