"""Users, roles, sign-in, row security, encryption and the audit trail."""
