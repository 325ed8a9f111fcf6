-- Take statistics of Payung's own tables for the application role, which owns none.
CREATE OR REPLACE FUNCTION payung_analyze(VARIADIC names text[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY names LOOP
        IF EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tablename = name) THEN
            EXECUTE format('ANALYZE public.%I', name);
        END IF;
    END LOOP;
END $$;
