-- Leave a NIK that two people claim with the one who had it, else with the one more records support.
-- staged: wanted (person_id bigint, nik_hash bytea, support bigint, has_it boolean)
DELETE FROM {wanted} w
 USING (SELECT person_id, row_number() OVER (
               PARTITION BY nik_hash ORDER BY has_it DESC, support DESC, person_id) AS place FROM {wanted}) r
 WHERE r.person_id = w.person_id AND r.place > 1
