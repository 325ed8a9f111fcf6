"""The papers a case needs by the law of its day, by who can issue each, with those handed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from payung.claims.models import Case, Paper
from payung.law import documents
from payung.law.steps import Text

_VILLAGE = Text("Kantor desa atau kelurahan", "Village office")
_FAMILY = Text("Keluarga", "Family")
_OTHER = Text("Lainnya", "Other")
_NUMBER_HERE = Text("Program (nomor peserta ada di sini)", "The programme (its number stands here)")
_NUMBER_ELSEWHERE = Text(
    "Keluarga atau pemberi kerja; bila tidak ada, cabang mencarinya dengan NIK",
    "Family or employer; where there is none, the branch finds it by NIK",
)
#: Who can issue a paper, by a word in its Indonesian name; the first that fits, else the family has it at home.
_ISSUERS = (
    ("kematian", _VILLAGE),
    ("keterangan ahli waris", _VILLAGE),
    ("kronologis", _VILLAGE),
    ("setempat", Text("Keluarga, saksi, polisi", "Family, witnesses, police")),
    ("dokter", Text("Dokter atau rumah sakit", "Doctor or hospital")),
    ("kuitansi", Text("Fasilitas kesehatan, pengangkut", "Health facility, carrier")),
    ("formulir", Text("Cabang BPJS Ketenagakerjaan", "BPJS Ketenagakerjaan branch")),
    ("kartu peserta", _NUMBER_HERE),
    ("sekolah", Text("Sekolah", "School")),
    ("rapor", Text("Sekolah", "School")),
    ("buku tabungan", Text("Bank", "Bank")),
    ("buku nikah", Text("Keluarga (salinan: KUA atau Dukcapil)", "Family (copy: registry of marriages)")),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One paper of the law's list: `key` names it in the file, `name` and `issuer` in the reader's language."""

    key: str
    name: str
    issuer: str
    village: bool
    papers: list[Paper]


def checklist(one: Case, lang: str = "id") -> list[Item]:
    """Return the papers of a case: those the village office can make first, then by issuer."""
    wanted = documents(one.law_kind, one.event_on)
    if one.children:
        wanted = [*wanted, *documents("scholarship", one.event_on)]
    kept: dict[str, list[Paper]] = {}
    for paper in one.papers.filter(removed=False).order_by("id"):
        kept.setdefault(paper.item, []).append(paper)
    items = _ordered(
        _item(text, kept.pop(text.read("id"), []), lang, elsewhere=one.by_other_payer)
        for text in {text.read("id"): text for text in wanted}.values()
    )
    others = [paper for papers in kept.values() for paper in papers]
    return [*items, Item("lainnya", _OTHER.read(lang), "", False, others)]


def papers_for_family(on: date, lang: str) -> list[tuple[str, list[str]]]:
    """Return the papers of a claim for a death by issuer, for a page that names nobody and shows no number."""
    items = _ordered(_item(text, [], lang, elsewhere=True) for text in documents("jkm", on))
    return [(issuer, [item.name for item in group]) for issuer, group in by_issuer(items)]


def by_issuer(items: list[Item]) -> list[tuple[str, list[Item]]]:
    """Return the papers under the name of who issues them."""
    return [(issuer, list(group)) for issuer, group in groupby(items, key=lambda item: item.issuer)]


def _ordered(items: Iterable[Item]) -> list[Item]:
    """Those of the village office first, then each issuer's together, in the order of the law's list."""
    given = list(items)
    place = {issuer: at for at, issuer in enumerate(dict.fromkeys(item.issuer for item in given))}
    return sorted(given, key=lambda item: (not item.village, place[item.issuer]))


def _item(text: Text, papers: list[Paper], lang: str, *, elsewhere: bool = False) -> Item:
    """One paper; of a membership that others pay for (`elsewhere`) its number does not stand here."""
    low = text.read("id").lower()
    who = next((issuer for word, issuer in _ISSUERS if word in low), _FAMILY)
    if elsewhere and who is _NUMBER_HERE:
        who = _NUMBER_ELSEWHERE
    return Item(text.read("id"), text.read(lang), who.read(lang), who is _VILLAGE, papers)
