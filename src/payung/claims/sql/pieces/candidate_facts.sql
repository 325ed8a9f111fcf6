-- What is told of row `a` of a death list beside person `p`, whom it may be about.
a.id AS record_id, a.name AS listed, a.name_norm AS listed_norm, a.birth_date AS born, a.birth_place AS born_at,
       a.event_date AS died_on, a.row_no, a.file_name, p.id AS person_id, p.name, p.name_norm, p.birth_date,
       p.birth_place, p.region_code, a.intake_id, coalesce(p.nik_hash = a.nik_hash, false) AS same_nik
