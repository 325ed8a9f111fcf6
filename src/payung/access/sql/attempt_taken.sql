-- Count one more attempt of a key, in a window that begins with the first; give how many it is.
-- writes: access_attempt
-- param: key bytea
-- param: window float8
-- gives: times integer
INSERT INTO access_attempt (key, since, times, forget_at)
VALUES (%(key)s, clock_timestamp(), 1, clock_timestamp() + %(window)s * interval '1 second')
    ON CONFLICT (key) DO UPDATE
   SET times = CASE WHEN access_attempt.forget_at > clock_timestamp() THEN access_attempt.times + 1 ELSE 1 END,
       since = CASE WHEN access_attempt.forget_at > clock_timestamp() THEN access_attempt.since
                    ELSE excluded.since END,
       forget_at = CASE WHEN access_attempt.forget_at > clock_timestamp() THEN access_attempt.forget_at
                        ELSE excluded.forget_at END
RETURNING times
