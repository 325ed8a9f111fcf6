-- Nobody asks for the beginning of an entry's key: one index less to keep.
DROP INDEX IF EXISTS funding_entry_key_3c489e02_like;
