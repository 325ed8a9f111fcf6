"""Nobody writes again what `contains` and `payung_contains` say of two regions."""

from __future__ import annotations

import re
from pathlib import Path

import payung

SOURCE = Path(payung.__file__).parent

#: The only places, and why.
PLACES = {
    "identity/regions.py": "the function in Python, and the range for an index",
    "database/sql/functions/payung_contains.sql": "the function in SQL",
    "database/schema.py": "the policies, which compare with whole codes only",
    "coverage/sql/rights/coverage_difference.sql": "a policy",
    "parliament/sql/rights/parliament_question.sql": "a policy",
    "parliament/sql/rights/parliament_subject.sql": "a policy",
    "allocation/terms.py": "the form over a table in Polars, held to the function by a test",
    "allocation/checker.py": "the checker of plans trusts nobody's reading but its own",
}
WAYS = (
    r"""startswith\(\s*\w[\w.\[\]]*\s*\+\s*["'][./]""",
    r"""starts_?with\(\s*f["']\{[^}]*\}[./]["']""",
    r"""\|\|\s*'\.?%""",
    r"""\|\|\s*'[./]'""",
    r"""\^@\s""",
    r"""(code|region)\w*__startswith""",
    r"""(region|district|village|code)\w*\.starts_?with\((?!["'])""",
    r"""(code|region|place|district|village)\w*\s+I?LIKE\b""",
    r"""(code|region)\w*\[\s*:\s*len\(""",
    r"""(code|region)\w*\s*\+\s*["'][./]["']""",
)


def _written(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() for way in WAYS if re.search(way, line)]


def test_containment_of_regions_is_written_once():
    found = {}
    for path in sorted(p for kind in ("*.py", "*.sql") for p in SOURCE.rglob(kind)):
        place = path.relative_to(SOURCE).as_posix()
        if "migrations" not in path.parts and place not in PLACES and (lines := _written(path.read_text())):
            found[place] = lines
    assert found == {}


def test_the_ways_it_was_written_are_recognised():
    for line in (
        'return inner.startswith(outer + ".")',
        'return inner.startswith(f"{outer}.")',
        "WHERE p.region_code LIKE %(region)s || '%%'",
        "AND (c.code = r OR c.code LIKE r || '.%')",
        "WHERE region_code ^@ %s",
        "people.filter(region_code__startswith=code)",
        "if code.startswith(district):",
        "code[: len(outer)] == outer",
        'pl.col("region").str.starts_with(f"{code}.")',
        'values = {"end": code + "/"}',
    ):
        assert _written(line), line
