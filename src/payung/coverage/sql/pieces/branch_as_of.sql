-- As of when the membership of person `p` (of registry_person) that lasts longest is told; asked of few people
-- only.
(SELECT max(i.loaded_at) FROM registry_record e JOIN registry_intake i ON i.id = e.intake_id
  WHERE e.person_id = p.id AND e.accepted AND e.event_until = p.branch_until
    AND i.kind = 'branch' AND i.status = 'loaded')
