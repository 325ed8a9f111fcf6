-- All that is decided with a bill `t`, as one text. The database lets nobody change or remove a line, so their number
-- and sums tell whether any came in.
jsonb_build_array(t.fund_id, t.month, t.people, t.amount, t.credit, t.law, (
    SELECT jsonb_build_array(count(*), sum(l.jkk), sum(l.jkm))
      FROM coverage_billline l WHERE l.bill_id = t.id))::text
