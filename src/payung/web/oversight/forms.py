"""What the forms of meetings and questions share."""

from __future__ import annotations

from typing import Any

from django import forms


class Styled(forms.Form):
    """A form whose fields wear the theme's classes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if select else "form-control"


def day_field(label: Any) -> forms.DateField:
    """Return a form field of a day, with the browser's calendar."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
