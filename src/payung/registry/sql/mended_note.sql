-- Note which returned rows (`back`) the rows of these lists that were taken (`came`) bring mended.
-- reads: registry_intake, registry_mended, registry_record
-- writes: registry_mended
-- param: lists bigint[]
WITH back AS MATERIALIZED (
    SELECT r.id, r.intake_id, r.nik_hash, r.name_norm, r.birth_date, r.region_code, lower(i.sender_name) AS sender
      FROM registry_record r JOIN registry_intake i ON i.id = r.intake_id AND i.status = 'loaded' AND i.returned > 0
     WHERE NOT r.accepted AND NOT EXISTS (SELECT 1 FROM registry_mended m WHERE m.record_id = r.id)
), came AS MATERIALIZED (
    SELECT r.id, r.intake_id, r.nik_hash, r.name_norm, r.birth_date, r.region_code, lower(i.sender_name) AS sender,
           EXISTS (SELECT 1 FROM registry_record b JOIN registry_intake k ON k.id = b.intake_id
                    WHERE b.nik_hash = r.nik_hash AND b.accepted AND b.intake_id < r.intake_id
                      AND k.status = 'loaded') AS known
      FROM registry_record r JOIN registry_intake i ON i.id = r.intake_id AND i.status = 'loaded'
     WHERE r.accepted AND r.intake_id = ANY(%(lists)s)
       AND (r.nik_hash IN (SELECT nik_hash FROM back) OR r.name_norm IN (SELECT name_norm FROM back))
       AND NOT EXISTS (SELECT 1 FROM registry_mended m WHERE m.by_id = r.id)
), pairs AS (
    SELECT b.id AS back, c.id AS came, 1 AS how FROM back b JOIN came c ON c.nik_hash = b.nik_hash
     WHERE c.intake_id > b.intake_id AND (c.name_norm = b.name_norm OR c.birth_date = b.birth_date)
    UNION ALL
    SELECT b.id, c.id, 2
      FROM (SELECT *, row_number() OVER (PARTITION BY sender, name_norm, birth_date ORDER BY id) AS n FROM back) b
      JOIN (SELECT *, row_number() OVER (PARTITION BY sender, name_norm, birth_date ORDER BY id) AS n FROM came
             WHERE NOT known) c
        ON c.name_norm = b.name_norm AND c.birth_date = b.birth_date AND c.sender = b.sender AND c.n = b.n
     WHERE c.intake_id > b.intake_id AND b.name_norm <> ''
    UNION ALL
    SELECT b.id, c.id, 3
      FROM (SELECT *, row_number() OVER (PARTITION BY sender, name_norm, region_code ORDER BY id) AS n FROM back
             WHERE birth_date IS NULL) b
      JOIN (SELECT *, row_number() OVER (PARTITION BY sender, name_norm, region_code ORDER BY id) AS n FROM came
             WHERE NOT known) c
        ON c.name_norm = b.name_norm AND c.region_code = b.region_code AND c.sender = b.sender AND c.n = b.n
     WHERE c.intake_id > b.intake_id AND b.name_norm <> ''
)
INSERT INTO registry_mended (record_id, by_id, intake_id, region_code)
SELECT DISTINCT ON (one.came) one.back, one.came, r.intake_id, r.region_code
  FROM (SELECT DISTINCT ON (back) back, came, how FROM pairs ORDER BY back, how, came) one
  JOIN registry_record r ON r.id = one.back
 ORDER BY one.came, one.how, one.back
    ON CONFLICT DO NOTHING
