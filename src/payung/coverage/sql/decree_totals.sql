-- Keep what a decree's annex comes to by fund.
-- reads: coverage_annexline, funding_fund
-- writes: coverage_decree
-- param: decree bigint
UPDATE coverage_decree d SET totals = jsonb_build_object(
    'people', (SELECT count(DISTINCT l.person_id) FROM coverage_annexline l
                WHERE l.amendment_id IS NULL AND l.decree_id = d.id),
    'funds', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.people DESC, t.fund_id), '[]') FROM (
        SELECT f.id AS fund_id, f.name AS fund, f.kind, f.group_code, count(DISTINCT l.person_id) AS people,
               sum(l.end_month - l.first_month)::bigint AS months, sum(l.amount)::bigint AS amount,
               min(l.first_month) AS first, max(l.end_month) - 1 AS last
          FROM coverage_annexline l JOIN funding_fund f ON f.id = l.fund_id
         WHERE l.amendment_id IS NULL AND l.decree_id = d.id GROUP BY f.id) t))
 WHERE d.id = %(decree)s
