-- Count who waits for a payer by village, trade and income band, and how many of them are next in the queue of the
-- plan in force.
-- reads: funding_plan, funding_planline, registry_eligibility, registry_person
-- writes: funding_waiting
-- param: now integer
-- param: today date
-- param: next bigint
-- param: bands bigint[]
-- param: soon bigint
-- piece: living = registry/living(person=p)
-- piece: elsewhere = registry/shown_by_branch(day=%(today)s::date)
WITH queue AS MATERIALIZED (
    SELECT person_id, row_number() OVER (ORDER BY rank) AS place FROM (
        SELECT l.person_id, l.rank FROM funding_planline l JOIN registry_person p ON p.id = l.person_id
         WHERE l.plan_id = (SELECT max(id) FROM funding_plan WHERE status IN ('approved', 'decreed'))
           AND l.rank IS NOT NULL AND {living}
           AND coalesce(p.covered_until, 0) < %(now)s AND {elsewhere} IS NOT TRUE
         ORDER BY l.rank LIMIT %(next)s) first
)
INSERT INTO funding_waiting (region_code, trade, income, people, soon, next)
SELECT p.region_code, coalesce(p.occupation_id, ''),
       (%(bands)s::bigint[])[greatest(width_bucket(coalesce(p.income, 0), %(bands)s::bigint[]), 1)],
       count(*), count(*) FILTER (WHERE q.place <= %(soon)s), count(q.place)
  FROM registry_eligibility e
  JOIN registry_person p ON p.id = e.person_id
  LEFT JOIN queue q ON q.person_id = p.id
 WHERE e.eligible AND e.verified AND p.candidate AND {living}
   AND coalesce(p.covered_until, 0) < %(now)s AND {elsewhere} IS NOT TRUE
 GROUP BY 1, 2, 3
