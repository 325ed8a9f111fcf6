-- Give a hash over every approved or proposed fact of an annex: the paper can be checked against it.
-- reads: coverage_annexline
-- param: decree bigint
-- param: amendment bigint
-- gives: hash text
SELECT encode(sha256(convert_to(coalesce(string_agg(concat_ws('|', act, person_id, fund_id, first_month, end_month,
              amount, name, trade, region_code), E'\n' ORDER BY person_id, first_month, act), ''), 'UTF8')), 'hex') AS hash
  FROM coverage_annexline WHERE decree_id = %(decree)s AND amendment_id IS NOT DISTINCT FROM %(amendment)s
