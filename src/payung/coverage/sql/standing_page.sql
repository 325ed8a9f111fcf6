-- Give the people of a page: from place `skip` on in the lists of the districts of a region, one after another.
-- reads: coverage_keptstanding
-- param: skip bigint
-- param: limit bigint
-- param: on date
-- param: allowed smallint
-- param: state text
-- param: region text
-- gives: id bigint
SELECT unnest(ids[greatest(%(skip)s - before, 0) + 1 : %(skip)s + %(limit)s - before]) AS id
  FROM (SELECT ids, sum(people) OVER (ORDER BY district) - people AS before, people
          FROM coverage_keptstanding
         WHERE scope = current_setting('payung.regions', true) AND day = %(on)s AND allowed = %(allowed)s
           AND state = %(state)s AND payung_contains(%(region)s, district) AND district <> '') k
 WHERE before < %(skip)s + %(limit)s AND before + people > %(skip)s
