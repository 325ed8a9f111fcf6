-- Give the months of a person, decreed or billed, and after them (without a month) what the branch registered.
-- reads: coverage_annexline, coverage_bill, coverage_billline, coverage_covermonth, coverage_decree,
--   coverage_registration, funding_fund, funding_payer
-- param: person bigint
-- gives: month integer, decreed bigint, billed bigint, bill_state text, fund text, payer text, decree text,
--   registration bigint, state text, member_no text, starts_on date, refusal text
SELECT coalesce(c.month, l.month) AS month, c.fund_id AS decreed, b.fund_id AS billed, b.state AS bill_state,
       f.name AS fund, y.name AS payer, d.number AS decree, NULL::bigint AS registration, NULL AS state,
       NULL AS member_no, NULL::date AS starts_on, NULL AS refusal
  FROM (SELECT month, fund_id, line_id FROM coverage_covermonth WHERE person_id = %(person)s) c
  FULL JOIN (SELECT month, bill_id FROM coverage_billline WHERE person_id = %(person)s) l ON l.month = c.month
  LEFT JOIN coverage_bill b ON b.id = l.bill_id
  LEFT JOIN coverage_annexline a ON a.id = c.line_id
  LEFT JOIN coverage_decree d ON d.id = a.decree_id
  JOIN funding_fund f ON f.id = coalesce(c.fund_id, b.fund_id)
  JOIN funding_payer y ON y.id = f.payer_id
 UNION ALL
SELECT NULL, fund_id, NULL, NULL, NULL, NULL, NULL, id, state, member_no, starts_on, refusal
  FROM coverage_registration WHERE person_id = %(person)s
 ORDER BY month NULLS LAST, registration
