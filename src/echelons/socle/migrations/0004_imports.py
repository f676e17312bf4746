import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("socle", "0003_envois"),
    ]

    operations = [
        migrations.CreateModel(
            name="CorrespondanceRetenue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("organisation", models.CharField(max_length=100)),
                ("destination", models.CharField(max_length=40)),
                ("entete", models.CharField(max_length=200, verbose_name="en-tête")),
                ("champ", models.CharField(blank=True, max_length=40)),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "destination", "entete"), name="socle_correspondance_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="référence"
                    ),
                ),
                ("destination", models.CharField(max_length=40)),
                ("nom", models.CharField(max_length=200, verbose_name="nom du fichier")),
                ("genre", models.CharField(max_length=8)),
                ("taille", models.PositiveIntegerField(verbose_name="taille en octets")),
                ("empreinte", models.CharField(db_index=True, max_length=64)),
                (
                    "antivirus",
                    models.CharField(choices=[("sain", "sain"), ("absent", "absent")], max_length=8),
                ),
                ("depose_le", models.DateTimeField(verbose_name="déposé le")),
                ("compte", models.CharField(max_length=100)),
                ("mandat", models.CharField(max_length=100)),
                ("organisation", models.CharField(max_length=100)),
                ("region", models.CharField(blank=True, default="", max_length=60, verbose_name="région")),
                (
                    "etat",
                    models.CharField(
                        choices=[
                            ("depose", "déposé"),
                            ("a_corriger", "à corriger"),
                            ("pret", "prêt à publier"),
                            ("publie", "publié"),
                            ("annule", "annulé"),
                            ("abandonne", "abandonné"),
                        ],
                        default="depose",
                        max_length=12,
                        verbose_name="état",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("description", models.JSONField(default=dict, blank=True)),
                ("correspondance", models.JSONField(default=dict, blank=True)),
                ("bilan", models.JSONField(default=dict, blank=True)),
            ],
            options={
                "ordering": ["-depose_le", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("taille__gt", 0), ("version__gt", 0)),
                        name="socle_import_contenu",
                        violation_error_message="Un import a un contenu.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AnomalieDImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("feuille", models.CharField(max_length=100)),
                ("ligne", models.PositiveIntegerField()),
                ("colonne", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("texte", models.TextField()),
                ("grave", models.BooleanField()),
                (
                    "depuis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="anomalies",
                        to="socle.import",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ElementImporte",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=60)),
                ("cle", models.PositiveBigIntegerField(verbose_name="clé")),
                (
                    "depuis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="elements",
                        to="socle.import",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("depuis", "table", "cle"), name="socle_element_importe_unique"
                    )
                ],
            },
        ),
    ]
