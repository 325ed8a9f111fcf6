-- Give the waiting notices of a kind of recipient with where they go: a worker's phone (sealed), or the contact of
-- a village or payer.
-- reads: coverage_contact, coverage_notice, funding_fund, registry_person
-- param: field text
-- param: to text
-- gives: id bigint, sealed bytea, address text
SELECT n.id, CASE WHEN n."to" = 'worker' THEN p.phone END AS sealed,
       CASE WHEN %(field)s = 'email' THEN coalesce(c.email, '') ELSE coalesce(c.phone, '') END AS address
  FROM coverage_notice n
  LEFT JOIN registry_person p ON p.id = n.person_id
  LEFT JOIN funding_fund f ON f.id = n.fund_id
  LEFT JOIN coverage_contact c ON CASE WHEN n."to" = 'payer' THEN c.payer_id = f.payer_id
                                       ELSE n."to" = 'village' AND c.region_code = n.region_code END
 WHERE n.state = 'waiting' AND n."to" = %(to)s
 ORDER BY n.id
