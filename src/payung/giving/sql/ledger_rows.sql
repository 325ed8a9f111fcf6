-- Sum what each payer does in each regency and month of a year; payers are named who are public or asked to be.
-- reads: funding_fund, funding_payer, giving_donation, oversight_covercount
-- param: january integer
-- param: december integer
-- gives: payer text, kind text, regency text, month integer, decreed integer, active integer, paid bigint
SELECT coalesce(CASE WHEN d.id IS NULL THEN CASE WHEN p.public THEN p.name END
                     WHEN d.listed THEN d.name END, '') AS payer,
       CASE WHEN d.id IS NULL AND p.public OR d.listed THEN p.kind ELSE 'donors' END AS kind,
       left(c.region_code, 5) AS regency, c.month,
       sum(c.decreed)::int AS decreed, sum(c.active)::int AS active, sum(c.paid)::bigint AS paid
  FROM oversight_covercount c
  JOIN funding_fund f ON f.id = c.fund_id
  JOIN funding_payer p ON p.id = f.payer_id
  LEFT JOIN giving_donation d ON d.fund_id = f.id
 WHERE c.month BETWEEN %(january)s AND %(december)s
 GROUP BY 1, 2, 3, 4
