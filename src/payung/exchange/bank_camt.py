"""CAMT.053: booked entries of a bank's statement in XML, batches opened into their parts, charges told apart."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from payung.values.money import MOST

#: Elements that can carry the payer's words or a reference, in the order in which they are shown.
_WORDS = ("Ustrd", "EndToEndId", "Ref", "AddtlTxInf", "AddtlNtryInf", "AddtlRmtInf", "PmtInfId", "InstrId", "TxId",
          "UETR", "MsgId", "MndtId", "Nb", "NtryRef", "AcctSvcrRef", "ClrSysRef", "ChqNb")  # fmt: skip
#: What of an entry itself, beside its parts, is said of the whole batch.
_OF_BATCH = ("PmtInfId", "MsgId", "NtryRef", "AcctSvcrRef")
#: Digits before and after the point that ISO 20022 allows (18 in all), within all the money there is.
_AMOUNT = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{0,5})?")
#: Sub-families of bank transaction codes that are reversals and returns.
_REVERSALS = frozenset(
    {"RRTN", "RPCR", "RVSL", "UPCT", "UPDD", "RIMB", "UPCQ", "RCDD", "PRDD", "ARET", "PRCT"}
)
_DAYS = ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
_MOST_DEPTH = 60
_FEE = "BIAYA TRANSFER"
_REST = "SELISIH JUMLAH TRANSAKSI"


@dataclass(frozen=True, slots=True)
class Booked:
    """One movement: rupiah out (positive) or in (negative), the words, and whether the bank calls it a reversal."""

    day: date
    amount: int
    words: str
    returned: bool = False


class _Bounded(ElementTree.TreeBuilder):
    """Builds the tree of a statement, whose elements stand in each other as deep as the standard lets them."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0

    def start(self, tag: Any, attrs: Any, /) -> ElementTree.Element:
        """Open an element. Raises ValueError where it stands deeper than in any statement."""
        self.depth += 1
        if self.depth > _MOST_DEPTH:
            raise ValueError("elements stand in each other too deep")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ElementTree.Element:
        """Close an element."""
        self.depth -= 1
        return super().end(tag)


def entries(text: str) -> Iterator[Booked]:
    """Every booked movement.

    A batch whose parts bear amounts is given part by part. What the bank kept for itself (`Chrgs`) is a movement of
    its own: only the amount of the transaction pays. Raises ValueError saying what cannot be read: no XML, a
    document type, an amount, date or direction missing, parts that do not sum to their batch, another currency.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("a DOCTYPE is refused")
    try:
        reader = ElementTree.XMLParser(target=_Bounded())  # noqa: S314 - no entities
        root = ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), reader)  # noqa: S314
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    for entry in root.iter("Ntry"):
        if (entry.findtext("Sts/Cd") or entry.findtext("Sts") or "BOOK").strip() in ("PDNG", "INFO", "FUTR"):
            continue
        yield from _entry(entry)


def _entry(entry: ElementTree.Element) -> Iterator[Booked]:
    written = next((text for tag in _DAYS if (text := entry.findtext(tag))), "")
    day = date.fromisoformat(written.strip()[:10])
    way = _way(entry.findtext("CdtDbtInd"))
    total = way * _amount(entry.find("Amt"))
    back = _reversed(entry)
    parts = list(entry.iter("TxDtls"))
    amounts = [_amount(found) if (found := _part_amount(part)) is not None else None for part in parts]
    said = entry.findtext("AddtlNtryInf", "")
    if len(parts) < 2 or None in amounts:
        net = amounts[0] if len(parts) == 1 else None
        yield from _single(entry, day, way, total, net, back)
        return
    ways = [_way(part.findtext("CdtDbtInd")) if part.findtext("CdtDbtInd") else way for part in parts]
    rest = total - sum(one * (value or 0) for one, value in zip(ways, amounts, strict=True))
    if rest and rest != way * _charges(entry):
        raise ValueError("the parts of a batch do not sum to it")
    for part, one, value in zip(parts, ways, amounts, strict=True):
        words = _words(part)
        if not any(sign.isdigit() for sign in words):
            words = f"{words} {_batch_words(entry)}".strip()
        yield Booked(
            day, one * _whole(value or Decimal(0)), f"{words} {said}".strip(), back or _returned(part)
        )
    if rest:
        yield Booked(day, _whole(rest), _FEE)


def _single(
    entry: ElementTree.Element, day: date, way: int, total: Decimal, net: Decimal | None, back: bool
) -> Iterator[Booked]:
    """Yield the payment of an entry with one transaction, and beside it the bank's charge or an unexplained rest."""
    charges = _charges(entry)
    included = not any((node.text or "").strip() == "false" for node in entry.iter("ChrgInclInd"))
    pays = total
    if net is not None:
        pays = way * net
    elif charges and included and charges < abs(total):
        pays = total - charges if way > 0 else total
    yield Booked(day, _whole(pays), _words(entry), back)
    if total != pays:
        yield Booked(day, _whole(total - pays), _FEE if abs(total - pays) <= charges else _REST)


def _charges(entry: ElementTree.Element) -> Decimal:
    """Return the sum of an entry's own charges, else of those of its parts."""
    found = Decimal(0)
    for charges in entry.findall("Chrgs") or entry.iter("Chrgs"):
        whole = charges.find("TtlChrgsAndTaxAmt")
        amounts = [whole] if whole is not None else [*charges.findall("Amt"), *charges.findall("Rcrd/Amt")]
        found += sum((abs(_amount(one)) for one in amounts), Decimal(0))
    return found


def _part_amount(part: ElementTree.Element) -> ElementTree.Element | None:
    """Return the amount of the transaction in rupiah, else the one the part bears."""
    found = part.find("AmtDtls/TxAmt/Amt")
    if found is not None and found.get("Ccy", "IDR") == "IDR":
        return found
    plain = part.find("Amt")
    return plain if plain is not None else found


def _amount(element: ElementTree.Element | None) -> Decimal:
    if element is None or not (element.text or "").strip():
        raise ValueError("an amount is missing")
    currency = element.get("Ccy", "IDR")
    if currency != "IDR":
        raise ValueError(f"currency {currency[:10]!r}, only IDR is read")
    text = (element.text or "").strip()
    # Looked at before it becomes a number: an exponent would make one of any length.
    if not _AMOUNT.fullmatch(text) or abs(Decimal(text)) > MOST:
        raise ValueError(f"amount {text[:40]!r} cannot be read")
    return Decimal(text)


def _way(indicator: str | None) -> int:
    if (indicator or "").strip() not in ("DBIT", "CRDT"):
        raise ValueError("debit or credit is not said")
    return 1 if (indicator or "").strip() == "DBIT" else -1


def _reversed(entry: ElementTree.Element) -> bool:
    """Return whether the entry reverses an earlier one; its direction is its own, not the earlier one's."""
    return (entry.findtext("RvslInd") or "").strip().lower() in ("true", "1") or _returned(entry)


def _returned(element: ElementTree.Element) -> bool:
    codes = {(node.text or "").strip() for node in element.iter("SubFmlyCd")}
    return bool(codes & _REVERSALS) or next(element.iter("RtrInf"), None) is not None


def _whole(amount: Decimal) -> int:
    """Whole rupiah; sen are dropped."""
    return int(amount)


def _words(element: ElementTree.Element) -> str:
    return _joined(node.text or "" for tag in _WORDS for node in element.iter(tag))


def _batch_words(entry: ElementTree.Element) -> str:
    paths = [path for tag in _OF_BATCH for path in (tag, f"NtryDtls/Btch/{tag}")]
    return _joined(node.text or "" for path in paths for node in entry.findall(path))


def _joined(found: Iterator[str]) -> str:
    kept = dict.fromkeys(" ".join(word.split()) for word in found)
    return " ".join(word for word in kept if word not in ("", "NOTPROVIDED", "NONREF"))
