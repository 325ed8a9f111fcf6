"""Personal codes are read as people type them, and a slip of the hand is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.identity.personal_code import COUNT, DRAWN, SIGNS, code_of, read_code, written

codes = st.integers(0, COUNT - 1).map(code_of)


def test_no_sign_is_mistaken_for_another():
    assert len(SIGNS) == len(set(SIGNS)) == 29
    assert not set("01ILOUZ") & set(SIGNS)
    assert COUNT > 17 * 10**9


@given(number=st.integers(0, COUNT - 1), other=st.integers(0, COUNT - 1))
def test_every_number_has_a_code_of_its_own(number, other):
    assert (code_of(number) == code_of(other)) == (number == other)


@pytest.mark.parametrize("number", [-1, COUNT, COUNT * 29])
def test_a_number_beyond_the_codes_is_an_error(number):
    with pytest.raises(ValueError, match="personal code"):
        code_of(number)


@given(code=codes)
def test_what_papers_show_is_read_back(code):
    assert read_code(written(code)) == code
    assert len(written(code)) == DRAWN + 2


@pytest.mark.parametrize(
    "form",
    [
        *(
            "{a}{b}",
            "{a}-{b}",
            "{a} {b}",
            " {a} - {b} ",
            "{a}.{b}",
            "\t{a}{b}\n",
            "{a}\u2013{b}",
            "{a}\u00a0{b}",
        ),
        *('"{a}{b}"', "'{a}-{b}'", "{a}_{b}", "{a}/{b}"),
    ],
)
@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_a_code_is_read_however_it_is_parted(form, change):
    code = code_of(123_456_789)
    assert read_code(change(form.format(a=code[:4], b=code[4:]))) == code


def test_full_width_signs_of_some_keyboards_are_read():
    code = code_of(987_654)
    assert read_code("".join(chr(ord(sign) + 0xFEE0) for sign in code)) == code


@given(code=codes, place=st.integers(0, DRAWN), sign=st.sampled_from(SIGNS))
def test_one_wrong_sign_is_always_found(code, place, sign):
    typed = code[:place] + sign + code[place + 1 :]
    assert read_code(typed) == (code if sign == code[place] else None)


@given(code=codes, first=st.integers(0, DRAWN), second=st.integers(0, DRAWN))
def test_two_signs_exchanged_are_always_found(code, first, second):
    signs = list(code)
    signs[first], signs[second] = signs[second], signs[first]
    assert read_code("".join(signs)) == (code if signs == list(code) else None)


@given(text=st.text(max_size=80))
def test_no_text_is_an_error(text):
    assert read_code(text) is None or len(read_code(text)) == DRAWN + 1


@pytest.mark.parametrize(
    "text", ["", "K7M2", "K7M2QX9", "K7M2QX944", "0000-0000", "1" * 8, "K" * 10_000, "٣" * 8]
)
def test_what_is_no_code_is_none(text):
    assert read_code(text) is None
