"""A fund's statement on paper: CSV for machines, PDF for the file cabinet."""

from __future__ import annotations

import io
from datetime import date

from payung.documents.paper import make_paper
from payung.funding.models import Account
from payung.funding.queries import ACCOUNTS, FundStatement
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
    label = {kind.value: str(kind.label) for kind in Account.Kind}
    facts = {
        "owner": owner,
        "name": fund.name,
        "payer": fund.payer.name,
        "code": fund.code,
        "group": fund.group_code,
        "span": f"{first} sampai {last}",
        "printed": f"{printed_on:%d-%m-%Y}",
        "balances": [
            (label[name], format_rupiah(found.opening[name]), format_rupiah(found.closing[name]))
            for name in ACCOUNTS
        ],
        "lines": [
            (
                f"{line.entry.effective_on:%d-%m-%Y}",
                label[line.entry.debit],
                label[line.entry.credit],
                format_rupiah(line.entry.amount),
                format_rupiah(line.available),
                _cause(line.entry.cause, line.entry.cause_id),
            )
            for line in found.lines
        ],
    }
    return make_paper("funding", "statement.typ", {"facts": facts}, rows=len(found.lines))


def _cause(cause: str, cause_id: int | None) -> str:
    return f"{cause} {cause_id}" if cause_id else cause
