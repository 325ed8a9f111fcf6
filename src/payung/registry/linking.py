"""Gives every accepted record its person: a known one where the matcher is sure, else a new one.

A doubtful pair never waits in limbo: the record gets a person of its own at once, and the pair goes to a clerk,
who may merge the two. A person with an open pair is not verified.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import polars as pl
from django.db import connection

from payung.access.actor import Actor, action, everyone_visible
from payung.access.crypto import decrypt
from payung.access.roles import Permission
from payung.access.statistics import analyze
from payung.matching import link
from payung.matching.link import DOUBTFUL, SAME
from payung.registry.facts import refresh_people
from payung.registry.loading import NIK
from payung.registry.models import MatchRun

_FIELDS = (
    "nik_enc, name, sex, birth_date, birth_place, mother_name, address, region_code, phone, occupation_id"
)
_SCHEMA = {
    "id": pl.String,
    "nik": pl.String,
    "name": pl.String,
    "sex": pl.String,
    "birth_date": pl.Date,
    "birth_place": pl.String,
    "mother_name": pl.String,
    "address": pl.String,
    "village_code": pl.String,
    "phone": pl.String,
    "occupation": pl.String,
}


def match(actor: Actor, *, progress: Callable[[str], None] = lambda _: None) -> MatchRun | None:
    """Matches every accepted record that has no person yet, against all people and against each other.

    Returns the run, or None when nothing waited. One transaction; a crash leaves all records waiting as before.
    """
    with action(actor, Permission.MATCH, "match", "match_run") as deed, everyone_visible():
        new = _table(
            "r", "SELECT id, {} FROM registry_record WHERE person_id IS NULL AND accepted ORDER BY id"
        )
        if not new.height:
            return None
        progress("reading known people")
        known = _table(
            "p",
            "SELECT id, {} FROM registry_person WHERE merged_into_id IS NULL AND sources > 0 ORDER BY id",
        )
        progress("comparing")
        linked = link(new, known if known.height else None, threshold=SAME)
        progress("writing")
        groups = _groups(linked.clusters, linked.pairs)
        doubtful = _doubtful(linked.pairs, groups)
        run = MatchRun.objects.create(
            model_id=linked.report["model"],
            threshold_same=SAME,
            threshold_new=DOUBTFUL,
            rows=new.height,
            same=int(groups.filter(~pl.col("first")).height),
            doubtful=doubtful.height,
            new=int(groups.filter(pl.col("first") & pl.col("person_id").is_null()).height),
            report={k: v for k, v in linked.report.items() if k in ("findings", "seconds", "block_limit")},
            run_by=actor.user,
        )
        _write_links(run.pk, groups)
        _write_pairs(run.pk, doubtful)
        refresh_people("SELECT DISTINCT person_id FROM registry_link WHERE run_id = %(run)s", {"run": run.pk})
        analyze("registry_record", "registry_person", "registry_link", "registry_pair", rows=run.rows)
        deed.subject_id = run.pk
        deed.data = {"rows": run.rows, "same": run.same, "doubtful": run.doubtful, "new": run.new}
    return run


def _table(prefix: str, query: str) -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(query.format(_FIELDS))
        rows = cursor.fetchall()
    niks = [None if row[1] is None else decrypt(row[1], NIK) for row in rows]
    columns: dict[str, Any] = {"id": [f"{prefix}{row[0]}" for row in rows], "nik": niks}
    for at, name in enumerate(list(_SCHEMA)[2:], start=2):
        columns[name] = [row[at] or None for row in rows]
    return pl.DataFrame(columns, schema=_SCHEMA)


def _groups(clusters: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """For each new record: its group, the known person of that group if any, and how sure.

    Where a group touches two known people, each record goes to the one it is most like; the two known
    people are left for a clerk.
    """
    members = clusters.select("id", "cluster_id")
    records = members.filter(pl.col("id").str.starts_with("r"))
    known = members.filter(pl.col("id").str.starts_with("p"))
    edges = pl.concat(
        [
            pairs.select(pl.col("id_l").alias("id"), pl.col("id_r").alias("other"), "probability"),
            pairs.select(pl.col("id_r").alias("id"), pl.col("id_l").alias("other"), "probability"),
        ]
    )
    direct = (
        edges.filter(pl.col("id").str.starts_with("r") & pl.col("other").str.starts_with("p"))
        .join(members, on="id")
        .join(known.rename({"id": "other", "cluster_id": "theirs"}), on="other")
        .filter(pl.col("cluster_id") == pl.col("theirs"))
        .sort(["id", "probability", "other"], descending=[False, True, False])
        .unique("id", keep="first", maintain_order=True)
        .select("id", own=pl.col("other"), sure=pl.col("probability"))
    )
    of_group = known.group_by("cluster_id").agg(pl.col("id").min().alias("any"))
    best = edges.group_by("id").agg(pl.col("probability").max().alias("best"))
    return (
        records.join(direct, on="id", how="left")
        .join(of_group, on="cluster_id", how="left")
        .join(best, on="id", how="left")
        .with_columns(person=pl.coalesce("own", "any"))
        .with_columns(
            record_id=pl.col("id").str.slice(1).cast(pl.Int64),
            person_id=pl.col("person").str.slice(1).cast(pl.Int64),
            probability=pl.coalesce("sure", "best"),
        )
        .sort("record_id")
        .with_columns(first=pl.col("person_id").is_null() & (pl.int_range(pl.len()).over("cluster_id") == 0))
        .select("record_id", "cluster_id", "person_id", "probability", "first")
    )


def _doubtful(pairs: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Pairs a clerk must judge: not sure enough to join, too alike to ignore, and not one group already.

    One pair for each two groups: the most probable.
    """
    place = groups.select(
        pl.format("r{}", "record_id").alias("id"),
        target=pl.coalesce(pl.format("p{}", "person_id"), pl.format("g{}", "cluster_id")),
    )

    def located(side: str) -> pl.Expr:
        return pl.coalesce(pl.col(f"target_{side}"), pl.col(f"id_{side}"))

    frame = (
        pairs.filter(pl.col("probability") >= DOUBTFUL)
        .join(place.rename({"id": "id_l", "target": "target_l"}), on="id_l", how="left")
        .join(place.rename({"id": "id_r", "target": "target_r"}), on="id_r", how="left")
        .with_columns(at_l=located("l"), at_r=located("r"))
        .filter(pl.col("at_l") != pl.col("at_r"))
        .with_columns(
            a=pl.min_horizontal("at_l", "at_r"),
            b=pl.max_horizontal("at_l", "at_r"),
            swap=~pl.col("id_l").str.starts_with("r"),
        )
        .sort(["probability", "id_l", "id_r"], descending=[True, False, False])
        .unique(["a", "b"], keep="first", maintain_order=True)
    )
    evidence = [name for name in frame.columns if name.startswith(("gamma_", "mw_"))]
    return frame.select(
        record_id=pl.when("swap").then("id_r").otherwise("id_l").str.slice(1).cast(pl.Int64),
        other=pl.when("swap").then("at_l").otherwise("at_r"),
        probability="probability",
        weight="weight",
        evidence=pl.struct(evidence).struct.json_encode() if evidence else pl.lit("{}"),
    )


def _copy(cursor: Any, table: str, columns: dict[str, str], rows: Iterator[tuple[Any, ...]]) -> None:
    types = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    cursor.execute(f"CREATE TEMP TABLE {table} ({types}) ON COMMIT DROP")
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(f"ANALYZE {table}")


def _write_links(run_id: int, groups: pl.DataFrame) -> None:
    with connection.cursor() as cursor:
        _copy(
            cursor,
            "staged_link",
            {"record_id": "bigint", "cluster_id": "bigint", "person_id": "bigint", "probability": "float8"},
            groups.select("record_id", "cluster_id", "person_id", "probability").iter_rows(),
        )
        cursor.execute(
            """
            CREATE TEMP TABLE staged_person ON COMMIT DROP AS
            SELECT cluster_id, record_id,
                   nextval(pg_get_serial_sequence('registry_person', 'id')) AS person_id
            FROM (SELECT cluster_id, min(record_id) AS record_id FROM staged_link
                  WHERE person_id IS NULL GROUP BY 1 ORDER BY 2) g;
            INSERT INTO registry_person (id, name, name_norm, sex, birth_place, mother_name, address, region_code,
                                         phone, nik_last4, heir_name, heir_relation, heir_phone, sources, candidate)
            SELECT s.person_id, r.name, r.name_norm, '', '', '', '', r.region_code, '', '', '', '', '', 1, false
            FROM staged_person s JOIN registry_record r ON r.id = s.record_id;
            UPDATE staged_link l SET person_id = s.person_id
            FROM staged_person s WHERE s.cluster_id = l.cluster_id AND l.person_id IS NULL;
            UPDATE registry_record r SET person_id = l.person_id FROM staged_link l WHERE r.id = l.record_id
            """
        )
        cursor.execute(
            """
            INSERT INTO registry_link (record_id, person_id, run_id, "by", probability, reason, region_code)
            SELECT l.record_id, l.person_id, %s, 'model', l.probability, '', r.region_code
            FROM staged_link l JOIN registry_record r ON r.id = l.record_id
            """,
            [run_id],
        )


def _write_pairs(run_id: int, doubtful: pl.DataFrame) -> None:
    with connection.cursor() as cursor:
        _copy(
            cursor,
            "staged_pair",
            {
                "record_id": "bigint",
                "other": "text",
                "probability": "float8",
                "weight": "float8",
                "evidence": "jsonb",
            },
            doubtful.iter_rows(),
        )
        cursor.execute(
            """
            INSERT INTO registry_pair (run_id, record_id, person_id, probability, weight, evidence, state, region_code)
            SELECT %s, p.record_id, t.person_id, p.probability, p.weight, p.evidence, 'open', r.region_code
            FROM staged_pair p
            JOIN registry_record r ON r.id = p.record_id
            CROSS JOIN LATERAL (
                SELECT CASE WHEN left(p.other, 1) = 'p' THEN substr(p.other, 2)::bigint
                       ELSE (SELECT min(l.person_id) FROM staged_link l
                             WHERE l.cluster_id = substr(p.other, 2)::bigint) END AS person_id
            ) t
            WHERE t.person_id <> r.person_id
            ON CONFLICT (record_id, person_id) DO NOTHING
            """,
            [run_id],
        )
        cursor.execute("DROP TABLE staged_link, staged_person, staged_pair")
