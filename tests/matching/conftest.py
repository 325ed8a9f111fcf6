"""Lists that several tests match; each is matched once."""

from __future__ import annotations

import polars as pl
import pytest

from payung.matching import Linked, link
from tests.matching.lists import made_list


@pytest.fixture(scope="session")
def people() -> pl.DataFrame:
    return made_list(6_000, 21)


@pytest.fixture(scope="session")
def matched(people: pl.DataFrame) -> Linked:
    return link(people.drop("true_id"), seed=3)
