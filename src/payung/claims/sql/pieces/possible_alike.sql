-- Whether row `a` of a death list may be about person `p` by the likeness of their facts: no pair of it waits
-- already, and the sexes do not differ.
(p.candidate OR p.covered_until IS NOT NULL) AND p.merged_into_id IS NULL AND p.died_on IS NULL
   AND NOT EXISTS (SELECT 1 FROM claims_report c WHERE c.person_id = p.id AND c.died_on = a.event_date)
   AND NOT a.paired AND (p.sex = a.sex OR p.sex = '' OR a.sex = '')
