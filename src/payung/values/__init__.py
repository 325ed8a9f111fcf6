"""The two values every room speaks: months and rupiah. Nothing here knows anything else."""

from payung.values.money import format_rupiah, parse_rupiah
from payung.values.month import Month, Period, date_in_words

__all__ = ["Month", "Period", "date_in_words", "format_rupiah", "parse_rupiah"]
