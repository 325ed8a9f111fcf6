-- Count what an amendment does. A place is empty where somebody left and nobody came for any month of it.
-- reads: coverage_annexline
-- param: amendment bigint
-- gives: removed bigint, replaced bigint, added bigint, empty bigint
SELECT count(*) FILTER (WHERE l.act = 'remove') AS removed,
       count(*) FILTER (WHERE l.act = 'add' AND l.reason = 'replacement') AS replaced,
       count(*) FILTER (WHERE l.act = 'add' AND l.reason <> 'replacement') AS added,
       greatest(count(*) FILTER (WHERE l.act = 'remove' AND l.reason <> 'changed')
                - count(*) FILTER (WHERE l.act = 'add' AND l.reason = 'replacement'), 0) AS empty
  FROM coverage_annexline l WHERE l.amendment_id = %(amendment)s
