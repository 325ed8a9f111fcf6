"""Forms of funds and plans. They read what was typed; whether it is allowed is for the actions to say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payung.funding.models import Fund, Payer
from payung.registry.models import Occupation
from payung.values import Month, parse_rupiah


class _Styled(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            if isinstance(widget, forms.CheckboxInput | forms.CheckboxSelectMultiple):
                widget.attrs["class"] = "form-check-input"
            elif isinstance(widget, forms.Select):
                widget.attrs["class"] = "form-select"
            else:
                widget.attrs["class"] = "form-control"


class MonthInput(forms.CharField):
    """A month, written YYYY-MM (browsers offer a calendar)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"type": "month", "placeholder": "2027-01"}), **kwargs)

    def clean(self, value: Any) -> Month | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return Month.parse(text)
        except ValueError as error:
            raise forms.ValidationError(_("Tulislah bulan seperti 2027-01.")) from error


class CashField(forms.CharField):
    """Money by month: one line each, such as 2027-01 = 90.000.000; a minus takes away where that is allowed."""

    def __init__(self, *, signed: bool = False, **kwargs: Any) -> None:
        self.signed = signed
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **kwargs)

    def clean(self, value: Any) -> list[tuple[Month, int]]:
        found = []
        for line in super().clean(value).splitlines():
            if not line.strip():
                continue
            month, _sign, amount = line.partition("=")
            minus = amount.strip().startswith("-") and self.signed
            try:
                rupiah = parse_rupiah(amount.strip().removeprefix("-") if minus else amount)
                found.append((Month.parse(month), -rupiah if minus else rupiah))
            except ValueError as error:
                text = _("Baris “%(line)s” tidak terbaca; tulislah seperti 2027-01 = 90.000.000.")
                raise forms.ValidationError(text, params={"line": line.strip()}) from error
        return found


class CodesField(forms.CharField):
    """Region codes, separated by commas or spaces."""

    def clean(self, value: Any) -> list[str]:
        return str(super().clean(value)).replace(",", " ").split()


def _offer_trades(form: forms.Form) -> None:
    trades = form.fields["trades"]
    assert isinstance(trades, forms.MultipleChoiceField)
    trades.choices = list(Occupation.objects.order_by("label").values_list("id", "label"))
    trades.widget.attrs["size"] = 6


class FundForm(_Styled):
    """A fund to propose."""

    payer = forms.CharField(
        label=_("Pembayar"),
        max_length=200,
        help_text=_("Nama resmi, misalnya PT Contoh atau Pemerintah Desa X."),
    )
    payer_kind = forms.ChoiceField(label=_("Jenis pembayar"), choices=Payer.Kind.choices)
    name = forms.CharField(label=_("Nama dana"), max_length=200)
    code = forms.SlugField(
        label=_("Kode"), max_length=30, help_text=_("Pendek dan tetap, misalnya csr-contoh-2027.")
    )
    kind = forms.ChoiceField(
        label=_("Jenis dana"), choices=Fund.Kind.choices, help_text=_("Menentukan tarif menurut hukum.")
    )
    group_code = forms.ChoiceField(label=_("Kode wadah"), choices=Fund.Group.choices)
    cash = CashField(
        label=_("Uang menurut bulan cair"), help_text=_("Satu baris per bulan, misalnya 2027-01 = 90.000.000")
    )
    first_month = MonthInput(label=_("Berlaku mulai"))
    last_month = MonthInput(label=_("Berlaku sampai"))
    regions = CodesField(
        label=_("Wilayah"),
        required=False,
        help_text=_("Kode Kemendagri, misalnya 65.71 65.03.10; kosong berarti seluruh provinsi."),
    )
    trades = forms.MultipleChoiceField(
        label=_("Pekerjaan"), required=False, help_text=_("Kosong berarti semua pekerjaan.")
    )
    sex = forms.ChoiceField(
        label=_("Jenis kelamin"),
        required=False,
        choices=[("", _("Semua")), ("female", _("Perempuan")), ("male", _("Laki-laki"))],
    )
    min_age = forms.IntegerField(label=_("Umur minimal"), required=False, min_value=0, max_value=120)
    max_age = forms.IntegerField(label=_("Umur maksimal"), required=False, min_value=0, max_value=120)
    audience = forms.ChoiceField(
        label=_("Untuk siapa"),
        choices=[
            ("", _("Peserta baru dan lama")),
            ("new", _("Hanya peserta baru")),
            ("covered", _("Hanya yang sudah terlindungi")),
        ],
        required=False,
    )
    min_people = forms.IntegerField(
        label=_("Jumlah orang minimal"),
        required=False,
        min_value=0,
        help_text=_("Dibayar bersama-sama dalam satu bulan, atau dananya tidak dipakai."),
    )
    exact_people = forms.IntegerField(
        label=_("Jumlah orang tepat"),
        required=False,
        min_value=1,
        help_text=_("Tidak kurang dan tidak lebih; menggantikan jumlah minimal."),
    )
    people = CodesField(
        label=_("Orang yang disebut pembayar"),
        required=False,
        help_text=_(
            "NIK atau nomor orang, dipisah koma atau spasi; kosong berarti siapa saja yang memenuhi syarat."
        ),
    )
    package_months = forms.TypedChoiceField(
        label=_("Paket"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Bebas")), (3, _("3 bulan")), (6, _("6 bulan")), (12, _("12 bulan"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_trades(self)

    def terms(self) -> dict[str, Any]:
        """Return the arguments of `propose_fund` besides the payer."""
        clean = self.cleaned_data
        return {
            "code": clean["code"],
            "name": clean["name"],
            "kind": clean["kind"],
            "group_code": clean["group_code"],
            "cash": clean["cash"],
            "first_month": clean["first_month"],
            "end_month": Month(clean["last_month"].number + 1),
            "regions": clean["regions"],
            "trades": clean["trades"],
            "sex": clean["sex"],
            "min_age": clean["min_age"],
            "max_age": clean["max_age"],
            "new_only": clean["audience"] == "new",
            "covered_only": clean["audience"] == "covered",
            "min_people": clean["min_people"] or 0,
            "exact_people": clean["exact_people"],
            "people": clean["people"],
            "package_months": clean["package_months"],
        }


class ChangeForm(_Styled):
    """A change of a fund: one of money, region, trades, validity, or closing."""

    what = forms.ChoiceField(
        label=_("Apa yang berubah"),
        choices=[
            ("money", _("Jumlah uang")),
            ("regions", _("Wilayah")),
            ("trades", _("Pekerjaan")),
            ("validity", _("Masa berlaku")),
            ("close", _("Tutup dana; sisanya hangus")),
        ],
    )
    cash = CashField(
        label=_("Tambah atau kurang per bulan"),
        required=False,
        signed=True,
        help_text=_("Misalnya 2027-06 = 10.000.000, atau 2027-06 = -5.000.000 untuk mengurangi."),
    )
    regions = CodesField(
        label=_("Wilayah baru"), required=False, help_text=_("Kode Kemendagri; kosong berarti semua.")
    )
    trades = forms.MultipleChoiceField(
        label=_("Pekerjaan baru"), required=False, help_text=_("Kosong berarti semua pekerjaan.")
    )
    last_month = MonthInput(label=_("Berlaku sampai"), required=False)
    reason = forms.CharField(label=_("Alasan"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_trades(self)

    def terms(self) -> dict[str, Any] | None:
        """Return the terms that the change sets; None for a change of money or a closing."""
        clean = self.cleaned_data
        if clean["what"] in ("regions", "trades"):
            return {clean["what"]: clean[clean["what"]]}
        if clean["what"] == "validity" and clean["last_month"]:
            return {"end_month": Month(clean["last_month"].number + 1)}
        return None


class PlanForm(_Styled):
    """What a plan is to be computed for."""

    name = forms.CharField(label=_("Nama rencana"), max_length=200)
    first_month = MonthInput(label=_("Mulai"))
    months = forms.IntegerField(label=_("Lama (bulan)"), min_value=1, max_value=24, initial=12)
    keep_months = forms.IntegerField(
        label=_("Paling sedikit berapa bulan tanpa putus"),
        min_value=1,
        max_value=24,
        initial=6,
        help_text=_("Enam bulan: santunan kematian penuh tercapai dan wadah dihitung."),
    )
    method = forms.ChoiceField(
        label=_("Cara"),
        choices=[
            ("best", _("Terbaik (dihitung)")),
            ("rule", _("Aturan sederhana: dana paling terbatas dulu")),
            ("today", _("Cara sekarang: siapa cepat dia dapat, provinsi dulu")),
        ],
    )
    first_goal = forms.ChoiceField(
        label=_("Yang diutamakan"),
        choices=[
            ("months", _("Bulan perlindungan terbanyak")),
            ("people", _("Orang terbanyak (biasanya bulan lebih sedikit)")),
            ("priority", _("Yang paling mendesak (biasanya bulan lebih sedikit)")),
        ],
    )
    fair = forms.IntegerField(
        label=_("Keadilan antarwilayah (%)"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_(
            "Kosong: tidak ada. 90: setiap kabupaten/kota dijamin 90% dari bagian sama rata yang terbesar, "
            "setelah yang kini terlindungi dilanjutkan."
        ),
    )
    seed = forms.IntegerField(
        label=_("Nomor undian"),
        initial=0,
        help_text=_("Diumumkan; nomor yang sama memberi urutan yang sama."),
    )


class VariantsForm(_Styled):
    """Variants of a plan to compute and to lay side by side."""

    #: as many as the page of plans side by side shows
    MOST = 4

    name = forms.CharField(label=_("Nama"), max_length=100)
    first_month = MonthInput(label=_("Mulai"))
    keeps = forms.TypedMultipleChoiceField(
        label=_("Paling sedikit berapa bulan tanpa putus"),
        choices=[(3, _("3 bulan")), (6, _("6 bulan")), (12, _("12 bulan"))],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        initial=[3, 6, 12],
    )
    horizons = forms.TypedMultipleChoiceField(
        label=_("Lama rencana"),
        choices=[(6, _("6 bulan")), (12, _("12 bulan")), (18, _("18 bulan")), (24, _("24 bulan"))],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        initial=[12],
    )
    fund = forms.ChoiceField(
        label=_("Anggaran lain: dana"),
        required=False,
        help_text=_("Setiap varian dihitung juga dengan dana ini ditambah atau dikurangi."),
    )
    more = forms.CharField(
        label=_("Tambahan atau pengurangan (Rp)"),
        required=False,
        help_text=_("Misalnya 500.000.000, atau -200.000.000."),
    )
    today = forms.BooleanField(label=_("Cara sekarang sebagai pembanding"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fund = self.fields["fund"]
        assert isinstance(fund, forms.ChoiceField)
        active = Fund.objects.filter(status=Fund.Status.ACTIVE).order_by("name")
        fund.choices = [("", _("Tidak ada")), *active.values_list("code", "name")]

    def clean_more(self) -> int:
        text = self.cleaned_data["more"].strip()
        if not text:
            return 0
        try:
            rupiah = parse_rupiah(text.lstrip("-−+ "))
        except ValueError as error:
            raise forms.ValidationError(_("Tulislah rupiah seperti 500.000.000.")) from error
        return -rupiah if text[0] in "-−" else rupiah

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if self.errors:
            return clean
        count = len(clean["keeps"]) * len(clean["horizons"]) * (2 if clean["fund"] else 1)
        count += 1 if clean["today"] else 0
        longest, shortest = max(clean["keeps"]), min(clean["horizons"])
        if longest > shortest:
            text = _(
                "Rencana %(months)d bulan tidak dapat menjaga orang %(keep)d bulan; ubahlah salah satunya."
            )
            self.add_error("keeps", forms.ValidationError(text, params={"months": shortest, "keep": longest}))
        if bool(clean["fund"]) != bool(clean["more"]):
            field = "more" if clean["fund"] else "fund"
            self.add_error(field, _("Isilah dana dan rupiahnya, atau kosongkan keduanya."))
        if count > self.MOST:
            text = _("Pilihan ini menjadi %(count)d varian; paling banyak %(most)d yang dapat dibandingkan.")
            self.add_error(None, forms.ValidationError(text, params={"count": count, "most": self.MOST}))
        return clean


class HandPlanForm(_Styled):
    """A plan made by hand."""

    name = forms.CharField(label=_("Nama rencana"), max_length=200)
    first_month = MonthInput(label=_("Mulai"))
    months = forms.IntegerField(label=_("Lama (bulan)"), min_value=1, max_value=24, initial=12)
    file = forms.FileField(
        label=_("Berkas CSV"), help_text=_("Kolom: nik atau person, fund, first_month, last_month (2027-01).")
    )
