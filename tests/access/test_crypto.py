"""A NIK at rest says nothing, opens only as what it is, and can still be found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.access.crypto import CannotDecrypt, decrypt, encrypt, nik_hash, nik_hashes


@given(st.text(max_size=60))
def test_what_was_encrypted_opens_again_and_never_looks_the_same_twice(text):
    sealed = encrypt(text, "person.nik")
    assert decrypt(sealed, "person.nik") == text
    assert encrypt(text, "person.nik") != sealed


def test_a_value_cannot_be_moved_to_another_column_or_changed():
    sealed = encrypt("6571014508680001", "person.nik")
    assert b"6571014508680001" not in sealed
    with pytest.raises(CannotDecrypt):
        decrypt(sealed, "record.raw")
    with pytest.raises(CannotDecrypt):
        decrypt(sealed[:-1] + bytes([sealed[-1] ^ 1]), "person.nik")


def test_the_index_finds_equal_niks_and_only_those():
    a, b = "6571014508680001", "6571014508680002"
    assert nik_hash(a) == nik_hash(a) != nik_hash(b)
    assert nik_hashes([a, None, b]) == [nik_hash(a), None, nik_hash(b)]
    assert len(nik_hash(a)) == 16
