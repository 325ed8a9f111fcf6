"""The letter that tells a family what it is owed, in plain Indonesian and large print."""

from __future__ import annotations

import json
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused, action
from payung.access.roles import Permission
from payung.claims import queries
from payung.claims.models import Case
from payung.registry.queries import region_names
from payung.values import date_in_words, format_rupiah

#: Words for the items of a benefit.
ITEMS = {
    "lump_sum": _("Santunan"),
    "periodic": _("Santunan berkala (dibayar sekaligus)"),
    "funeral": _("Biaya pemakaman"),
    "scholarship": _("Beasiswa anak (paling banyak)"),
    "disability": _("Santunan cacat"),
    "temporary": _("Pengganti penghasilan selama tidak bekerja"),
    "transport": _("Biaya pengangkutan"),
    "medical": _("Biaya perawatan"),
    "rehabilitation": _("Rehabilitasi"),
    "aids": _("Alat bantu"),
    "homecare": _("Perawatan di rumah"),
}


def letter_pdf(actor: Actor, *, case_id: int) -> bytes:
    """The letter of a case as PDF; its making is recorded. Raises NotAllowed, Refused."""
    with action(actor, Permission.CLAIM, "case.letter", "case") as deed:
        case = queries.case(case_id)
        if case is None:
            raise Refused("Kasus ini tidak ada di wilayah Anda.", "There is no such case in your region.")
        actor.require(Permission.CLAIM, case.region_code)
        deed.subject_id = case_id
        # Families read Indonesian, whatever the language of whoever prints the letter.
        with translation.override("id"):
            facts = _facts(case)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "letter.json").write_text(json.dumps(facts, ensure_ascii=False), "utf-8")
        source = resources.files("payung.claims").joinpath("letter.typ").read_text("utf-8")
        page = Path(folder) / "letter.typ"
        page.write_text(source, "utf-8")
        return typst.compile(str(page))


def amounts(case: Case) -> list[tuple[str, int | None]]:
    """The items of a case's amount that are more than nothing, in words, in rupiah; None where it is not known."""
    told = case.snapshot.get("id", {})
    return [(str(words), told[name]) for name, words in ITEMS.items() if told.get(name, 0) != 0]


def _in_words(amount: int | None) -> str:
    return "belum diketahui, tanyakan cabang" if amount is None else format_rupiah(amount)


def _note(told: dict[str, Any], items: list[tuple[str, int | None]]) -> str:
    """What a family must know about the total: what it lacks, and that it may be read otherwise."""
    unknown = [words.lower() for words, amount in items if amount is None]
    lacking = [f"Jumlah di atas belum memuat {', '.join(unknown)}."] if unknown else []
    contested = ["Jumlah akhir diputuskan cabang; sebagian aturan dibaca berbeda-beda."]
    return " ".join([*lacking, *(contested if told.get("readings") else [])])


def _facts(case: Case) -> dict[str, Any]:
    limits = queries.limits(case)
    died = case.kind == Case.Kind.JKM
    expires = case.expires_on or limits.expires_on
    items = amounts(case)
    return {
        "owner": settings.PAYUNG_PROGRAMME_OWNER,
        "title": "Hak keluarga atas santunan kematian" if died else "Hak atas santunan kecelakaan kerja",
        "to": "keluarga" if case.person.died_on or died else "Bapak/Ibu",
        "name": case.person.name,
        "place": region_names().get(case.region_code, case.region_code),
        "opening": (
            f"Kami turut berduka cita. {case.person.name} meninggal pada {date_in_words(case.event_on)} dan pada "
            "hari itu terlindungi BPJS Ketenagakerjaan. Keluarga berhak menerima:"
            if died
            else f"Pada {date_in_words(case.event_on)} {case.person.name} mengalami kecelakaan kerja dan pada hari itu "
            "terlindungi BPJS Ketenagakerjaan. Menurut hukum haknya:"
        ),
        "total": format_rupiah(case.owed),
        "items": [[words, _in_words(amount)] for words, amount in items],
        "note": _note(case.snapshot.get("id", {}), items),
        "deadline": date_in_words(expires),
        "days": limits.pay_within_working_days,
        "papers": [[item.name, item.issuer] for item in queries.checklist(case) if item.issuer],
        "where": settings.PAYUNG_BRANCH_ADDRESS,
        "contact": settings.PAYUNG_CONTACT,
    }
