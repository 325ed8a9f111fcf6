-- Settle the refusals that an acceptance has overtaken.
-- writes: coverage_difference
-- staged: best (id bigint, was text, state text)
-- param: user bigint
UPDATE coverage_difference d SET state = 'settled', settlement = 'Diterima pada jawaban berikutnya.',
       settled_by_id = %(user)s
  FROM {best} b
 WHERE b.was = 'refused' AND b.state = 'accepted' AND d.key = 'refused:' || b.id AND d.kind = 'refused'
   AND d.state = 'open'
