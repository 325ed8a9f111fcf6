-- Add the differences that are of no month: files not answered, bills past their date.
-- reads: coverage_bill, coverage_registration, coverage_upload
-- staged: items (kind text, person_id bigint, fund_id bigint, detail jsonb, key text, region_code text)
-- param: province text
-- param: today date
INSERT INTO {items} (kind, person_id, fund_id, detail, key, region_code)
SELECT 'unanswered', NULL::bigint, u.fund_id,
       jsonb_build_object('upload', u.id, 'file', u.file_name, 'people', count(*)),
       'unanswered:' || u.id, %(province)s
  FROM coverage_registration r JOIN coverage_upload u ON u.id = r.upload_id
 WHERE r.state = 'sent' GROUP BY u.id
UNION ALL
SELECT 'bill_overdue', NULL::bigint, b.fund_id,
       jsonb_build_object('bill', b.id, 'code', b.payment_code, 'open', b.amount - b.credit - b.paid),
       'bill_overdue:' || b.id, %(province)s
  FROM coverage_bill b WHERE b.state IN ('approved', 'sent') AND b.expires_on < %(today)s
