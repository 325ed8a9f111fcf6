-- Give whether anybody ever protected a person. Whom the fund itself has taken in as a newcomer may stand otherwise
-- within its cover.
-- reads: coverage_covermonth, funding_plan, funding_planline, registry_person
-- param: fund bigint
-- param: joins boolean
-- param: person bigint
-- gives: ever boolean
-- piece: ever = coverage/ever_covered(person=p, but=AND (%(joins)s OR held.fund_id <> %(fund)s))
SELECT {ever} AS ever
  FROM registry_person p
 WHERE p.id = %(person)s
