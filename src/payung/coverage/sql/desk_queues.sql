-- Count every queue of the programme as of a month, among what the session may see.
-- reads: coverage_amendment, coverage_annexline, coverage_bill, coverage_decree, coverage_difference,
--   coverage_monthlychange, coverage_notice, coverage_registration, coverage_upload,
--   funding_fund, funding_plan, registry_intake, registry_mended, registry_pair
-- param: month integer
-- gives: returned numeric, pairs bigint, funds bigint, plans bigint, plans_approved bigint,
--   decrees bigint, changes bigint, amendments bigint, unsent bigint, unanswered bigint, bills_draft bigint,
--   bills_approved bigint, bills_sent bigint, payments bigint, differences bigint, empty bigint, notices bigint
SELECT (SELECT coalesce(sum(i.returned - (SELECT count(*) FROM registry_mended m WHERE m.intake_id = i.id)), 0)
          FROM registry_intake i
         WHERE i.status = 'loaded' AND i.returned > 0 AND i.settled_at IS NULL) AS returned,
       (SELECT count(*) FROM registry_pair WHERE state = 'open') AS pairs,
       (SELECT count(*) FROM funding_fund WHERE status = 'proposed') AS funds,
       (SELECT count(*) FROM funding_plan WHERE status = 'proposed') AS plans,
       (SELECT count(*) FROM funding_plan WHERE status = 'approved') AS plans_approved,
       (SELECT count(*) FROM coverage_decree WHERE status = 'proposed') AS decrees,
       (SELECT count(*) FROM coverage_monthlychange WHERE state = 'proposed' AND amendment_id IS NULL) AS changes,
       (SELECT count(*) FROM coverage_amendment WHERE status = 'proposed') AS amendments,
       (SELECT count(*) FROM coverage_decree d WHERE d.status = 'approved'
           AND NOT EXISTS (SELECT 1 FROM coverage_upload u WHERE u.decree_id = d.id)) AS unsent,
       (SELECT count(*) FROM coverage_registration WHERE state = 'sent') AS unanswered,
       (SELECT count(*) FROM coverage_bill WHERE state = 'draft') AS bills_draft,
       (SELECT count(*) FROM coverage_bill WHERE state = 'approved') AS bills_approved,
       (SELECT count(*) FROM coverage_bill WHERE state = 'sent') AS bills_sent,
       (SELECT count(*) FROM coverage_difference WHERE state = 'open' AND kind = 'payment_unmatched') AS payments,
       (SELECT count(*) FROM coverage_difference WHERE state = 'open' AND kind <> 'payment_unmatched') AS differences,
       (SELECT count(*) FROM coverage_monthlychange k JOIN coverage_annexline r ON r.amendment_id = k.amendment_id
           AND r.person_id = k.person_id AND r.act = 'remove' AND r.end_month > %(month)s
         WHERE k.state = 'approved' AND k.replacement_id IS NULL AND k.kind <> 'changed') AS empty,
       (SELECT count(*) FROM coverage_notice WHERE state = 'waiting') AS notices
