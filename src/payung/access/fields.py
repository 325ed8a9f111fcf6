"""Database fields that all state rooms use: months, and what is encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import FieldError, ValidationError
from django.db import models

from payung.access.crypto import encrypt, unsealed
from payung.values import Month

#: What a field accepts, and what it gives back.
_Set = TypeVar("_Set", contravariant=True)
_Get = TypeVar("_Get", covariant=True)

if TYPE_CHECKING:
    from django.db.models import BinaryField, Field, IntegerField
else:
    # Django's fields take type arguments in the stubs only.
    class _Typed:
        def __class_getitem__(cls, arguments):
            return cls

    class IntegerField(_Typed, models.IntegerField):
        """IntegerField that may be given type arguments."""

    class BinaryField(_Typed, models.BinaryField):
        """BinaryField that may be given type arguments."""

    class Field(_Typed, models.Field):
        """Field that may be given type arguments."""


class MonthField(IntegerField[_Set, _Get]):
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


class CiphertextField(BinaryField[_Set, _Get]):
    """What `payung.access.crypto` encrypted, bound to `context`; for migrations it is a plain BinaryField.

    That the context is declared lets every ciphertext be found and brought under a new key.
    """

    def __init__(self, *args: Any, context: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.context = context

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs


class SealedText(Field[_Set, _Get]):
    """Text that nobody reads from a copy of the database: a string in Python, an encrypted value in its column.

    '' is kept as NULL. It is found by nothing and in no order; SQL may copy it between columns of one context.
    """

    # What the type checker reads: values that may be given, and those that come back.
    _pyi_private_set_type: str
    _pyi_private_get_type: str
    _pyi_lookup_exact_type: None

    def __init__(self, *args: Any, context: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "null": True, "blank": True, "default": ""})
        self.context = context

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for given in ("null", "blank", "default"):
            kwargs.pop(given, None)
        return name, path, args, {**kwargs, "context": self.context}

    def get_internal_type(self) -> str:
        return "BinaryField"

    def from_db_value(self, value: bytes | memoryview | None, *_: Any) -> str:
        return unsealed(value, self.context)

    def to_python(self, value: Any) -> str:
        return value or ""

    def get_prep_value(self, value: Any) -> bytes | None:
        return encrypt(value, self.context) if value else None

    def get_lookup(self, lookup_name: str) -> Any:
        """Only whether there is any can be asked."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: it can be asked whether it is there, not what it is")
        return super().get_lookup(lookup_name)
