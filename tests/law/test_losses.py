"""One part of the body counts once: given twice, or with what it is a part of, it is refused in a sentence."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.cli.law import app
from payung.law import Accident, LawError, LawFileError, Loss, disability_rows, jkk, national_law

LAX = national_law().with_readings({"disability_rows": "provisional", "disability_cap": "added"})
ON = date(2026, 3, 1)


def losses(text):
    found = []
    for one in text.split():
        code, _, percent = one.partition(":")
        found.append(Loss(code, float(percent) if percent else None))
    return found


def paid_for(text):
    return jkk(Accident(ON, 1_000_000, "partial", losses=losses(text)), law=LAX).items["disability"]


@pytest.mark.parametrize(
    "text",
    [
        "arm-right arm-right",
        "arm-left arm-left:50",
        "arm-right hand-right",
        "hand-right arm-right",
        "forearm-left hand-left",
        "arm-left thumb-left",
        "hand-right index-joint-right",
        "index-right index-joint-right",
        "hand-right finger-right",
        "finger-right finger-right finger-right finger-right",
        "finger-right finger-right finger-right finger-joint-right",
        "thumb-left thumb-left",
        "eyes-both eye-one",
        "eye-one eyes-both",
        "eye-one eye-one",
        "eye-one eye-one:100",
        "eye-one:50 eye-one:50",
        "eye-one eye-one:50 eye-one:30",
        "eyes-both sight-part:30",
        "colour-vision eyes-both",
        "visual-field:20 visual-field:30",
        "smell smell",
        "smell smell:50",
        "hearing-both hearing-one",
        "hearing-both hearing-one-db:30",
        "hearing-both-db:30 hearing-one-db:30",
        "hearing-both-db:30 hearing-one",
        "hearing-one-db:30 hearing-one-db:30",
        "earlobes-both earlobe-one",
        "earlobe-one earlobe-one",
        "legs-both leg-one",
        "legs-both feet-both",
        "legs-both foot-one",
        "legs-both leg-short-over-7",
        "feet-both foot-one",
        "feet-both toe-big",
        "foot-one toe-big toe-big",
        "leg-one leg-one",
        "leg-short-under-5 leg-short-5-7",
        "work-capacity-10-25 work-capacity-51-70",
        "scalp:10 scalp:20",
        "nasal-septum nasal-septum",
    ],
)
def test_a_part_given_twice_is_refused(text):
    with pytest.raises(LawError) as refused:
        paid_for(text)
    assert len(str(refused.value).splitlines()) == 1
    assert losses(text)[0].code in str(refused.value) or losses(text)[-1].code in str(refused.value)


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("arm-right arm-left", 75),
        ("hand-right arm-left", 67),
        ("arm-right hand-left", 68),
        ("hand-left thumb-right index-right", 52),
        ("finger-right finger-right finger-joint-right", 10),
        ("finger-right finger-left", 7),
        ("eye-one eye-one:50", 52.5),
        ("eye-one sight-part:30", 56),
        ("eye-one smell hearing-one", 65),
        ("hearing-one hearing-one-db:30", 29),
        ("hearing-one-db:30 hearing-one-db:60", 27),
        ("leg-one foot-one", 60),
        ("foot-one toe-big", 30),
        ("toe-big toe-big toe-other toe-other", 14),
        ("leg-one leg-short-under-5", 45),
        ("smell nostril-wing nasal-septum", 55),
        ("colour-vision visual-field:20 sight-part:10", 31),
    ],
)
def test_different_parts_are_added(text, percent):
    assert paid_for(text) == percent * 800_000


@pytest.mark.parametrize(
    ("one", "both"),
    [
        ("eye-one", "eyes-both"),
        ("hearing-one", "hearing-both"),
        ("leg-one", "legs-both"),
        ("foot-one", "feet-both"),
    ],
)
def test_both_sides_have_a_row_of_their_own_that_is_named(one, both):
    with pytest.raises(LawError, match=f"give {both} once"):
        paid_for(f"{one} {one}")


def test_the_terminal_refuses_in_one_sentence():
    line = "jkk --accident 2026-03-01 --income 1000000 --outcome partial --loss smell --loss smell:50"
    done = CliRunner().invoke(app, line.split())
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.strip() == "smell is given twice; one part of the body counts once"


CODES = [row["code"] for row in disability_rows(ON) if "step" not in row and "from" not in row]


@given(st.lists(st.sampled_from(CODES), min_size=1, max_size=5), st.randoms())
@settings(max_examples=150, deadline=None)
def test_the_order_of_the_losses_does_not_matter_and_no_part_counts_with_its_whole(codes, random):
    def ask(order):
        try:
            return paid_for(" ".join(order))
        except LawError:
            return None

    shuffled = list(codes)
    random.shuffle(shuffled)
    assert ask(codes) == ask(shuffled)
    if ask(codes) is not None:
        rows = {row["code"]: row for row in disability_rows(ON)}
        for code in set(codes):
            several = "both" in rows[code] or rows[code].get("in_body", 1) > 1
            assert several or not set(rows[code].get("part_of", ())) & set(codes)


@pytest.mark.parametrize(
    "slip", ["part_of: nose", "part_of: [nose]", "part_of: [smell]", "both: nose", "in_body: 0"]
)
def test_a_slip_in_where_a_row_stands_is_refused(tmp_path, slip):
    draft = tmp_path / "draft.yaml"
    draft.write_text(
        "parameters:\n  - name: jkk.disability_table\n    values:\n      - from: 2027-01-01\n"
        "        citation: Rancangan\n        source: not-read\n        confidence: unverified\n"
        f"        value: [{{code: smell, id: Cium, en: Smell, percent: 10, confidence: unverified, {slip}}}]\n"
    )
    with pytest.raises(LawFileError, match="row smell"):
        national_law().with_drafts(draft)
