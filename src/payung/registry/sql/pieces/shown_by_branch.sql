-- Whether the branch's extract shows person `p` (of registry_person) as a member in the month of a day, whoever
-- else covers them.
-- takes: day
(p.branch_until >= date_trunc('month', {day})
       AND coalesce(p.branch_since < date_trunc('month', {day}) + interval '1 month', true))
