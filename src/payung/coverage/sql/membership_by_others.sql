-- Give what the branch's extract says of one person: until when others pay, since when, and as of when.
-- reads: registry_intake, registry_person, registry_record
-- param: person bigint
-- gives: until date, since date, as_of timestamptz
-- piece: as_of = coverage/branch_as_of()
SELECT p.branch_until AS until, p.branch_since AS since, {as_of} AS as_of
  FROM registry_person p
 WHERE p.id = %(person)s AND p.branch_until IS NOT NULL
