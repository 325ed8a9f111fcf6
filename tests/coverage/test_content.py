"""What a decree or an amendment decides is all in its hash: whatever of a line is changed, the hash is another."""

import pytest
from django.db import connection

from payung.access.approvals import hash_sql
from payung.coverage.models import Amendment, AnnexLine, Decree

#: Every column of a line but its number, and where it belongs.
FACTS = {
    field.attname: field
    for field in AnnexLine._meta.fields
    if field.name not in ("id", "decree", "amendment")
}
NUMBERS = ("first_month", "end_month", "person_id", "fund_id", "amount", "income")


def hashes(model, lines):
    """Hash the content of a proposal of which these are the lines, as approving it would."""
    columns = ["decree_id", "amendment_id", *FACTS]
    kinds = {name: "bigint" if name in NUMBERS else "text" for name in FACTS}
    rows = " UNION ALL ".join(
        "SELECT 1::bigint AS decree_id, %s::bigint AS amendment_id, "
        + ", ".join(f"%s::{kinds[name]} AS {name}" for name in FACTS)
        for _ in lines
    )
    values = [None if model is Decree else 2]
    given = [value for line in lines for value in (*values, *(line[name] for name in FACTS))]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH coverage_annexline ({', '.join(columns)}) AS ({rows}) SELECT {hash_sql(model.CONTENT)}"
            " FROM (SELECT %s AS id, 1 AS decree_id) t",
            [*given, 1 if model is Decree else 2],
        )
        return cursor.fetchall()[0][0]


def line(**facts):
    """A line of a person whose income is not declared."""
    return {**{name: 7 if name in NUMBERS else "x" for name in FACTS}, "income": None, **facts}


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Decree, Amendment])
def test_every_fact_of_a_line_is_in_the_hash(model):
    lines = [line(), line(person_id=8)]
    before = hashes(model, lines)
    assert hashes(model, lines[::-1]) == before, "the order of writing decides nothing"
    others = {before, hashes(model, lines[:1]), hashes(model, [*lines, line(person_id=9)])}
    for name in FACTS:
        others.add(hashes(model, [lines[0], {**lines[1], name: 6 if name in NUMBERS else "y"}]))
    # What one column loses another may not gain unseen.
    others.add(hashes(model, [lines[0], {**lines[1], "name": "x|x", "trade": ""}]))
    others.add(hashes(model, [lines[0], {**lines[1], "name": "", "trade": "x|x"}]))
    assert len(others) == 3 + len(FACTS) + 2
