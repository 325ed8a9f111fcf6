"""Counts of whoever is covered next are kept, and made again when covers or birth dates change."""

import payung.access.fields
from django.db import migrations, models

_PERSON = """
CREATE OR REPLACE FUNCTION coverage_touch_person() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO coverage_touched (month, count)
    SELECT month, unnest(ARRAY[{covers}]) FROM coverage_covermonth WHERE person_id = NEW.id
    UNION SELECT month, unnest(ARRAY['cuts', 'lived']) FROM coverage_billline WHERE person_id = NEW.id;
    RETURN NULL;
END $$;
"""
_COUNT = """
CREATE FUNCTION coverage_count_ahead(wanted integer, ends_since integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE counted text;
BEGIN
    -- One at a time: what another began to count before a change must not be kept after it.
    PERFORM pg_advisory_xact_lock(hashtextextended('payung:covers ahead', 0));
    DELETE FROM coverage_touched WHERE count = 'ahead';
    IF FOUND THEN
        DELETE FROM coverage_keptahead;
    END IF;
    WITH here AS MATERIALIZED (
        SELECT person_id, fund_id, line_id FROM coverage_covermonth
         WHERE month = (SELECT max(month) FROM coverage_covermonth WHERE month IN (wanted, wanted - 1))),
    covered AS (SELECT h.fund_id, l.income, l.sector, count(*) AS people
                  FROM here h JOIN coverage_annexline l ON l.id = h.line_id GROUP BY 1, 2, 3),
    ends AS (SELECT month, count(*) AS people
               FROM (SELECT max(month) AS month FROM coverage_covermonth WHERE month >= ends_since GROUP BY person_id) e
              GROUP BY 1),
    births AS (SELECT date_trunc('month', p.birth_date + CASE WHEN to_char(p.birth_date, 'MMDD') = '0229' THEN 1 ELSE 0 END)
                      ::date AS born, count(*) AS people
                 FROM here h JOIN registry_person p ON p.id = h.person_id WHERE p.birth_date IS NOT NULL GROUP BY 1)
    INSERT INTO coverage_keptahead (scope, month, since, data)
    SELECT coalesce(current_setting('payung.regions', true), ''), wanted, ends_since, jsonb_build_object(
        'covered', (SELECT coalesce(jsonb_agg(jsonb_build_array(fund_id, income, sector, people)), '[]') FROM covered),
        'ends', (SELECT coalesce(jsonb_agg(jsonb_build_array(month, people)), '[]') FROM ends),
        'births', (SELECT coalesce(jsonb_agg(jsonb_build_array(born, people)), '[]') FROM births))
    ON CONFLICT (scope, month, since) DO UPDATE SET data = EXCLUDED.data
    RETURNING data::text INTO counted;
    RETURN counted;
END $$;
"""
_EVENT = {
    "written": ("INSERT", "NEW"),
    "deleted": ("DELETE", "OLD"),
    "changed": ("UPDATE", "NEW"),
}


def touch(*counts: str) -> str:
    """Every statement that writes cover months touches them for these counts."""
    arguments = ", ".join(f"'{count}'" for count in counts)
    return "".join(
        f"DROP TRIGGER coverage_covermonth_{name} ON coverage_covermonth;"
        f"CREATE TRIGGER coverage_covermonth_{name} AFTER {event} ON coverage_covermonth REFERENCING {rows} TABLE"
        f" AS touched FOR EACH STATEMENT EXECUTE FUNCTION coverage_touch_months({arguments});"
        for name, (event, rows) in _EVENT.items()
    )


class Migration(migrations.Migration):
    dependencies = [("coverage", "0009_touched")]
    operations = [
        migrations.CreateModel(
            name="KeptAhead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.TextField()),
                ("month", payung.access.fields.MonthField(verbose_name="bulan")),
                ("since", payung.access.fields.MonthField(verbose_name="sejak")),
                ("data", models.JSONField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("scope", "month", "since"), name="kept_ahead_once")
                ],
            },
        ),
        migrations.AlterField(
            model_name="touched",
            name="count",
            field=models.CharField(
                choices=[("figures", "Figures"), ("cuts", "Cuts"), ("lived", "Lived"), ("ahead", "Ahead")],
                max_length=7,
            ),
        ),
        migrations.RunSQL(
            _PERSON.format(covers="'cuts', 'ahead'") + touch("figures", "cuts", "ahead") + _COUNT,
            _PERSON.format(covers="'cuts'")
            + touch("figures", "cuts")
            + "DROP FUNCTION coverage_count_ahead(integer, integer);",
        ),
    ]
