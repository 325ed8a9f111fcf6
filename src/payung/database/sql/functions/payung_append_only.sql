-- Refuse to change or remove rows of a table to which rows are only added.
CREATE OR REPLACE FUNCTION payung_append_only() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: write a new row that corrects the old one', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
