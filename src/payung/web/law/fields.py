"""Form fields for what the law is asked with: days, months, paid periods, rupiah. Each error is a sentence."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from payung import law
from payung.values import Month, Period, parse_rupiah


def _first() -> date:
    """Return the first day of the law known here."""
    return law.national_law().parameter("contribution.bands").values[0].since


#: A day on which the rules of the law hold.
BEGINS = MinValueValidator(
    _first, _("Aturan di sini mulai %(limit_value)s; beri tanggal itu atau sesudahnya.")
)
_ENDS = MaxValueValidator(date(2199, 12, 31), _("Beri tanggal sebelum tahun 2200."))
_STARTS = MinValueValidator(date(1900, 1, 1), _("Beri tanggal sejak tahun 1900."))


class DayField(forms.DateField):
    """A day within the law's reach, by the browser's calendar."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["validators"] = [*kwargs.get("validators", []), _STARTS, _ENDS]
        super().__init__(
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            error_messages={"invalid": _("Tulis tanggal sebagai TTTT-BB-HH, misalnya 2026-11-22.")},
            **kwargs,
        )


class MonthField(forms.CharField):
    """A month written YYYY-MM."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"type": "month", "placeholder": "2026-11"})
        super().__init__(max_length=7, widget=widget, **kwargs)

    def clean(self, value: Any) -> Month:
        try:
            month = Month.parse(super().clean(value))
        except ValueError:
            raise ValidationError(_("Tulis bulan sebagai TTTT-BB, misalnya 2026-11.")) from None
        first = Month.containing(_first())
        if month < first:
            raise ValidationError(
                _("Aturan di sini mulai %(month)s; beri bulan itu atau sesudahnya."), params={"month": first}
            )
        return month


class PeriodsField(forms.CharField):
    """Paid months written FIRST..LAST, separated by commas."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=200,
            help_text=_("Bulan pertama..bulan terakhir, beberapa dengan koma: 2026-01..2026-05,2026-08"),
            **kwargs,
        )

    def clean(self, value: Any) -> list[Period]:
        text = super().clean(value)
        try:
            periods = Period.parse_several(text)
        except ValueError:
            periods = []
        if not periods and (self.required or text):
            raise ValidationError(
                _("Tulis bulan yang dibayar sebagai 2026-01..2026-05, beberapa dengan koma.")
            )
        return periods


class RupiahField(forms.CharField):
    """An amount in whole rupiah."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=24, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **kwargs)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = parse_rupiah(text)
        except ValueError:
            amount = -1
        if not 0 <= amount < 10**15:
            raise ValidationError(_("Tulis rupiah bulat, nol atau lebih, misalnya 3000000 atau 3.000.000."))
        return amount


class WholeField(forms.IntegerField):
    """A whole number within bounds."""

    def __init__(self, low: int, high: int, **kwargs: Any) -> None:
        super().__init__(min_value=low, max_value=high, **kwargs)
        self.low, self.high = low, high

    def clean(self, value: Any) -> int | None:
        try:
            found: int | None = super().clean(value)
        except ValidationError:
            if value in self.empty_values:
                raise
            raise ValidationError(
                _("Tulis bilangan bulat dari %(low)s sampai %(high)s."),
                params={"low": self.low, "high": self.high},
            ) from None
        return found
