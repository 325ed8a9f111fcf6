-- People change where they lie: room on the page for the new version. Nobody asks for the beginning of a trade's id: one
-- index less to keep.
ALTER TABLE registry_person SET (fillfactor = 90);
DROP INDEX IF EXISTS registry_person_occupation_id_b6f79eff_like;
