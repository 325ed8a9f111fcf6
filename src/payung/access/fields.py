"""Database fields that all state rooms use: months."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from payung.values import Month


class MonthField(models.IntegerField):
    """A `Month`, stored as its number (year * 12 + month - 1)."""

    # What the type checker reads: values that may be given, and those that come back.
    _pyi_private_set_type: Month | int  # type: ignore[assignment]
    _pyi_private_get_type: Month  # type: ignore[assignment]
    _pyi_lookup_exact_type: Month | int  # type: ignore[assignment]

    def from_db_value(self, value: int | None, *_: Any) -> Month | None:
        return None if value is None else Month(value)

    def to_python(self, value: Any) -> Month | None:
        if value is None or isinstance(value, Month):
            return value
        if isinstance(value, str):
            try:
                return Month.parse(value)
            except ValueError as error:
                raise ValidationError(str(error)) from error
        return Month(int(value))

    def get_prep_value(self, value: Any) -> int | None:
        month = self.to_python(value)
        return None if month is None else month.number

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value)


class CiphertextField(models.BinaryField):
    """What `payung.access.crypto` encrypted, bound to `context`; for migrations it is a plain BinaryField.

    That the context is declared lets every ciphertext be found and brought under a new key.
    """

    def __init__(self, *args: Any, context: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context = context

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs
