-- Let a row decide nothing that bears our reference beside the NIK of somebody else of ours, or a number that
-- somebody else bears: cells have moved. Two who have been told to be one person since are not somebody else.
-- reads: coverage_registration, registry_person
-- staged: answered (row_no integer, nik_hash bytea, state text, problem text, member_no text, person_id bigint)
WITH RECURSIVE theirs AS (
    SELECT a.row_no, 'other_person' AS problem, a.person_id, o.id AS other_id
      FROM {answered} a JOIN registry_person o ON o.nik_hash = a.nik_hash AND o.merged_into_id IS NULL
     WHERE a.state IS NOT NULL AND o.id <> a.person_id
    UNION ALL
    SELECT a.row_no, 'taken_number', a.person_id, g.person_id
      FROM {answered} a JOIN coverage_registration g ON g.member_no = a.member_no
     WHERE a.state IS NOT NULL AND a.member_no <> '' AND g.state = 'accepted' AND g.person_id <> a.person_id
), today (id, living_id) AS (
    SELECT person_id, person_id FROM theirs
    UNION
    SELECT other_id, other_id FROM theirs
    UNION
    SELECT t.id, p.merged_into_id FROM today t JOIN registry_person p ON p.id = t.living_id
     WHERE p.merged_into_id IS NOT NULL
)
UPDATE {answered} a SET state = NULL, problem = t.problem, member_no = ''
  FROM theirs t
 WHERE t.row_no = a.row_no
   AND NOT EXISTS (SELECT 1 FROM today one JOIN today other USING (living_id)
                    WHERE one.id = t.person_id AND other.id = t.other_id)
