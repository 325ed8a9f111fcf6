"""Django's PostgreSQL, asked in fewer words."""
