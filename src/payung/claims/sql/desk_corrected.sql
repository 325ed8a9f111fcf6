-- Note in the history of each case that changes what was and what is: what a clerk has looked at already does not
-- change unseen.
-- reads: claims_case
-- writes: claims_step
-- staged: dead (person_id bigint, died_on date, owed bigint, region_code text, snapshot_hash text, kind text)
-- param: user bigint
INSERT INTO claims_step (case_id, old_state, new_state, reason, details, answer, two_people, by_id, region_code)
SELECT c.id, c.state, c.state,
       CASE WHEN c.kind <> d.kind AND d.kind = 'other'
            THEN 'Menurut data cabang dibayar pihak lain, bukan program ini: cabang yang menghitung dan membayar'
            WHEN c.kind <> d.kind THEN 'Terlindungi program ini pada hari itu: hak dihitung'
            WHEN c.event_on = d.died_on THEN 'Hak dihitung lagi: iuran yang dibayar atau hukumnya berubah'
            ELSE 'Tanggal meninggal dikoreksi dari ' || to_char(c.event_on, 'DD-MM-YYYY') || ' ke '
                 || to_char(d.died_on, 'DD-MM-YYYY')
                 || CASE WHEN d.kind = 'jkm' THEN '; hak dihitung lagi' ELSE '' END END,
       jsonb_build_object('owed_before', c.owed, 'owed', d.owed), 'done', false, %(user)s, c.region_code
  FROM claims_case c JOIN {dead} d ON d.person_id = c.person_id AND d.kind <> ''
 WHERE c.kind IN ('jkm', 'other') AND c.state IN ('reported', 'checked', 'gathering') AND d.snapshot_hash <> ''
   AND (c.kind, c.event_on, c.owed) IS DISTINCT FROM (d.kind, d.died_on, d.owed)
