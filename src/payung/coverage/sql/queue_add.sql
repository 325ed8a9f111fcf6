-- Write the annex lines of who takes a freed place.
-- writes: coverage_annexline
-- staged: joining (person_id bigint, fund_id bigint, first_month integer, end_month integer, amount bigint, income
--   bigint, sector text, name text, trade text, region_code text)
-- param: decree bigint
-- param: amendment bigint
INSERT INTO coverage_annexline (decree_id, amendment_id, act, person_id, fund_id, first_month, end_month, amount,
                                income, sector, reason, evidence, name, trade, region_code)
SELECT %(decree)s, %(amendment)s, 'add', j.person_id, j.fund_id, j.first_month, j.end_month, j.amount, j.income,
       j.sector, 'replacement', 'Urutan berikutnya dalam antrean rencana', j.name, j.trade, j.region_code
  FROM {joining} j
