-- Give the first and the end month of all that an amendment changes, and how many lines that are.
-- staged: leaving (first_month integer, end_month integer)
-- staged: coming (first_month integer, end_month integer)
-- gives: first integer, end integer, lines bigint
SELECT min(first_month) AS first, max(end_month) AS end, count(*) AS lines FROM (
    SELECT first_month, end_month FROM {leaving} UNION ALL SELECT first_month, end_month FROM {coming}) c
