"""The agency's number and the branch's of one month, and what lies between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from payung.oversight.sheet import Sheet
from payung.oversight.written import whole

#: The branch's reasons, as the exchange reads them.
REFUSALS: dict[str, str | Promise] = {
    "": lazy("tanpa alasan"),
    "nik_unknown": lazy("NIK tidak dikenal"),
    "name_differs": lazy("nama berbeda"),
    "active_elsewhere": lazy("sudah aktif di segmen lain"),
    "age": lazy("umur"),
    "died": lazy("meninggal"),
    "double": lazy("ganda"),
    "birth_date_differs": lazy("tanggal lahir berbeda"),
    "other": lazy("lain-lain"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A number, or what is taken from it (`less`), with its source or its reason."""

    label: str
    people: int
    source: str
    less: bool = False


def steps(sheet: Sheet) -> list[Step]:
    """From those decreed to those whose month is paid: each difference with its reason."""
    standing = {"unsent": 0, "unanswered": 0, "later": 0, "refused": 0, **sheet.branch.get("standing", {})}
    refusals = sheet.branch.get("refusals", {})
    total = sheet.total
    said = ", ".join(f"{REFUSALS.get(reason, reason)} {whole(people)}" for reason, people in refusals.items())
    missing = total.decreed - total.registered
    if missing and not any(standing.values()):
        between = [
            Step(_("ditetapkan, belum terdaftar"), missing, _("sebabnya per orang ada di selisih"), True)
        ]
    else:
        between = _between(standing, said)
    return [
        Step(_("Dinas: ditetapkan SK"), total.decreed, str(sheet.words["decreed"].source)),
        *between,
        Step(_("Cabang BPJS: terdaftar"), total.registered, str(sheet.words["registered"].source)),
        Step(
            _("iuran bulan ini belum lunas"),
            max(0, total.registered - total.active),
            _("tagihan belum dibuat, belum dibayar, atau belum cocok"),
            True,
        ),
        Step(_("Aktif: iuran lunas"), total.active, str(sheet.words["active"].source)),
    ]


def _between(standing: Mapping[str, int], said: str) -> list[Step]:
    return [
        Step(_("belum dikirim ke cabang"), standing["unsent"], _("belum masuk berkas pendaftaran"), True),
        Step(_("belum dijawab cabang"), standing["unanswered"], _("berkas sudah dikirim"), True),
        Step(
            _("diterima mulai bulan berikutnya"), standing["later"], _("tanggal mulai menurut cabang"), True
        ),
        Step(
            _("ditolak cabang"),
            standing["refused"],
            said or _("alasan cabang per orang ada di selisih"),
            True,
        ),
    ]
