"""A death that another payer covers has a case of its own kind; each of the dead still has one case of a death."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0006_paper_for_each_item")]
    operations = [
        migrations.AlterField(
            "case",
            "kind",
            models.CharField(
                "jenis",
                max_length=5,
                choices=[
                    ("jkm", "Kematian (JKM)"),
                    ("jkk", "Kecelakaan kerja (JKK)"),
                    ("other", "Kematian, dibayar pihak lain"),
                ],
            ),
        ),
        migrations.AlterField(
            "death",
            "standing",
            models.CharField(
                "kedudukan",
                max_length=8,
                choices=[
                    ("full", "Terlindungi, JKM penuh"),
                    ("partial", "Terlindungi, masa tunggu (biaya pemakaman saja)"),
                    ("accident", "Terlindungi, meninggal karena kecelakaan kerja (JKK)"),
                    ("other", "Menurut data cabang dibayar pihak lain"),
                    ("lapsed", "Pernah terlindungi, sudah berhenti"),
                    ("waiting", "Ditetapkan, belum terlindungi"),
                    ("never", "Tidak pernah tercatat di program ini"),
                ],
            ),
        ),
        migrations.RemoveConstraint("case", "case_death_once"),
        migrations.AddConstraint(
            "case",
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(kind__in=["jkm", "other"]), name="case_death_once"
            ),
        ),
    ]
