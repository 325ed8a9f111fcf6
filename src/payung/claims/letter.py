"""The letter that tells a family what it is owed, in plain Indonesian and large print."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from payung.access.actor import Actor, Refused, action
from payung.access.acts import OF_SUBJECT, Act
from payung.claims import queries
from payung.claims.models import Case
from payung.claims.personal_codes import codes_for, where_to_ask
from payung.documents.paper import make_paper
from payung.identity.personal_code import written
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
    """Return the letter of a case as PDF; its making is recorded. Raises NotAllowed, Refused."""
    with action(actor, Act.CASE_LETTER, region_code=OF_SUBJECT) as deed:
        case = queries.case(case_id)
        if case is None:
            raise Refused(_("Kasus ini tidak ada di wilayah Anda."))
        deed.at(case.region_code)
        deed.subject_id = case_id
        # Families read Indonesian, whatever the language of whoever prints the letter.
        with translation.override("id"):
            code = codes_for(actor, [case.person_id])[case.person_id]
            facts = {**_facts(case), "code": written(code), "check_at": where_to_ask()}
    return make_paper("claims", "letter.typ", {"letter": facts})


def amounts(case: Case) -> list[tuple[str, int | None]]:
    """Return the items of a case's amount above zero, in words, in rupiah; None where an amount is unknown."""
    told = case.snapshot.get("id", {})
    return [(str(words), told[name]) for name, words in ITEMS.items() if told.get(name, 0) != 0]


def _in_words(amount: int | None) -> str:
    return "belum diketahui, tanyakan cabang" if amount is None else format_rupiah(amount)


def _note(told: dict[str, Any], items: list[tuple[str, int | None]]) -> str:
    """Say what a family must know about the total: what it lacks, and that the law may be read otherwise."""
    unknown = [words.lower() for words, amount in items if amount is None]
    lacking = [f"Jumlah di atas belum memuat {', '.join(unknown)}."] if unknown else []
    contested = ["Jumlah akhir diputuskan cabang; sebagian aturan dibaca berbeda-beda."]
    return " ".join([*lacking, *(contested if told.get("readings") else [])])


def _facts(case: Case) -> dict[str, Any]:
    limits = queries.limits(case)
    died = case.kind in Case.DEATHS
    expires = case.expires_on or limits.expires_on
    items = amounts(case)
    title, opening = _words(case)
    return {
        "owner": settings.PAYUNG_PROGRAMME_OWNER,
        "title": title,
        "to": "keluarga" if case.person.died_on or died else "Bapak/Ibu",
        "name": case.person.name,
        "place": region_names().get(case.region_code, case.region_code),
        "opening": opening,
        "total": "Dihitung dan dibayar cabang" if case.by_other_payer else format_rupiah(case.owed),
        "items": [[words, _in_words(amount)] for words, amount in items],
        "note": _note(case.snapshot.get("id", {}), items),
        "deadline": date_in_words(expires),
        "days": limits.pay_within_working_days,
        "papers": [[item.name, item.issuer] for item in queries.checklist(case) if item.issuer],
        "where": settings.PAYUNG_BRANCH_ADDRESS,
        "contact": settings.PAYUNG_CONTACT,
    }


def _words(case: Case) -> tuple[str, str]:
    """Return the title of a letter and its first words."""
    name, day = case.person.name, date_in_words(case.event_on)
    if case.by_other_payer:
        said = queries.membership_of(case)
        until = f", peserta sampai {said.until_month.in_words()}" if said else ""
        as_of = f" per {date_in_words(said.as_of)}" if said and said.as_of else ""
        return (
            "Mungkin ada hak keluarga dari BPJS Ketenagakerjaan",
            f"Kami turut berduka cita. {name} meninggal pada {day}. Menurut data cabang BPJS Ketenagakerjaan{as_of}, "
            f"pada hari itu {name} peserta yang iurannya dibayar pihak lain (misalnya pemberi kerja, atau dibayar "
            f"sendiri){until}; bukan oleh program ini. Keluarga mungkin berhak atas santunan kematian (JKM), dan atas "
            "tabungan hari tua (JHT) bila diikuti. Cabang memastikan kepesertaannya, menghitung, dan membayar:",
        )
    if case.kind == Case.Kind.JKM:
        return (
            "Hak keluarga atas santunan kematian",
            f"Kami turut berduka cita. {name} meninggal pada {day} dan pada hari itu terlindungi BPJS "
            "Ketenagakerjaan. Keluarga berhak menerima:",
        )
    return (
        "Hak atas santunan kecelakaan kerja",
        f"Pada {day} {name} mengalami kecelakaan kerja dan pada hari itu terlindungi BPJS Ketenagakerjaan. "
        "Menurut hukum haknya:",
    )
