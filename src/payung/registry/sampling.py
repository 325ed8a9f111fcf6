"""A random sample of what the matcher decided by itself, for clerks to judge blind; and the counts it stands for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
from django.conf import settings

from payung.registry.labels import SHOWN, right_side, shared_region
from payung.registry.models import BlindCheck, MatchRun, Record

#: How many automatic 'same' and how many automatic 'different' of one run are put before clerks.
PER_RUN = 40
#: Columns of a matching list that a person's page names otherwise.
_NAMED = {"region_code": "village_code", "occupation_id": "occupation"}


def joined(pairs: pl.DataFrame, groups: pl.DataFrame, same: float) -> pl.DataFrame:
    """Return the records that the matcher gave to an existing person or group, each with its surest partner.

    Columns record_id, other (id of the partner), probability, weight, evidence. Records that joined only through
    others, without a sure partner of their own, are not among them.
    """
    place = groups.select(
        pl.format("r{}", "record_id").alias("id"),
        "first",
        target=pl.coalesce(pl.format("p{}", "person_id"), pl.format("g{}", "cluster_id")),
    )
    sure = pairs.filter(pl.col("probability") >= same)
    evidence = evidence_of(sure)
    both = pl.concat(
        [
            sure.select(
                id="id_l", other="id_r", probability="probability", weight="weight", evidence=evidence
            ),
            sure.select(
                id="id_r", other="id_l", probability="probability", weight="weight", evidence=evidence
            ),
        ]
    )
    return (
        both.join(place, on="id")
        .join(place.select(other="id", theirs="target"), on="other", how="left")
        .filter(~pl.col("first") & (pl.col("target") == pl.coalesce("theirs", "other")))
        .sort(["id", "probability", "other"], descending=[False, True, False])
        .unique("id", keep="first", maintain_order=True)
        .select(
            record_id=pl.col("id").str.slice(1).cast(pl.Int64),
            other="other",
            probability="probability",
            weight="weight",
            evidence="evidence",
        )
        .sort("record_id")
    )


def evidence_of(pairs: pl.DataFrame) -> pl.Expr:
    """Return the evidence of each pair as JSON text."""
    names = [name for name in pairs.columns if name.startswith(("gamma_", "mw_"))]
    return pl.struct(names).struct.json_encode() if names else pl.lit("{}")


def strata(new: pl.DataFrame, intakes: dict[int, int], **kinds: pl.DataFrame) -> list[dict[str, Any]]:
    """How many decisions of each kind a run made, by list and district; a row for each that has any.

    `new` has id ('r' and the record's number) and village_code; each of `kinds` a column record_id.
    """
    place = pl.DataFrame(
        {
            "record_id": [int(name[1:]) for name in new["id"].to_list()],
            "district": [(code or "")[:8] for code in new["village_code"].to_list()],
        },
        schema={"record_id": pl.Int64, "district": pl.String},
    )
    place = place.with_columns(
        intake=pl.col("record_id").replace_strict(intakes, default=None, return_dtype=pl.Int64)
    )
    counted: dict[tuple[Any, ...], dict[str, Any]] = {}
    for kind, frame in kinds.items():
        counts = frame.select("record_id").join(place, on="record_id").group_by("intake", "district").len()
        for intake, district, number in counts.sort("intake", "district").iter_rows():
            row = counted.setdefault((intake, district), {"intake": intake, "district": district})
            row[kind] = number
    return [counted[key] for key in sorted(counted, key=str)]


def draw(
    run: MatchRun,
    same: pl.DataFrame,
    apart: pl.DataFrame,
    new: pl.DataFrame,
    people: Callable[[list[int]], pl.DataFrame],
) -> None:
    """Put a random sample of a run's automatic decisions before clerks, blind. The same run draws the same.

    `same` as `joined` gives it, `apart` likewise for pairs taken for two people; `people` reads people by their
    numbers as a matching list. Must run after the links are
    written, with everybody visible.
    """
    size = int(getattr(settings, "PAYUNG_AUDIT_SAMPLE", PER_RUN))
    drawn = [
        (kind, row)
        for kind, frame in ((BlindCheck.Kind.SAME, same), (BlindCheck.Kind.NEW, apart))
        for row in frame.sample(min(size, frame.height), seed=run.pk).iter_rows(named=True)
    ]
    if not drawn:
        return
    wanted = {f"r{row['record_id']}" for _, row in drawn} | {row["other"] for _, row in drawn}
    rows = {
        row["id"]: row
        for frame in (new, people([int(name[1:]) for name in sorted(wanted) if name[0] == "p"]))
        for row in frame.filter(pl.col("id").is_in(sorted(wanted))).iter_rows(named=True)
    }
    persons = dict(
        Record.objects.filter(pk__in=[int(name[1:]) for name in wanted if name[0] == "r"]).values_list(
            "pk", "person_id"
        )
    )
    BlindCheck.objects.bulk_create(
        [
            _check(run, kind, row, rows[f"r{row['record_id']}"], rows[row["other"]], persons)
            for kind, row in drawn
        ],
        ignore_conflicts=True,
    )


def _check(
    run: MatchRun,
    kind: str,
    pair: dict[str, Any],
    left: dict[str, Any],
    right: dict[str, Any],
    people: Mapping[int, int | None],
) -> BlindCheck:
    number = int(pair["other"][1:])
    values = {name: right.get(_NAMED.get(name, name)) for name in SHOWN}
    values["nik_last4"] = (right["nik"] or "")[-4:]
    return BlindCheck(
        kind=kind,
        run=run,
        record_id=pair["record_id"],
        person_id=number if pair["other"][0] == "p" else people.get(number),
        right_enc=right_side(values, same_nik=left["nik"] is not None and left["nik"] == right["nik"]),
        probability=pair["probability"],
        weight=pair["weight"],
        evidence=json.loads(pair["evidence"]),
        region_code=shared_region(left["village_code"] or "", right["village_code"] or ""),
    )
