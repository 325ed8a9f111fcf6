"""The list of faults follows the program: each can still be made, and has tests that should notice it."""

from collections import Counter
from pathlib import Path

from tests.mutants.known import MUTANTS, SOURCE

TESTS = Path(__file__).parents[1]


def test_every_fault_can_be_made_and_has_a_name_of_its_own():
    texts = {file: (SOURCE / file).read_text("utf-8") for file in {one.file for one in MUTANTS}}
    gone = [f"{one.file}: {one.name}" for one in MUTANTS if texts[one.file].count(one.old) != 1]
    assert gone == [], (
        "write these anew in tests/mutants/known.py: the text to be replaced stands there no more"
    )
    assert all(one.old != one.new for one in MUTANTS)
    assert [name for name, count in Counter(one.name for one in MUTANTS).items() if count > 1] == []


def test_every_fault_has_tests():
    for one in MUTANTS:
        assert one.tests
        for test in one.tests:
            path, _, name = test.partition("::")
            assert not name or f"def {name}(" in (TESTS / path).read_text("utf-8"), one.name
            assert (TESTS / path).is_file(), one.name
