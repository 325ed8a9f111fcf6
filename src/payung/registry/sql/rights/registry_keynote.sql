-- Which keys the database was written with is noted by its owner.
REVOKE INSERT, UPDATE, DELETE ON registry_keynote FROM payung_app;
