-- The regions that the session may see, as an array; evaluated once per query, not once per row. What is no whole
-- code of a region is left out: levels have codes of one length each, so a whole code that begins another contains
-- it.
CREATE OR REPLACE FUNCTION payung_regions() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT array_agg(code) FROM string_to_table(current_setting('payung.regions', true), ',') code
    WHERE code ~ '^\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?$' $$;
