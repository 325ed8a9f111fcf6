-- Whether a region is another or lies around it; '' is the whole country. `payung.identity.regions.contains` in
-- SQL.
CREATE OR REPLACE FUNCTION payung_contains(outer_code text, inner_code text)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT outer_code = '' OR inner_code = outer_code OR inner_code ^@ (outer_code || '.') $$;
