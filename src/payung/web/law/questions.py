"""The questions that anybody may put to the law, as forms that start with an example of today."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payung import law
from payung.values import Month
from payung.web.law.fields import BEGINS, DayField, MonthField, PeriodsField, RupiahField, WholeField

PAYERS = {
    "apbd": _("APBD (provinsi, kabupaten/kota)"),
    "apbn": _("APBN"),
    "apbdes": _("APBDes (desa)"),
    "dbh": _("DBH Sawit"),
    "csr": _("CSR perusahaan"),
    "donor": _("Donatur"),
    "self": _("Pekerja sendiri"),
}
SECTORS = {"transport": _("Transportasi"), "other": _("Lainnya")}
LEVELS = {
    "": _("tidak ada"),
    "tk": _("TK"),
    "sd": _("SD/sederajat"),
    "smp": _("SMP/sederajat"),
    "sma": _("SMA/sederajat"),
    "pt": _("Perguruan tinggi atau pelatihan"),
}
UNSAID = {"": _("tidak diketahui"), "ya": _("ya"), "tidak": _("tidak")}
SAID = {"": None, "ya": True, "tidak": False}


def language() -> str:
    """Return the language of the page, of the two that the law speaks."""
    return "en" if translation.get_language() == "en" else "id"


class Question(forms.Form):
    """One question. `more` names the fields that most askers leave alone."""

    title: str | Promise = ""
    more: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "form-check-input"
            else:
                choice = isinstance(field.widget, forms.Select)
                field.widget.attrs["class"] = "form-select" if choice else "form-control"

    def main_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.more]

    def more_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name in self.more]

    def more_open(self) -> bool:
        """Return whether a field that most leave alone was filled in, or wrongly so."""
        return any(field.errors or field.value() not in (None, "", 0, "0") for field in self.more_fields())

    def starting(self) -> dict[str, Any]:
        """Return the example's values by field."""
        return {}

    def answer(self, given: dict[str, Any]) -> Any:
        """Return the law's answer. Raises LawError with a sentence."""
        raise NotImplementedError


class Contribution(Question):
    """What protection costs."""

    title = _("Berapa iurannya?")
    penghasilan = RupiahField(label=_("Penghasilan sebulan (Rp)"), initial=1_000_000)
    pembayar = forms.ChoiceField(label=_("Pembayar"), choices=list(PAYERS.items()), initial="apbd")
    sektor = forms.ChoiceField(label=_("Sektor"), choices=list(SECTORS.items()), initial="other")
    bulan = MonthField(label=_("Bulan pertama"))
    lama = WholeField(1, 120, label=_("Berapa bulan"), initial=1)
    jht = forms.BooleanField(label=_("Dengan JHT (pilihan)"), required=False)

    def starting(self) -> dict[str, Any]:
        return {"bulan": str(Month.containing(timezone.localdate()))}

    def answer(self, given: dict[str, Any]) -> Any:
        return law.contribution(
            given["penghasilan"],
            given["pembayar"],
            given["sektor"],
            given["bulan"],
            given["jht"],
            months=given["lama"] or 1,
        )


class Enrolment(Question):
    """Whether a person may be enrolled."""

    title = _("Bolehkah seseorang didaftarkan?")
    lahir = DayField(label=_("Tanggal lahir"), required=False)
    tanggal = DayField(label=_("Didaftarkan pada"), validators=[BEGINS])
    upah = forms.ChoiceField(label=_("Penerima upah"), choices=list(UNSAID.items()), required=False)
    bekerja = forms.ChoiceField(label=_("Masih bekerja"), choices=list(UNSAID.items()), required=False)
    wilayah = forms.CharField(
        label=_("Kode wilayah KTP, misalnya 65 atau 65.71"),
        max_length=13,
        required=False,
        validators=[
            RegexValidator(
                r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$",
                _("Tulis kode wilayah dengan titik: 65, 65.71, 65.71.01 atau 65.71.01.1001."),
            )
        ],
    )

    def starting(self) -> dict[str, Any]:
        return {"tanggal": timezone.localdate().isoformat()}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        born, on = given.get("lahir"), given.get("tanggal")
        if born and on and born > on:
            self.add_error("lahir", _("Tanggal lahir tidak boleh sesudah tanggal didaftarkan."))
        return given

    def answer(self, given: dict[str, Any]) -> Any:
        facts = {
            "birth_date": given["lahir"],
            "wage_worker": SAID[given["upah"]],
            "working": SAID[given["bekerja"]],
            "resident": given["wilayah"] or None,
        }
        return law.eligible(facts, given["tanggal"], settings.PAYUNG_CRITERIA)


class Clock(Question):
    """What paid months protect on a day."""

    title = _("Sejak kapan dan sampai kapan terlindungi?")
    dibayar = PeriodsField(label=_("Bulan yang dibayar"))
    tanggal = DayField(label=_("Per tanggal"), validators=[BEGINS])

    def starting(self) -> dict[str, Any]:
        return {"dibayar": _this_year(), "tanggal": timezone.localdate().isoformat()}

    def answer(self, given: dict[str, Any]) -> Any:
        return law.clock(given["dibayar"], given["tanggal"])


class _Family(Question):
    """A question with two children at school; no more than two are paid for."""

    anak1 = forms.ChoiceField(
        label=_("Anak pertama bersekolah di"), choices=list(LEVELS.items()), required=False
    )
    sisa1 = WholeField(0, 6, label=_("Sisa tahun di jenjang itu"), required=False)
    anak2 = forms.ChoiceField(
        label=_("Anak kedua bersekolah di"), choices=list(LEVELS.items()), required=False
    )
    sisa2 = WholeField(0, 6, label=_("Sisa tahun di jenjang itu"), required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        years = {
            level["level"]: level["years"]
            for level in law.national_law().value("scholarship.ladder", timezone.localdate())
        }
        for number in ("1", "2"):
            level, left = given.get(f"anak{number}"), given.get(f"sisa{number}")
            if level and left is None and f"sisa{number}" not in self.errors:
                given[f"sisa{number}"] = years[level]
            elif level and left is not None and left > years[level]:
                self.add_error(
                    f"sisa{number}",
                    _("%(level)s paling lama %(years)s tahun.")
                    % {"level": LEVELS[level], "years": years[level]},
                )
        return given

    @staticmethod
    def children(given: dict[str, Any]) -> list[law.Child]:
        return [law.Child(given[f"anak{n}"], given[f"sisa{n}"]) for n in ("1", "2") if given[f"anak{n}"]]


class Death(_Family):
    """The benefit after a death."""

    title = _("Apa hak ahli waris bila meninggal (JKM)?")
    field_order = ("meninggal", "dibayar")
    meninggal = DayField(label=_("Tanggal meninggal"), validators=[BEGINS])
    dibayar = PeriodsField(label=_("Bulan yang dibayar"))

    def starting(self) -> dict[str, Any]:
        return {"dibayar": _this_year(), "meninggal": timezone.localdate().isoformat()}

    def answer(self, given: dict[str, Any]) -> Any:
        return law.jkm(given["meninggal"], given["dibayar"], self.children(given))


class Accident(_Family):
    """The benefit after a work accident."""

    title = _("Apa hak pekerja bila celaka saat bekerja (JKK)?")
    field_order = ("kejadian", "penghasilan", "akibat", "dibayar")
    more = ("cacat", "ukuran", "bulan", "hari", "darat", "laut", "udara", "perawatan", "alat")
    kejadian = DayField(label=_("Tanggal kecelakaan"), validators=[BEGINS])
    penghasilan = RupiahField(label=_("Penghasilan sebulan (Rp)"), initial=1_000_000)
    akibat = forms.ChoiceField(
        label=_("Akibat"),
        choices=[
            ("recovered", _("sembuh")),
            ("partial", _("cacat sebagian")),
            ("total", _("cacat total tetap")),
            ("death", _("meninggal")),
        ],
    )
    dibayar = PeriodsField(label=_("Bulan yang dibayar (kosong: dianggap terlindungi)"), required=False)
    cacat = forms.ChoiceField(
        label=_("Cacat sebagian (baris Lampiran III yang sudah dibaca)"), required=False
    )
    ukuran = forms.DecimalField(
        label=_("Fungsi yang hilang (%), atau yang terukur"),
        min_value=0,
        max_value=120,
        decimal_places=2,
        required=False,
    )
    bulan = WholeField(0, 120, label=_("Bulan tidak dapat bekerja"), initial=0, required=False)
    hari = WholeField(0, 30, label=_("Hari selebihnya"), initial=0, required=False)
    darat = RupiahField(label=_("Pengangkutan darat, sungai atau danau (Rp)"), required=False)
    laut = RupiahField(label=_("Pengangkutan laut (Rp)"), required=False)
    udara = RupiahField(label=_("Pengangkutan udara (Rp)"), required=False)
    perawatan = RupiahField(label=_("Biaya perawatan (Rp)"), required=False)
    alat = RupiahField(label=_("Orthose atau prothese: harga rumah sakit (Rp)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = law.disability_rows(timezone.localdate())
        self.rows = {row["code"]: row for row in rows if row["confidence"] != "unverified"}
        lang = language()
        field = self.fields["cacat"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("tidak ada")), *((code, row[lang]) for code, row in self.rows.items())]

    def starting(self) -> dict[str, Any]:
        return {"kejadian": timezone.localdate().isoformat()}

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("akibat") == "partial" and not given.get("cacat") and "cacat" not in self.errors:
            self.add_error("cacat", _("Pilih cacatnya, karena akibatnya cacat sebagian."))
        if given.get("akibat") != "partial":
            given["cacat"] = ""
        if given.get("akibat") in ("recovered", "partial"):
            for field in ("anak1", "anak2"):
                if given.get(field):
                    self.add_error(field, _("Beasiswa anak hanya bila meninggal atau cacat total tetap."))
        row = self.rows.get(given.get("cacat") or "")
        if row:
            low, high = _range(row)
            measured = given.get("ukuran")
            if measured is None and "step" not in row and "from" not in row:
                given["ukuran"] = 100
            elif measured is None or not low <= measured <= high or not measured:
                self.add_error(
                    "ukuran",
                    _("Untuk baris ini tulis angka dari %(low)s sampai %(high)s.")
                    % {"low": low, "high": high},
                )
        return given

    def answer(self, given: dict[str, Any]) -> Any:
        costs = (("land", given["darat"]), ("sea", given["laut"]), ("air", given["udara"]))
        loss = [law.Loss(given["cacat"], float(given["ukuran"]))] if given["cacat"] else []
        accident = law.Accident(
            on=given["kejadian"],
            income=given["penghasilan"],
            outcome=given["akibat"],
            losses=loss,
            off_months=given["bulan"] or 0,
            off_days=given["hari"] or 0,
            transport=[(mode, cost) for mode, cost in costs if cost],
            medical=given["perawatan"] or 0,
            prosthesis=given["alat"] or 0,
            children=self.children(given),
        )
        return law.jkk(accident, given["dibayar"] or None)


def _range(row: dict[str, Any]) -> tuple[float, float]:
    """Return the bounds of what may be measured for a row of the disability table."""
    if "step" in row:
        return row["step"], row["most"]
    return (row["from"], row["to"]) if "from" in row else (0, 100)


QUESTIONS: dict[str, type[Question]] = {
    "iuran": Contribution,
    "boleh": Enrolment,
    "masa": Clock,
    "jkm": Death,
    "jkk": Accident,
}


def _this_year() -> str:
    """Return the past months of this year, written as a paid period."""
    today = timezone.localdate()
    return f"{today.year}-01..{Month.containing(today)}"
