-- Write the notices about covers that end with a month and do not go on: one to each worker, village and payer.
-- reads: coverage_covermonth, funding_fund, funding_payer, registry_person, registry_region
-- writes: coverage_notice
-- param: month integer
-- param: day text
-- param: province text
WITH ending AS (
    SELECT c.person_id, c.fund_id, c.region_code FROM coverage_covermonth c
     WHERE c.month = %(month)s
       AND NOT EXISTS (SELECT 1 FROM coverage_covermonth n WHERE n.person_id = c.person_id AND n.month = c.month + 1)
)
INSERT INTO coverage_notice (person_id, fund_id, "to", kind, month, text, state, channel, key, region_code)
SELECT e.person_id, e.fund_id, 'worker', 'ending', %(month)s,
       format('Perlindungan BPJS Ketenagakerjaan %%s dibayar %%s sampai %%s. Sesudah itu bayar sendiri atau hubungi '
              'kantor desa. Tidak ada biaya apa pun.', p.name, y.name, %(day)s),
       'waiting', '', 'ending:worker:' || e.person_id || ':' || %(month)s, e.region_code
  FROM ending e JOIN registry_person p ON p.id = e.person_id JOIN funding_fund f ON f.id = e.fund_id
  JOIN funding_payer y ON y.id = f.payer_id
UNION ALL
SELECT NULL::bigint, NULL::bigint, 'village', 'ending', %(month)s,
       format('%%s pekerja rentan di %%s berakhir perlindungannya %%s. Daftar ada di kantor kecamatan.',
              count(*), v.name, %(day)s),
       'waiting', '', 'ending:village:' || e.region_code || ':' || %(month)s, e.region_code
  FROM ending e JOIN registry_region v ON v.code = e.region_code GROUP BY e.region_code, v.name
UNION ALL
SELECT NULL::bigint, e.fund_id, 'payer', 'ending', %(month)s,
       format('%%s: perlindungan %%s pekerja yang dibayar %%s berakhir %%s. Perpanjang sebelum tanggal itu.',
              y.name, count(*), f.name, %(day)s),
       'waiting', '', 'ending:payer:' || e.fund_id || ':' || %(month)s, %(province)s
  FROM ending e JOIN funding_fund f ON f.id = e.fund_id JOIN funding_payer y ON y.id = f.payer_id
 GROUP BY e.fund_id, f.id, y.id
    ON CONFLICT (key) DO NOTHING
