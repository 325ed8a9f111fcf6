-- A question about one person is seen by who asked it, and by those who answer for its region. Both are told to the
-- database for the length of one transaction by the room that asks; elsewhere nobody sees any row.
ALTER TABLE parliament_question ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS oversight_question_seen ON parliament_question;
CREATE POLICY oversight_question_seen ON parliament_question
    USING (asked_by_id::text = current_setting('payung.asker', true)
           OR region_code ^@ ANY (string_to_array(nullif(current_setting('payung.answers', true), ''), ',')))
    WITH CHECK (asked_by_id::text = current_setting('payung.asker', true)
                OR region_code ^@ ANY (string_to_array(nullif(current_setting('payung.answers', true), ''), ',')));
REVOKE DELETE, TRUNCATE ON parliament_question FROM payung_app;
