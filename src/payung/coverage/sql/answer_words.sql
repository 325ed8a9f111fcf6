-- Open a difference for each word that decides nothing: one for all rows that bear it.
-- reads: coverage_registration
-- writes: coverage_difference
-- staged: answered (state text, problem text, refusal_text text, registration_id bigint, person_id bigint, fund_id
--   bigint, region_code text)
-- param: file text
-- param: user bigint
-- param: sha256 text
-- param: province text
-- gives: id bigint
INSERT INTO coverage_difference (kind, person_id, fund_id, month, detail, owner_id, state, settlement, key,
                                 region_code)
SELECT 'undecided_word', NULL::bigint, NULL::bigint, NULL::integer,
       jsonb_build_object('file', %(file)s, 'words', left(a.refusal_text, 200), 'people', count(*)),
       %(user)s, 'open', '', 'word:' || left(%(sha256)s, 16) || ':' || md5(a.refusal_text), %(province)s
  FROM {answered} a JOIN coverage_registration r ON r.id = a.registration_id AND r.state = 'sent'
 WHERE a.problem = 'word' GROUP BY a.refusal_text
    ON CONFLICT (key) DO NOTHING RETURNING id
