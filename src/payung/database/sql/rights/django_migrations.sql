-- Only the owner migrates.
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM payung_app;
REVOKE ALL ON SEQUENCE django_migrations_id_seq FROM payung_app;
