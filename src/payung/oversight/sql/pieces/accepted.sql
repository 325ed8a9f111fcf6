-- Who is registered for which fund since which month (0: since ever).
SELECT person_id, fund_id,
           min(coalesce(extract(year FROM starts_on)::int * 12 + extract(month FROM starts_on)::int - 1, 0)) AS since
    FROM coverage_registration WHERE state = 'accepted' GROUP BY 1, 2
