"""Who sees which job, and what the application role may do with jobs and with the queue's own tables."""

from django.db import migrations

_SEEN = "(SELECT current_setting('payung.jobs_of', true)) IN ('all', owner_id::text)"

SQL = f"""
ALTER TABLE jobs_job ENABLE ROW LEVEL SECURITY;
CREATE POLICY jobs_job_own ON jobs_job USING ({_SEEN}) WITH CHECK ({_SEEN});
-- What has not ended, or ended a short while ago, is removed by nobody.
CREATE POLICY jobs_job_forget ON jobs_job AS RESTRICTIVE FOR DELETE USING (ended_at < now() - interval '12 hours');
ALTER TABLE jobs_jobfile ENABLE ROW LEVEL SECURITY;
CREATE POLICY jobs_jobfile_own ON jobs_jobfile
    USING (EXISTS (SELECT 1 FROM jobs_job j WHERE j.id = job_id))
    WITH CHECK (EXISTS (SELECT 1 FROM jobs_job j WHERE j.id = job_id));

-- What a job is and for whom it is done cannot be changed once it is queued.
REVOKE ALL ON jobs_job, jobs_jobfile FROM payung_app;
GRANT SELECT, INSERT, DELETE ON jobs_job, jobs_jobfile TO payung_app;
GRANT UPDATE (key, state, attempts, started_at, ended_at, step, steps_done, steps_total, result, sentence, english)
   ON jobs_job TO payung_app;

-- The queue holds numbers of jobs and nothing about anybody.
REVOKE ALL ON procrastinate_jobs, procrastinate_events, procrastinate_workers, procrastinate_periodic_defers
  FROM payung_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_workers TO payung_app;
GRANT SELECT, INSERT ON procrastinate_events TO payung_app;
GRANT SELECT, UPDATE ON procrastinate_periodic_defers TO payung_app;
GRANT USAGE, SELECT ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq TO payung_app;
"""

BACK = """
DROP POLICY jobs_jobfile_own ON jobs_jobfile;
DROP POLICY jobs_job_forget ON jobs_job;
DROP POLICY jobs_job_own ON jobs_job;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_initial"),
        ("access", "0007_event_trail"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = [migrations.RunSQL(SQL, BACK)]
