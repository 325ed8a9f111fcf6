-- The queue holds numbers of jobs and nothing about anybody.
REVOKE ALL ON procrastinate_jobs, procrastinate_events, procrastinate_workers, procrastinate_periodic_defers
  FROM payung_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_workers TO payung_app;
GRANT SELECT, INSERT ON procrastinate_events TO payung_app;
GRANT SELECT, UPDATE ON procrastinate_periodic_defers TO payung_app;
GRANT USAGE, SELECT ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq TO payung_app;
