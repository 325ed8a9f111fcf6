-- Whom a question is about is seen by those who answer for its region.
ALTER TABLE parliament_subject ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS oversight_subject_seen ON parliament_subject;
CREATE POLICY oversight_subject_seen ON parliament_subject
    USING (region_code ^@ ANY (string_to_array(nullif(current_setting('payung.answers', true), ''), ',')))
    WITH CHECK (region_code ^@ ANY (string_to_array(nullif(current_setting('payung.answers', true), ''), ',')));
