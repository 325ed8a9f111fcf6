-- The file of a job is seen by whoever sees the job.
ALTER TABLE jobs_jobfile ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS jobs_jobfile_own ON jobs_jobfile;
CREATE POLICY jobs_jobfile_own ON jobs_jobfile
    USING (EXISTS (SELECT 1 FROM jobs_job j WHERE j.id = job_id))
    WITH CHECK (EXISTS (SELECT 1 FROM jobs_job j WHERE j.id = job_id));
REVOKE ALL ON jobs_jobfile FROM payung_app;
GRANT SELECT, INSERT, DELETE ON jobs_jobfile TO payung_app;
