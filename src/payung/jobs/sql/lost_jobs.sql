-- Give, and hold, the jobs that have not ended, wait in no queue, and are done by nobody.
-- reads: jobs_job, procrastinate_jobs
-- param: grace float8
-- param: lock oid
-- gives: id bigint, kind text
SELECT j.id, j.kind FROM jobs_job j
 WHERE j.state IN ('waiting', 'running')
   AND greatest(j.queued_at, j.started_at) < clock_timestamp() - %(grace)s * interval '1 second'
   AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs q
                    WHERE q.status = 'todo' AND (q.args ->> 'job')::bigint = j.id)
   AND NOT EXISTS (SELECT 1 FROM pg_locks l
                    WHERE l.locktype = 'advisory' AND l.classid = %(lock)s AND l.objid = j.id::integer::oid
                      AND l.objsubid = 2 AND l.granted
                      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
 ORDER BY j.id FOR UPDATE OF j SKIP LOCKED
