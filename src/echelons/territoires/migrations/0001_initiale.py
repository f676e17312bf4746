import django.db.models.deletion
from django.db import migrations, models

import echelons.territoires.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Chargement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("jeu", models.CharField(max_length=100, unique=True, verbose_name="jeu de données")),
                ("empreinte", models.CharField(max_length=64, verbose_name="empreinte SHA-256 des fichiers")),
            ],
            options={
                "verbose_name": "chargement",
                "verbose_name_plural": "chargements",
            },
        ),
        migrations.CreateModel(
            name="Territoire",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=60, unique=True, verbose_name="code")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("region", "Région"),
                            ("departement", "Département"),
                            ("collectivite", "Collectivité signataire"),
                            ("epci", "EPCI"),
                            ("commune", "Commune"),
                            ("perimetre", "Périmètre de projet"),
                        ],
                        max_length=12,
                        verbose_name="type",
                    ),
                ),
                (
                    "nature",
                    models.CharField(
                        blank=True,
                        help_text="Statut juridique, par exemple CC, METRO.",
                        max_length=40,
                        verbose_name="nature",
                    ),
                ),
                ("nom", models.CharField(max_length=200, verbose_name="nom")),
                (
                    "liaison",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="type de liaison (TNCC)"
                    ),
                ),
                ("debut", models.DateField(blank=True, null=True, verbose_name="valide depuis")),
                (
                    "debut_precision",
                    models.CharField(
                        choices=[("jour", "au jour près"), ("au_plus_tard", "au plus tard")],
                        default="jour",
                        max_length=12,
                    ),
                ),
                ("fin", models.DateField(blank=True, null=True, verbose_name="valide jusqu’au (inclus)")),
                (
                    "fin_precision",
                    models.CharField(
                        choices=[("jour", "au jour près"), ("au_plus_tard", "au plus tard")],
                        default="jour",
                        max_length=12,
                    ),
                ),
                (
                    "siren",
                    models.CharField(
                        blank=True,
                        max_length=9,
                        validators=[echelons.territoires.models.valider_siren],
                        verbose_name="SIREN",
                    ),
                ),
                (
                    "population",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="population municipale"),
                ),
                ("fictif", models.BooleanField(default=False, verbose_name="fictif")),
                (
                    "composition",
                    models.CharField(
                        choices=[
                            ("officielle", "officielle"),
                            ("reconstituee", "reconstituée"),
                            ("non_documentee", "non documentée"),
                        ],
                        default="officielle",
                        max_length=15,
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note pour le lecteur")),
                ("adresse", models.URLField(blank=True, max_length=500, verbose_name="adresse de la source")),
                (
                    "autres_noms",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Anciens noms et noms des communes réunies.",
                        verbose_name="autres noms",
                    ),
                ),
                (
                    "nom_recherche",
                    models.TextField(
                        default="",
                        editable=False,
                        help_text="Noms normalisés : « saint denis | autre nom », espaces autour.",
                    ),
                ),
                (
                    "codes_recherche",
                    models.TextField(
                        default="",
                        editable=False,
                        help_text="Codes, codes postaux et anciens codes, espaces autour.",
                    ),
                ),
                (
                    "hors_recherche",
                    models.BooleanField(
                        default=False,
                        editable=False,
                        help_text="Un autre territoire est le même lieu et s’affiche à sa place.",
                    ),
                ),
                (
                    "jeu",
                    models.CharField(
                        default="officiel",
                        editable=False,
                        help_text="Les fichiers d’où vient cette ligne ; les recharger ne touche pas aux autres.",
                        max_length=100,
                        verbose_name="jeu de données",
                    ),
                ),
                (
                    "departement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="territoires_du_departement",
                        to="territoires.territoire",
                        verbose_name="département principal",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="territoires_de_la_region",
                        to="territoires.territoire",
                        verbose_name="région",
                    ),
                ),
            ],
            options={
                "verbose_name": "territoire",
                "verbose_name_plural": "territoires",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("date", models.DateField(verbose_name="premier jour")),
                ("motif", models.CharField(max_length=300, verbose_name="motif")),
                ("texte", models.CharField(blank=True, max_length=200, verbose_name="texte")),
                ("adresse", models.URLField(blank=True, max_length=500, verbose_name="adresse du texte")),
                ("note", models.TextField(blank=True, verbose_name="ce qui n’est pas vérifié")),
                (
                    "jeu",
                    models.CharField(
                        default="officiel",
                        editable=False,
                        help_text="Les fichiers d’où vient cette ligne ; les recharger ne touche pas aux autres.",
                        max_length=100,
                        verbose_name="jeu de données",
                    ),
                ),
                (
                    "apres",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="successions_avant",
                        to="territoires.territoire",
                        verbose_name="après",
                    ),
                ),
                (
                    "avant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="successions_apres",
                        to="territoires.territoire",
                        verbose_name="avant",
                    ),
                ),
            ],
            options={
                "verbose_name": "succession",
                "verbose_name_plural": "successions",
                "ordering": ["date", "avant__code"],
            },
        ),
        migrations.CreateModel(
            name="Composition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("partielle", models.BooleanField(default=False, verbose_name="en partie seulement")),
                ("debut", models.DateField(blank=True, null=True, verbose_name="depuis")),
                ("fin", models.DateField(blank=True, null=True, verbose_name="jusqu’au (inclus)")),
                (
                    "jeu",
                    models.CharField(
                        default="officiel",
                        editable=False,
                        help_text="Les fichiers d’où vient cette ligne ; les recharger ne touche pas aux autres.",
                        max_length=100,
                        verbose_name="jeu de données",
                    ),
                ),
                (
                    "contenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contenus",
                        to="territoires.territoire",
                        verbose_name="contenant",
                    ),
                ),
                (
                    "contenu",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contenants",
                        to="territoires.territoire",
                        verbose_name="contenu",
                    ),
                ),
            ],
            options={
                "verbose_name": "composition",
                "verbose_name_plural": "compositions",
            },
        ),
        migrations.CreateModel(
            name="AncienCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(db_index=True, max_length=5, verbose_name="ancien code")),
                ("nom", models.CharField(max_length=200, verbose_name="nom d’alors")),
                ("depuis", models.DateField(blank=True, null=True, verbose_name="depuis")),
                (
                    "origine",
                    models.CharField(
                        choices=[
                            ("cog", "code officiel géographique"),
                            ("discordante", "code officiel géographique, millésimes discordants"),
                            ("arrondissement", "arrondissement municipal"),
                            ("declaree", "déclarée dans un fichier"),
                        ],
                        max_length=15,
                        verbose_name="origine",
                    ),
                ),
                (
                    "jeu",
                    models.CharField(
                        default="officiel",
                        editable=False,
                        help_text="Les fichiers d’où vient cette ligne ; les recharger ne touche pas aux autres.",
                        max_length=100,
                        verbose_name="jeu de données",
                    ),
                ),
                (
                    "actuel",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="anciens_codes",
                        to="territoires.territoire",
                        verbose_name="commune actuelle",
                    ),
                ),
            ],
            options={
                "verbose_name": "ancien code de commune",
                "verbose_name_plural": "anciens codes de communes",
                "ordering": ["code", "actuel__code"],
            },
        ),
        migrations.AddIndex(
            model_name="territoire",
            index=models.Index(fields=["type", "code"], name="territoire_type_code"),
        ),
        migrations.AddIndex(
            model_name="territoire",
            index=models.Index(fields=["nom_recherche", "codes_recherche"], name="territoire_recherche"),
        ),
        migrations.AddConstraint(
            model_name="territoire",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("debut", None), ("fin", None), ("fin__gte", models.F("debut")), _connector="OR"
                ),
                name="territoire_fin_apres_debut",
                violation_error_message="Un territoire ne peut pas cesser d’exister avant d’avoir existé.",
            ),
        ),
        migrations.AddConstraint(
            model_name="territoire",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("type__in", ["region", "departement", "collectivite", "epci", "commune", "perimetre"])
                ),
                name="territoire_type_connu",
                violation_error_message="Ce type de territoire n’existe pas.",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(
                fields=("avant", "apres", "date"),
                name="succession_unique",
                violation_error_message="Cette succession est déjà enregistrée.",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(("avant", models.F("apres")), _negated=True),
                name="succession_deux_territoires",
                violation_error_message="Un territoire ne peut pas se succéder à lui-même.",
            ),
        ),
        migrations.AddConstraint(
            model_name="composition",
            constraint=models.UniqueConstraint(
                fields=("contenant", "contenu", "debut"),
                name="composition_unique",
                violation_error_message="Cette appartenance est déjà enregistrée à cette date.",
            ),
        ),
        migrations.AddConstraint(
            model_name="composition",
            constraint=models.UniqueConstraint(
                condition=models.Q(("debut", None)),
                fields=("contenant", "contenu"),
                name="composition_unique_sans_debut",
                violation_error_message="Cette appartenance sans date de début est déjà enregistrée.",
            ),
        ),
        migrations.AddConstraint(
            model_name="composition",
            constraint=models.CheckConstraint(
                condition=models.Q(("contenant", models.F("contenu")), _negated=True),
                name="composition_pas_soi_meme",
                violation_error_message="Un territoire ne peut pas se contenir lui-même.",
            ),
        ),
        migrations.AddConstraint(
            model_name="composition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("debut", None), ("fin", None), ("fin__gte", models.F("debut")), _connector="OR"
                ),
                name="composition_fin_apres_debut",
                violation_error_message="Une appartenance ne peut pas finir avant d’avoir commencé.",
            ),
        ),
        migrations.AddConstraint(
            model_name="anciencode",
            constraint=models.UniqueConstraint(
                fields=("code", "actuel"),
                name="ancien_code_unique",
                violation_error_message="Cet ancien code mène déjà à cette commune.",
            ),
        ),
        migrations.AddConstraint(
            model_name="anciencode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("actuel", None)),
                fields=("code",),
                name="ancien_code_sans_filiation_unique",
                violation_error_message="Cet ancien code est déjà noté sans filiation connue.",
            ),
        ),
    ]
