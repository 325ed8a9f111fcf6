-- Every fact of some annex lines `l` as one text, a JSON array to a line: nothing runs together, and NULL is not ''.
-- takes: lines
coalesce((SELECT string_agg(jsonb_build_array(l.act, l.person_id, l.fund_id, l.first_month, l.end_month, l.amount,
                                              l.income, l.sector, l.reason, l.evidence, l.name, l.trade,
                                              l.region_code)::text, E'\n'
                            ORDER BY l.person_id, l.first_month, l.act, l.id)
            FROM coverage_annexline l WHERE {lines}), '')
