-- Refuse to change what belongs to a meeting whose minutes are adopted.
CREATE OR REPLACE FUNCTION oversight_of_adopted_stays() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
    meetings bigint[] := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.meeting_id] WHEN 'DELETE' THEN ARRAY[OLD.meeting_id]
                         ELSE ARRAY[OLD.meeting_id, NEW.meeting_id] END;
BEGIN
    IF EXISTS (SELECT FROM parliament_meeting WHERE id = ANY (meetings) AND adopted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'what a meeting with adopted minutes agreed is never changed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
