"""SQL that migrations use: row-level security, append-only tables, rights of the application role."""

from __future__ import annotations

from django.db import migrations

#: The regions the session may see, as an array; evaluated once per query, not once per row. What is no whole code
#: of a region is left out: levels have codes of one length each, so a whole code that begins another contains it.
REGIONS_FUNCTION = r"""
CREATE OR REPLACE FUNCTION payung_regions() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT array_agg(code) FROM string_to_table(current_setting('payung.regions', true), ',') code
    WHERE code ~ '^\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?$' $$;
"""

#: Whether a region is another or lies around it; '' is the whole country. `payung.identity.regions.contains` in SQL.
CONTAINS_FUNCTION = """
CREATE OR REPLACE FUNCTION payung_contains(outer_code text, inner_code text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT outer_code = '' OR inner_code = outer_code OR inner_code ^@ (outer_code || '.') $$;
"""

APPEND_ONLY_FUNCTION = """
CREATE FUNCTION payung_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: write a new row that corrects the old one', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def limit_to_region(table: str, column: str = "region_code") -> migrations.RunSQL:
    """Rows of `table` are visible and writable only where `column` starts with a region of the session."""
    seen = f"{column} ^@ ANY ((SELECT payung_regions())::text[])"
    return migrations.RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        CREATE POLICY {table}_region ON {table} USING ({seen}) WITH CHECK ({seen});
        """,
        f"DROP POLICY {table}_region ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def append_only(table: str) -> migrations.RunSQL:
    """Rows of `table` can be added, never changed or removed, by anybody."""
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION payung_append_only();
        REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM payung_app;
        """,
        f"DROP TRIGGER {table}_append_only ON {table}; GRANT UPDATE, DELETE ON {table} TO payung_app;",
    )
