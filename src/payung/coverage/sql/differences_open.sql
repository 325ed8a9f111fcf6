-- Open the differences found, or renew what they say; one that a person settled is never opened again.
-- writes: coverage_difference
-- staged: items (kind text, person_id bigint, fund_id bigint, detail jsonb, key text, region_code text)
-- param: month integer
-- param: user bigint
INSERT INTO coverage_difference (kind, person_id, fund_id, month, detail, owner_id, state, settlement, key,
                                 region_code)
SELECT kind, person_id, fund_id,
       CASE WHEN kind IN ('unanswered', 'bill_overdue') THEN NULL ELSE %(month)s END, detail,
       %(user)s, 'open', '', key, region_code FROM {items}
    ON CONFLICT (key) DO UPDATE SET detail = excluded.detail WHERE coverage_difference.state = 'open'
