-- All that is decided with an amendment `t`, as one text: its head, the changes that it carries and who takes the
-- places that they free, and its lines.
-- piece: annex = coverage/annex_content(lines=l.decree_id = t.decree_id AND l.amendment_id = t.id)
jsonb_build_array(t.decree_id, t.number, t.dated, (
    SELECT jsonb_agg(jsonb_build_array(k.id, k.replacement_id) ORDER BY k.id)
      FROM coverage_monthlychange k WHERE k.amendment_id = t.id))::text || {annex}
