-- Give every decision of a clerk that stands, of a doubtful pair or of a sampled decision of the matcher, with who
-- sent the record.
-- reads: registry_blindcheck, registry_intake, registry_judgement, registry_pair, registry_record
-- gives: kind text, probability float8, same boolean, run_id bigint, source text, district text
SELECT label.kind, label.probability, label.same, label.run_id, coalesce(nullif(i.sender_name, ''), i.file_name) AS source,
       left(r.region_code, 8) AS district
FROM (
    SELECT * FROM (
        SELECT DISTINCT ON (q.id) 'doubtful' AS kind, q.probability, j.answer = 'same' AS same, q.run_id, q.record_id
        FROM registry_judgement j JOIN registry_pair q ON q.id = j.pair_id
        WHERE j.answer IN ('same', 'different')
          AND NOT EXISTS (SELECT 1 FROM registry_judgement w WHERE w.withdraws_id = j.id)
        ORDER BY q.id, j.id DESC
    ) standing
    UNION ALL
    SELECT b.kind, b.probability, j.answer = 'same', b.run_id, b.record_id
    FROM registry_judgement j
    JOIN registry_blindcheck b ON b.id = j.blind_id AND b.kind IN ('same', 'new')
    WHERE j.answer IN ('same', 'different')
) label
JOIN registry_record r ON r.id = label.record_id
JOIN registry_intake i ON i.id = r.intake_id
