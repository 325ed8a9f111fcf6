-- Count the people decreed in each month, and keep it for the scope of regions of the session; gives what it kept.
CREATE OR REPLACE FUNCTION coverage_count_months(since integer, till integer)
RETURNS TABLE(the_month integer, the_people integer) LANGUAGE plpgsql
AS $$
DECLARE mine text := coalesce(current_setting('payung.regions', true), '');
BEGIN
    -- One at a time: what another began to count before a change must not be kept after it.
    PERFORM pg_advisory_xact_lock(hashtextextended('payung:months', 0));
    WITH taken AS (DELETE FROM coverage_touched WHERE count = 'months' RETURNING month)
    DELETE FROM coverage_keptmonth WHERE month IN (SELECT month FROM taken);
    INSERT INTO coverage_keptmonth (scope, month, people)
    SELECT mine, n, (SELECT count(*) FROM coverage_covermonth c WHERE c.month = n)
      FROM generate_series(since, till) n
     WHERE NOT EXISTS (SELECT 1 FROM coverage_keptmonth k WHERE k.scope = mine AND k.month = n);
    RETURN QUERY SELECT month, people FROM coverage_keptmonth
                  WHERE scope = mine AND month BETWEEN since AND till;
END $$;
