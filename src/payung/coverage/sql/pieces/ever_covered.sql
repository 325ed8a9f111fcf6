-- Whether anybody ever protected a person: a decree, an approved plan, another payer by the branch. `but` narrows,
-- as a condition on `held`, which earlier cover makes somebody a former member.
-- takes: person, but
{person}.branch_until IS NOT NULL
         OR EXISTS (SELECT 1 FROM coverage_covermonth held WHERE held.person_id = {person}.id {but})
         OR EXISTS (SELECT 1 FROM funding_planline promised JOIN funding_plan o ON o.id = promised.plan_id
                     WHERE promised.person_id = {person}.id AND promised.fund_id IS NOT NULL
                       AND o.status = 'approved')
