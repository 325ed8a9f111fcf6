"""Gives every accepted record its person: a known one where the matcher is sure, else a new one.

A doubtful pair never waits in limbo: the record gets a person of its own at once, and the pair goes to a clerk,
who may merge the two. A person with an open pair is not verified.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
from django.db import connection

from payung import database
from payung.access.actor import Actor, action, everyone_visible, own_people_visible
from payung.access.acts import OWN_REGIONS, WHOLE_PROVINCE, Act
from payung.access.crypto import decrypt
from payung.access.roles import Permission
from payung.database.locks import Lock, one_at_a_time
from payung.database.planner import analyze
from payung.database.staging import Staged
from payung.database.statements import Statement
from payung.matching import Known, link, standing_niks, survey
from payung.matching.report import Finding
from payung.registry import known, match_models, sampling, thresholds
from payung.registry.facts import people_where, refresh_people
from payung.registry.loading import NIK
from payung.registry.merging import hold_people
from payung.registry.models import MatchRun

_FOLLOW_MERGES = Statement("registry", "links_follow_merges")
_NEW_PEOPLE = Statement("registry", "links_new_people")
_WRITE_PEOPLE = Statement("registry", "links_write_people")
_WRITE_LINKS = Statement("registry", "links_write")
_WRITE_PAIRS = Statement("registry", "links_write_pairs")

_FIELDS = (
    "nik_enc, name, sex, birth_date, birth_place, mother_name, address, region_code, phone, occupation_id"
)
#: Those of them that are kept encrypted, each bound to its name.
_SEALED = frozenset({"mother_name", "phone"})
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


def match(
    actor: Actor, *, learn: bool = False, progress: Callable[[str], None] = lambda _: None
) -> MatchRun | None:
    """Match every accepted record of the actor's regions that has no person yet, against all people and each other.

    The stored model judges; where none is stored, or with `learn`, one is learned from these rows and the people
    known (if they are enough) and, by who may match in the whole province, stored. Raises NotAllowed where `learn` is
    asked by somebody else.

    Returns the run, or None when nothing waited. One transaction; a crash leaves all records waiting as before.
    Two runs at once: the second waits for the first, and finds what the first left.
    """
    with action(actor, Act.MATCH, region_code=OWN_REGIONS) as deed, everyone_visible():
        if learn:
            actor.require(Permission.MATCH, WHOLE_PROVINCE)
        one_at_a_time(Lock.MATCH)
        with own_people_visible(actor, Permission.MATCH):
            new = _table("r", _WAITING)
        if not new.height:
            deed.unchanged()
            return None
        progress("reading known people")
        model = None if learn else match_models.current()
        people = known.everybody(_people, _compared) if model else _compared(None)
        progress("comparing")
        limits = thresholds.current()
        linked = link(
            new,
            people if isinstance(people, Known) or people.height else None,
            model=model,
            threshold=limits.same,
            same=limits.same,
            doubtful=limits.doubtful,
        )
        progress("writing")
        groups = _groups(_careful(linked.clusters, linked.pairs, _deaths()), linked.pairs)
        apart = _apart(linked.pairs, groups)
        doubtful = apart.filter(pl.col("probability") >= limits.doubtful).drop("partner")
        unlike = apart.filter(pl.col("probability") < limits.doubtful).with_columns(other="partner")
        sure = sampling.joined(linked.pairs, groups, limits.same)
        # Only from here on: a clerk waits for the writing, never for the comparing.
        hold_people(wait=True)
        if actor.may(Permission.MATCH, WHOLE_PROVINCE):
            match_models.keep(linked.model, rows=linked.report["rows"], by=actor.user)
        run = MatchRun.objects.create(
            model_id=linked.report["model"],
            threshold_same=limits.same,
            threshold_new=limits.doubtful,
            rows=new.height,
            same=int(groups.filter(~pl.col("first")).height),
            doubtful=doubtful.height,
            new=int(groups.filter(pl.col("first") & pl.col("person_id").is_null()).height),
            report={
                **{k: v for k, v in linked.report.items() if k in ("seconds", "compared", "block_scale")},
                "findings": [_untold(one) for one in linked.report["findings"]],
                "thresholds": limits.version,
                "strata": sampling.strata(new, _intakes(), same=sure, doubtful=doubtful, apart=unlike),
            },
            run_by=actor.user,
        )
        links = _write_links(run.pk, groups)
        _write_pairs(run.pk, doubtful, links)
        sampling.draw(run, sure, unlike, new, _people)
        refresh_people(
            actor,
            people_where(
                "SELECT DISTINCT person_id FROM registry_link WHERE run_id = %(run)s", {"run": run.pk}
            ),
        )
        analyze(
            "registry_record", "registry_person", "registry_link", "registry_pair", rows=run.rows, share=0.02
        )
        known.keep(_people, _touched(run.pk))
        deed.subject_id = run.pk
        deed.data = {"rows": run.rows, "same": run.same, "doubtful": run.doubtful, "new": run.new}
    return run


def survey_waiting() -> tuple[int, list[Finding]]:
    """Count the records that wait to be matched, and report what is wrong with them before anything is compared.

    That is values that thousands share, empty columns, keys that are too wide (see `matching.survey`).

    Of the whole deployment, so it must be shown only to who may match there. Must run inside a transaction.
    """
    with everyone_visible():
        waiting = _table("r", _WAITING)
    return waiting.height, survey(waiting) if waiting.height else []


#: Probability from which a row of a death list is given to a person without a clerk: who is wrongly taken for
#: dead loses their protection, so more is asked than of other rows.
CERTAIN = 0.998


def _deaths() -> list[int]:
    """Return the waiting records of death lists."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT r.id FROM registry_record r JOIN registry_intake i ON i.id = r.intake_id
               WHERE r.person_id IS NULL AND r.accepted AND i.kind = 'deaths' ORDER BY r.id"""
        )
        return [number for (number,) in cursor.fetchall()]


def _careful(clusters: pl.DataFrame, pairs: pl.DataFrame, deaths: list[int]) -> pl.DataFrame:
    """Return the clusters, rows of death lists taken out unless one of their pairs is CERTAIN.

    What is taken out stands alone, and its pair goes to a clerk.
    """
    if not deaths:
        return clusters
    sure = pairs.filter(pl.col("probability") >= CERTAIN)
    certain = pl.concat([sure["id_l"], sure["id_r"]]).implode()
    alone = pl.col("id").is_in([f"r{number}" for number in deaths]) & ~pl.col("id").is_in(certain)
    return clusters.with_columns(
        cluster_id=pl.when(alone)
        .then(-1 - pl.int_range(pl.len()).cast(clusters.schema["cluster_id"]))
        .otherwise("cluster_id")
    )


_WAITING = "SELECT id, {} FROM registry_record WHERE person_id IS NULL AND accepted ORDER BY id"


def _intakes() -> dict[int, int]:
    """Return the list of each record that waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, intake_id FROM registry_record WHERE person_id IS NULL AND accepted")
        return dict(cursor.fetchall())


def _touched(run_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT person_id FROM registry_link WHERE run_id = %s", [run_id])
        return [number for (number,) in cursor.fetchall()]


def _untold(finding: Finding) -> Finding:
    """Return a finding about NIKs, telephones or mothers' names that too many share without the value itself."""
    value = finding["value"]
    if not value or not any(word in finding["column"] for word in ("nik", "phone", "mother")):
        return finding
    return {
        **finding,
        "value": "…",
        "message_id": finding["message_id"].replace(value, "…"),
        "message_en": finding["message_en"].replace(value, "…"),
    }


def _people(some: list[int] | None) -> pl.DataFrame:
    """People as a matching list: some by their numbers, or all who are known."""
    if some is None:
        return _table("p", f"SELECT id, {{}} FROM registry_person p WHERE {known.VALID} ORDER BY id")
    return _table("p", "SELECT id, {} FROM registry_person p WHERE id = ANY(%s) ORDER BY id", some)


def _compared(some: list[int] | None) -> pl.DataFrame:
    """Return `_people` with the NIKs that stand in the records of each.

    What holds about a person today may be put together from several records, and whom a clerk has merged may have
    two.
    """
    people = _people(some)
    who = "r.person_id = ANY(%s) AND" if some is not None else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT DISTINCT ON (r.person_id, r.nik_hash, r.birth_date, r.sex)
                       r.person_id, r.nik_hash, r.nik_enc, r.birth_date, r.sex
                FROM registry_record r WHERE {who} r.person_id IS NOT NULL AND r.accepted AND r.nik_enc IS NOT NULL""",
            None if some is None else [some],
        )
        rows = cursor.fetchall()
    secrets = {bytes(hashed): secret for _, hashed, secret, _, _ in rows}
    plain = {hashed: decrypt(secret, NIK) for hashed, secret in secrets.items()}
    records = pl.DataFrame(
        {
            "id": [f"p{person}" for person, *_ in rows],
            "nik": [plain[bytes(hashed)] for _, hashed, *_ in rows],
            "birth_date": [born for *_, born, _ in rows],
            "sex": [sex or None for *_, sex in rows],
        },
        schema={"id": pl.String, "nik": pl.String, "birth_date": pl.Date, "sex": pl.String},
    )
    return people.join(standing_niks(records), on="id", how="left", maintain_order="left")


def _table(prefix: str, query: str, *values: Any) -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(query.format(_FIELDS), values or None)
        rows = cursor.fetchall()
    ids, niks, *others = zip(*rows, strict=True) if rows else [()] * len(_SCHEMA)
    columns: dict[str, Any] = {
        "id": [f"{prefix}{number}" for number in ids],
        "nik": [None if sealed is None else decrypt(sealed, NIK) for sealed in niks],
    }
    for name, values_of in zip(list(_SCHEMA)[2:], others, strict=True):
        if name in _SEALED:
            columns[name] = [decrypt(value, name) if value else None for value in values_of]
        else:
            columns[name] = [value or None for value in values_of]
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


def _apart(pairs: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """Pairs of two groups that were not joined, however alike: one for each two groups, the most probable.

    From the threshold of doubt on, a clerk must judge them.
    """
    place = groups.select(
        pl.format("r{}", "record_id").alias("id"),
        target=pl.coalesce(pl.format("p{}", "person_id"), pl.format("g{}", "cluster_id")),
    )

    def located(side: str) -> pl.Expr:
        return pl.coalesce(pl.col(f"target_{side}"), pl.col(f"id_{side}"))

    frame = (
        pairs.join(place.rename({"id": "id_l", "target": "target_l"}), on="id_l", how="left")
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
    return frame.select(
        record_id=pl.when("swap").then("id_r").otherwise("id_l").str.slice(1).cast(pl.Int64),
        other=pl.when("swap").then("at_l").otherwise("at_r"),
        probability="probability",
        weight="weight",
        evidence=sampling.evidence_of(frame),
        partner=pl.when("swap").then("id_l").otherwise("id_r"),
    )


def _write_links(run_id: int, groups: pl.DataFrame) -> Staged:
    """Write the new people and to whom each record was given; the groups with their people, staged."""
    links = database.stage(
        "links",
        {"record_id": "bigint", "cluster_id": "bigint", "person_id": "bigint", "probability": "float8"},
        groups.select("record_id", "cluster_id", "person_id", "probability").iter_rows(),
    )
    _FOLLOW_MERGES.run(links=links)
    new_people = _NEW_PEOPLE.stage("new_people", links=links)
    _WRITE_PEOPLE.run(new_people=new_people)
    database.run(
        f"UPDATE {links.identifier} l SET person_id = s.person_id FROM {new_people.identifier} s"
        " WHERE s.cluster_id = l.cluster_id AND l.person_id IS NULL"
    )
    database.run(
        f"UPDATE registry_record r SET person_id = l.person_id FROM {links.identifier} l WHERE r.id = l.record_id"
    )
    _WRITE_LINKS.run({"run": run_id}, links=links)
    new_people.drop()
    return links


def _write_pairs(run_id: int, doubtful: pl.DataFrame, links: Staged) -> None:
    staged = database.stage(
        "doubtful",
        {
            "record_id": "bigint",
            "other": "text",
            "probability": "float8",
            "weight": "float8",
            "evidence": "jsonb",
        },
        doubtful.iter_rows(),
    )
    _WRITE_PAIRS.run({"run": run_id}, doubtful=staged, links=links)
    staged.drop()
    links.drop()
