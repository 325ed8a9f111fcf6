-- Note in the answer what was decided and what moved, and from where, so that it can be taken back; written by the
-- server, since a large file moves many lines.
-- writes: coverage_answer
-- staged: best (id bigint, was text, was_refused text, moves boolean)
-- param: opened bigint[]
-- param: answer bigint
UPDATE coverage_answer a
   SET lines = m.lines, from_sent = m.from_sent, from_refused = m.from_refused, opened = %(opened)s
  FROM (SELECT coalesce(array_agg(id), '{}') AS lines,
               coalesce(array_agg(id) FILTER (WHERE was = 'sent'), '{}') AS from_sent,
               coalesce(jsonb_object_agg(id::text, was_refused) FILTER (WHERE moves AND was = 'refused'), '{}')
                   AS from_refused
          FROM {best}) m
 WHERE a.id = %(answer)s
