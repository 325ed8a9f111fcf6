-- Balances are moved by entries alone.
REVOKE INSERT, UPDATE, DELETE ON funding_account FROM payung_app;
