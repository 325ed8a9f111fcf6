-- Count who is covered in a month (now), at what income, until when and of what age, and keep it for the scope of
-- regions of the session; gives what it kept, as JSON.
CREATE OR REPLACE FUNCTION coverage_count_ahead(now integer, earliest integer) RETURNS text LANGUAGE plpgsql
AS $$
DECLARE counted text;
BEGIN
    -- One at a time: what another began to count before a change must not be kept after it.
    PERFORM pg_advisory_xact_lock(hashtextextended('payung:covers ahead', 0));
    DELETE FROM coverage_touched WHERE count = 'ahead';
    IF FOUND THEN
        DELETE FROM coverage_keptahead;
    END IF;
    WITH covered AS MATERIALIZED (
        SELECT person_id, fund_id, line_id, false AS ended FROM coverage_covermonth WHERE month = now
        UNION ALL
        -- Where nobody is covered now, those whose decree ran out with the month before: that is still to be said.
        SELECT c.person_id, c.fund_id, c.line_id, true
          FROM coverage_covermonth c JOIN coverage_annexline l ON l.id = c.line_id AND l.end_month = now
         WHERE c.month = now - 1
           AND NOT EXISTS (SELECT 1 FROM coverage_covermonth n WHERE n.month = now)),
    decreed AS MATERIALIZED (
        SELECT c.month, c.fund_id, c.line_id, b.person_id IS NOT NULL AS own,
               lead(c.month) OVER (PARTITION BY c.person_id ORDER BY c.month) AS next
          FROM coverage_covermonth c LEFT JOIN covered b ON b.person_id = c.person_id
         WHERE c.month >= least(earliest, now)),
    bound AS (
        SELECT d.month, d.fund_id, l.income, l.sector, count(*) FILTER (WHERE d.own) AS people,
               count(*) FILTER (WHERE NOT d.own) AS others
          FROM decreed d JOIN coverage_annexline l ON l.id = d.line_id GROUP BY 1, 2, 3, 4),
    open AS (
        SELECT fund_id, line_id, month + 1 AS first, next FROM decreed
         WHERE own AND month >= now AND (next IS NULL OR next > month + 1)
        UNION ALL
        SELECT fund_id, line_id, now, (SELECT min(month) FROM coverage_covermonth n
                                        WHERE n.person_id = b.person_id AND n.month > now)
          FROM covered b WHERE ended),
    beyond AS (
        SELECT o.fund_id, l.income, l.sector, o.first, o.next, count(*) AS people
          FROM open o JOIN coverage_annexline l ON l.id = o.line_id GROUP BY 1, 2, 3, 4, 5),
    ends AS (SELECT month, count(*) AS people
               FROM (SELECT max(month) AS month FROM coverage_covermonth WHERE month >= now GROUP BY person_id) e
              GROUP BY 1),
    births AS (SELECT date_trunc('month', p.birth_date + CASE WHEN to_char(p.birth_date, 'MMDD') = '0229' THEN 1 ELSE 0 END)
                      ::date AS born, count(*) AS people
                 FROM covered h JOIN registry_person p ON p.id = h.person_id WHERE p.birth_date IS NOT NULL GROUP BY 1)
    INSERT INTO coverage_keptahead (scope, month, since, data)
    SELECT coalesce(current_setting('payung.regions', true), ''), now, earliest, jsonb_build_object(
        'bound', (SELECT coalesce(jsonb_agg(jsonb_build_array(month, fund_id, income, sector, people, others)), '[]')
                    FROM bound),
        'beyond', (SELECT coalesce(jsonb_agg(jsonb_build_array(fund_id, income, sector, first, next, people)), '[]')
                     FROM beyond),
        'ends', (SELECT coalesce(jsonb_agg(jsonb_build_array(month, people)), '[]') FROM ends),
        'births', (SELECT coalesce(jsonb_agg(jsonb_build_array(born, people)), '[]') FROM births))
    ON CONFLICT (scope, month, since) DO UPDATE SET data = EXCLUDED.data
    RETURNING data::text INTO counted;
    RETURN counted;
END $$;
