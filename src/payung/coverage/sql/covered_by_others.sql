-- Give the living people that another payer covers on a day: shown by the branch's extract, and not protected by this
-- programme (months paid for that the law's clock still counts, once the branch registered them).
-- reads: coverage_bill, coverage_billline, coverage_registration, registry_person
-- param: on date
-- param: month integer
-- param: allowed integer
-- gives: id bigint
-- piece: shown = registry/shown_by_branch(day=%(on)s::date)
-- piece: alive = registry/alive(person=p, day=%(on)s)
SELECT p.id
  FROM registry_person p
 WHERE p.merged_into_id IS NULL AND {alive} AND {shown}
   AND NOT EXISTS (
       SELECT 1 FROM coverage_billline l
         JOIN coverage_bill b ON b.id = l.bill_id AND b.state IN ('paid', 'reconciled')
         JOIN coverage_registration g ON g.person_id = l.person_id AND g.fund_id = b.fund_id
          AND g.state = 'accepted' AND coalesce(g.starts_on, %(on)s) <= %(on)s
        WHERE l.person_id = p.id AND l.month BETWEEN %(month)s - %(allowed)s AND %(month)s)
 ORDER BY p.id
