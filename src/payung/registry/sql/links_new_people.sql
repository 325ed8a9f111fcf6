-- Give a number to each new person: one for every group of records without one, and its first record.
-- staged: links (record_id bigint, cluster_id bigint, person_id bigint)
-- gives: cluster_id bigint, record_id bigint, person_id bigint
SELECT cluster_id, record_id, nextval(pg_get_serial_sequence('registry_person', 'id')) AS person_id
  FROM (SELECT cluster_id, min(record_id) AS record_id FROM {links}
         WHERE person_id IS NULL GROUP BY 1 ORDER BY 2) g
