"""The questions that pairs put to their villages, as a workbook: to be printed or sent, and filled in by hand."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from payung.registry.clerk_queries import Question
from payung.values.spreadsheet import workbook

#: What of the two sides a village can tell people apart by; no digit of a NIK leaves with the file.
_ASKED = ("name", "birth_date", "birth_place", "mother_name", "address")


def questions_workbook(questions: Sequence[Question]) -> bytes:
    """One row for each question: the village, both sides, and an empty cell for the answer and for who gave it."""
    out = io.BytesIO()
    with workbook(out) as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        text = book.add_format({"text_wrap": True, "num_format": "@"})
        sheet = book.add_worksheet(_("Pertanyaan"))
        heads = [
            *(_("Nomor"), _("Desa")),
            *(f"{_('Orang')} {side}: {label}" for side in ("A", "B") for label in _labels()),
            *(_("Satu orang yang sama? (ya / tidak / tidak tahu)"), _("Dijawab oleh")),
        ]
        sheet.write_row(0, 0, heads, bold)
        for at, one in enumerate(questions, start=1):
            cells = [str(one.pair.pk), one.village, *_side(one.left), *_side(one.right), "", ""]
            for column, cell in enumerate(cells):
                sheet.write_string(at, column, cell, text)
        sheet.set_column(0, 0, 9)
        sheet.set_column(1, len(heads) - 1, 22)
        sheet.freeze_panes(1, 2)
    return out.getvalue()


def _labels() -> tuple[str, ...]:
    return (_("Nama"), _("Tanggal lahir"), _("Tempat lahir"), _("Nama ibu"), _("Alamat"))


def _side(one: Any) -> list[str]:
    values = (getattr(one, name) for name in _ASKED)
    return [
        "" if value is None else f"{value:%d-%m-%Y}" if hasattr(value, "day") else str(value)
        for value in values
    ]
