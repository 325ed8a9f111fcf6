"""What holds about a person today, worked out from every record about them by trust and date.

Nothing is overwritten: the records stay, and this can be worked out again at any time.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import connection
from django.dispatch import Signal

from payung.access.actor import Actor
from payung.registry.models import TrustOrder

#: Which kind of source is believed first, for a deployment that says nothing else. The branch has checked
#: against the civil registry; a field visit saw the person; a list was typed by somebody.
DEFAULT_TRUST = {"branch": 1, "deaths": 2, "field": 3, "candidates": 4}

#: Sent, with the `actor`, when it changed who is known to have died or when, or what the branch's extract says of one
#: of the dead: within the transaction that changed it, and while everybody is visible. Rooms above listen, so that
#: nobody's family waits for somebody to press a button.
deaths_changed = Signal()

_TEXTS = (
    "name",
    "name_norm",
    "sex",
    "birth_place",
    "address",
    "heir_relation",
)
#: Encrypted texts (NULL where there is none) are taken as they are, never read.
_SEALED = ("mother_name", "phone", "heir_name", "heir_phone")
_VALUES = ("birth_date", "occupation_id", "income", "wage_worker", *_SEALED)
_EXTRAS = {"poverty_decile": "smallint", "disability": "boolean", "sole_earner": "boolean"}


def trust_order() -> dict[str, int]:
    """Rank of each kind of source, lowest believed first: as set in this deployment, else as its settings say."""
    newest = TrustOrder.objects.order_by("-pk").values_list("kinds", flat=True).first()
    if newest is None:
        return getattr(settings, "PAYUNG_TRUST", DEFAULT_TRUST)
    return {kind: rank for rank, kind in enumerate(newest, start=1)}


def _held() -> str:
    """The columns, each the value of the most trusted, then newest record that has one."""
    order = "ORDER BY f.trust, f.loaded_at DESC, f.id DESC"
    parts = [f"(array_agg(f.{c} {order}) FILTER (WHERE f.{c} <> ''))[1] AS {c}" for c in _TEXTS]
    parts += [f"(array_agg(f.{c} {order}) FILTER (WHERE f.{c} IS NOT NULL))[1] AS {c}" for c in _VALUES]
    parts += [
        f"(array_agg((f.extra->>'{c}')::{kind} {order}) FILTER (WHERE f.extra->>'{c}' IS NOT NULL))[1] AS {c}"
        for c, kind in _EXTRAS.items()
    ]
    # A village says more than a regency: the longest code, of the most trusted source.
    parts.append(
        "(array_agg(f.region_code ORDER BY length(f.region_code) DESC, f.trust, f.loaded_at DESC))[1]"
        " AS region_code"
    )
    return ",\n".join(parts)


def refresh_people(actor: Actor, people_query: str, parameters: dict[str, Any]) -> None:
    """Works out again what holds for the people that `people_query` selects (one column, person ids).

    Must run inside a transaction with everybody visible. The number of statements does not depend on how many.
    A NIK that two people claim stays with the one who had it, else with the one more records support; the other
    is left without, so that a clerk sees it. Of each kind of membership the branch's newest extract that names a
    person is believed: one that ended early ends what an older extract promised.
    """
    sets = ", ".join(
        [f"{c} = coalesce(h.{c}, '')" for c in _TEXTS if not c.startswith("name")]
        + ["name = coalesce(h.name, p.name)", "name_norm = coalesce(h.name_norm, p.name_norm)"]
        + [f"{c} = h.{c}" for c in (*_VALUES, *_EXTRAS)]
        + ["region_code = coalesce(h.region_code, p.region_code)"]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""CREATE TEMP TABLE touched ON COMMIT DROP AS
                SELECT q.person_id, p.died_on AS died_before, p.branch_until AS until_before
                FROM (SELECT DISTINCT person_id FROM ({people_query}) s) q
                JOIN registry_person p ON p.id = q.person_id""",
            parameters,
        )
        cursor.execute("CREATE UNIQUE INDEX ON touched (person_id); ANALYZE touched")
        cursor.execute(
            """
            CREATE TEMP TABLE fact ON COMMIT DROP AS
            SELECT r.*, i.kind, i.loaded_at, (%(trust)s::jsonb->>i.kind)::int AS trust
            FROM registry_record r
            JOIN touched t ON t.person_id = r.person_id
            JOIN registry_intake i ON i.id = r.intake_id
            WHERE r.accepted AND i.status = 'loaded';
            ANALYZE fact;
            CREATE TEMP TABLE wanted ON COMMIT DROP AS
            SELECT DISTINCT ON (f.person_id) f.person_id, f.nik_hash, f.nik_enc, s.support,
                   coalesce(p.nik_hash = f.nik_hash, false) AS has_it
            FROM fact f
            JOIN registry_person p ON p.id = f.person_id AND p.merged_into_id IS NULL
            JOIN (SELECT person_id, nik_hash, count(*) AS support FROM fact
                  WHERE nik_hash IS NOT NULL GROUP BY 1, 2) s
              ON s.person_id = f.person_id AND s.nik_hash = f.nik_hash
            ORDER BY f.person_id, s.support DESC, f.trust, f.loaded_at DESC, f.id DESC;
            DELETE FROM wanted w USING (
                SELECT person_id, row_number() OVER (
                    PARTITION BY nik_hash ORDER BY has_it DESC, support DESC, person_id) AS place
                FROM wanted
            ) r WHERE r.person_id = w.person_id AND r.place > 1;
            DELETE FROM wanted w USING registry_person p
            WHERE p.nik_hash = w.nik_hash AND p.merged_into_id IS NULL
              AND NOT EXISTS (SELECT 1 FROM touched t WHERE t.person_id = p.id);
            ANALYZE wanted;
            -- Cleared first: two people who change places must not meet in the unique index.
            UPDATE registry_person p SET nik_enc = NULL, nik_hash = NULL
            FROM touched t
            WHERE p.id = t.person_id AND p.nik_hash IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.person_id = p.id AND w.nik_hash = p.nik_hash);
            """,
            {"trust": json.dumps(trust_order())},
        )
        cursor.execute(
            f"""
            UPDATE registry_person p SET
                {sets},
                nik_enc = coalesce(w.nik_enc, p.nik_enc), nik_hash = coalesce(w.nik_hash, p.nik_hash),
                died_on = h.died_on, branch_until = b.branch_until, branch_since = b.branch_since,
                candidate = h.candidate, sources = h.sources, updated_at = now()
            FROM (
                SELECT f.person_id, {_held()},
                       max(f.event_date) FILTER (WHERE f.kind = 'deaths') AS died_on,
                       bool_or(f.kind IN ('candidates', 'field')) AS candidate,
                       count(DISTINCT f.intake_id) AS sources
                FROM fact f GROUP BY f.person_id
            ) h LEFT JOIN wanted w ON w.person_id = h.person_id
            LEFT JOIN (
                -- Of the memberships that stand, the one that lasts longest, and when it began if all say when.
                SELECT person_id, max(event_until) AS branch_until,
                       CASE WHEN NOT bool_or(event_date IS NULL) THEN min(event_date) END AS branch_since
                FROM (SELECT person_id, event_date, event_until,
                             rank() OVER (PARTITION BY person_id ORDER BY event_until DESC NULLS LAST) AS place
                      FROM (SELECT person_id, event_date, event_until, rank() OVER (
                                       PARTITION BY person_id, coalesce(extra->>'segment', '')
                                       ORDER BY loaded_at DESC, intake_id DESC) AS age
                            FROM fact WHERE kind = 'branch') said
                      WHERE age = 1) stands
                WHERE place = 1 GROUP BY 1
            ) b ON b.person_id = h.person_id
            WHERE p.id = h.person_id;
            UPDATE registry_person p
            SET candidate = false, sources = 0, died_on = NULL, branch_until = NULL, branch_since = NULL,
                nik_enc = NULL, nik_hash = NULL
            FROM touched t
            WHERE p.id = t.person_id AND NOT EXISTS (SELECT 1 FROM fact f WHERE f.person_id = t.person_id);
            DROP TABLE fact, wanted
            """
        )
        cursor.execute(
            """SELECT EXISTS (SELECT 1 FROM touched t JOIN registry_person p ON p.id = t.person_id
                               WHERE p.died_on IS DISTINCT FROM t.died_before
                                  OR (p.died_on IS NOT NULL AND p.branch_until IS DISTINCT FROM t.until_before))"""
        )
        changed = cursor.fetchall()[0][0]
        cursor.execute("DROP TABLE touched")
    if changed:
        deaths_changed.send(refresh_people, actor=actor)
