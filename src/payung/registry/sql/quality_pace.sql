-- Count what waits at the desk, what was judged today, and the middle of the seconds between two judgements of one
-- clerk in the last thirty days, longer breaks left out.
-- reads: registry_blindcheck, registry_judgement, registry_mergeproposal, registry_pair
-- param: user bigint
-- param: break numeric
-- gives: left bigint, proposals bigint, today bigint, checks bigint, seconds float8
SELECT (SELECT count(*) FROM registry_pair WHERE state = 'open') AS left,
       (SELECT count(*) FROM registry_mergeproposal WHERE state = 'proposed') AS proposals,
       (SELECT count(*) FROM registry_judgement
         WHERE answer <> 'withdrawn' AND at >= date_trunc('day', now())) AS today,
       (SELECT count(*) FROM registry_blindcheck b
         WHERE NOT EXISTS (SELECT 1 FROM registry_judgement j WHERE j.blind_id = b.id)
           AND NOT EXISTS (SELECT 1 FROM registry_judgement j
                            WHERE j.pair_id = b.pair_id AND j.actor_id = %(user)s)) AS checks,
       (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY gap)
          FROM (SELECT extract(epoch FROM at - lag(at) OVER (PARTITION BY actor_id ORDER BY at)) AS gap
                  FROM registry_judgement
                 WHERE answer <> 'withdrawn' AND at >= now() - interval '30 days') g
         WHERE gap BETWEEN 0.5 AND %(break)s) AS seconds
