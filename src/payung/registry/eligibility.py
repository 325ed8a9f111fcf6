"""Decides by law who may be enrolled on a date, for everybody at once, and keeps the reasons."""

from __future__ import annotations

from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from payung import database, law
from payung.access.actor import Actor, action, everyone_visible
from payung.access.acts import WHOLE_PROVINCE, Act
from payung.database.locks import Lock, one_at_a_time
from payung.database.planner import analyze
from payung.database.statements import Statement
from payung.registry.models import Person

_FACTS = Statement("registry", "judgement_facts")


def judge_everyone(actor: Actor, *, on: date) -> dict[str, Any]:
    """Judge every candidate under the law of `on` and return how many are eligible, not, and unknown, by reason.

    Each person's answer replaces the one before. A candidate list is its sender's word that those on it are not
    wage workers, so that fact is taken as given unless a source says otherwise.
    """
    with action(actor, Act.JUDGE, region_code=WHOLE_PROVINCE) as deed, everyone_visible():
        one_at_a_time(Lock.ELIGIBILITY)
        people = _facts(on)
        judged = law.eligible_table(people, on, settings.PAYUNG_CRITERIA)
        judged = judged.with_columns(eligible_until=_last_month(people["birth_date"], on))
        _write(judged, on)
        analyze("registry_eligibility", rows=judged.height)
        answer = _summary(judged)
        deed.data = {"on": on.isoformat(), **answer}
    return answer


def explain_person(person: Person, on: date) -> law.Eligibility:
    """Every criterion for one person, with its answer, article and source."""
    return law.eligible(
        {
            "birth_date": person.birth_date,
            "wage_worker": bool(person.wage_worker),
            "alive": person.alive_on(on),
            "has_nik": person.nik_hash is not None,
            "resident": person.region_code[:2],
        },
        on,
        settings.PAYUNG_CRITERIA,
    )


def _facts(on: date) -> pl.DataFrame:
    rows = _FACTS.rows({"on": on})
    return pl.DataFrame(
        rows,
        schema={
            "id": pl.Int64,
            "birth_date": pl.Date,
            "wage_worker": pl.Boolean,
            "alive": pl.Boolean,
            "has_nik": pl.Boolean,
            "region_code": pl.String,
            "resident": pl.String,
            "verified": pl.Boolean,
        },
        orient="row",
    )


def _last_month(birth: pl.Series, on: date) -> pl.Series:
    """Find the last month before the age limit is reached (Month.number); null where birth or limit is unknown."""
    limit = law.age_limit(on, settings.PAYUNG_CRITERIA)
    number = birth.dt.year().cast(pl.Int32) * 12 + birth.dt.month().cast(pl.Int32) - 1
    last = number + (limit or 0) * 12 - 1
    return (last if limit is not None else pl.Series([None] * len(birth), dtype=pl.Int32)).alias(
        "eligible_until"
    )


def _write(judged: pl.DataFrame, on: date) -> None:
    # The parameters ship with the package, so its version and the layers name the law that was applied.
    version = "+".join([metadata.version("payung"), *(Path(c).stem for c in settings.PAYUNG_CRITERIA)])[:64]
    rows = judged.select(
        "id",
        "eligible",
        pl.col("reasons").list.join("|"),
        "eligible_until",
        "verified",
        "region_code",
    )
    columns = {
        "person_id": "bigint",
        "eligible": "boolean",
        "reasons": "text",
        "eligible_until": "integer",
        "verified": "boolean",
        "region_code": "text",
    }
    staged = database.stage("judged", columns, rows.iter_rows())
    database.run("DELETE FROM registry_eligibility")
    database.run(
        f"""
        INSERT INTO registry_eligibility
            (person_id, judged_on, eligible, reasons, eligible_until, law_version, verified, region_code)
        SELECT person_id, %s, eligible,
               to_jsonb(coalesce(string_to_array(nullif(reasons, ''), '|'), ARRAY[]::text[])),
               eligible_until, %s, verified, region_code FROM {staged.identifier}
        """,
        [on, version],
    )
    staged.drop()


def _summary(judged: pl.DataFrame) -> dict[str, Any]:
    reasons = judged.select(pl.col("reasons").explode().drop_nulls()).to_series().value_counts(sort=True)
    return {
        "people": judged.height,
        "verified": int(judged["verified"].sum()),
        "eligible": int(judged["eligible"].fill_null(False).sum()),
        "not_eligible": int((~judged["eligible"].fill_null(True)).sum()),
        "unknown": int(judged["eligible"].null_count()),
        "reasons": dict(reasons.iter_rows()),
    }
