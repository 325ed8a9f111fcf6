-- How people stand on the day `on` in its month: who is decreed for it, or still protected by what was paid in the
-- months before that the law's arrears allow; only of the people `ids` where those are given (named one by one:
-- row-level security lets no subquery reach an index).
WITH paid AS (
    SELECT DISTINCT ON (l.person_id) l.person_id, l.month AS last_paid, b.fund_id
      FROM coverage_billline l JOIN coverage_bill b ON b.id = l.bill_id AND b.state IN ('paid', 'reconciled')
     WHERE l.month BETWEEN %(month)s - %(allowed)s AND %(month)s AND (%(ids)s::bigint[] IS NULL OR l.person_id = ANY(%(ids)s))
     ORDER BY l.person_id, l.month DESC
), cover AS (
    SELECT l.person_id, l.fund_id FROM coverage_covermonth l WHERE l.month = %(month)s AND (%(ids)s::bigint[] IS NULL OR l.person_id = ANY(%(ids)s))
), registered AS (
    SELECT DISTINCT ON (l.person_id, l.fund_id) l.person_id, l.fund_id, l.state, l.member_no, l.starts_on
      FROM coverage_registration l WHERE true AND (%(ids)s::bigint[] IS NULL OR l.person_id = ANY(%(ids)s))
     ORDER BY l.person_id, l.fund_id, (l.state = 'accepted') DESC, l.id DESC
), standing AS (
    SELECT m.person_id, m.fund_id, m.last_paid, r.member_no, r.starts_on,
           CASE WHEN r.state = 'accepted' AND coalesce(r.starts_on, %(on)s) <= %(on)s AND m.last_paid IS NOT NULL
                THEN CASE WHEN m.last_paid = %(month)s THEN 'protected' ELSE 'grace' END
                WHEN NOT m.covered THEN 'none'
                WHEN r.state = 'refused' THEN 'refused'
                WHEN r.state = 'accepted' AND coalesce(r.starts_on, %(on)s) <= %(on)s THEN 'unpaid'
                ELSE 'registering' END AS state
      FROM (SELECT person_id, coalesce(cover.fund_id, paid.fund_id) AS fund_id, paid.last_paid,
                   cover.fund_id IS NOT NULL AS covered
              FROM cover FULL JOIN paid USING (person_id)) m
      LEFT JOIN registered r ON r.person_id = m.person_id AND r.fund_id = m.fund_id
)
