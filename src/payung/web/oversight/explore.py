"""Any cut of the counts, as a chart and a table, and as CSV and XLSX."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payung.access.actor import Refused
from payung.access.roles import Permission
from payung.funding.models import Fund
from payung.oversight import cuts, explore
from payung.oversight.definitions import LADDER
from payung.oversight.written import month_words
from payung.registry.queries import occupation_labels, region_names
from payung.values import Month
from payung.values.spreadsheet import CsvWriter, workbook
from payung.web.middleware import sentence_of
from payung.web.oversight.words import ROWS
from payung.web.pages import CSV, XLSX, address, file_answer, needs

#: Words of the address for each attribute, and of the form.
PARAMETERS = {"trade": "pekerjaan", "age": "umur", "payer": "pembayar", "sex": "jk"}
_ROW_WORDS = {"wilayah": "place", "bulan": "month", **{word: name for name, word in PARAMETERS.items()}}
#: Rows of the chart; a longer table says the rest.
_BARS = 25
STEP_LABELS = {one.id: one.label for one in LADDER if one.id != "estimated"} | {
    "gap": gettext_lazy("Layak, belum terlindungi")
}


def _wish(request: HttpRequest, months: list[Month]) -> explore.Wish:
    """Parse the wish in the address; unknown words count as none, so that an old link still opens."""
    asked = request.GET.get("bulan", "")
    month = next((one for one in months if str(one) == asked), months[0])
    step = request.GET.get("ukuran", "")
    return explore.Wish(
        step=step if step in cuts.STEPS else "decreed",
        month=month,
        region=request.GET.get("wilayah") or explore.deployment(),
        rows=_ROW_WORDS.get(request.GET.get("baris", ""), "place"),
        columns=_ROW_WORDS.get(request.GET.get("kolom", ""), ""),
        only={
            name: "" if request.GET[word] == "-" else request.GET[word]
            for name, word in PARAMETERS.items()
            if request.GET.get(word)
        },
    )


def labels(name: str) -> dict[str, str]:
    """Return the values of an attribute in words, in display order."""
    unknown = {"": _("Belum diketahui")}
    if name == "trade":
        return occupation_labels() | unknown
    if name == "sex":
        return {"female": _("Perempuan"), "male": _("Laki-laki")} | unknown
    if name == "payer":
        return {kind.value: _(kind.label) for kind in Fund.Kind}
    ends = dict(pairwise(cuts.AGES))
    words = {
        f"{low:02d}": _("%(low)s–%(high)s tahun") % {"low": low, "high": ends[low] - 1}
        if low and low in ends
        else (
            _("%(low)s tahun ke atas") % {"low": low}
            if low
            else _("di bawah %(high)s tahun") % {"high": ends[0]}
        )
        for low in cuts.AGES
    }
    return words | unknown


def _row_label(rows: str, code: str) -> str:
    if rows == "place":
        return region_names().get(code) or _("Wilayah belum diketahui")
    if rows == "month":
        return month_words(Month.parse(code))
    return labels(rows).get(code, code)


def _ordered(answer: explore.Answer) -> list[explore.Row]:
    """Trades by size, months and places as they come, other values in the order of their words."""
    if answer.wish.rows in ("place", "month"):
        return list(answer.rows)
    order = list(labels(answer.wish.rows))
    if answer.wish.rows == "trade":
        return sorted(answer.rows, key=lambda row: (-row.total, row.code))
    return sorted(answer.rows, key=lambda row: order.index(row.code) if row.code in order else len(order))


@needs(Permission.OVERSIGHT)
def page(request: HttpRequest) -> HttpResponse:
    """Show the form, chart and table; or the sentence that says what cannot be asked."""
    months = explore.months()
    if not months:
        return render(request, "oversight/explore.html", {"waiting": True})
    wish = _wish(request, months)
    context: dict[str, Any] = {**_choices(wish, months), "wish": wish}
    try:
        answer = explore.answer(wish)
    except Refused as refusal:
        return render(request, "oversight/explore.html", {**context, "fault": sentence_of(refusal)})
    return render(request, "oversight/explore.html", {**context, **_pictured(request, answer)})


def _choices(wish: explore.Wish, months: list[Month]) -> dict[str, Any]:
    names = region_names()
    return {
        "steps": STEP_LABELS.items(),
        "months": [(str(month), month_words(month)) for month in months],
        "regions": [
            (code, f"{'— ' if len(code) == 8 else ''}{name}")
            for code, name in sorted(names.items())
            if len(code) <= 8
        ],
        "village": wish.region if len(wish.region) > 8 else "",
        "village_name": names.get(wish.region, ""),
        "row_words": [(word, ROWS[name]) for word, name in _ROW_WORDS.items()],
        "column_words": [(word, ROWS[name]) for word, name in _ROW_WORDS.items() if name in explore.COLUMNS],
        "filters": [
            {
                "id": word,
                "label": ROWS[name],
                "values": [(value or "-", label) for value, label in labels(name).items()],
                "chosen": (wish.only[name] or "-") if name in wish.only else "",
            }
            for name, word in PARAMETERS.items()
        ],
        "chosen_row": next(word for word, name in _ROW_WORDS.items() if name == wish.rows),
        "chosen_column": next((word for word, name in _ROW_WORDS.items() if name == wish.columns), ""),
        "chosen_month": str(wish.month),
    }


def _pictured(request: HttpRequest, answer: explore.Answer) -> dict[str, Any]:
    wish, rows = answer.wish, _ordered(answer)
    most = max((row.total for row in rows), default=0)
    column_labels = labels(wish.columns) if wish.columns else {}
    shown: list[dict[str, Any]] = []
    for row in rows:
        url = ""
        if wish.rows == "place" and row.code in region_names() and len(row.code) < 13:
            url = address(request, wilayah=row.code)
        width = round(600 * row.total / most) if most else 0
        shown.append({"label": _row_label(wish.rows, row.code), "row": row, "url": url, "width": width})
    return {
        "answer": answer,
        "rows": shown,
        "bars": shown[:_BARS] if len(shown) > 1 else [],
        "more": max(0, len(shown) - _BARS),
        "columns": [column_labels.get(code, code) for code in answer.columns],
        "title": _title(wish),
        "row_label": ROWS[wish.rows],
        "as_of": answer.as_of,
        "csv_url": _file(request, "csv"),
        "xlsx_url": _file(request, "xlsx"),
        "up": _up(request, wish),
    }


def _file(request: HttpRequest, kind: str) -> str:
    query = request.GET.urlencode()
    return f"{request.path}{kind}/" + (f"?{query}" if query else "")


def _up(request: HttpRequest, wish: explore.Wish) -> list[tuple[str, str]]:
    """Return the regions above, each as the address of this page."""
    names = region_names()
    return [
        (address(request, wilayah=wish.region[:width]), names[wish.region[:width]])
        for width in (2, 5, 8)
        if width < len(wish.region) and wish.region[:width] in names
    ]


def _title(wish: explore.Wish) -> str:
    """Return the cut in one line, as it stands above the chart and in the files."""
    parts = [str(STEP_LABELS[wish.step]), region_names().get(wish.region, wish.region)]
    parts += [labels(name).get(value, value) for name, value in wish.only.items()]
    if wish.rows != "month":
        parts.append(month_words(wish.month))
    return ", ".join(parts)


def _table(request: HttpRequest) -> tuple[str, list[list[str | int]]] | str:
    """Title and rows of the file, its header first; or the refusal."""
    months = explore.months()
    if not months:
        return _("Angka belum pernah dihitung.")
    try:
        answer = explore.answer(_wish(request, months))
    except Refused as refusal:
        return sentence_of(refusal)
    wish = answer.wish
    columns = [labels(wish.columns).get(code, code) for code in answer.columns]
    lines: list[list[str | int]] = [[_("Kode"), str(ROWS[wish.rows]), *columns, _("Jumlah")]]
    last = [] if wish.rows == "month" else [answer.total]
    for row in (*_ordered(answer), *last):
        label = _("Seluruhnya") if row is answer.total else _row_label(wish.rows, row.code)
        lines.append([row.code, label, *row.counts, row.total])
    return _title(wish), lines


@needs(Permission.OVERSIGHT)
def as_csv(request: HttpRequest) -> HttpResponse:
    """Answer with the cut as CSV."""
    made = _table(request)
    if isinstance(made, str):
        return HttpResponse(made, content_type="text/plain; charset=utf-8", status=400)
    response = file_answer("payung-potongan.csv", "\ufeff", CSV)
    CsvWriter(response).writerows(made[1])
    return response


@needs(Permission.OVERSIGHT)
def as_xlsx(request: HttpRequest) -> HttpResponse:
    """Answer with the cut as a workbook."""
    made = _table(request)
    if isinstance(made, str):
        return HttpResponse(made, content_type="text/plain; charset=utf-8", status=400)
    title, lines = made
    file = io.BytesIO()
    with workbook(file) as book:
        sheet = book.add_worksheet("Payung")
        bold = book.add_format({"bold": True})
        figure = book.add_format({"num_format": "#,##0"})
        sheet.write_string(0, 0, title, bold)
        sheet.write_string(
            1,
            0,
            _(
                "Tiap angka dibulatkan ke kelipatan 5; 0 berarti tidak ada atau beberapa orang. Sumber: Payung."
            ),
        )
        for at, line in enumerate(lines):
            for column, cell in enumerate(line):
                if isinstance(cell, int):
                    sheet.write_number(at + 3, column, cell, figure)
                else:
                    sheet.write_string(at + 3, column, cell, bold if at == 0 else None)
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 34)
        sheet.set_column(2, max(3, len(lines[0])), 14)
        sheet.freeze_panes(4, 2)
    return file_answer("payung-potongan.xlsx", file.getvalue(), XLSX)
