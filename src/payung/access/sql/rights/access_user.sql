-- The application role writes of users only what Payung does: it removes none, renames none, and changes no role given.
REVOKE UPDATE, DELETE ON access_user FROM payung_app;
GRANT UPDATE (password, last_login, is_active, first_name, last_name, email, full_name, position, organisation_id)
    ON access_user TO payung_app;
REVOKE UPDATE ON access_assignment FROM payung_app;
