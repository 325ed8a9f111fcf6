"""Matching of any list by the columns that it has: names, dates, numbers, codes and text of any country.

The worker's model knows Indonesian names, NIKs and villages; here nothing is known beforehand but what kinds of
columns there are, and what tells people apart is learned from the list itself.
"""

from payung.matching.general.fields import Field, declared, recognise
from payung.matching.general.link import link_general

__all__ = ["Field", "declared", "link_general", "recognise"]
