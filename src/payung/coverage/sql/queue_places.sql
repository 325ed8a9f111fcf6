-- Give the places that become free: not those whose holder only changes within the fund, unless for fewer months.
-- staged: leaving (change_id bigint, to_fund_id bigint, to_end integer, fund_id bigint, first_month integer,
--   end_month integer, unbilled integer)
-- gives: change_id bigint, fund_id bigint, first integer, end_month integer
SELECT change_id, fund_id, first, end_month
  FROM (SELECT v.change_id, v.fund_id, v.end_month,
               greatest(v.first_month, v.unbilled, CASE WHEN v.to_fund_id = v.fund_id THEN v.to_end ELSE 0 END) AS first
          FROM {leaving} v) w
 WHERE end_month > first ORDER BY fund_id, first, change_id
