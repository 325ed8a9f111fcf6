-- Count this month's decreed people by how far the branch has come with them, and why it refused.
-- reads: coverage_covermonth, coverage_registration
-- param: now integer
-- gives: standing text, refusal text, people bigint
WITH best AS (
    SELECT person_id, fund_id,
           min(CASE state WHEN 'accepted' THEN 1 WHEN 'sent' THEN 2 ELSE 3 END) AS place,
           min(CASE WHEN state = 'accepted'
                    THEN coalesce(extract(year FROM starts_on)::int * 12 + extract(month FROM starts_on)::int - 1, 0)
               END) AS since,
           max(refusal) FILTER (WHERE state = 'refused') AS refusal
    FROM coverage_registration GROUP BY 1, 2
)
SELECT CASE WHEN b.place IS NULL THEN 'unsent' WHEN b.place = 1 AND b.since > c.month THEN 'later'
            WHEN b.place = 1 THEN 'accepted' WHEN b.place = 2 THEN 'unanswered' ELSE 'refused' END AS standing,
       CASE WHEN b.place = 3 THEN b.refusal ELSE '' END AS refusal, count(*) AS people
FROM coverage_covermonth c LEFT JOIN best b ON b.person_id = c.person_id AND b.fund_id = c.fund_id
WHERE c.month = %(now)s GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
