-- Give what each fund in force has: people and months decreed, rupiah committed and paid, and the last month
-- decreed.
-- reads: funding_account, funding_fund, funding_payer, oversight_covercount
-- param: now integer
-- gives: fund bigint, code text, name text, payer text, payer_kind text, kind text, people bigint, months bigint,
--   committed numeric, paid numeric, last integer
SELECT f.id AS fund, f.code, f.name, p.name AS payer, p.kind AS payer_kind, f.kind, coalesce(c.people, 0) AS people,
       coalesce(c.person_months, 0) AS months, coalesce(a.committed, 0) AS committed, coalesce(a.paid, 0) AS paid,
       c.last_month AS last
FROM funding_fund f JOIN funding_payer p ON p.id = f.payer_id
LEFT JOIN (SELECT fund_id, sum(decreed) FILTER (WHERE month = %(now)s) AS people,
                  sum(decreed) AS person_months, max(month) FILTER (WHERE decreed > 0) AS last_month
           FROM oversight_covercount GROUP BY 1) c ON c.fund_id = f.id
LEFT JOIN (SELECT fund_id,
                  sum(balance) FILTER (WHERE kind IN ('committed', 'billed', 'paid')) AS committed,
                  sum(balance) FILTER (WHERE kind = 'paid') AS paid
           FROM funding_account GROUP BY 1) a ON a.fund_id = f.id
WHERE f.status NOT IN ('proposed', 'rejected')
ORDER BY coalesce(c.people, 0) DESC, coalesce(c.person_months, 0) DESC, f.name
