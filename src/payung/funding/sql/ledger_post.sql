-- Write movements that are not written yet, by their keys; give how many were new, and their rupiah.
-- writes: funding_entry
-- param: entries json
-- param: user bigint
-- gives: new bigint, rupiah bigint
WITH asked AS (
    SELECT * FROM json_to_recordset(%(entries)s::json) AS a(fund_id bigint, debit text, credit text, amount bigint,
        effective_on date, cause text, cause_id bigint, key text, note text)
), written AS (
    INSERT INTO funding_entry
        (fund_id, debit, credit, amount, effective_on, cause, cause_id, key, note, actor_id)
    SELECT fund_id, debit, credit, amount, effective_on, cause, cause_id, key, note, %(user)s FROM asked
    ORDER BY key
    ON CONFLICT (key) DO NOTHING
    RETURNING amount
)
SELECT count(*) AS new, coalesce(sum(amount), 0)::bigint AS rupiah FROM written
