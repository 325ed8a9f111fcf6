-- A job is seen by whom it is done for, and by work about everybody's jobs. What it is and for whom it is done cannot be
-- changed once it is queued; what has not ended, or ended a short while ago, is removed by nobody.
ALTER TABLE jobs_job ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS jobs_job_own ON jobs_job;
CREATE POLICY jobs_job_own ON jobs_job
    USING ((SELECT current_setting('payung.jobs_of', true)) IN ('all', owner_id::text))
    WITH CHECK ((SELECT current_setting('payung.jobs_of', true)) IN ('all', owner_id::text));
DROP POLICY IF EXISTS jobs_job_forget ON jobs_job;
CREATE POLICY jobs_job_forget ON jobs_job AS RESTRICTIVE FOR DELETE USING (ended_at < now() - interval '12 hours');
REVOKE ALL ON jobs_job FROM payung_app;
GRANT SELECT, INSERT, DELETE ON jobs_job TO payung_app;
GRANT UPDATE (key, state, attempts, started_at, ended_at, step, steps_done, steps_total, result, sentence, english, told)
    ON jobs_job TO payung_app;
