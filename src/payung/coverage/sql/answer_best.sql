-- Give one row per line of ours, an acceptance before a refusal, then the earlier row; with what the line stands
-- at once the answer is applied, as answer_apply moves it: nobody else moves a line meanwhile.
-- staged: answered (row_no integer, line_ref text, upload_id bigint, state text, member_no text, refusal text,
--   refusal_text text, starts_on date, registration_id bigint, person_id bigint, fund_id bigint, region_code text,
--   was text, was_number text, was_from date, was_refused text)
-- gives: id bigint, line_ref text, upload_id bigint, person_id bigint, fund_id bigint, region_code text,
--   refusal_text text, was text, was_refused text, said text, said_number text, said_from date, said_refused text,
--   state text, member_no text, starts_on date, refusal text, moves boolean
SELECT id, line_ref, upload_id, person_id, fund_id, region_code, refusal_text, was, was_refused,
       state AS said, member_no AS said_number, starts_on AS said_from, refusal AS said_refused,
       CASE WHEN moves THEN state ELSE was END AS state,
       CASE WHEN moves THEN left(member_no, 30) ELSE was_number END AS member_no,
       CASE WHEN NOT moves THEN was_from WHEN state = 'accepted' THEN starts_on END AS starts_on,
       CASE WHEN moves THEN refusal ELSE was_refused END AS refusal, moves
  FROM (SELECT DISTINCT ON (registration_id)
               registration_id AS id, *, was = 'sent' OR (was = 'refused' AND state = 'accepted') AS moves
          FROM {answered}
         WHERE registration_id IS NOT NULL AND state IS NOT NULL
         ORDER BY registration_id, (state = 'accepted') DESC, row_no) a
