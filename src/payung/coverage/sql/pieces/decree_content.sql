-- All that is decided with a decree `t`, as one text: its head and its annex.
-- piece: annex = coverage/annex_content(lines=l.decree_id = t.id AND l.amendment_id IS NULL)
jsonb_build_array(t.number, t.dated, t.signer, t.plan_id, t.check_code, t.totals)::text || {annex}
