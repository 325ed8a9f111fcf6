"""Months whose covers, bills or people changed are noted by the database, whoever writes them."""

import payung.access.fields
from django.db import migrations, models

DEFINER = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp"
FUNCTIONS = f"""
CREATE FUNCTION coverage_touch_months() RETURNS trigger {DEFINER} AS $$
BEGIN
    INSERT INTO coverage_touched (month, count)
    SELECT month, unnest(TG_ARGV) FROM (SELECT DISTINCT month FROM touched) months;
    RETURN NULL;
END $$;

CREATE FUNCTION coverage_touch_bill() RETURNS trigger {DEFINER} AS $$
BEGIN
    INSERT INTO coverage_touched (month, count) SELECT NEW.month, unnest(ARRAY['figures', 'cuts', 'lived']);
    RETURN NULL;
END $$;

CREATE FUNCTION coverage_touch_person() RETURNS trigger {DEFINER} AS $$
BEGIN
    INSERT INTO coverage_touched (month, count)
    SELECT month, 'cuts' FROM coverage_covermonth WHERE person_id = NEW.id
    UNION SELECT month, unnest(ARRAY['cuts', 'lived']) FROM coverage_billline WHERE person_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION coverage_touch_fund() RETURNS trigger {DEFINER} AS $$
BEGIN
    INSERT INTO coverage_touched (month, count)
    SELECT DISTINCT month, 'cuts' FROM coverage_covermonth WHERE fund_id = NEW.id
    UNION SELECT month, 'cuts' FROM coverage_bill WHERE fund_id = NEW.id;
    RETURN NULL;
END $$;
"""
TRIGGERS = """
CREATE TRIGGER coverage_bill_state AFTER UPDATE ON coverage_bill FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION coverage_touch_bill();
CREATE TRIGGER registry_person_traits AFTER UPDATE ON registry_person FOR EACH ROW
    WHEN ((OLD.sex, OLD.birth_date, OLD.occupation_id) IS DISTINCT FROM (NEW.sex, NEW.birth_date, NEW.occupation_id))
    EXECUTE FUNCTION coverage_touch_person();
CREATE TRIGGER funding_fund_kind AFTER UPDATE ON funding_fund FOR EACH ROW
    WHEN (OLD.kind <> NEW.kind) EXECUTE FUNCTION coverage_touch_fund();
"""
UNDO = """
DROP TRIGGER coverage_bill_state ON coverage_bill;
DROP TRIGGER registry_person_traits ON registry_person;
DROP TRIGGER funding_fund_kind ON funding_fund;
"""
FORGET = "DROP FUNCTION coverage_touch_months(), coverage_touch_bill(), coverage_touch_person(), coverage_touch_fund()"


def touch(table: str, *counts: str) -> migrations.RunSQL:
    """Every statement that writes `table` touches its months."""
    arguments = ", ".join(f"'{count}'" for count in counts)
    names = {"INSERT": "written", "DELETE": "deleted", "UPDATE": "changed"}
    rows = {"INSERT": "NEW", "DELETE": "OLD", "UPDATE": "NEW"}
    return migrations.RunSQL(
        [
            f"CREATE TRIGGER {table}_{name} AFTER {event} ON {table} REFERENCING {rows[event]} TABLE AS touched"
            f" FOR EACH STATEMENT EXECUTE FUNCTION coverage_touch_months({arguments})"
            for event, name in names.items()
        ],
        [f"DROP TRIGGER {table}_{name} ON {table}" for name in names.values()],
    )


class Migration(migrations.Migration):
    dependencies = [
        ("coverage", "0008_frozen_lines"),
        ("registry", "0008_match_models"),
        ("funding", "0006_committed_label"),
    ]
    operations = [
        migrations.CreateModel(
            name="Touched",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", payung.access.fields.MonthField(verbose_name="bulan")),
                (
                    "count",
                    models.CharField(
                        choices=[("figures", "Figures"), ("cuts", "Cuts"), ("lived", "Lived")], max_length=7
                    ),
                ),
            ],
        ),
        migrations.RunSQL(FUNCTIONS, FORGET),
        migrations.RunSQL(TRIGGERS, UNDO),
        touch("coverage_covermonth", "figures", "cuts"),
        touch("coverage_billline", "figures", "cuts", "lived"),
    ]
