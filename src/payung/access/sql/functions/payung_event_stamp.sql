-- Number, date and digest an event as the database writes it. What it says is put together each part behind its
-- length, so that no two events give one text. `seals.told` in Python.
CREATE OR REPLACE FUNCTION payung_event_stamp() RETURNS trigger LANGUAGE plpgsql
AS $$
DECLARE
    told text := '';
    part text;
BEGIN
    IF NEW.id > pg_sequence_last_value(pg_get_serial_sequence('access_event', 'id')::regclass) THEN
        RAISE EXCEPTION 'an event takes the next number, not %', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.at := clock_timestamp();
    FOREACH part IN ARRAY ARRAY[
        NEW.id::text, (extract(epoch FROM NEW.at) * 1000000)::bigint::text, coalesce(NEW.actor_id::text, ''),
        NEW.kind, NEW.action, NEW.subject, coalesce(NEW.subject_id::text, ''), NEW.data::text, NEW.reason,
        NEW.address, NEW.request]
    LOOP
        told := told || length(part) || ':' || part;
    END LOOP;
    NEW.digest := sha256(convert_to(told, 'UTF8'));
    RETURN NEW;
END $$;
