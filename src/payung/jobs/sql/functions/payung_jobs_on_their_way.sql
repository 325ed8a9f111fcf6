-- How many jobs of these kinds are on their way, for pages that show everybody's without showing whose.
CREATE OR REPLACE FUNCTION payung_jobs_on_their_way(kinds text[]) RETURNS TABLE (kind text, jobs bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$
    SELECT j.kind::text, count(*) FROM jobs_job j
     WHERE j.state IN ('waiting', 'running') AND j.kind = ANY(kinds) GROUP BY 1
$$;
