-- Whom of the people `d` of `counted` is asked about: a kind, a region, a sender (each empty for all), within
-- regions.
(%(kind)s = '' OR d.kind = %(kind)s)
   AND payung_contains(%(region)s, d.region_code)
   AND (%(sender)s = '' OR %(sender)s = ANY(d.senders))
   AND (%(regions)s::text[] IS NULL
        OR EXISTS (SELECT FROM unnest(%(regions)s::text[]) r(code) WHERE payung_contains(r.code, d.region_code)))
