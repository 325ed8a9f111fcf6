-- Write a new code of a person; the codes of whoever was found to be the same become nobody's.
-- reads: registry_person
-- writes: claims_personalcode
-- param: person bigint
-- param: code bytea
-- param: nobodys bytea
-- param: user bigint
WITH RECURSIVE same AS (
    SELECT %(person)s::bigint AS id
     UNION
    SELECT p.id FROM registry_person p JOIN same ON p.merged_into_id = same.id
)
UPDATE claims_personalcode c
   SET code_enc = CASE c.person_id WHEN %(person)s THEN %(code)s ELSE %(nobodys)s END,
       issue = issue + 1, made_by_id = %(user)s, made_at = now()
  FROM same
 WHERE same.id = c.person_id
