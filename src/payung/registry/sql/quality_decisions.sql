-- Count the decisions that there are to stand for: doubtful pairs by tenth of probability, automatic ones by run.
-- reads: registry_matchrun, registry_pair
-- param: runs bigint
-- gives: kind text, part bigint, decisions bigint
SELECT 'doubtful' AS kind, least(floor(probability * 10)::int, 9) AS part, count(*) AS decisions FROM registry_pair GROUP BY 2
UNION ALL
SELECT k.kind, m.id, sum(coalesce((s->>k.name)::bigint, 0))::bigint
FROM (SELECT id, report FROM registry_matchrun ORDER BY id DESC LIMIT %(runs)s) m
CROSS JOIN (VALUES ('same', 'same'), ('new', 'apart')) k (kind, name)
CROSS JOIN LATERAL jsonb_array_elements(coalesce(m.report->'strata', '[]'::jsonb)) s
GROUP BY 1, 2
