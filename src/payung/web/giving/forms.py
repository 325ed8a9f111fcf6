"""What a donor chooses and says. Whether it can be promised is for the actions to say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from payung.giving.actions import Offer
from payung.giving.models import Donation
from payung.giving.price import LENGTHS, MOST_PEOPLE
from payung.identity.regions import contains
from payung.registry.queries import occupation_labels, region_names
from payung.values import Month

DONORS = (
    (Donation.Donor.COMPANY, _("Perusahaan (CSR/TJSL)")),
    (Donation.Donor.PERSON, _("Perorangan atau kelompok")),
    (Donation.Donor.ANONYMOUS, _("Tanpa nama")),
)
MONTHS = (
    (12, _("12 bulan")),
    (6, _("6 bulan")),
    (3, _("3 bulan")),
)


def _places(chosen: str) -> list[Any]:
    """Return the regions to choose from: regencies with their districts, and the villages of the district chosen."""
    names = region_names()
    groups: list[Any] = [("", _("Di mana paling melindungi (seluruh provinsi)"))]
    district = chosen[:8] if len(chosen) >= 8 else ""
    if district in names:
        villages = [(code, name) for code, name in names.items() if contains(district, code)]
        groups.append((_("Desa/kelurahan di %(district)s") % {"district": names[district]}, sorted(villages)))
    for code, name in sorted(names.items()):
        if len(code) == 5:
            inside = [(c, n) for c, n in sorted(names.items()) if len(c) == 8 and contains(code, c)]
            groups.append((name, [(code, _("Seluruh %(regency)s") % {"regency": name}), *inside]))
    return groups


class Choice(forms.Form):
    """Where, which trade, how many, how long, who pays."""

    wilayah = forms.CharField(label=_("Di mana"), required=False, max_length=13)
    pekerjaan = forms.CharField(label=_("Pekerjaan"), required=False, max_length=40)
    orang = forms.IntegerField(
        label=_("Berapa orang"), min_value=1, max_value=MOST_PEOPLE, initial=100, localize=False
    )
    bulan = forms.TypedChoiceField(
        label=_("Berapa lama"), choices=MONTHS, coerce=int, initial=LENGTHS[0], widget=forms.RadioSelect
    )
    sebagai = forms.ChoiceField(
        label=_("Membayar sebagai"),
        choices=DONORS,
        initial=Donation.Donor.COMPANY,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = str(self.data.get("wilayah", "")) if self.is_bound else ""
        select = {"class": "form-select"}
        self.fields["wilayah"].widget = forms.Select(attrs=select, choices=_places(chosen))
        trades = [("", _("Semua pekerjaan rentan")), *occupation_labels().items()]
        self.fields["pekerjaan"].widget = forms.Select(attrs=select, choices=trades)
        self.fields["orang"].widget.attrs["class"] = "form-control"
        for name in ("bulan", "sebagai"):
            self.fields[name].widget.attrs["class"] = "form-check-input"

    def clean_wilayah(self) -> str:
        code = self.cleaned_data["wilayah"].strip()
        if code and code not in region_names():
            raise forms.ValidationError(_("Wilayah ini tidak dikenal; pilihlah dari daftar."))
        return "" if code == settings.PAYUNG_PROVINCE else code

    def clean_pekerjaan(self) -> str:
        trade: str = self.cleaned_data["pekerjaan"].strip()
        if trade and trade not in occupation_labels():
            raise forms.ValidationError(_("Pekerjaan ini tidak ada dalam daftar; pilihlah dari daftar."))
        return trade

    def offer(self, first: Month, **said: Any) -> Offer:
        """Return the offer that was chosen, from month `first`."""
        given = self.cleaned_data
        return Offer(
            donor=given["sebagai"],
            people=given["orang"],
            months=given["bulan"],
            first_month=first,
            region_code=given["wilayah"],
            trade=given["pekerjaan"],
            **said,
        )


class Promise(forms.Form):
    """Who promises, how to reach them, whether they may be named. `situs` stays empty: only machines fill it in."""

    nama = forms.CharField(label=_("Nama perusahaan, orang, atau kelompok"), max_length=120)
    kontak = forms.CharField(
        label=_("Telepon atau surel"),
        max_length=200,
        help_text=_("Hanya untuk petugas, disimpan tersandi, tidak pernah ditampilkan."),
    )
    tampil = forms.BooleanField(label=_("Sebutkan nama ini di buku publik dan halaman cek"), required=False)
    situs = forms.CharField(required=False, max_length=200)
    kunci = forms.CharField(max_length=60, widget=forms.HiddenInput)
    jumlah = forms.IntegerField(widget=forms.HiddenInput, localize=False)

    def __init__(self, *args: Any, donor: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nama"].widget.attrs["class"] = "form-control"
        self.fields["kontak"].widget.attrs["class"] = "form-control"
        self.fields["tampil"].widget.attrs["class"] = "form-check-input"
        if donor == Donation.Donor.ANONYMOUS:
            del self.fields["nama"], self.fields["tampil"]
            self.fields["kontak"].required = False
            self.fields["kontak"].label = _("Telepon atau surel (boleh kosong)")

    def clean_situs(self) -> str:
        if self.cleaned_data["situs"]:
            raise forms.ValidationError(
                _("Janji ini tidak dapat dicatat. Muat ulang halaman, lalu coba lagi.")
            )
        return ""
