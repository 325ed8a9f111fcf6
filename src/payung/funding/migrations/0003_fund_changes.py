"""Changes of funds, named workers, and a ledger that says which fund would be overdrawn, and by how much."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from payung.access.rls import limit_to_region

POSTING = """
CREATE FUNCTION funding_open_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO funding_account (fund_id, kind, balance)
    SELECT f.id, k.kind, 0 FROM opened f,
      unnest(ARRAY['world','pledged','available','committed','billed','paid','refunded','expired']) AS k(kind)
    ON CONFLICT (fund_id, kind) DO NOTHING;
    RETURN NULL;
END $$;
ALTER FUNCTION funding_open_accounts() SECURITY DEFINER SET search_path = public, pg_temp;
CREATE TRIGGER funding_fund_open AFTER INSERT ON funding_fund
    REFERENCING NEW TABLE AS opened FOR EACH STATEMENT EXECUTE FUNCTION funding_open_accounts();
INSERT INTO funding_account (fund_id, kind, balance)
SELECT f.id, k.kind, 0 FROM funding_fund f,
  unnest(ARRAY['world','pledged','available','committed','billed','paid','refunded','expired']) AS k(kind)
ON CONFLICT (fund_id, kind) DO NOTHING;

CREATE OR REPLACE FUNCTION funding_post_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    net jsonb;
    short record;
BEGIN
    SELECT jsonb_agg(jsonb_build_object('fund_id', fund_id, 'kind', kind, 'change', change)) INTO net
      FROM (SELECT fund_id, kind, sum(change)::bigint AS change FROM (
                SELECT fund_id, debit AS kind, -sum(amount) AS change FROM posted GROUP BY 1, 2
                UNION ALL
                SELECT fund_id, credit, sum(amount) FROM posted GROUP BY 1, 2) moves
            GROUP BY 1, 2) summed;
    IF net IS NULL THEN
        RETURN NULL;
    END IF;
    -- Accounts in one order, so that two postings at once wait for each other and never deadlock.
    PERFORM 1 FROM funding_account a
      JOIN jsonb_to_recordset(net) AS n(fund_id bigint, kind text) ON n.fund_id = a.fund_id AND n.kind = a.kind
      ORDER BY a.fund_id, a.kind FOR UPDATE OF a;
    -- The check constraint would refuse as well, but could not say what was asked of which balance.
    SELECT a.fund_id, a.kind, a.balance, -n.change AS asked INTO short
      FROM funding_account a
      JOIN jsonb_to_recordset(net) AS n(fund_id bigint, kind text, change bigint)
        ON n.fund_id = a.fund_id AND n.kind = a.kind
      WHERE a.kind <> 'world' AND a.balance + n.change < 0
      ORDER BY a.fund_id, a.kind LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'fund % would be overdrawn', short.fund_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_not_overdrawn',
                  DETAIL = row_to_json(short)::text;
    END IF;
    UPDATE funding_account a SET balance = a.balance + n.change
      FROM jsonb_to_recordset(net) AS n(fund_id bigint, kind text, change bigint)
      WHERE a.fund_id = n.fund_id AND a.kind = n.kind;
    RETURN NULL;
END $$;
ALTER FUNCTION funding_post_entries() SECURITY DEFINER SET search_path = public, pg_temp;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("funding", "0002_ledger"),
        ("registry", "0002_protect"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="fund",
            name="status",
            field=models.CharField(
                choices=[
                    ("proposed", "Diusulkan"),
                    ("active", "Berlaku"),
                    ("closed", "Ditutup"),
                    ("rejected", "Ditolak"),
                ],
                default="proposed",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddField(
            model_name="fund",
            name="covered_only",
            field=models.BooleanField(default=False, verbose_name="hanya yang sudah terlindungi"),
        ),
        migrations.CreateModel(
            name="FundChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("terms", "Ketentuan"), ("money", "Jumlah uang"), ("close", "Penutupan")],
                        max_length=6,
                        verbose_name="jenis",
                    ),
                ),
                ("terms", models.JSONField(default=dict, verbose_name="ketentuan baru")),
                ("cash", models.JSONField(default=dict, verbose_name="tambah atau kurang per bulan")),
                ("reason", models.CharField(max_length=300, verbose_name="alasan")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Diusulkan"),
                            ("approved", "Disetujui"),
                            ("rejected", "Ditolak"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("proposed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="funding.fund"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                        name="fund_change_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "proposed"), ("approved_by__isnull", False), _connector="OR"
                        ),
                        name="fund_change_decided_by_somebody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "proposed")),
                        fields=("fund",),
                        name="fund_change_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FundPerson",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("region_code", models.CharField(max_length=13)),
                (
                    "fund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="named", to="funding.fund"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.person"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("fund", "person"), name="fund_person_once")],
            },
        ),
        limit_to_region("funding_fundperson"),
        migrations.RunSQL(
            POSTING,
            "DROP TRIGGER funding_fund_open ON funding_fund; DROP FUNCTION funding_open_accounts();",
        ),
    ]
