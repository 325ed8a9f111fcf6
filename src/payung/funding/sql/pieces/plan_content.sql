-- All that is decided with a plan `t`, as one text: its head, then a JSON array for each line.
jsonb_build_array(t.name, t.first_month, t.end_month, t.options, t.input_hash, t.report)::text || coalesce((
    SELECT string_agg(jsonb_build_array(l.person_id, l.fund_id, l.first_month, l.end_month, l.reason, l.rank,
                                        l.region_code)::text, E'\n'
                      ORDER BY l.person_id, l.first_month, l.id)
      FROM funding_planline l WHERE l.plan_id = t.id), '')
