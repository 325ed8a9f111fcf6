-- The people with two payers or more, or who may come to have them (`counted`, by kind), and the months paid for
-- twice from now on (`twice`). One row per person: who sent them, until when others pay, and of what kind it is.
-- What is asked of each person is computed once and looked up in a hash, so that its cost does not hang on what
-- the planner knows of the tables.
-- piece: shown = registry/shown_by_branch(day=make_date(c.month / 12, mod(c.month, 12) + 1, 1))
WITH twice AS (
    SELECT p.id AS person_id, c.month, c.line_id, c.fund_id FROM registry_person p
      JOIN coverage_covermonth c ON c.person_id = p.id
     WHERE p.branch_until >= %(month)s::date AND c.month >= %(now)s AND {shown}
    UNION
    SELECT k.person_id, c.month, c.line_id, c.fund_id FROM registry_person q
      JOIN coverage_covermonth c ON c.person_id = q.id AND c.month >= %(now)s
      JOIN coverage_covermonth k ON k.person_id = q.merged_into_id AND k.month = c.month
     WHERE q.merged_into_id IS NOT NULL
), doubled AS MATERIALIZED (
    SELECT DISTINCT person_id FROM twice
), sent AS MATERIALIZED (
    SELECT r.person_id, array_agg(DISTINCT coalesce(nullif(i.sender_name, ''), 'Daftar ' || i.id)) AS senders
    FROM registry_person p
    JOIN registry_record r ON r.person_id = p.id AND r.accepted
    JOIN registry_intake i ON i.id = r.intake_id AND i.status = 'loaded' AND i.kind IN ('candidates', 'field')
    WHERE p.merged_into_id IS NULL
      AND ((p.candidate AND (p.sources > 1 OR p.branch_until >= %(month)s::date))
           OR p.id IN (SELECT person_id FROM doubled))
    GROUP BY 1
), found AS (
    SELECT p.id, p.name, p.nik_enc, p.region_code, p.branch_until, p.covered_until, p.name_norm, p.candidate,
           coalesce(s.senders, '{}') AS senders,
           p.id IN (SELECT person_id FROM doubled) AS bound,
           coalesce(p.branch_until >= %(month)s::date, false) AS branch
    FROM registry_person p LEFT JOIN sent s ON s.person_id = p.id
    WHERE p.died_on IS NULL AND p.merged_into_id IS NULL
), counted AS MATERIALIZED (
    SELECT *, CASE WHEN bound THEN 'bound' WHEN branch THEN 'branch' ELSE 'lists' END AS kind
    FROM found WHERE bound OR (candidate AND ((branch AND senders <> '{}') OR cardinality(senders) > 1))
)
