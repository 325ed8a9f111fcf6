-- Note in the changes which amendment carries them.
-- writes: coverage_monthlychange
-- staged: leaving (change_id bigint)
-- staged: coming (change_id bigint)
-- param: amendment bigint
UPDATE coverage_monthlychange k SET amendment_id = %(amendment)s
  FROM (SELECT change_id FROM {leaving} UNION SELECT change_id FROM {coming}) v
 WHERE v.change_id = k.id
