-- Propose every change that the facts themselves ask for, each with the month it counts from and the evidence. A
-- change that waits, or that was turned down for the same month on, is not proposed again.
-- reads: coverage_annexline, coverage_covermonth, coverage_monthlychange, coverage_registration, coverage_upload,
--   funding_fund, registry_eligibility, registry_intake, registry_person, registry_record
-- writes: coverage_monthlychange
-- param: user bigint
-- param: report text
-- param: month integer
-- param: words jsonb
-- param: last integer
-- param: kinds text[]
-- gives: id bigint
INSERT INTO coverage_monthlychange (person_id, kind, from_month, evidence, state, fund_id, region_code, proposed_by_id)
SELECT person_id, kind, from_month, evidence, 'proposed', fund_id, region_code, %(user)s FROM (
    SELECT DISTINCT ON (found.person_id) found.person_id, found.kind, found.from_month, found.evidence, c.fund_id,
           c.region_code
      FROM (
        SELECT p.id AS person_id, NULL::bigint AS fund_id, 'died' AS kind, 1 AS weight,
               (extract(year FROM p.died_on) * 12 + extract(month FROM p.died_on))::integer AS from_month,
               coalesce(told.evidence, 'Daftar kematian') || ': meninggal ' || to_char(p.died_on, 'DD-MM-YYYY')
               AS evidence
          FROM registry_person p
          LEFT JOIN LATERAL (
               SELECT left(CASE WHEN i.file_name = %(report)s
                           THEN i.sender_name || coalesce(' (dilaporkan ' || (e.extra->>'reported_by')
                                || coalesce(', dikonfirmasi ' || (e.extra->>'confirmed_by'), '') || ')', '')
                           ELSE 'Daftar kematian ' || i.file_name || ', baris ' || e.row_no END, 270) AS evidence
                 FROM registry_record e JOIN registry_intake i ON i.id = e.intake_id
                WHERE e.person_id = p.id AND e.accepted AND e.event_date = p.died_on
                  AND i.kind = 'deaths' AND i.status = 'loaded'
                ORDER BY i.file_name = %(report)s DESC, i.id LIMIT 1) told ON true
         WHERE p.died_on IS NOT NULL
        UNION ALL
        SELECT p.id, NULL, 'double', 2, %(month)s, 'Digabung dengan orang nomor ' || p.merged_into_id
          FROM registry_person p WHERE p.merged_into_id IS NOT NULL
        UNION ALL
        SELECT r.person_id, r.fund_id, 'refused', 3,
               (SELECT min(l.first_month) FROM coverage_annexline l
                 WHERE l.person_id = r.person_id AND l.fund_id = r.fund_id AND l.act = 'add'
                   AND l.decree_id = u.decree_id AND l.amendment_id IS NOT DISTINCT FROM u.amendment_id),
               'Jawaban cabang: ' || coalesce(%(words)s::jsonb ->> r.refusal, r.refusal)
          FROM coverage_registration r JOIN coverage_upload u ON u.id = r.upload_id
         WHERE r.state = 'refused' AND NOT EXISTS (
               SELECT 1 FROM coverage_registration a WHERE a.person_id = r.person_id AND a.fund_id = r.fund_id
                  AND a.state <> 'refused' AND a.id > r.id)
        UNION ALL
        SELECT e.person_id, NULL, 'aged', 4, e.eligible_until + 1,
               'Batas usia menurut hukum: bulan terakhir ' || (e.eligible_until / 12) || '-'
               || lpad((e.eligible_until %% 12 + 1)::text, 2, '0')
          FROM registry_eligibility e WHERE e.eligible_until < %(last)s
        UNION ALL
        SELECT p.id, NULL, 'wage', 5, %(month)s, 'Data menyatakan pekerja penerima upah'
          FROM registry_person p WHERE p.wage_worker
        UNION ALL
        SELECT p.id, NULL, 'moved', 6, %(month)s, 'Wilayah menurut data terbaru: ' || p.region_code
          FROM registry_person p
          JOIN coverage_covermonth m ON m.person_id = p.id AND m.month = %(month)s
          JOIN funding_fund f ON f.id = m.fund_id
         WHERE p.region_code <> m.region_code AND jsonb_array_length(f.regions) > 0 AND NOT EXISTS (
               SELECT 1 FROM jsonb_array_elements_text(f.regions) g(code) WHERE payung_contains(g.code, p.region_code))
      ) found
      JOIN coverage_covermonth c ON c.person_id = found.person_id AND c.month >= found.from_month
                                AND c.fund_id = coalesce(found.fund_id, c.fund_id)
     WHERE found.kind = ANY(%(kinds)s)
       AND NOT EXISTS (SELECT 1 FROM coverage_monthlychange k WHERE k.person_id = found.person_id
                          AND (k.state = 'proposed'
                               OR (k.state = 'rejected' AND k.kind = found.kind AND k.from_month = found.from_month)))
     ORDER BY found.person_id, found.weight, c.month
) wanted
    ON CONFLICT DO NOTHING RETURNING id
