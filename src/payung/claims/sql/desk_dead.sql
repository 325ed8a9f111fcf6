-- Give the dead who are candidates or were ever under cover, with the months paid for them, when the branch
-- accepted them, the list that says so, what JKK owes where work killed them, and, where the branch's extract
-- shows that another payer covered them in the month of their death, until when, since when and as of when.
-- reads: claims_accident, claims_case, coverage_bill, coverage_billline, coverage_covermonth,
--   coverage_registration, registry_intake, registry_person, registry_record
-- param: regions text[]
-- gives: id bigint, died_on date, region_code text, months integer[], accepted boolean, starts_on date, intake_id
--   bigint, at_work bigint, owed_before bigint, children text, other_until date, other_since date, other_as_of
--   timestamptz, decreed boolean
-- piece: shown = registry/shown_by_branch(day=p.died_on)
-- piece: as_of = coverage/branch_as_of()
SELECT p.id, p.died_on, p.region_code, l.months, r.accepted, r.starts_on, d.intake_id, k.owed AS at_work,
       o.owed AS owed_before, o.children::text AS children,
       CASE WHEN {shown} THEN p.branch_until END AS other_until, p.branch_since AS other_since,
       {as_of} AS other_as_of,
       EXISTS (SELECT 1 FROM coverage_covermonth c WHERE c.person_id = p.id) AS decreed
  FROM registry_person p
  LEFT JOIN LATERAL (
        SELECT array_agg(l.month ORDER BY l.month) AS months
          FROM coverage_billline l JOIN coverage_bill b ON b.id = l.bill_id
         WHERE l.person_id = p.id AND b.state IN ('paid', 'reconciled')) l ON true
  LEFT JOIN LATERAL (
        SELECT true AS accepted, min(starts_on) AS starts_on FROM coverage_registration g
         WHERE g.person_id = p.id AND g.state = 'accepted' HAVING count(*) > 0) r ON true
  LEFT JOIN LATERAL (
        SELECT e.intake_id FROM registry_record e JOIN registry_intake i ON i.id = e.intake_id
         WHERE e.person_id = p.id AND i.kind = 'deaths' AND i.status = 'loaded' AND e.accepted
         ORDER BY e.event_date DESC NULLS LAST, e.id LIMIT 1) d ON true
  LEFT JOIN LATERAL (
        SELECT c.owed FROM claims_case c JOIN claims_accident a ON a.case_id = c.id AND a.outcome = 'death'
         WHERE c.person_id = p.id AND (c.state <> 'closed' OR c.paid_amount IS NOT NULL)
         ORDER BY c.id DESC LIMIT 1) k ON true
  LEFT JOIN claims_case o ON o.person_id = p.id AND o.kind IN ('jkm', 'other')
 WHERE p.died_on IS NOT NULL AND p.merged_into_id IS NULL
   AND EXISTS (SELECT FROM unnest(%(regions)s::text[]) r(code) WHERE payung_contains(r.code, p.region_code))
   AND (p.candidate OR l.months IS NOT NULL OR EXISTS (
        SELECT 1 FROM coverage_covermonth c WHERE c.person_id = p.id))
