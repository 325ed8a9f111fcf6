"""A fund's statement on paper: CSV for machines, PDF for the file cabinet."""

from __future__ import annotations

import io
import tempfile
from datetime import date
from pathlib import Path

from payung.funding.models import Account
from payung.funding.queries import ACCOUNTS, FundStatement
from payung.sandbox.typeset import pdf
from payung.values import format_rupiah
from payung.values.spreadsheet import CsvWriter

HEADERS = (
    "tanggal",
    "dari",
    "ke",
    "jumlah",
    "tersedia",
    "terpakai",
    "sebab",
    "nomor_sebab",
    "kunci",
    "oleh",
    "catatan",
)


def statement_csv(found: FundStatement) -> str:
    """Return the entries as CSV with whole rupiah, oldest first; text that a spreadsheet might run is made safe."""
    out = io.StringIO()
    writer = CsvWriter(out)
    writer.writerow(HEADERS)
    for line in found.lines:
        entry = line.entry
        writer.writerow(
            (
                entry.effective_on.isoformat(),
                entry.debit,
                entry.credit,
                entry.amount,
                line.available,
                line.spent,
                entry.cause,
                entry.cause_id or "",
                entry.key,
                str(entry.actor),
                entry.note,
            )
        )
    return out.getvalue()


def statement_pdf(found: FundStatement, *, owner: str, printed_on: date) -> bytes:
    """Return the statement as a PDF of A4 pages: balances at both ends and every entry."""
    fund = found.fund
    first = found.first.isoformat() if found.first else "awal"
    last = found.last.isoformat() if found.last else "akhir"
    label = {kind.value: kind.label for kind in Account.Kind}
    balances = "".join(
        f"[{_text(label[name])}], [{format_rupiah(found.opening[name])}], [{format_rupiah(found.closing[name])}],\n"
        for name in ACCOUNTS
    )
    lines = "".join(
        f"[{line.entry.effective_on:%d-%m-%Y}], [{_text(label[line.entry.debit])}], "
        f"[{_text(label[line.entry.credit])}], [{format_rupiah(line.entry.amount)}], "
        f"[{format_rupiah(line.available)}], [{_text(_cause(line.entry.cause, line.entry.cause_id))}],\n"
        for line in found.lines
    )
    source = f"""
#set page(paper: "a4", margin: (x: 18mm, y: 20mm), footer: context [
  #set text(8pt, fill: luma(90))
  {_text(owner)} #h(1fr) Halaman #counter(page).display("1 / 1", both: true)])
#set text(font: ("Inter", "DejaVu Sans", "Libertinus Serif"), size: 9pt, lang: "id")
#set document(title: "{_quoted("Laporan dana " + fund.name)}")
= Laporan dana: {_text(fund.name)}
Pembayar: {_text(fund.payer.name)} #h(1em) Kode: {_text(fund.code)} #h(1em) Wadah: {_text(fund.group_code)} \\
Masa laporan: {first} sampai {last}. Dicetak {printed_on:%d-%m-%Y}.

#table(columns: (1fr, auto, auto), align: (left, right, right), stroke: 0.4pt + luma(180),
  table.header([*Saldo*], [*Awal*], [*Akhir*]),
{balances})
#v(4mm)
#table(columns: (auto, auto, auto, auto, auto, 1fr), align: (left, left, left, right, right, left),
  stroke: 0.4pt + luma(180),
  table.header([*Tanggal*], [*Dari*], [*Ke*], [*Jumlah*], [*Tersedia*], [*Sebab*]),
{lines})
{"Belum ada gerakan uang dalam masa ini." if not found.lines else ""}
"""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "statement.typ"
        page.write_text(source, "utf-8")
        return pdf(page, rows=len(found.lines))


def _cause(cause: str, cause_id: int | None) -> str:
    return f"{cause} {cause_id}" if cause_id else cause


def _text(text: str) -> str:
    """Text that typst takes literally."""
    return "".join(f"\\{char}" if char in "\\#$*_`<>@[]=-+/~\"'" else char for char in text)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
