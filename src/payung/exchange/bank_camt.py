"""CAMT.053: booked entries of a bank's statement in XML, batches opened into their parts."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

_WORDS = ("Ustrd", "EndToEndId", "Ref", "AddtlTxInf", "AddtlNtryInf")


def entries(text: str) -> Iterator[tuple[date, int, str]]:
    """Day, rupiah out (positive) or in (negative), and the bank's words of every booked movement.

    A batch whose parts bear amounts is given part by part. Raises ValueError saying what cannot be read: no XML,
    a document type, an amount, date or direction missing, parts that do not sum to their batch, another currency.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("a DOCTYPE is refused")
    try:
        root = ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))  # noqa: S314 - no entities
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    for entry in root.iter("Ntry"):
        if (entry.findtext("Sts/Cd") or entry.findtext("Sts") or "BOOK").strip() in ("PDNG", "INFO"):
            continue
        yield from _entry(entry)


def _entry(entry: ElementTree.Element) -> Iterator[tuple[date, int, str]]:
    written = next((text for tag in _DAYS if (text := entry.findtext(tag))), "")
    day = date.fromisoformat(written[:10])
    amount = _amount(entry.find("Amt"))
    way = _way(entry.findtext("CdtDbtInd"))
    parts = list(entry.iter("TxDtls"))
    amounts = [_amount(found) if (found := _part_amount(part)) is not None else None for part in parts]
    if len(parts) < 2 or None in amounts:
        yield day, way * _whole(amount), _words(entry)
        return
    ways = [_way(part.findtext("CdtDbtInd")) if part.findtext("CdtDbtInd") else way for part in parts]
    if sum(one * (value or 0) for one, value in zip(ways, amounts, strict=True)) != way * amount:
        raise ValueError("the parts of a batch do not sum to it")
    said = entry.findtext("AddtlNtryInf", "")
    for part, one, value in zip(parts, ways, amounts, strict=True):
        yield day, one * _whole(value or Decimal(0)), f"{_words(part)} {said}".strip()


_DAYS = ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")


def _part_amount(part: ElementTree.Element) -> ElementTree.Element | None:
    found = part.find("Amt")
    return found if found is not None else part.find("AmtDtls/TxAmt/Amt")


def _amount(element: ElementTree.Element | None) -> Decimal:
    if element is None or not (element.text or "").strip():
        raise ValueError("an amount is missing")
    currency = element.get("Ccy", "IDR")
    if currency != "IDR":
        raise ValueError(f"currency {currency}, only IDR is read")
    try:
        return Decimal((element.text or "").strip())
    except ArithmeticError as error:
        raise ValueError(f"amount {element.text!r} cannot be read") from error


def _way(indicator: str | None) -> int:
    if indicator not in ("DBIT", "CRDT"):
        raise ValueError("debit or credit is not said")
    return 1 if indicator == "DBIT" else -1


def _whole(amount: Decimal) -> int:
    """Whole rupiah; sen are dropped."""
    return int(amount)


def _words(element: ElementTree.Element) -> str:
    found = [node.text or "" for tag in _WORDS for node in element.iter(tag)]
    kept = dict.fromkeys(" ".join(word.split()) for word in found)
    return " ".join(word for word in kept if word not in ("", "NOTPROVIDED"))
