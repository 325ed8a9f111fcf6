-- Whether person `p` may be the one of row `a` of a death list, as far as they alone say: known here, alive, and
-- not reported dead on that day.
(p.candidate OR p.covered_until IS NOT NULL) AND p.merged_into_id IS NULL AND p.died_on IS NULL
   AND NOT EXISTS (SELECT 1 FROM claims_report c WHERE c.person_id = p.id AND c.died_on = a.event_date)
