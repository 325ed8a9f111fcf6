"""What the pages of covers show is counted once and kept until a cover, a bill, a registration or a person changes."""

import django.contrib.postgres.fields
import django.db.models.deletion
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
_COUNT_MONTHS = """
CREATE FUNCTION coverage_count_months(since integer, till integer)
RETURNS TABLE (the_month integer, the_people integer) LANGUAGE plpgsql AS $$
DECLARE mine text := coalesce(current_setting('payung.regions', true), '');
BEGIN
    -- One at a time: what another began to count before a change must not be kept after it.
    PERFORM pg_advisory_xact_lock(hashtextextended('payung:months', 0));
    WITH taken AS (DELETE FROM coverage_touched WHERE count = 'months' RETURNING month)
    DELETE FROM coverage_keptmonth WHERE month IN (SELECT month FROM taken);
    INSERT INTO coverage_keptmonth (scope, month, people)
    SELECT mine, n, (SELECT count(*) FROM coverage_covermonth c WHERE c.month = n)
      FROM generate_series(since, till) n
     WHERE NOT EXISTS (SELECT 1 FROM coverage_keptmonth k WHERE k.scope = mine AND k.month = n);
    RETURN QUERY SELECT month, people FROM coverage_keptmonth
                  WHERE scope = mine AND month BETWEEN since AND till;
END $$;
"""
_STAND = """
CREATE FUNCTION coverage_touch_stand() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO coverage_touched (month, count) SELECT 0, 'stand' FROM touched LIMIT 1;
    RETURN NULL;
END $$;
"""
_BILL = """
CREATE OR REPLACE FUNCTION coverage_touch_bill() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO coverage_touched (month, count) SELECT NEW.month, unnest(ARRAY[{bills}]);
    RETURN NULL;
END $$;
"""
_TRAITS = """
DROP TRIGGER registry_person_traits ON registry_person;
CREATE TRIGGER registry_person_traits AFTER UPDATE ON registry_person FOR EACH ROW
    WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION coverage_touch_person();
"""
_TOTALS = """
UPDATE coverage_decree d SET totals = jsonb_build_object(
    'people', (SELECT count(DISTINCT l.person_id) FROM coverage_annexline l
                WHERE l.amendment_id IS NULL AND l.decree_id = d.id),
    'funds', (SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY t.people DESC, t.fund_id), '[]') FROM (
        SELECT f.id AS fund_id, f.name AS fund, f.kind, f.group_code, count(DISTINCT l.person_id) AS people,
               sum(l.end_month - l.first_month)::bigint AS months, sum(l.amount)::bigint AS amount,
               min(l.first_month) AS first, max(l.end_month) - 1 AS last
          FROM coverage_annexline l JOIN funding_fund f ON f.id = l.fund_id
         WHERE l.amendment_id IS NULL AND l.decree_id = d.id GROUP BY f.id) t));
"""
_EVENT = {
    "written": ("INSERT", "NEW"),
    "deleted": ("DELETE", "OLD"),
    "changed": ("UPDATE", "NEW"),
}


def touch(table: str, *counts: str) -> str:
    """Every statement that writes `table` touches its months for these counts."""
    arguments = ", ".join(f"'{count}'" for count in counts)
    return _triggers(table, "", f"coverage_touch_months({arguments})")


def _triggers(table: str, more: str, function: str) -> str:
    return "".join(
        f"DROP TRIGGER IF EXISTS {table}_{name}{more} ON {table};"
        f"CREATE TRIGGER {table}_{name}{more} AFTER {event} ON {table} REFERENCING {rows} TABLE AS touched"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {function};"
        for name, (event, rows) in _EVENT.items()
    )


def traits(*columns: str) -> str:
    """Changes of these columns of a person touch the months that the person is covered in."""
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return _TRAITS.format(old=old, new=new)


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
        migrations.CreateModel(
            name="KeptMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.TextField()),
                ("month", payung.access.fields.MonthField(verbose_name="bulan")),
                ("people", models.IntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("scope", "month"), name="kept_month_once")],
            },
        ),
        migrations.CreateModel(
            name="KeptStanding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.TextField()),
                ("day", models.DateField()),
                ("district", models.CharField(max_length=8)),
                ("state", models.CharField(max_length=11)),
                ("people", models.IntegerField()),
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scope", "day", "district", "state"), name="kept_standing_once"
                    )
                ],
            },
        ),
        migrations.AddField("decree", "totals", models.JSONField(default=dict)),
        migrations.RemoveIndex("billline", "bill_line_bill"),
        migrations.AddIndex("billline", models.Index(fields=["bill", "person"], name="bill_line_in_order")),
        migrations.AddIndex(
            "annexline",
            models.Index(fields=["decree", "region_code", "name", "person"], name="annex_in_order"),
        ),
        migrations.AlterField(
            model_name="annexline",
            name="decree",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="coverage.decree",
            ),
        ),
        migrations.AlterField(
            model_name="touched",
            name="count",
            field=models.CharField(
                choices=[
                    ("figures", "Figures"),
                    ("cuts", "Cuts"),
                    ("lived", "Lived"),
                    ("ahead", "Ahead"),
                    ("months", "Months"),
                    ("stand", "Stand"),
                ],
                max_length=7,
            ),
        ),
        migrations.RunSQL(
            _PERSON.format(covers="'cuts', 'ahead', 'stand'")
            + _BILL.format(bills="'figures', 'cuts', 'lived', 'stand'")
            + traits("sex", "birth_date", "occupation_id", "region_code", "name")
            + _STAND
            + touch("coverage_covermonth", "figures", "cuts", "ahead", "months")
            + "".join(
                _triggers(f"coverage_{table}", "_stand", "coverage_touch_stand()")
                for table in ("covermonth", "billline", "registration")
            )
            + _COUNT
            + _COUNT_MONTHS
            + _TOTALS,
            _PERSON.format(covers="'cuts'")
            + _BILL.format(bills="'figures', 'cuts', 'lived'")
            + traits("sex", "birth_date", "occupation_id")
            + "DROP FUNCTION coverage_touch_stand() CASCADE;"
            + touch("coverage_covermonth", "figures", "cuts")
            + "DROP FUNCTION coverage_count_ahead(integer, integer), coverage_count_months(integer, integer);",
        ),
    ]
