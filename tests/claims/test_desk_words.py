"""What the desk writes as evidence, and whom to ask, in the reader's language; what a person wrote as it stands."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils.translation import gettext, override

from payung.claims.reports import evidence_in_words, evidence_of_row

OWN = [
    (evidence_of_row(5), "Row 5 of the list of deaths"),
    (evidence_of_row(12345), "Row 12345 of the list of deaths"),
    (evidence_of_row(7, "kematian mei.xlsx", "Siti Aminah"), "kematian mei.xlsx, row 7: Siti Aminah"),
    (evidence_of_row(7, "a, baris 2: b.csv", "X"), "a, baris 2: b.csv, row 7: X"),
    (evidence_of_row(1, "100%.csv", "La Ode %s"), "100%.csv, row 1: La Ode %s"),
]
THEIRS = [
    "surat kematian 12/2026",
    "Baris 5 daftar kematian RT 3",
    "baris 5",
    "",
    "Kata Kades, baris depan: benar",
]


@pytest.mark.parametrize(("text", "english"), OWN)
def test_own_evidence_is_said_in_both_languages(text: str, english: str) -> None:
    with override("en"):
        assert evidence_in_words(text) == english
    with override("id"):
        assert evidence_in_words(text) == text


@pytest.mark.parametrize("text", THEIRS)
def test_what_a_person_wrote_stays(text: str) -> None:
    for language in ("en", "id"):
        with override(language):
            assert evidence_in_words(text) == text


def test_the_defaults_of_a_deployment_are_said_in_english() -> None:
    with override("en"):
        assert gettext(settings.PAYUNG_CONTACT) == "the manpower office or the 175 line"
        assert "village office" in gettext(settings.PAYUNG_BRANCH_ADDRESS)
        assert gettext("Dinas kami, 0811") == "Dinas kami, 0811"
