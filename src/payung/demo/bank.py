"""The payers' bank statement: bills paid whole, in parts, together, oddly named or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from payung.demo.draw import pick, stream

#: how a bill is paid, and how often: whole; whole without its code; with a digit of the code wrong; in two
#: parts; together with the payer's next bill; not at all (judgement)
HABITS = ("whole", "uncoded", "miscoded", "parts", "together", "unpaid")
_OFTEN = (0.68, 0.06, 0.04, 0.08, 0.10, 0.04)
_OPENING = 5_000_000_000
_ACCOUNT = "0110022003300"


@dataclass(frozen=True)
class Line:
    """One line of the statement; `bills` are the codes it truly pays (none for a bank's fee)."""

    day: date
    text: str
    amount: int
    bills: tuple[str, ...]


def statement(bills: Sequence[Mapping[str, Any]], seed: int) -> str:
    """Write a statement (CSV, semicolons, amounts as 1.234.567,00) that pays `bills` as payers do.

    Each bill is a mapping with code (text), amount (whole rupiah), due (date) and payer (text). Columns:
    Tanggal;Keterangan;Debet;Kredit;Saldo, after four lines about the account. See `lines` for the truth.
    """
    rows = [f"Nomor Rekening;{_ACCOUNT}", "Nama;REKENING PEMBAYARAN IURAN (REKAAN)", "Mata Uang;IDR", ""]
    rows.append("Tanggal;Keterangan;Debet;Kredit;Saldo")
    balance = _OPENING
    for line in lines(bills, seed):
        balance -= line.amount
        rows.append(
            f"{line.day:%d/%m/%Y};{line.text};{_written(line.amount)};{_written(0)};{_written(balance)}"
        )
    return "\r\n".join(rows) + "\r\n"


def lines(bills: Sequence[Mapping[str, Any]], seed: int) -> list[Line]:
    """Return the statement's lines in order of day, with the bills that each truly pays."""
    rng = stream(seed, "bank statement")
    made: list[Line] = []
    paid: set[int] = set()
    for number, bill in enumerate(bills):
        if number in paid:
            continue
        habit = HABITS[int(pick(rng, _OFTEN, 1)[0])]
        partner = _next_of_payer(bills, number, paid)
        if habit == "together" and partner is None:
            habit = "whole"
        paid.add(number)
        if habit == "together" and partner is not None:
            paid.add(partner)
            both = (bill, bills[partner])
            amount = sum(int(one["amount"]) for one in both)
            made.append(_line(rng, bill, amount, f"IURAN {bill['payer']} {both[0]['code']} DAN LAIN", both))
        elif habit == "parts":
            part = int(bill["amount"]) * int(rng.integers(30, 71)) // 100
            first = _line(rng, bill, part, f"BYR IURAN {bill['code']} TAHAP 1", (bill,))
            later = first.day + timedelta(days=int(rng.integers(1, 5)))
            rest = int(bill["amount"]) - part
            made += [first, Line(later, f"BYR IURAN {bill['code']} TAHAP 2", rest, first.bills)]
        elif habit != "unpaid":
            made.append(_line(rng, bill, int(bill["amount"]), _text(rng, bill, habit), (bill,)))
    fees = sorted({(line.day.year, line.day.month) for line in made})
    made += [Line(date(year, month, 28), "BIAYA ADM", 15_000, ()) for year, month in fees]
    return sorted(made, key=lambda line: (line.day, line.text))


def _next_of_payer(bills: Sequence[Mapping[str, Any]], number: int, paid: set[int]) -> int | None:
    payer = bills[number]["payer"]
    return next(
        (i for i in range(number + 1, len(bills)) if i not in paid and bills[i]["payer"] == payer), None
    )


def _line(
    rng: np.random.Generator,
    bill: Mapping[str, Any],
    amount: int,
    text: str,
    pays: Sequence[Mapping[str, Any]],
) -> Line:
    day = bill["due"] + timedelta(days=int(rng.integers(-6, 4)))
    return Line(day, text.upper().replace(";", " "), amount, tuple(str(one["code"]) for one in pays))


def _text(rng: np.random.Generator, bill: Mapping[str, Any], habit: str) -> str:
    code = str(bill["code"])
    if habit == "uncoded":
        return f"SETORAN IURAN JAMSOSTEK {bill['payer']}"
    digits = [i for i, letter in enumerate(code) if letter.isdigit()]
    if habit == "miscoded" and digits:
        place = digits[int(rng.integers(len(digits)))]
        code = code[:place] + str((int(code[place]) + int(rng.integers(1, 10))) % 10) + code[place + 1 :]
    style = int(rng.integers(3))
    if style == 0:
        return f"TRSF E-BANKING DB {code} BPJS TK"
    if style == 1:
        return f"PEMBAYARAN KODE IURAN {code}"
    return f"BPJSTK/{' '.join(code[i : i + 4] for i in range(0, len(code), 4))}/{bill['payer']}"


def _written(amount: int) -> str:
    return f"{amount:,}".replace(",", ".") + ",00"
