-- Give the queue of each fund that has places, in the plan's own order: within its terms, nobody covered in those
-- months, by a decree or, as the branch says, by another payer.
-- reads: coverage_covermonth, funding_fund, funding_fundperson, funding_plan, funding_planline
-- staged: leaving (person_id bigint, fund_id bigint, first_month integer, end_month integer, region_code text,
--   income bigint, sector text, name text, trade text, payer text)
-- staged: waiting (rank integer, id bigint, income bigint, sector text, name text, trade text, region_code text,
--   occupation_id text, sex text, birth_date date, until integer, branch_until date)
-- param: most bigint
-- param: today date
-- gives: fund_id bigint, person_id bigint, income bigint, sector text, payer text, name text, trade text,
--   region_code text, until integer
-- piece: ever = coverage/ever_covered(person=p, but=)
-- piece: terms = funding/may_pay(fund=f, person=p, ever={ever})
SELECT w.fund_id, q.id AS person_id, q.income, q.sector, w.payer, q.name, q.trade, q.region_code, q.until
  FROM (SELECT fund_id, payer, min(first_month) AS first, max(end_month) AS upto
          FROM {leaving}
         GROUP BY fund_id, payer) w
  JOIN funding_fund f ON f.id = w.fund_id
 CROSS JOIN LATERAL (
    SELECT p.* FROM {waiting} p
     WHERE {terms}
       AND NOT EXISTS (SELECT 1 FROM coverage_covermonth c WHERE c.person_id = p.id
                          AND c.month >= w.first AND c.month < w.upto)
       AND coalesce(extract(year FROM p.branch_until) * 12 + extract(month FROM p.branch_until) - 1 < w.first, true)
       AND coalesce(p.until >= w.first, true)
     ORDER BY p.rank LIMIT %(most)s
 ) q
 ORDER BY w.fund_id, q.rank
