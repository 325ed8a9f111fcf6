-- Count people by village and trade on each step of the ladder. Whoever is covered stands in the village of the
-- cover.
-- reads: coverage_covermonth, registry_eligibility, registry_person
-- writes: oversight_peoplecount
-- param: now integer
-- param: soon integer
-- param: on date
-- piece: shown = registry/shown_by_branch(day=%(on)s::date)
WITH cover AS MATERIALIZED (
    SELECT person_id, max(region_code) FILTER (WHERE month = %(now)s) AS place, count(*) AS months
    FROM coverage_covermonth WHERE month BETWEEN %(now)s AND %(soon)s GROUP BY 1
), people AS (
    SELECT coalesce(c.place, p.region_code) AS region_code, coalesce(p.occupation_id, '') AS trade,
           c.place IS NOT NULL AS covered, c.months, coalesce(e.verified, false) AS verified,
           coalesce(e.verified AND e.eligible, false) AS eligible,
           p.merged_into_id IS NULL AND p.candidate AS candidate,
           coalesce(c.place IS NULL AND {shown}, false) AS elsewhere
    FROM registry_person p
    LEFT JOIN registry_eligibility e ON e.person_id = p.id
    LEFT JOIN cover c ON c.person_id = p.id
    WHERE (p.merged_into_id IS NULL AND p.candidate) OR c.place IS NOT NULL
)
INSERT INTO oversight_peoplecount
    (region_code, trade, candidates, verified, eligible, covered, ending, gap, other_payer, ineligible)
SELECT region_code, trade, count(*),
       count(*) FILTER (WHERE verified OR covered),
       count(*) FILTER (WHERE (eligible AND NOT elsewhere) OR covered),
       count(*) FILTER (WHERE covered),
       count(*) FILTER (WHERE covered AND months < %(soon)s - %(now)s + 1),
       count(*) FILTER (WHERE eligible AND NOT covered AND NOT elsewhere),
       count(*) FILTER (WHERE eligible AND elsewhere),
       count(*) FILTER (WHERE covered AND NOT (candidate AND eligible))
FROM people GROUP BY 1, 2
